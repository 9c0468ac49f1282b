"""Finds out whose token it is and what it may do, as far as GitHub tells.

A token's first letters are only a hint of its kind (GitHub's "About authentication to GitHub", token formats); where
they say nothing, the kind is not known. What is right or wrong with it is left to `checks.hosting`.
"""

from __future__ import annotations

from runwright.adapters.forge_github.connection import Asked, Connection
from runwright.adapters.forge_github.credentials import ACTIONS_BOT, AppCredentials
from runwright.checks.hosting.facts import NotTold, Speaker, SpeakerKind

PREFIXES: dict[str, SpeakerKind] = {"github_pat_": "fine-grained", "ghp_": "classic", "gho_": "oauth"}


def speaker_of(connection: Connection) -> Speaker:
    """Say who speaks; raises EdgeError when GitHub does not answer or refuses the token."""
    credentials = connection.credentials
    if isinstance(credentials, AppCredentials):
        return _app(connection, credentials)
    return _token(connection)


def _app(connection: Connection, credentials: AppCredentials) -> Speaker:
    number = credentials.identity()
    # The installation says what was granted; the App's own page, only what was asked for.
    found = credentials.ask("GET", f"/repos/{connection.place.repository}/installation")
    return Speaker(
        "app",
        connection.login,
        app_id=number,
        permissions=dict(found.get("permissions") or {}),
        events=tuple(found.get("events") or ()),
        suspended=bool(found.get("suspended_at")),
    )


def _token(connection: Connection) -> Speaker:
    login = connection.login
    answer = connection.read(Asked("GET", connection.place.route("")))
    role = (answer.json() or {}).get("permissions")
    scopes = answer.headers.get("x-oauth-scopes")
    kind = kind_of(connection.credentials.token(), login, scopes)
    return Speaker(
        kind,
        login,
        scopes=_scopes(scopes) if kind in {"classic", "oauth"} else NotTold("only a classic token tells its scopes"),
        role={str(name): bool(may) for name, may in role.items()} if role else NotTold("GitHub did not say"),
    )


def kind_of(token: str, login: str, scopes: str | None) -> SpeakerKind:
    """Tell the kind of a token by its first letters, by whose it is, and by the scopes that GitHub told."""
    if login == ACTIONS_BOT:
        return "actions"
    hinted = next((kind for start, kind in PREFIXES.items() if token.startswith(start)), None)
    return hinted or ("classic" if scopes else "other")


def _scopes(header: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (header or "").split(",") if word.strip())


def account_id(connection: Connection, name: str) -> tuple[str, int]:
    """The kind (User or Team) and the id of `@name` or `@organisation/team`; raises Refused where it is missing."""
    owner, _, team = name.removeprefix("@").partition("/")
    if team:
        return "Team", int(connection.get(f"/orgs/{owner}/teams/{team}")["id"])
    return "User", int(connection.get(f"/users/{owner}")["id"])
