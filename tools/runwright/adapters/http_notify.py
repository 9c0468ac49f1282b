"""Sends messages to the channels that the site's configuration names, as JSON by HTTP.

Only a configured address is ever reached. An address may hold a secret, so it never stands in a result.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from runwright.actions.action import Result
from runwright.adapters.http_request import send
from runwright.adapters.native import Args, Native, Pause
from runwright.errors import ContentError, EdgeError

MAX_MESSAGE = 2000
GOOD = range(200, 300)


@dataclass(frozen=True, slots=True)
class Channel:
    """Where a channel leads, and what opens it."""

    url: str
    token: Callable[[], str] | None = None
    """Gives the bearer token, read anew each time; raises `ContentError` or `EdgeError`."""


def notifier(channels: Mapping[str, Channel], sender: Mapping[str, str]) -> Native:
    """The native operation that sends a message; `sender` tells who speaks, such as site and host."""

    def notify(args: Args, timeout: float, _pause: Pause) -> Result:
        name = str(args["channel"])
        channel = channels.get(name)
        if channel is None:
            known = ", ".join(sorted(channels)) or "none"
            said = f"the agent's configuration has no channel {name!r} under `notify`; it has: {known}"
            return Result(1, error=said, never_started=True)
        try:
            return _sent(name, channel, _body(args, sender), timeout)
        except (ContentError, EdgeError) as error:
            return Result(1, error=f"channel {name}: {error.message}", never_started=True)

    return notify


def _sent(name: str, channel: Channel, body: str, timeout: float) -> Result:
    headers = {"Content-Type": "application/json"}
    if channel.token is not None:
        headers["Authorization"] = f"Bearer {channel.token()}"
    status = send("POST", channel.url, headers, body, timeout).status
    if status is not None and status in GOOD:
        return Result(0, output=f"sent to channel {name}")
    said = f"answered with status {status}" if status is not None else "could not be reached"
    return Result(1, error=f"channel {name} {said}")


def _body(args: Args, sender: Mapping[str, str]) -> str:
    message, severity = str(args["message"])[:MAX_MESSAGE], str(args["severity"])
    # `text` is what the usual chat services show of an incoming message.
    return json.dumps({"text": f"[{severity}] {message}", "message": message, "severity": severity, **sender})
