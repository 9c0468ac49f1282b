"""The agent's client of the service: one POST of JSON with a bearer token, and a small answer.

When to send and what to do with an answer is left to the agent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import urllib3

from runwright.errors import EdgeError

CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 30.0
MAX_ANSWER = 64 * 1024
GOOD = range(200, 300)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service answered; no status where it could not be reached."""

    status: int | None
    reason: str = ""
    retry_after: float | None = None
    """How many seconds the service asks to wait."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What it told, where it took the message."""


class ServiceClient:
    """Sends JSON to the service."""

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self._url, self._token = url.rstrip("/"), token
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, total=TOTAL_SECONDS)
        self._pool = urllib3.PoolManager(num_pools=1, maxsize=1, timeout=timeout, retries=False)

    def post(self, path: str, body: str) -> Reply:
        """Send one body; what the network does is in the reply, never an exception."""
        try:
            headers = self._headers()
            response = self._pool.request(
                "POST", self._url + path, body=body.encode(), headers=headers, redirect=False, preload_content=False
            )
        except EdgeError as error:
            return Reply(None, error.message)
        except (urllib3.exceptions.HTTPError, UnicodeError) as error:
            return Reply(None, f"{self._url} could not be reached: {_one_line(str(error))}")
        return _reply(response)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._token()}",
            "Content-Type": "application/json",
            "User-Agent": "runwright-agent",
        }


def _reply(response: urllib3.BaseHTTPResponse) -> Reply:
    try:
        content = response.read(MAX_ANSWER)
    except urllib3.exceptions.HTTPError as error:
        # The answer's head is not enough: whether the body was taken in is not known.
        return Reply(None, f"the answer broke off: {_one_line(str(error))}")
    finally:
        response.close()
    wait = retry_after_seconds(response.headers.get("Retry-After"), datetime.now(UTC))
    if response.status in GOOD:
        return Reply(response.status, retry_after=wait, data=_told(content))
    return Reply(response.status, _said(content), wait)


def _told(content: bytes) -> dict[str, Any]:
    """The JSON object of an answer; empty for everything else."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _said(content: bytes) -> str:
    text = content.decode("utf-8", "replace")
    try:
        data = json.loads(text)
    except ValueError:
        return _one_line(text)
    told = data.get("error", data.get("detail", text)) if isinstance(data, dict) else text
    return _one_line(str(told))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header (RFC 9110, 10.2.3): seconds or a date; None when it cannot be read."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
