"""Who a person is at GitHub: by a token of their own, from the environment or from a sign-in, never by the bot's."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from runwright.errors import ContentError

if TYPE_CHECKING:
    from runwright.adapters.forge_github import Connection, Place
    from runwright.adapters.login_files import Login, Logins
    from runwright.adapters.login_github import Grant

EARLY = 300.0
"""A token that ends is renewed so many seconds before."""
Source = Literal["environment", "sign-in"]


def person(repository: str, environ: Mapping[str, str]) -> Connection:
    """Speak to GitHub as the person who runs the command; raises ContentError where nobody is signed in."""
    from runwright.cli.github_wiring import place_of

    place = place_of(repository, environ)
    token, _ = token_of(place, environ)
    return connection_of(place, token, environ)


def connection_of(place: Place, token: str, environ: Mapping[str, str]) -> Connection:
    """Speak with one token, as fast as the environment lets."""
    from runwright.adapters.forge_github import Connection, TokenCredentials
    from runwright.cli.github_wiring import pace_of

    return Connection(place, TokenCredentials(token), pace=pace_of(environ))


def token_of(place: Place, environ: Mapping[str, str]) -> tuple[str, Source]:
    """Give the person's token and where it stands: the environment wins. Raises ContentError where there is none."""
    from runwright.cli.github_wiring import TOKEN

    given = environ.get(TOKEN, "").strip()
    if given:
        return given, "environment"
    logins = logins_of(environ)
    login = logins.read(place.web)
    if login is None:
        raise ContentError(
            f"nobody is signed in to {place.web}; run `runwright github login --forge github:{place.repository}`, "
            f"or set {TOKEN} to a token of your own"
        )
    return current(logins, place.web, login).token, "sign-in"


def current(logins: Logins, web: str, login: Login) -> Login:
    """Give a sign-in whose token lasts a while yet; raises ContentError where it cannot be renewed."""
    from runwright.adapters.login_github import DeviceFlow

    if login.expires_at is None or time.time() < login.expires_at - EARLY:
        return login
    if not login.refresh_token or not login.client_id:
        raise ContentError(f"the sign-in of {login.login} to {web} is over; run `runwright github login` again")
    try:
        grant = DeviceFlow(web, login.client_id).renew(login.refresh_token)
    except ContentError:
        found = logins.read(web)
        if found is not None and found.refresh_token != login.refresh_token:
            return found  # another process renewed it first
        raise
    renewed = login_of(login.login, login.client_id, grant)
    logins.keep(web, renewed)
    return renewed


def login_of(name: str, client_id: str, grant: Grant) -> Login:
    """Give what is kept of a sign-in."""
    from runwright.adapters.login_files import Login

    ends = None if grant.expires_in is None else time.time() + grant.expires_in
    return Login(name, grant.token, client_id, ends, grant.refresh_token)


def logins_of(environ: Mapping[str, str]) -> Logins:
    """Find the person's folder of sign-ins (XDG Base Directory)."""
    from runwright.adapters.login_files import Logins

    given = environ.get("XDG_CONFIG_HOME", "")
    base = Path(given) if given.startswith("/") else Path(environ.get("HOME") or "/") / ".config"
    return Logins(base / "runwright" / "github")


def mirror_folder(place: Place, environ: Mapping[str, str]) -> Path:
    """Where a person's copy of a repository is kept (XDG Base Directory); what is there can be deleted at any time."""
    given = environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if given.startswith("/") else Path(environ.get("HOME") or "/") / ".cache"
    host = logins_of(environ).path(place.web).stem
    return base / "runwright" / "github" / host / f"{place.repository.replace('/', '+')}.git"
