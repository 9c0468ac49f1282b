"""`runwright feedback`: what was thought of a run, and what a person says of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runwright.cli.options import plain_format
from runwright.cli.printable import printable
from runwright.cli.service_options import database_option, state_option

if TYPE_CHECKING:
    from runwright.adapters.store.opinions import Opinions

MAX_LISTED = 50
MAX_FACTS = 10
"""Missing facts of one run that are listed for people."""


@click.command()
@click.argument("execution", required=False)
@click.option("--right/--wrong", "right", default=None, help="Whether the runbook was the right one for the incident.")
@click.option("--text", default="", help="What there is to say; the next triage and the next draft are shown it.")
@click.option("--site", help="The site that sent the execution, where several sent one of that name.")
@state_option
@database_option
@plain_format
def feedback(
    execution: str | None,
    right: bool | None,
    text: str,
    site: str | None,
    state: Path,
    database: str | None,
    form: str,
) -> None:
    """Say what you think of EXECUTION; without an opinion, show what was thought of it, or of the newest runs.

    Every opinion is kept with who gave it and when.
    """
    with _opinions(state, database) as opinions:
        if right is not None or text:
            said = {"was_correct_runbook": right, "human_feedback": text, "site_id": site}
            _tell([_given(opinions, execution, said)], form, _kept)
            return
        _tell(_told(opinions, execution, site), form, _shown, _nothing(execution))


def _tell(told: list[dict[str, Any]], form: str, shown: Callable[[dict[str, Any]], str], nothing: str = "") -> None:
    click.echo(json.dumps(told, indent=2) if form == "json" else "\n\n".join(map(shown, told)) or nothing)


def _nothing(execution: str | None) -> str:
    if execution is None:
        return "no failed run was thought about yet"
    said = f"nothing was thought of {execution!r:.80} yet; `runwright feedback` lists the newest runs that were"
    return printable(said, keep="", instead="?")


def _given(opinions: Opinions, execution: str | None, data: dict[str, Any]) -> dict[str, Any]:
    from runwright.cli.wiring import now
    from runwright.service.analyses import kept_opinion, opinion_data

    if execution is None:
        raise click.UsageError("say which execution it is about")
    return opinion_data(kept_opinion(opinions, execution, data, _somebody(), now()))


def _kept(told: dict[str, Any]) -> str:
    return printable(f"kept: {told['by']} of {told['execution_id']}: {_opinion(told)}", keep="\n", instead="?")


def _told(opinions: Opinions, execution: str | None, site: str | None) -> list[dict[str, Any]]:
    from runwright.service.analyses import analysis_data

    return [analysis_data(one) for one in opinions.analyses(execution, site_id=site, limit=MAX_LISTED)]


def _shown(told: dict[str, Any]) -> str:
    thought = told["failure_analysis"]
    lines = [
        f"{told['execution_id']}  {told['site_id']}  {told['analyzed_at']}",
        f"  {thought['failure_type']}, confidence {told['triage'].get('confidence', 0):.2f}: "
        f"{told['triage'].get('rationale', '')}",
        f"  {_end(told['stage'], told['reason'])}",
    ]
    if thought["improved_runbook_id"]:
        lines.append(f"  improved: {thought['improved_runbook_id']}")
    if not thought["improved_runbook_id"]:
        lines += _missing(told["missing_facts"])
    lines += [f"  {one['by']} at {one['at']}: {_opinion(one)}" for one in told["opinions"]]
    return printable("\n".join(lines), keep="\n", instead="?")


def _missing(facts: list[str]) -> list[str]:
    """The facts that nobody recorded, one a line, as `runwright propose` tells them."""
    more = len(facts) - MAX_FACTS
    return [
        *(["  missing facts:"] if facts else []),
        *(printable(f"    - {fact}", keep="", instead="?") for fact in facts[:MAX_FACTS]),
        *([f"    and {more} more; --format json has them all"] if more > 0 else []),
    ]


def _end(stage: str, reason: str) -> str:
    """How it ended; most reasons say so themselves in their first words, as in `needs a person: ...`."""
    first, _, rest = reason.partition(": ")
    said = first.replace(" a ", " ").replace(" ", "_") == stage and bool(rest)
    return reason if said else f"{stage.replace('_', ' ')}: {reason}"


def _opinion(told: dict[str, Any]) -> str:
    right = {True: "the right runbook", False: "not the right runbook", None: ""}[told["was_correct_runbook"]]
    return "; ".join(part for part in (right, told["human_feedback"]) if part)


def _somebody() -> str:
    """Whoever is logged in here; there is no other proof at a command line."""
    import getpass
    import re

    name = re.sub(r"[^A-Za-z0-9._@-]", "?", getpass.getuser())[:64]
    return f"{name} (command line)"


@contextmanager
def _opinions(state: Path, database: str | None) -> Iterator[Opinions]:
    from runwright.adapters.store.opinions import Opinions
    from runwright.cli.service_wiring import known_database_url, open_database

    opened = open_database(known_database_url(state, database))
    try:
        yield Opinions(opened)
    finally:
        opened.close()
