"""`runwright serve`: the service on this machine until SIGTERM or Ctrl-C; the next start goes on where it was."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runwright.cli.forge_address import ForgeAddress, GitHubAddress
from runwright.cli.options import forge as forge_option
from runwright.cli.options import plain_format
from runwright.cli.service_options import database_option, state_option

if TYPE_CHECKING:
    from runwright.adapters.store.database import Database
    from runwright.cli.service_sides import Side


@click.command()
@forge_option
@click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    envvar="RUNWRIGHT_BOT_KEY",
    help="The bot's SSH private key, for a forge in a folder; it opens proposals and can approve nothing.",
)
@state_option
@database_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option(
    "--reconcile",
    default=600,
    show_default=True,
    type=click.IntRange(1, 86_400),
    help="Seconds after which everything at GitHub is read anew, whether a webhook came or not.",
)
@plain_format
def serve(
    forge: ForgeAddress,
    key: Path | None,
    state: Path,
    database: str | None,
    host: str,
    port: int,
    reconcile: int,
    form: str,
) -> None:
    """Run the service that learns from failures."""
    from runwright.adapters.store.lock import alone
    from runwright.cli.service_process import Address, bound, run_service
    from runwright.cli.service_wiring import build_parts, database_url, open_database

    if key is None and isinstance(forge, Path):
        raise click.UsageError("a forge in a folder needs --key, the bot's SSH private key")
    # The address comes first: where it is taken, nothing is left behind.
    with bound(Address(host, port)) as listener:
        opened = open_database(database_url(state, database))
        try:
            with alone(opened):
                side = _side(forge, key, state, opened, timedelta(seconds=reconcile))
                run_service(build_parts(opened, side), listener, as_json=form == "json")
        finally:
            opened.close()


def _side(forge: ForgeAddress, key: Path | None, state: Path, database: Database, every: timedelta) -> Side:
    """The forge as the service sees it."""
    from runwright.cli.service_github import SECRET, GitHubSettings, github_side
    from runwright.cli.service_sides import local_side

    if isinstance(forge, GitHubAddress):
        side = github_side(GitHubSettings(forge.repository, state, every), database, os.environ)
        if not os.environ.get(SECRET):
            click.echo(
                f"{SECRET} is not set: no webhook is taken, so what people do is seen up to a minute later", err=True
            )
        return side
    assert key is not None
    return local_side(forge, key)
