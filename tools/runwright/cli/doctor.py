"""`runwright doctor`: looks at everything that must be set up, and says of each whether it is good and what to do.

Changes nothing. Where nobody can tell, it says so. What is judged good is left to `checks.hosting`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runwright.cli.forge_address import ForgeAddress, ForgeType, GitHubAddress
from runwright.cli.options import plain_format
from runwright.cli.service_options import database_option, state_option

if TYPE_CHECKING:
    from runwright.checks.hosting.diagnosis import Diagnosis

MARKS = {"good": "good", "wrong": "WRONG", "unknown": "cannot tell"}


@click.command()
@click.option("--forge", type=ForgeType(), envvar="RUNWRIGHT_FORGE", help="The forge to look at; none by default.")
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    envvar="RUNWRIGHT_AGENT_CONFIG",
    help="An agent's configuration to look at; none by default.",
)
@state_option
@database_option
@click.option("--strict", is_flag=True, help="Count what cannot be told as wrong.")
@plain_format
def doctor(
    forge: ForgeAddress | None, config_path: Path | None, state: Path, database: str | None, strict: bool, form: str
) -> int:
    """Look whether everything is set up, and say what to do."""
    from runwright.checks.hosting.diagnosis import counts

    found = tuple(_all(forge, config_path, state, database))
    (_json if form == "json" else _text)(found)
    number = counts(found)
    return 1 if number["wrong"] or (strict and number["unknown"]) else 0


def _all(
    forge: ForgeAddress | None, config_path: Path | None, state: Path, database: str | None
) -> Iterator[Diagnosis]:
    """Every diagnosis: of this machine, of the forge, of an agent."""
    from runwright.cli.doctor_forge import of_folder, of_github
    from runwright.cli.doctor_local import of_agent, of_machine

    yield from of_machine(state, database, config_path)
    seen = None
    if isinstance(forge, GitHubAddress):
        seen = of_github(forge.repository)
    elif forge is not None:
        seen = of_folder(forge)
    if seen is not None:
        yield from seen.found
    if config_path is not None:
        yield from of_agent(config_path, seen.signers if seen else None)


def _json(found: tuple[Diagnosis, ...]) -> None:
    from runwright.checks.hosting.diagnosis import counts

    rows = [{"key": one.key, "state": one.state, "what": one.what, "do": one.do} for one in found]
    click.echo(json.dumps({**counts(found), "checks": rows}, indent=2, ensure_ascii=False))


def _text(found: tuple[Diagnosis, ...]) -> None:
    from runwright.checks.hosting.diagnosis import counts
    from runwright.cli.printable import printable

    said: set[str] = set()
    for one in found:
        click.echo(f"{MARKS[one.state]:<12} {one.key:<22} {printable(one.what, instead='?')}")
        if one.do and (one.state == "wrong" or one.do not in said):
            # What would help to tell several things is said with the first of them.
            click.echo(f"{'':<36}to do: {printable(one.do, instead='?')}")
            said.add(one.do)
    number = counts(found)
    click.echo(f"{number['good']} good, {number['wrong']} wrong, {number['unknown']} that cannot be told")
