"""One comment about one thing, found by its hidden line among our own, and edited in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runwright.adapters.forge_github.again import until_done
from runwright.adapters.forge_github.as_proposal import is_by
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.marking import key_of, with_key
from runwright.adapters.forge_github.reading import all_of, understood
from runwright.adapters.forge_github.translating import comment_from
from runwright.fault import point
from runwright.model.hosted import HostedComment


def put_comment(connection: Connection, number: int, key: str, text: str) -> HostedComment:
    """Put a comment about `key`, or bring our own one up to date; the same text again writes nothing.

    Raises ContentError for a text that GitHub would refuse, EdgeError where it cannot be told whether it was done.
    """
    body = with_key(key, text)
    return until_done(lambda: _put(connection, number, key, body))


def _put(connection: Connection, number: int, key: str, body: str) -> HostedComment:
    found = find_comment(read_comments(connection, number), connection.login, key)
    if found is None:
        return _sent(connection, "POST", f"issues/{number}/comments", body)
    if found.text == body.replace("\r\n", "\n"):
        return found
    return _sent(connection, "PATCH", f"issues/comments/{found.id}", body)


def _sent(connection: Connection, verb: str, path: str, body: str) -> HostedComment:
    data = connection.write(verb, path, {"body": body})
    point("hosted_written", "comment")
    return understood(lambda: comment_from(data))


def read_comments(connection: Connection, number: int) -> tuple[HostedComment, ...]:
    """Read all comments of a pull request, oldest first."""
    data: list[Any] = all_of(connection, f"issues/{number}/comments")
    return understood(lambda: tuple(map(comment_from, data)))


def find_comment(comments: Sequence[HostedComment], login: str, key: str) -> HostedComment | None:
    """Find the comment about `key` that an account wrote; anybody else's with that line does not count."""
    return next((one for one in comments if is_by(one.by, login) and key_of(one.text)[0] == key), None)
