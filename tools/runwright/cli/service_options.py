"""Options of the verbs that open the service's database."""

from __future__ import annotations

from pathlib import Path

import click

state_option = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runwright-state"),
    show_default=True,
    envvar="RUNWRIGHT_STATE",
    help="The folder of the service's own files.",
)
database_option = click.option(
    "--database",
    envvar=["RUNWRIGHT_DATABASE_URL", "RUNWRIGHT_DATABASE"],
    help="The database's URL, such as postgresql://user@host/name; a SQLite file in the state folder by default.",
)
