"""Who speaks to GitHub: an App by tokens of its installation, renewed before they end, or one token as it is.

A token is never assumed to have a length or a shape, and stands in no error text.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol
from urllib.parse import quote

from github.Auth import AppAuth
from jwt.exceptions import PyJWTError

from runwright.adapters.forge_github.place import Place
from runwright.adapters.forge_github.refusals import Answer, Limited, Missing, Refused, is_limit, pause_of, refusal
from runwright.adapters.forge_github.wire import Sending, Wire, unreached
from runwright.errors import ContentError, EdgeError

Kind = Literal["app", "token"]
EARLY = 300.0
"""A token is renewed so many seconds before it ends."""
JWT_LIFE = 540
"""Seconds; GitHub takes at most ten minutes, and clocks differ."""
PERMISSIONS: Mapping[str, str] = {
    "metadata": "read",
    "contents": "write",
    "pull_requests": "write",
    "issues": "write",
    "checks": "write",
    "statuses": "write",
    "actions": "read",
}
"""What the bot's tokens may do; asked for by name, since a request without names can be read as none."""
ACTIONS_BOT = "github-actions[bot]"
"""Whose words the token of a workflow are; it may not ask who it is."""


class Credentials(Protocol):
    """Who speaks."""

    kind: Kind

    def token(self) -> str:
        """The token as it is now."""

    def renew(self) -> None:
        """Have another token next time, where there can be one: this one was refused."""

    def login(self, get: Callable[[str], Any]) -> str:
        """The account that the token speaks as; `get` asks GitHub with it."""


class TokenCredentials:
    """One token that somebody else renews: a person's, or a workflow's."""

    kind: Kind = "token"

    def __init__(self, token: str) -> None:
        """Keep the token; raises ContentError when it cannot be sent in a header."""
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise ContentError("the GitHub token is empty or has characters that no token has; check where it is set")
        self._token = token

    def __repr__(self) -> str:
        """Tell nothing of the token."""
        return "TokenCredentials()"

    def token(self) -> str:
        """Give the token."""
        return self._token

    def renew(self) -> None:
        """Nothing can be done: the token stays as it is."""

    def login(self, get: Callable[[str], Any]) -> str:
        """Ask GitHub; the token of a workflow may not ask and is the one of GitHub Actions."""
        try:
            return str(get("/user")["login"])
        except Refused as refused:
            if refused.status == 403:
                return ACTIONS_BOT
            raise


@dataclass(frozen=True)
class App:
    """A GitHub App: its number, and its private key as PEM text; the installation is looked up where it is not told."""

    id: str
    key: str
    installation: int | None = None

    def __repr__(self) -> str:
        """Tell nothing of the key."""
        return f"App({self.id!r})"


@dataclass(frozen=True)
class Held:
    """A token and when it ends, in seconds since 1970."""

    token: str = field(repr=False)
    ends: float


class AppCredentials:
    """Tokens of an App's installation, narrowed to one repository and to named permissions."""

    kind: Kind = "app"

    def __init__(
        self,
        place: Place,
        app: App,
        permissions: Mapping[str, str] = PERMISSIONS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Get ready; nothing is asked yet. Raises ContentError when the key is none."""
        self.place, self.app, self.permissions, self.clock = place, app, dict(permissions), clock
        self.signer = AppAuth(app.id, app.key or "none", jwt_expiry=JWT_LIFE)
        self.wire = Wire(place, lambda: signed(self.signer))
        self.lock = threading.Lock()
        self.held: Held | None = None
        self.installation = app.installation
        signed(self.signer)

    def __repr__(self) -> str:
        """Tell nothing of the key and the token."""
        return f"AppCredentials({self.app!r})"

    def token(self) -> str:
        """Give a token that lasts a while yet; raises EdgeError when none can be had."""
        with self.lock:
            if self.held is None or self.held.ends - EARLY <= self.clock():
                self.held = self.asked()
            return self.held.token

    def renew(self) -> None:
        """Forget the token, so that the next one is new."""
        with self.lock:
            self.held = None

    def login(self, _get: Callable[[str], Any]) -> str:
        """Give the account that the App speaks as."""
        return f"{self.ask('GET', '/app')['slug']}[bot]"

    def identity(self) -> int:
        """Give the App's number as GitHub knows it; a client id may stand in the settings."""
        return int(self.ask("GET", "/app")["id"])

    def asked(self) -> Held:
        """Ask for a new token."""
        number = self.installation = self.installation or self.found()
        body = {"repositories": [self.place.repository.partition("/")[2]], "permissions": self.permissions}
        try:
            return held_of(self.ask("POST", f"/app/installations/{number}/access_tokens", body))
        except Missing:
            # Whoever installs the App anew gives it another number: that is looked up the next time.
            self.installation = self.app.installation
            raise

    def found(self) -> int:
        """Look up the installation for the repository."""
        try:
            return int(self.ask("GET", f"/repos/{quote(self.place.repository)}/installation")["id"])
        except Missing as missing:
            raise EdgeError(
                f"the GitHub App {self.app.id} is not installed for {self.place.repository}; install it there, "
                "or correct the repository's name",
                retryable=False,
            ) from missing

    def ask(self, verb: str, path: str, body: Any = None) -> Any:
        """Ask as the App itself. Another token more is no harm, so a caller may simply ask again."""
        asked = f"{verb} {path}"
        try:
            answer = self.wire.exchange(Sending(verb, path, body=body))
        except OSError as error:
            raise unreached(self.place, asked, error) from None
        return self.read(answer, asked)

    def read(self, answer: Answer, asked: str) -> Any:
        """Give what an answer holds, or its error."""
        if is_limit(answer):
            raise Limited(pause_of(answer, self.clock(), 0), asked)
        if 400 <= answer.status < 500:
            raise refusal(answer, asked)
        try:
            if answer.status < 300:
                return answer.json()
        except ValueError:
            pass
        raise EdgeError(f"GitHub answered {asked} with {answer.status}; it is tried again")


def signed(signer: AppAuth) -> str:
    """Give a token signed with the App's key; raises ContentError when the key is none."""
    try:
        return signer.create_jwt()
    except (ValueError, TypeError, PyJWTError) as error:
        raise ContentError(
            f"the GitHub App's private key cannot be used ({type(error).__name__}); "
            "expected the PEM file that GitHub gave"
        ) from None


def held_of(data: Any) -> Held:
    """Read a token and its end; raises EdgeError when the answer has none."""
    try:
        return Held(str(data["token"]), datetime.fromisoformat(str(data["expires_at"])).timestamp())
    except (KeyError, TypeError, ValueError):
        raise EdgeError("GitHub's answer has no token or no end of it; it is tried again") from None
