"""Closes proposals that nobody has answered: a comment that says so, then label and state in one request.

In one, so that nobody sees a proposal closed without the reason, which would be a no. Which ones are closed is decided
elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from runwright.adapters.forge_github.again import until_done
from runwright.adapters.forge_github.as_proposal import CLOSED, is_by
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.marking import CLOSING
from runwright.adapters.forge_github.reading import read_hosted
from runwright.adapters.forge_github.sticky import put_comment, read_comments
from runwright.adapters.forge_github.translating import account_from
from runwright.adapters.forge_github.writers import Writers
from runwright.model.hosted import Account, HostedPull
from runwright.model.proposal import CloseReason


def open_pulls_of(connection: Connection, login: str) -> Iterator[HostedPull]:
    """Read the open pull requests of an account, oldest first, with what those said of them who may write."""
    writers = Writers(connection)
    for pull in connection.pages("pulls", state="open", sort="created", direction="asc"):
        if is_by(account_from(pull.get("user")), login):
            yield heard(read_hosted(connection, int(pull["number"]), checks=False), writers, login)


def heard(pull: HostedPull, writers: Writers, login: str) -> HostedPull:
    """Leave out what passers-by and machines said; the word of an account that is gone may have counted, and stays."""

    def counts(by: Account | None, association: str) -> bool:
        return by is None or is_by(by, login) or writers.is_heard(by, association)

    reviews = tuple(one for one in pull.reviews if counts(one.by, one.association))
    return replace(pull, reviews=reviews, comments=tuple(c for c in pull.comments if counts(c.by, c.association)))


def close(connection: Connection, pull: HostedPull, bot: str, reason: CloseReason, text: str) -> None:
    """Close a pull request for a reason and say why, once; done again it changes nothing more."""
    if connection.login.casefold() == bot.casefold():
        put_comment(connection, pull.number, CLOSING, text)
    else:
        # Whoever else closes is quoted with what they said last, so this has no hidden line.
        until_done(lambda: say_once(connection, pull.number, text))
    label = f"{CLOSED}{reason}"
    wanted = {"state": "closed", "labels": [*(name for name in pull.labels if name != label), label]}
    until_done(lambda: connection.write("PATCH", f"issues/{pull.number}", wanted))


def say_once(connection: Connection, number: int, text: str) -> None:
    """Comment, unless an own comment says exactly this."""
    said = read_comments(connection, number)
    if not any(is_by(one.by, connection.login) and one.text.strip() == text.strip() for one in said):
        connection.write("POST", f"issues/{number}/comments", {"body": text})
