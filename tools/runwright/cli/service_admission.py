"""Whether GitHub lets the service in, asked once at its start: who is refused then is refused at every look.

An outage, or a limit on requests, is no refusal: what was fetched before serves until it is over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from runwright.errors import ContentError, EdgeError

if TYPE_CHECKING:
    from runwright.adapters.forge_github import Connection
    from runwright.adapters.forge_github.refusals import Refused

DOCTOR = "`runwright doctor --forge github:{}` says more"


def check_admission(connection: Connection, when_due: Callable[[Callable[[], Any]], Any]) -> None:
    """Refuse (ContentError) credentials that GitHub refuses, and those that may only read.

    `when_due` does what it is given, or raises EdgeError where GitHub asked for a pause that is not over.
    """
    from runwright.adapters.forge_github.connection import Asked, content
    from runwright.adapters.forge_github.refusals import Refused

    route = connection.place.route("")
    try:
        about = when_due(lambda: content(connection.read(Asked("GET", route)), route))
    except Refused as refused:
        raise ContentError(f"{refused}; {_remedy(connection, refused)}") from refused
    except EdgeError as error:
        if error.retryable:
            return
        raise ContentError(str(error)) from error
    role = about.get("permissions") if isinstance(about, dict) else None
    # What GitHub says of an App's token here is nothing: its rights were asked for by name and given with the token.
    if connection.credentials.kind == "token" and role and not role.get("push"):
        raise ContentError(
            f"{connection.login} may only read {connection.place.repository}, so no proposal could be opened; "
            f"give the account the role write, or use the bot's App; {DOCTOR.format(connection.place.repository)}"
        )


def _remedy(connection: Connection, refused: Refused) -> str:
    """What helps against a refusal, by what was refused."""
    more = DOCTOR.format(connection.place.repository)
    if connection.credentials.kind == "token":
        return f"check that RUNWRIGHT_GITHUB_TOKEN is valid and may see the repository; {more}"
    if refused.status == 401:
        return f"check that the App's number and its key belong together, and this machine's clock; {more}"
    if refused.status == 404:
        return f"check RUNWRIGHT_GITHUB_INSTALLATION and the repository's name, or leave the number out; {more}"
    return f"check that the App is installed for the repository with all its permissions, and not suspended; {more}"
