"""One comment about one thing, found by its hidden line among our own, and edited in place."""

from __future__ import annotations

from typing import Any

from runwright.adapters.forge_github.again import until_done
from runwright.adapters.forge_github.as_proposal import is_by
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.marking import key_of, with_key
from runwright.adapters.forge_github.reading import all_of, understood
from runwright.adapters.forge_github.refusals import Missing
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
    found = _only(connection, number, key)
    if found is None:
        made = _sent(connection, "POST", f"issues/{number}/comments", body)
        # GitHub refuses no second one: another replica may have looked at the same moment, and found none either.
        found = _only(connection, number, key) or made
    if found.text == body.replace("\r\n", "\n"):
        return found
    return _sent(connection, "PATCH", f"issues/comments/{found.id}", body)


def _only(connection: Connection, number: int, key: str) -> HostedComment | None:
    """Our comment about `key`, the oldest one; others about it, which two replicas made at once, are taken away."""
    found = [one for one in read_comments(connection, number) if _is_about(one, connection.login, key)]
    for one in found[1:]:
        _take_away(connection, one)
    return found[0] if found else None


def _sent(connection: Connection, verb: str, path: str, body: str) -> HostedComment:
    data = connection.write(verb, path, {"body": body})
    point("hosted_written", "comment")
    return understood(lambda: comment_from(data))


def read_comments(connection: Connection, number: int) -> tuple[HostedComment, ...]:
    """Read all comments of a pull request, oldest first."""
    data: list[Any] = all_of(connection, f"issues/{number}/comments")
    return understood(lambda: tuple(map(comment_from, data)))


def _is_about(comment: HostedComment, login: str, key: str) -> bool:
    """Say whether an account wrote a comment about `key`; anybody else's with that line does not count."""
    return is_by(comment.by, login) and key_of(comment.text)[0] == key


def _take_away(connection: Connection, comment: HostedComment) -> None:
    try:
        connection.write("DELETE", f"issues/comments/{comment.id}")
    except Missing:
        return
    point("hosted_written", "comment")
