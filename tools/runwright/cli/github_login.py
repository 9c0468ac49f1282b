"""`runwright github login | logout | whoami`: sign in to GitHub as oneself; the token is kept and never shown."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click

from runwright.cli import options
from runwright.cli.forge_address import ForgeAddress, GitHubAddress

if TYPE_CHECKING:
    from runwright.adapters.forge_github import Connection, Place
    from runwright.adapters.login_github import DeviceCode

CLIENT_ID = "RUNWRIGHT_GITHUB_CLIENT_ID"
SCOPES = ("repo", "read:org")
"""What an OAuth App is asked for: reviewing and merging, and reading who is in a team. A GitHub App has permissions."""


@click.command()
@options.forge
@click.option(
    "--client-id",
    envvar=CLIENT_ID,
    help="The client id of your organisation's GitHub App or OAuth App for people; its device flow must be enabled.",
)
def login(forge: ForgeAddress, client_id: str | None) -> None:
    """Sign in to GitHub as yourself, with a code that you enter in the browser.

    The token is kept in a file that nobody else can read. A token of your own in RUNWRIGHT_GITHUB_TOKEN needs none of
    this.
    """
    from runwright.adapters.login_github import DeviceFlow, Waiting
    from runwright.cli.github_person import connection_of, login_of, logins_of

    place, logins = _place(forge), logins_of(os.environ)
    client = client_id or _known_client(place)
    flow = DeviceFlow(place.web, client)
    code = flow.begin(SCOPES)
    _tell(code)
    grant = flow.wait(code, _waiting(Waiting))
    name = _person(connection_of(place, grant.token, os.environ))
    path = logins.keep(place.web, login_of(name, client, grant))
    click.echo(f"signed in to {place.web} as {name}; the token is kept in {path}")
    _warn_of_environment()


@click.command()
@options.forge
def logout(forge: ForgeAddress) -> None:
    """Forget the token that was kept."""
    from runwright.cli.github_person import logins_of

    place = _place(forge)
    if not logins_of(os.environ).forget(place.web):
        click.echo(f"nobody was signed in to {place.web}")
        return
    where = f"{place.web}/settings/applications"
    click.echo(f"signed out of {place.web}; GitHub takes the token until you revoke it: {where}")


@click.command()
@options.forge
@options.plain_format
def whoami(forge: ForgeAddress, form: str) -> None:
    """Say who you are at GitHub, and whether you may review and merge."""
    from runwright.cli.github_person import connection_of, token_of

    place = _place(forge)
    token, source = token_of(place, os.environ)
    connection = connection_of(place, token, os.environ)
    name = _person(connection)
    may = connection.get("").get("permissions") or {}
    write = bool(may.get("push") or may.get("admin"))
    if form == "json":
        told = {"login": name, "token": source, "repository": place.repository, "may_merge": write}
        click.echo(json.dumps(told, indent=2))
        return
    can = "may review and merge" if write else "may not merge: that needs write access"
    click.echo(f"{name}, by the token of the {source}; {can} in {place.repository}")


def _place(forge: ForgeAddress) -> Place:
    from runwright.cli.github_wiring import place_of
    from runwright.errors import ContentError

    if not isinstance(forge, GitHubAddress):
        raise ContentError(f"{forge} is a forge in a folder, where your SSH key says who you are; nobody signs in")
    return place_of(forge.repository, os.environ)


def _known_client(place: Place) -> str:
    """The client id that was used before."""
    from runwright.cli.github_person import logins_of

    before = logins_of(os.environ).read(place.web)
    if before is None or not before.client_id:
        raise click.UsageError(
            f"Missing option '--client-id': the page .github/SETUP.md says where your organisation finds it. Without "
            f"one, make a fine-grained token at {place.web}/settings/personal-access-tokens and set "
            "RUNWRIGHT_GITHUB_TOKEN."
        )
    return before.client_id


def _tell(code: DeviceCode) -> None:
    from runwright.cli.printable import printable

    shown = printable(code.user_code, instead="?")
    click.echo(f"Enter the code  {shown}  at  {printable(code.address, instead='?')}", err=True)
    click.echo(f"It is good for {code.expires_in / 60:.0f} minutes; this waits for you.", err=True)


def _waiting(kind: Any) -> Any:
    from threading import Event
    from time import monotonic

    return kind(monotonic, Event().wait)


def _person(connection: Connection) -> str:
    """The account behind a token; raises TrustError for one that is nobody's."""
    from runwright.adapters.forge_github.people import person_of

    return person_of(connection).login


def _warn_of_environment() -> None:
    from runwright.cli.github_wiring import TOKEN

    if os.environ.get(TOKEN):
        click.echo(f"{TOKEN} is set and wins over this; unset it to speak as yourself", err=True)
