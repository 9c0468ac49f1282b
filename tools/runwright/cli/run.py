"""`runwright run`: one runbook on this host, by hand, outside the agent.

The same engine, shell and verification as the agent's; nothing is queued, and a run that is cut off does not go on.
What is read stands in `run_inputs`, what is shown in `run_table` and `run_plan`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runwright.cli import options
from runwright.cli.printable import printable

if TYPE_CHECKING:
    from runwright.adapters.shell_local import LocalHost
    from runwright.agent.secrets import Vault
    from runwright.cli.agent_wiring import Settings
    from runwright.cli.run_inputs import ByHand
    from runwright.model.execution import Execution


@click.command()
@click.argument("runbook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter; may be given several times.")
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An agent's configuration, for its service manager, programs, secrets, groups, labels and declared facts.",
)
@click.option(
    "--library",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Where the runbooks are that RUNBOOK calls; the folder runbooks/ that it stands in by default.",
)
@click.option(
    "--approve",
    "approved",
    multiple=True,
    metavar="STEP",
    help="Say yes to a step that asks; may be given several times.",
)
@click.option("--dry-run", is_flag=True, help="Show the exact commands and what decides them, and change nothing.")
@options.plain_format
def run(
    runbook: Path,
    params: tuple[str, ...],
    config: Path | None,
    library: Path | None,
    approved: tuple[str, ...],
    dry_run: bool,
    form: str,
) -> int:
    """Run the file RUNBOOK on this host by hand; exit code 1 when the verification does not confirm it.

    With --dry-run the exit code is 0 only when it is known that the run would go through. With --format json the whole
    Execution is written. A list is given as JSON: --param 'names=["a", "b"]'.
    """
    from runwright.cli.agent_wiring import read_settings
    from runwright.cli.run_inputs import read_run

    settings = read_settings(config) if config else None
    port = _port(settings)
    by_hand = read_run(runbook, params, library, (settings, port))
    for line in by_hand.notices:
        click.echo(line, err=True)
    if dry_run:
        from runwright.cli.run_plan import told

        return told(by_hand, form)
    execution, listed = _carried_out(by_hand, port, settings, approved)
    click.echo(_json(execution) if form == "json" else _told(execution, steps=not listed))
    return 0 if execution.success else 1


def _port(settings: Settings | None) -> LocalHost:
    import threading

    from runwright.adapters.shell_local import LocalHost
    from runwright.cli.agent_natives import site_natives

    stopped = threading.Event()
    written = settings.config.host if settings else None
    programs, manager = (written.programs, written.service_manager) if written else ({}, "auto")
    return LocalHost(stopped.wait, programs, manager, site_natives(settings))


class Unkept:
    """A journal that keeps nothing: a run by hand ends with its terminal."""

    def begin_run(self, execution_id: str, target: tuple[str, str], at: object, body: str) -> None:
        """Keep nothing."""

    def append(self, execution_id: str, kind: str, body: str) -> None:
        """Keep nothing."""


class NoRestart:
    """A run by hand ends with the restart of the host, so none is asked for."""

    def boot_id(self) -> str | None:
        """Nobody would be there to compare it."""
        return None


def _carried_out(
    by_hand: ByHand, port: LocalHost, settings: Settings | None, approved: tuple[str, ...]
) -> tuple[Execution, bool]:
    """The Execution, and whether its steps were listed on the terminal while they ran."""
    from runwright.adapters.clock_system import SystemClock
    from runwright.agent.carry_out import Hands
    from runwright.agent.run import Runner
    from runwright.cli.run_ask import Questions
    from runwright.cli.run_table import Table

    clock, table = SystemClock(), Table()
    hands = Hands(port, by_hand.reader, clock, _vault(settings), NoRestart())
    asks = Questions(frozenset(approved), table, clock)
    runner = Runner(hands, Unkept(), asks, clock, table.event)  # type: ignore[arg-type]  # it is never resumed
    started = by_hand.started(clock.now(), runner.capture(by_hand.run))
    _end_all_when_interrupted()
    with table:
        return runner.start(started), table.live


def _end_all_when_interrupted() -> None:
    """Ctrl-C ends the commands under way as well: the terminal does not reach them, they are in groups of their own."""
    import signal

    from runwright.adapters.shell_local import end_running

    def interrupted(_number: int, _frame: object) -> None:
        end_running()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupted)
    signal.signal(signal.SIGTERM, interrupted)


def _vault(settings: Settings | None) -> Vault:
    from runwright.agent.secrets import NoSecrets, Vault
    from runwright.cli.agent_wiring import build_secrets

    return Vault(build_secrets(settings) if settings else NoSecrets())


def _told(execution: Execution, *, steps: bool) -> str:
    verified = {True: "passed", False: "failed", None: "not known"}[execution.verification_passed]
    idle = "nothing to do: it was healthy already, " if _was_healthy(execution) else ""
    name = f"{execution.runbook_id} version {execution.runbook_version}"
    lines = [f"{name}: {execution.status}, {idle}verification {verified}"]
    for step in execution.executed_steps if steps else ():
        lines.append(f"  {step.step} ({step.action}): {step.outcome} in {step.duration_seconds:.1f} s")
        why = step.error if step.outcome == "failed" else ""
        lines += [f"    {_safe(text)}" for text in (why or step.result or "",) if text]
    if execution.error_message:
        lines.append(f"  {_safe(execution.error_message)}")
    lines += [f"  {name}: {_safe(str(value))}" for name, value in execution.outputs.items()]
    return "\n".join(lines)


def _was_healthy(execution: Execution) -> bool:
    from runwright.engine.result import ALREADY_HEALTHY

    return execution.outcome is not None and execution.outcome.resolved_by == ALREADY_HEALTHY


def _safe(text: str) -> str:
    """Output of a program cannot move the cursor of a terminal."""
    return printable(text.strip(), instead=" ")[-500:]


def _json(execution: Execution) -> str:
    from runwright.model.telemetry import canonical, execution_data

    return canonical(execution_data(execution)).decode().rstrip()
