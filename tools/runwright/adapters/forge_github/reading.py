"""Reads a pull request with all that was said about it; what the answers mean is left to `translating`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, TypeVar

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.translating import Around, moment, pull_from
from runwright.errors import EdgeError
from runwright.model.hosted import HostedPull

MOST_SAID = 5_000
"""Comments, reviews or checks of one pull request."""

Value = TypeVar("Value")


def read_hosted(connection: Connection, number: int, *, checks: bool = True) -> HostedPull:
    """Read a pull request whole, in 4 to 7 requests; raises Missing, Limited and other EdgeErrors."""
    data = connection.get(f"pulls/{number}")
    return translated(data, around(connection, data, checks=checks))


def around(connection: Connection, data: Any, *, checks: bool) -> Around:
    """Ask for what was said about a pull request: 3 requests, 2 more for checks, 1 more where it is closed."""
    number, head = understood(lambda: (int(data["number"]), str(data["head"]["sha"])))
    closed = data.get("state") == "closed" and not data.get("merged_at")
    return Around(
        reviews=all_of(connection, f"pulls/{number}/reviews"),
        comments=all_of(connection, f"issues/{number}/comments"),
        commits=all_of(connection, f"pulls/{number}/commits"),
        runs=all_of(connection, f"commits/{head}/check-runs", "check_runs") if checks else (),
        statuses=all_of(connection, f"commits/{head}/statuses") if checks else (),
        issue=connection.get(f"issues/{number}") if closed else None,
    )


def translated(data: Any, said: Around) -> HostedPull:
    """Translate what was read; raises EdgeError where a field is missing."""
    return understood(lambda: pull_from(data, said))


def understood(read: Callable[[], Value]) -> Value:
    """Give what a translation gives; raises EdgeError where GitHub's answer has not what it needs."""
    try:
        return read()
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise EdgeError(f"GitHub's answer is not as expected: {type(error).__name__} {error}"[:300]) from error


def all_of(connection: Connection, path: str, key: str | None = None) -> list[Any]:
    """Give all items of a list, up to more than anybody reads; raises EdgeError beyond."""
    found = list(islice(connection.pages(path, key=key), MOST_SAID + 1))
    if len(found) > MOST_SAID:
        raise EdgeError(f"{path} has more than {MOST_SAID} entries; nobody can have read them", retryable=False)
    return found


def updated(data: Any) -> str:
    """Give when a pull request last changed, as GitHub writes it."""
    return understood(lambda: moment(data["updated_at"]).isoformat())
