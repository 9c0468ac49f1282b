"""GitHub's refusals as errors that say who must act, and how long to wait; pure, from the answer alone.

EdgeError
├── Refused            a 4xx: nothing was done, and the same again is refused again
│   ├── Missing            404; a private thing that the token may not see looks the same
│   ├── Unprocessable      422: the content, or "exists already"
│   ├── Conflict           409
│   └── Forbidden          401 and 403
├── Full               our own measure of writes is full for now; reading goes on
├── Limited            too many requests; nothing was done, come back after `retry_after` seconds
└── Unclear            nobody knows whether a write was done: look before trying again
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runwright.errors import EdgeError

SHOWN = 300
"""So many characters of GitHub's own words are shown."""
PAUSE, LONGEST_PAUSE = 60.0, 3600.0
"""Seconds to wait where GitHub does not say how long: a minute, then twice as long each time."""
LIMIT_WORDS = ("rate limit", "abuse detection")


@dataclass(frozen=True)
class Answer:
    """One answer of GitHub: the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        """Give the body as a value, None where there is none; raises ValueError when it is not JSON."""
        try:
            return json.loads(self.text) if self.text.strip() else None
        except RecursionError:
            raise ValueError("nested too deep") from None

    def said(self) -> tuple[str, tuple[str, ...]]:
        """Give GitHub's message and its single errors, as far as the body has any."""
        try:
            body = self.json()
        except ValueError:
            return "", ()
        if not isinstance(body, dict):
            return "", ()
        found = body.get("errors")
        listed = found if isinstance(found, list) else [found] if found else []
        return plain(body.get("message")), tuple(error_text(one) for one in listed)


class Refused(EdgeError):
    """GitHub said no; nothing was done."""

    def __init__(self, status: int, message: str, errors: tuple[str, ...] = (), *, asked: str = "") -> None:
        self.status, self.errors = status, errors
        self.reason = message
        """GitHub's own words."""
        more = f" ({'; '.join(errors)})" if errors else ""
        told = f"GitHub refused {asked or 'a request'} with {status}: {message or 'no reason'}{more}"[:900]
        super().__init__(f"{told}{' (or this token may not see it)' if status == 404 else ''}")
        self.retryable = False
        self.safe = f"GitHub refused {asked or 'a request'} with {status}"

    def says(self, words: str) -> bool:
        """Say whether GitHub's words contain some others, in whatever case."""
        return any(words.casefold() in one.casefold() for one in (self.reason, *self.errors))


class Missing(Refused):
    """Not there, or not for this token to see."""


class Unprocessable(Refused):
    """The content is refused, or is there already."""


class Conflict(Refused):
    """Something else was first."""


class Forbidden(Refused):
    """The token may not."""


class Limited(EdgeError):
    """Too many requests for now; `retry_after` says in how many seconds it is worth another try."""

    def __init__(self, retry_after: float, asked: str = "") -> None:
        super().__init__(
            f"GitHub asks for a pause of {retry_after:.0f} s before {asked or 'the next request'}",
            retry_after=retry_after,
        )


class Full(EdgeError):
    """As many writes were sent within an hour as may be. GitHub asked for no pause, so nobody else has to wait."""


class Unclear(EdgeError):
    """A write was sent and its fate is not known; look whether it happened before trying again."""


KINDS: dict[int, type[Refused]] = {401: Forbidden, 403: Forbidden, 404: Missing, 409: Conflict, 422: Unprocessable}


def refusal(answer: Answer, asked: str) -> Refused:
    """Give the error of a 4xx that is no limit."""
    message, errors = answer.said()
    return KINDS.get(answer.status, Refused)(answer.status, message, errors, asked=asked)


def is_limit(answer: Answer) -> bool:
    """Say whether an answer is a limit: 429, or a 403 that says when to come back or speaks of a limit."""
    if answer.status == 429:
        return True
    if answer.status != 403:
        return False
    headers = answer.headers
    message = answer.said()[0].casefold()
    spent = headers.get("x-ratelimit-remaining") == "0"
    return "retry-after" in headers or spent or any(words in message for words in LIMIT_WORDS)


def pause_of(answer: Answer, epoch: float, earlier: int) -> float:
    """Give the seconds to wait after a limit: as GitHub says, else longer each time.

    `epoch` is the time now in seconds since 1970, `earlier` how many limits came in a row before this one. Source:
    GitHub's best practices for the REST API.
    """
    headers = answer.headers
    told = number_of(headers.get("retry-after"))
    if told is not None:
        return max(told, 1.0)
    reset = number_of(headers.get("x-ratelimit-reset"))
    if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        return min(max(reset - epoch, 0.0) + 1.0, LONGEST_PAUSE)
    return min(PAUSE * float(2 ** min(earlier, 10)), LONGEST_PAUSE)


def number_of(text: str | None) -> float | None:
    """Read a header that counts seconds; None where it does not."""
    return float(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else None


def error_text(error: Any) -> str:
    """Write one of the errors of a 422 as text."""
    if not isinstance(error, dict):
        return plain(error)
    if error.get("message"):
        return plain(error["message"])
    return " ".join(plain(error.get(name)) for name in ("resource", "field", "code") if error.get(name))


def plain(value: Any) -> str:
    """Show foreign words: printable and short."""
    text = "".join(character if character.isprintable() else " " for character in str(value or ""))
    return " ".join(text.split())[:SHOWN]
