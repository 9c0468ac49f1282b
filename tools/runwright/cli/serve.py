"""`runwright serve`: the service on this machine until SIGTERM or Ctrl-C; the next start goes on where it was."""

from __future__ import annotations

from pathlib import Path

import click

from runwright.cli.options import forge as forge_option
from runwright.cli.options import plain_format
from runwright.cli.service_options import database_option, state_option


@click.command()
@forge_option
@click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    envvar="RUNWRIGHT_BOT_KEY",
    help="The bot's SSH private key; it opens proposals and can approve nothing.",
)
@state_option
@database_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@plain_format
def serve(forge: Path, key: Path, state: Path, database: str | None, host: str, port: int, form: str) -> None:
    """Run the service that learns from failures."""
    from runwright.adapters.store.lock import alone
    from runwright.cli.service_process import Address, run_service
    from runwright.cli.service_wiring import build_parts, database_url, open_database

    opened = open_database(database_url(state, database))
    try:
        with alone(opened):
            run_service(build_parts(opened, forge, key), Address(host, port), as_json=form == "json")
    finally:
        opened.close()
