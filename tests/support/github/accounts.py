"""Who there is at the server, what they may do, and whose a token is.

Nothing is asked of the emulator here; it is told the same accounts in its seed.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Role = Literal["admin", "write", "triage", "read", "none"]
RANKS = {"none": 0, "read": 1, "triage": 1, "write": 2, "admin": 3}
"""Who may triage is no more than a reader here, though GitHub lets them close and label what others opened."""
OWNER = "acme"
NAME = "runbooks"
REPOSITORY = f"{OWNER}/{NAME}"
PEOPLE: Mapping[str, Role] = {
    "dana": "admin",
    "erin": "write",
    "frank": "write",
    "gina": "read",
    "mallory": "none",
    "runwright-bot": "write",
}
"""A login is a person's, but for `runwright-bot`: a machine user with a token and no App."""
APP_ID = 4711
INSTALLATION = 815
SLUG = "runwright"
BOT = f"{SLUG}[bot]"
ACTIONS = (15368, "github-actions", 816)
"""The App that GitHub's own workflows speak as."""
APPS = ((APP_ID, SLUG, INSTALLATION), ACTIONS)
PERMISSIONS: Mapping[str, str] = {
    "metadata": "read",
    "contents": "write",
    "pull_requests": "write",
    "issues": "write",
    "checks": "write",
    "statuses": "write",
    "actions": "read",
    "security_events": "write",
}
EVENTS = [
    "check_run",
    "check_suite",
    "issue_comment",
    "issues",
    "label",
    "merge_group",
    "ping",
    "pull_request",
    "pull_request_review",
    "push",
    "release",
    "repository",
    "status",
    "workflow_run",
    "create",
    "delete",
]


@dataclass(frozen=True)
class App:
    """The GitHub App and where it is installed."""

    id: int
    slug: str
    installation: int
    key: Path
    """The private key, PEM."""


@dataclass(frozen=True)
class Actor:
    """Who asks: an account, an App's installation, an App itself, or nobody."""

    login: str
    kind: Literal["user", "installation", "app", "nobody"]
    permissions: Mapping[str, str] = field(default_factory=dict)
    """What an installation's token may; empty for all others."""
    app: int | None = None
    """The App of an installation."""


@dataclass
class Accounts:
    """The accounts of one server; tests may change roles and names while it runs."""

    roles: dict[str, Role] = field(default_factory=lambda: dict(PEOPLE))
    tokens: dict[str, str] = field(default_factory=dict)
    """Login by token."""
    inner: tuple[str, ...] = tuple(f"inner-{number}" for number in range(100))
    """The administrator's tokens for what the server itself asks the emulator: each is good for 5,000 an hour."""
    installations: dict[str, Actor] = field(default_factory=dict)
    """Who an installation's token is."""
    teams: dict[str, set[str]] = field(default_factory=dict)
    """The logins of each team of the organisation."""
    aliases: dict[str, str] = field(default_factory=dict)
    """Tokens that came by signing in, and the token that the emulator knows of the same person."""
    revoked: set[str] = field(default_factory=set)
    emails: dict[str, str] = field(default_factory=dict)
    """Login by the address in a commit."""
    ids: dict[str, int] = field(default_factory=dict)
    """The numbers that the server gave to logins."""

    def whose(self, token: str) -> Actor | None:
        """Tell who has a token; None where nobody does."""
        if not token:
            return Actor("", "nobody")
        if token in self.revoked:
            return None
        token = self.aliases.get(token, token)
        if token in self.installations:
            return self.installations[token]
        if token in self.tokens:
            return Actor(self.tokens[token], "user")
        return Actor("", "app") if is_fresh(token) else None

    def known_by(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Headers with a token that the emulator knows."""
        given = headers.get("authorization", "").partition(" ")[2]
        return {**headers, "authorization": f"Bearer {self.aliases[given]}"} if given in self.aliases else headers

    def minted(self, token: str, installation: int, permissions: Mapping[str, str]) -> None:
        """Remember an installation's new token."""
        app, slug, _ = next(one for one in APPS if one[2] == installation)
        self.installations[token] = Actor(f"{slug}[bot]", "installation", dict(permissions), app)

    def may(self, actor: Actor, area: str, level: str = "read") -> bool:
        """Tell whether an actor may read or write (or, as a user, administer) an area of the repository."""
        if actor.kind == "installation":
            return RANKS[actor.permissions.get(area, "none")] >= RANKS[level]
        level = "admin" if area == "administration" else level
        return RANKS[self.roles.get(actor.login, "none")] >= RANKS[level]

    def login_of(self, email: str) -> str | None:
        """The account that an address in a commit belongs to."""
        local, _, host = email.partition("@")
        if host == "users.noreply.github.com":
            login = local.partition("+")[2] or local
            return login if login in self.ids else None
        return self.emails.get(email)


def is_fresh(token: str) -> bool:
    """Whether a token is an App's, good for 10 minutes at most; the emulator looks at its signature and its end."""
    if token.count(".") != 2:
        return False
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return bool(claims["exp"] - time.time() <= 600)


def app_seed(app: tuple[int, str, int], key: str) -> dict[str, Any]:
    """One App for the emulator."""
    number, slug, installation = app
    return {
        "app_id": number,
        "slug": slug,
        "name": slug.title(),
        "private_key": key,
        "permissions": dict(PERMISSIONS),
        "events": EVENTS,
        "installations": [{"installation_id": installation, "account": OWNER, "repository_selection": "all"}],
    }


def seed(accounts: Accounts, key: str) -> dict[str, Any]:
    """The emulator's configuration: the organisation, its one repository, the people and the App."""
    people = [{"login": login, "name": login.title(), "email": f"{login}@acme.example"} for login in accounts.roles]
    members = [{"login": login, "role": "admin"} for login, role in accounts.roles.items() if role == "admin"]
    github = {
        "users": people,
        "orgs": [{"login": OWNER, "name": "Acme", "members": members}],
        "repos": [{"owner": OWNER, "name": NAME, "private": True, "description": "Runbooks of Acme"}],
        "apps": [app_seed(one, key) for one in APPS],
    }
    tokens = accounts.tokens | dict.fromkeys(accounts.inner, "dana")
    return {"tokens": {token: {"login": login} for token, login in tokens.items()}, "github": github}
