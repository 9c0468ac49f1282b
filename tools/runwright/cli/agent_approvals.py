"""`runwright agent approvals` and `approve`: what runs ask people, and the answers, given on the agent's own host."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runwright.cli import options

if TYPE_CHECKING:
    from runwright.adapters.agent_approvals import Question
    from runwright.adapters.agent_store import AgentRecords


@click.command()
@options.agent_config
@options.plain_format
def approvals(config_path: Path, form: str) -> None:
    """List what runs ask people, oldest first."""
    import json
    from contextlib import closing

    from runwright.adapters.clock_system import SystemClock
    from runwright.agent.approve import told

    with closing(_records(config_path)) as records:
        questions = records.approvals.open_questions()
    if form == "json":
        click.echo(json.dumps([told(question) for question in questions], indent=2))
        return
    now = SystemClock().now()
    for question in questions:
        click.echo("\n".join(_lines(question, now)))
    if not questions:
        click.echo("no run waits for a person")


@click.command(short_help="Answer what a run asks.")
@click.argument("execution")
@click.argument("step")
@options.agent_config
@click.option("--deny", is_flag=True, help="Say no; the step fails.")
@click.option("--reason", default="", help="Why; it is recorded with the run.")
def approve(execution: str, step: str, config_path: Path, deny: bool, reason: str) -> None:
    """Answer what STEP of the run EXECUTION asks; `runwright agent approvals` lists both.

    Who answers is the local account, behind sudo the one that called it. The agent goes on within a second or two.
    """
    from contextlib import closing

    from runwright.adapters.clock_system import SystemClock
    from runwright.engine.exchange import Answered

    now = SystemClock().now()
    with closing(_records(config_path)) as records:
        account = _permitted(_question(records, execution, step))
        answered = Answered(value=not deny, by=account, reason=reason[:1000])
        if not records.approvals.answer(execution, step, answered, now):
            raise _gone(execution, step)
    click.echo(f"{account} {'denied' if deny else 'approved'} {step} of {execution}")


def _records(config_path: Path) -> AgentRecords:
    from runwright.adapters.agent_store import open_store
    from runwright.adapters.clock_system import SystemClock
    from runwright.cli.agent_wiring import read_settings

    records, _ = open_store(read_settings(config_path).state, SystemClock().now())
    return records


def _question(records: AgentRecords, execution: str, step: str) -> Question:
    for question in records.approvals.open_questions():
        if (question.execution_id, question.asked.step) == (execution, step):
            return question
    raise _gone(execution, step)


def _gone(execution: str, step: str) -> Exception:
    from runwright.errors import ContentError

    said = f"nothing waits at step {step} of run {execution}: there is no such question, or it is answered or over"
    return ContentError(f"{said}; `runwright agent approvals` lists what waits")


def _permitted(question: Question) -> str:
    """The account that answers; raises `TrustError` when it may not."""
    from runwright.adapters.accounts_local import person_here
    from runwright.agent.approve import may_answer
    from runwright.errors import TrustError

    person, who = person_here(), question.asked.who
    if not may_answer(who, person.account, person.groups):
        said = f"{person.account} may not answer step {question.asked.step}; {', '.join(who)} may"
        raise TrustError("not_an_approver", said)
    return person.account


def _lines(question: Question, now: Any) -> list[str]:
    from runwright.cli.agent_events import plain

    asked, left = question.asked, max(0, round((question.expires_at - now).total_seconds()))
    who = ", ".join(asked.who) or "whoever operates the agent"
    otherwise = "it counts as approved" if asked.default == "approve" else "it counts as denied"
    return [
        f"{question.execution_id} {asked.step} ({question.runbook})",
        f"  {plain(asked.message)}",
        f"  {left // 60}:{left % 60:02} left, then {otherwise}; asked of {plain(who)}",
    ]
