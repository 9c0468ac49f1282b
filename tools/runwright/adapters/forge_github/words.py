"""What the bot says on a pull request that it opened: comments of its own, a newer text, that it takes it back.

The text and the labels stay as they are once a person has pushed to the branch, or one who may write has approved: what
was approved is what everybody sees. Every step looks before it writes, so that each may be done again after whatever
ended it.
"""

from __future__ import annotations

from datetime import datetime

from runwright.adapters.forge_github.again import until_done
from runwright.adapters.forge_github.as_proposal import CLOSED, approvers, comment_of, is_untouched
from runwright.adapters.forge_github.authorship import Authorship
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.labels import PEOPLES, add_labels, fixed, set_labels
from runwright.adapters.forge_github.marking import CLOSING, Hidden, with_hidden, without_hidden
from runwright.adapters.forge_github.pulls import GitHubPulls
from runwright.adapters.forge_github.sticky import put_comment
from runwright.fault import point
from runwright.model.hosted import HostedPull
from runwright.model.proposal import CloseReason, Comment, PullRequest


class GitHubWords:
    """Speaks as the account of its connection; what it reads is shared with whoever else reads."""

    def __init__(self, connection: Connection, reader: GitHubPulls) -> None:
        self.connection, self.reader = connection, reader
        self.writers, self.authorship = reader.details.writers, Authorship(connection, reader.mirror)

    def pulls(self) -> tuple[PullRequest, ...]:
        """Give all pull requests, oldest first; raises EdgeError while they cannot be read."""
        return self.reader.pulls()

    def say(self, number: int, key: str, text: str, now: datetime) -> Comment:
        """Put a comment about `key`, or bring its own one up to date in place; `now` is GitHub's to say."""
        comment = put_comment(self.connection, number, key, text)
        self.reader.stale(number)
        return comment_of(comment, number, self.connection.login)

    def retell(self, number: int, body: str, labels: tuple[str, ...], now: datetime) -> bool:
        """Give an open pull request a newer text and labels; False when a person has spoken or nothing is new."""
        begun: list[int] = []

        def look_and_do() -> bool:
            pull = self.reader.hosted(number)
            if not self.may_move(pull):
                return bool(begun)
            if self.is_said(pull, body, labels):
                return bool(begun)
            begun.append(number)
            self.say_body(pull, pull.title, body)
            set_labels(self.connection, number, pull.labels, labels)
            return True

        done = until_done(look_and_do)
        self.reader.stale(number)
        return done

    def withdraw(self, number: int, reason: CloseReason, note: str, now: datetime) -> bool:
        """Take an own open pull request back for a reason; False when it is not open or a person has spoken."""
        begun: list[int] = []

        def look_and_do() -> bool:
            pull = self.reader.hosted(number)
            if begun and pull.state == "closed":
                return True
            if not self.may_move(pull):
                return False
            begun.append(number)
            self.close(pull, reason, note)
            return True

        done = until_done(look_and_do)
        self.reader.stale(number)
        return done

    def may_move(self, pull: HostedPull) -> bool:
        """Say whether an open one is the bot's alone still: no commit of anybody else, and no writer's approval."""
        if not is_untouched(pull, self.connection.login) or any(map(self.writers.may_write, approvers(pull))):
            return False
        return self.authorship.is_bots(pull)  # what its commits say of who wrote them, anybody can write

    def close(self, pull: HostedPull, reason: CloseReason, note: str) -> None:
        """Say why by label and comment, then close: whoever sees it closed sees why."""
        label = f"{CLOSED}{reason}"
        if label not in pull.labels:
            add_labels(self.connection, pull.number, [label])
        put_comment(self.connection, pull.number, CLOSING, note)
        self.connection.write("PATCH", f"pulls/{pull.number}", {"state": "closed"})
        point("hosted_written", "close")

    def is_said(self, pull: HostedPull, body: str, labels: tuple[str, ...]) -> bool:
        """Say whether a text and labels stand there already."""
        there = {label for label in fixed(pull.labels) if label not in PEOPLES}
        return without_hidden(pull.body)[0].rstrip() == body.rstrip() and there == set(fixed(labels))

    def say_body(self, pull: HostedPull, title: str, body: str, evidence: tuple[str, ...] = ()) -> None:
        """Give it a title and a text where they differ, with the hidden line."""
        _, hidden = without_hidden(pull.body)
        fingerprint = hidden.fingerprint if hidden else pull.head_ref.rpartition("/")[2]
        known = (*(hidden.evidence if hidden else ()), *evidence)
        new = with_hidden(body, Hidden(fingerprint, tuple(dict.fromkeys(known))))
        if (pull.title, pull.body.rstrip()) == (title, new.rstrip()):
            return
        self.connection.write("PATCH", f"pulls/{pull.number}", {"title": title, "body": new})
        point("hosted_written", "text")
