"""Signing in without a browser on the same machine: OAuth's device flow (RFC 8628), as GitHub has it."""

from __future__ import annotations

import secrets
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

from tests.support.github.messages import Answer
from tests.support.github.routes import Call, Route, route

ROUTES: list[Route] = []
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class Asked:
    """One sign-in that waits for its person."""

    client: str
    scope: str
    login: str = ""
    refused: bool = False
    expired: bool = False
    used: bool = False


@dataclass
class Devices:
    """The sign-ins of one site, by their device codes; the test plays the person with the user code."""

    by_device: dict[str, Asked] = field(default_factory=dict)
    by_user: dict[str, Asked] = field(default_factory=dict)
    clients: set[str] = field(default_factory=lambda: {"Iv1.runwright"})
    interval: int = 5
    """Seconds between two questions, as told to who asks."""
    too_fast: int = 0
    """How many of the next questions are answered by slow_down."""

    def approve(self, user_code: str, login: str) -> None:
        """The person types the code and agrees."""
        self.by_user[user_code].login = login

    def refuse(self, user_code: str) -> None:
        """The person types the code and does not agree."""
        self.by_user[user_code].refused = True

    def expire(self, user_code: str) -> None:
        """Nobody came in time."""
        self.by_user[user_code].expired = True


def form(call: Call) -> dict[str, Any]:
    """What was sent, as a form or as JSON."""
    if "json" in call.request.headers.get("content-type", ""):
        return dict(call.json)
    return dict(urllib.parse.parse_qsl(call.request.body.decode()))


def told(call: Call, body: dict[str, Any]) -> Answer:
    """JSON for those who ask for it, else a form."""
    if "json" in call.request.headers.get("accept", ""):
        return Answer(200, body)
    return Answer(200, urllib.parse.urlencode(body).encode(), {"Content-Type": "application/x-www-form-urlencoded"})


def trouble(call: Call, error: str, text: str, **more: Any) -> Answer:
    """An error of OAuth: 200 with a name."""
    return told(call, {"error": error, "error_description": text, **more})


@route(ROUTES, "POST", "/login/device/code", top=True)
def begin(call: Call) -> Answer:
    """Give the two codes."""
    sent, devices = form(call), call.site.devices
    if sent.get("client_id") not in devices.clients:
        return Answer(404, {"error": "Not Found"})
    asked = Asked(sent["client_id"], sent.get("scope", ""))
    device, letters = secrets.token_hex(20), secrets.token_hex(4).upper()
    user = f"{letters[:4]}-{letters[4:]}"
    devices.by_device[device] = devices.by_user[user] = asked
    address = f"{call.site.web}/login/device"
    times = {"expires_in": 900, "interval": devices.interval}
    return told(call, {"device_code": device, "user_code": user, "verification_uri": address, **times})


def why_not_yet(asked: Asked) -> tuple[str, str] | None:
    """The name and the text of what keeps a sign-in from its token."""
    if asked.expired:
        return "expired_token", "This 'device_code' has expired."
    if asked.refused:
        return "access_denied", "The authorization request was denied."
    if not asked.login:
        return "authorization_pending", "The authorization request is still pending."
    return None


@route(ROUTES, "POST", "/login/oauth/access_token", top=True)
def finish(call: Call) -> Answer:
    """Give the token once its person agreed; other grants are the emulator's."""
    sent, devices = form(call), call.site.devices
    if sent.get("grant_type") != GRANT:
        return call.site.emulator.ask(call.request)
    asked = devices.by_device.get(sent.get("device_code", ""))
    if asked is None or asked.used or asked.client != sent.get("client_id"):
        return trouble(call, "incorrect_device_code", "The device_code provided is not valid.")
    if devices.too_fast:
        devices.too_fast -= 1
        return trouble(call, "slow_down", "Too many requests have been made.", interval=devices.interval + 5)
    if waiting := why_not_yet(asked):
        return trouble(call, *waiting)
    asked.used = True
    token = call.site.token_of(asked.login)
    return told(call, {"access_token": token, "token_type": "bearer", "scope": asked.scope})
