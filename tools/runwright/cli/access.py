"""`runwright access`: who may send telemetry and who may read the review queue."""

from __future__ import annotations

import json
from pathlib import Path

import click

from runwright.cli.options import plain_format
from runwright.cli.service_options import database_option, state_option


@click.group()
def access() -> None:
    """Give agents and reviewers their tokens, list and revoke them."""


@access.command()
@click.option("--site", help="The site that an agent's token is for.")
@click.option(
    "--role",
    type=click.Choice(("agent", "reviewer")),
    default="agent",
    show_default=True,
    help="Who it is for: an agent sends and asks for its own site, a reviewer sees the queue.",
)
@state_option
@database_option
@plain_format
def grant(site: str | None, role: str, state: Path, database: str | None, form: str) -> None:
    """Make a token and print it, this once; only its hash is kept."""
    from runwright.cli.access_wiring import granted

    token, given = granted(state, database, role, site)
    click.echo(
        json.dumps({"id": given.id, "role": given.role, "site_id": given.site_id, "token": token})
        if form == "json"
        else token
    )


@access.command("list")
@state_option
@database_option
@plain_format
def list_(state: Path, database: str | None, form: str) -> None:
    """List all tokens that were granted, without the tokens themselves."""
    from runwright.cli.access_wiring import all_of, data_of, line_of

    found = all_of(state, database)
    if form == "json":
        click.echo(json.dumps([data_of(item) for item in found]))
    for item in found if form == "text" else ():
        click.echo(line_of(item))


@access.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@state_option
@database_option
def revoke(number: int, state: Path, database: str | None) -> None:
    """End a token; the next request with it is refused."""
    from runwright.cli.access_wiring import revoked

    revoked(state, database, number)
    click.echo(f"token {number} is revoked")
