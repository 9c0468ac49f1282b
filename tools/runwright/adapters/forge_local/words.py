"""What the bot says on a pull request that it opened: comments of its own, a newer text, that it takes it back.

All of it is signed, and what stands there already is not written again. The text and the labels stay as they are once
a person has pushed to the branch or approved: what was approved is what everybody sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runwright.adapters.forge_local.book import BASE, Book, Event, Snapshot, head_ref
from runwright.adapters.git_repository import GitRepository
from runwright.errors import TrustError
from runwright.model.proposal import CloseReason, Comment, Decision, PullRecord, PullRequest, Withdrawal
from runwright.release.records import signed_files
from runwright.release.signers import DECISION, PROPOSAL
from runwright.release.sshkeys import SigningKey


@dataclass(frozen=True)
class Opener:
    """Who opens: the principal, and the namespace that its key signs in."""

    principal: str
    namespace: str


class LocalWords:
    """Speaks with the key that it holds."""

    def __init__(self, repository: GitRepository, key: SigningKey, base_ref: str = BASE) -> None:
        self.repository, self.key = repository, key
        self.book = Book(repository, base_ref)

    def pulls(self) -> tuple[PullRequest, ...]:
        """Give all pull requests, oldest first; raises EdgeError while they cannot be read."""
        return self.book.pulls()

    def say(self, number: int, key: str, text: str, now: datetime) -> Comment:
        """Put a comment about `key`, or bring its own one up to date in place; somebody else's is left alone."""

        def decide(snapshot: Snapshot) -> Event | None:
            opener = self.opener(snapshot, now)
            comments = snapshot.pull(number).comments
            place = next((place for place, old in enumerate(comments, 1) if self.is_mine(old, key)), len(comments) + 1)
            if place <= len(comments) and comments[place - 1].text == text:
                return None
            comment = Comment(number=number, key=key, text=text, at=now)
            files = signed_files(f"{number}/comments/{place:04d}.json", comment, self.key, opener.namespace)
            return Event(number, f"{key} told by {opener.principal}", opener.principal, now, files)

        self.book.add(decide)
        comments = self.book.snapshot().pull(number).comments
        return next(comment for comment in comments if self.is_mine(comment, key))

    def add_evidence(self, number: int, key: str, text: str, now: datetime) -> Comment:
        """Add a comment about `key` (an execution); the same key again gives the comment that is there."""

        def decide(snapshot: Snapshot) -> Event | None:
            comments = snapshot.pull(number).comments
            if any(comment.key == key for comment in comments):
                return None
            opener = self.opener(snapshot, now)
            comment = Comment(number=number, key=key, text=text, at=now)
            path = f"{number}/comments/{len(comments) + 1:04d}.json"
            files = signed_files(path, comment, self.key, opener.namespace)
            return Event(number, f"evidence by {opener.principal}", opener.principal, now, files)

        self.book.add(decide)
        return next(comment for comment in self.book.snapshot().pull(number).comments if comment.key == key)

    def retell(self, number: int, body: str, labels: tuple[str, ...], now: datetime) -> bool:
        """Give an open pull request a newer text and labels; False when a person has spoken or nothing is new."""
        told: list[bool] = []

        def decide(snapshot: Snapshot) -> Event | None:
            pull = snapshot.pull(number)
            new = (pull.body, pull.labels) != (body, labels)
            told.append(new and pull.state == "open" and self.may_move(pull))
            if not told[-1]:
                return None
            opener = self.opener(snapshot, now)
            record = record_of(pull).model_copy(update={"body": body, "labels": labels, "updated_at": now})
            files = signed_files(f"{number}/pull.json", record, self.key, opener.namespace)
            return Event(number, f"retold by {opener.principal}", opener.principal, now, files)

        self.book.add(decide)
        return told[-1]

    def withdraw(self, number: int, reason: CloseReason, note: str, now: datetime) -> bool:
        """Take an own open pull request back for a reason; False when it is not open or a person has spoken."""
        done: list[bool] = []

        def decide(snapshot: Snapshot) -> Event | None:
            pull = snapshot.pull(number)
            done.append(pull.state == "open" and self.may_move(pull))
            if not done[-1]:
                return None
            opener = self.opener(snapshot, now)
            record = Withdrawal(number=number, reason=reason, note=note, at=now)
            files = signed_files(f"{number}/withdrawn.json", record, self.key, opener.namespace)
            return Event(number, f"withdrawn as {reason} by {opener.principal}", opener.principal, now, files)

        self.book.add(decide)
        return done[-1]

    def opener(self, snapshot: Snapshot, now: datetime) -> Opener:
        """Say who holds the key: the bot if it may sign proposals, else a person."""
        signers = snapshot.policy.signers
        mine = signers.namespaces_of(self.key.public)
        for namespace in (PROPOSAL, DECISION):
            if namespace in mine:
                return Opener(signers.identify(self.key.public, namespace, now), namespace)
        raise TrustError("proposal.not_allowed", f"the key {self.key.public.key_id} may not open pull requests here")

    def may_move(self, pull: PullRequest) -> bool:
        """Say whether it is the bot's alone still: neither a person's push nor an approval is ever thrown away."""
        places = (head_ref(pull.number), f"refs/heads/{pull.branch}")
        heads = {self.repository.resolve(place) for place in places}
        ours = pull.key_id == self.key.public.key_id and heads <= {pull.head_sha, None}
        return ours and not any(decision.verdict == "approve" and decision.by for decision in now_at(pull))

    def is_mine(self, comment: Comment, key: str) -> bool:
        """Say whether a comment about `key` was signed with this key."""
        return comment.key == key and comment.key_id == self.key.public.key_id


def record_of(pull: PullRequest) -> PullRecord:
    """Give what the opener of a pull request said about it."""
    return PullRecord.model_validate(
        pull.model_dump(by_alias=True, include=set(PullRecord.model_fields) - {"by", "key_id"})
    )


def now_at(pull: PullRequest) -> tuple[Decision, ...]:
    """Give the decisions about the head as it is."""
    return tuple(decision for decision in pull.decisions if decision.head_sha == pull.head_sha)
