"""Signing in to GitHub as a person: the device flow, and the renewal of a token that ends.

Sources: RFC 8628; GitHub, "Generating a user access token for a GitHub App", "Authorizing OAuth apps" (device flow) and
"Refreshing user access tokens": a token of the device flow is renewed without a client secret. Where the token is kept
is left to `login_files`; how the person is told, to `cli`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard
from urllib.parse import urlencode, urlsplit

from runwright.adapters.http_request import Reply, send
from runwright.errors import ContentError, EdgeError

DEVICE_CODE, ACCESS_TOKEN = "/login/device/code", "/login/oauth/access_token"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SLOWER = 5.0
"""Seconds that each `slow_down` adds to the interval (RFC 8628, 3.5)."""
TIMEOUT = 20.0
LONGEST = 4096
"""Characters that a token may have; GitHub's grow, so nothing else is presumed of it."""
NEAR = frozenset({"127.0.0.1", "::1", "localhost"})
HEADERS = {
    "Accept": "application/json",
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": "runwright",
}
ENDED = {
    "expired_token": "the code expired before it was entered; run the command again",
    "access_denied": "GitHub was told no: nobody is signed in",
    "device_flow_disabled": "the device flow is switched off for this client id; enable it in the App's settings",
    "incorrect_client_credentials": "GitHub does not know this client id; check --client-id",
    "Not Found": "GitHub does not know this client id; check --client-id",
    "unauthorized_client": "GitHub does not know this client id; check --client-id",
    "incorrect_device_code": "GitHub does not know the code any more; run the command again",
    "unsupported_grant_type": "this GitHub does not offer the device flow; make a fine-grained token instead",
    "bad_refresh_token": "the sign-in is over; run `runwright github login` again",
}
"""What ends a sign-in, and what to do then."""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person enters where; times in seconds."""

    device_code: str = field(repr=False)
    user_code: str
    address: str
    expires_in: float
    interval: float


@dataclass(frozen=True, slots=True)
class Grant:
    """What GitHub gave: a token, and what renews it where it ends; times in seconds from now."""

    token: str = field(repr=False)
    expires_in: float | None = None
    refresh_token: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """How to wait between two questions: a clock that only grows, in seconds, and a pause of some seconds."""

    clock: Callable[[], float]
    pause: Callable[[float], object]


class DeviceFlow:
    """Asks one GitHub, by its web address, for one client id."""

    def __init__(self, web: str, client_id: str) -> None:
        """Raise ContentError for an address that a token must not travel from: only https, and http to this machine."""
        parts = urlsplit(web)
        near = parts.scheme == "http" and parts.hostname in NEAR
        if not parts.hostname or not (near or parts.scheme == "https"):
            raise ContentError(f"the web address of GitHub, {parts.hostname or ''!a}, must begin with https://")
        self.web, self.client_id = web.rstrip("/"), client_id

    def begin(self, scopes: tuple[str, ...] = ()) -> DeviceCode:
        """Ask for a code that a person enters in the browser; raises ContentError or EdgeError."""
        data = self.ask(DEVICE_CODE, {"client_id": self.client_id, "scope": " ".join(scopes)})
        if "error" in data:
            raise ended(data)
        code, user, address = (plain(data.get(name)) for name in ("device_code", "user_code", "verification_uri"))
        if not code or not user or urlsplit(address).hostname != urlsplit(self.web).hostname:
            raise EdgeError(f"{self.web} gave no code that can be entered there; the device flow is not offered")
        return DeviceCode(code, user, address, seconds(data.get("expires_in"), 900), seconds(data.get("interval"), 5))

    def wait(self, code: DeviceCode, waiting: Waiting) -> Grant:
        """Ask until the person has answered; raises ContentError when that was a no, or too late.

        Never sooner than GitHub lets us; no answer, or trouble at GitHub, only makes the next question later.
        """
        interval, ends = code.interval, waiting.clock() + code.expires_in
        wanted = {"client_id": self.client_id, "device_code": code.device_code, "grant_type": GRANT}
        while waiting.clock() + interval <= ends:
            waiting.pause(interval)
            try:
                data = self.ask(ACCESS_TOKEN, wanted)
            except EdgeError:
                interval += SLOWER
                continue
            if data.get("error") == "slow_down":
                interval = max(interval + SLOWER, seconds(data.get("interval"), 0))
            elif data.get("error") != "authorization_pending":
                return granted(data)
        raise ContentError(ENDED["expired_token"])

    def renew(self, refresh_token: str) -> Grant:
        """Give a new token for one that ends; the old refresh token is of no use afterwards."""
        wanted = {"client_id": self.client_id, "grant_type": "refresh_token", "refresh_token": refresh_token}
        return granted(self.ask(ACCESS_TOKEN, wanted))

    def ask(self, path: str, form: Mapping[str, str]) -> dict[str, Any]:
        """Send one form and give the object that comes back; raises EdgeError where none does."""
        reply = send("POST", self.web + path, HEADERS, urlencode(form), TIMEOUT)
        data = read(reply)
        if data is None:
            said = f"status {reply.status}" if reply.status is not None else reply.text
            raise EdgeError(f"{urlsplit(self.web).hostname} did not answer the sign-in: {said}; try again")
        return data


def read(reply: Reply) -> dict[str, Any] | None:
    """Give the object of an answer, of a refusal too; None where there is none or GitHub is in trouble."""
    if reply.status is None or reply.status >= 500 or reply.status == 429:
        return None
    try:
        data = json.loads(reply.text)
    except (ValueError, RecursionError):
        return None
    told = isinstance(data, dict) and (reply.status == 200 or "error" in data)
    return data if told else None


def granted(data: Mapping[str, Any]) -> Grant:
    """Read the token of an answer; raises ContentError for a refusal, EdgeError for something else."""
    if "error" in data:
        raise ended(data)
    token = data.get("access_token")
    if not is_token(token):
        raise EdgeError("GitHub's answer holds no token; try again")
    refresh = data.get("refresh_token")
    ends = data.get("expires_in")
    scopes = tuple(plain(data.get("scope")).replace(",", " ").split())
    return Grant(token, seconds(ends, 0) or None, refresh if is_token(refresh) else "", scopes)


def is_token(value: Any) -> TypeGuard[str]:
    """Say whether a value can stand in a header: printable ASCII without blanks, and not endless."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )


def ended(data: Mapping[str, Any]) -> ContentError:
    """Give the error that ends a sign-in."""
    code = plain(data.get("error"))
    known = ENDED.get(code)
    return ContentError(known or f"GitHub refused the sign-in: {plain(data.get('error_description')) or code}")


def seconds(value: Any, default: float) -> float:
    """Read a length of time; the default where it is none that makes sense."""
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 86_400 * 366
    return float(value) if good else default


def plain(value: Any) -> str:
    """Show foreign words: printable and short."""
    text = value if isinstance(value, str) else ""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
