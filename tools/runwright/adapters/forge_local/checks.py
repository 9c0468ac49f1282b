"""The side of the checks: what is waiting for a result, and to record one for exactly one head."""

from __future__ import annotations

from datetime import datetime

from runwright.adapters.forge_local.book import BASE, Book, Event, Snapshot, head_ref
from runwright.adapters.git_repository import GitRepository
from runwright.errors import TrustError
from runwright.model.proposal import CheckResult, CheckRun, PullRequest
from runwright.release.approval import REQUIRED
from runwright.release.records import signed_files
from runwright.release.signers import CHECK
from runwright.release.sshkeys import SigningKey


class LocalChecks:
    """Records results with the key of the checks."""

    def __init__(self, repository: GitRepository, key: SigningKey, base_ref: str = BASE) -> None:
        self.repository, self.key = repository, key
        self.book = Book(repository, base_ref)

    def pending(self) -> tuple[PullRequest, ...]:
        """List the open pull requests whose head lacks the result of a required check."""
        pulls = self.book.snapshot().pulls()
        return tuple(pull for pull in pulls if pull.state == "open" and waiting(pull))

    def set_check(self, result: CheckResult, now: datetime) -> CheckRun:
        """Record a result for the open pull request with this head; the same result again is not written.

        Raises TrustError: check.other_key when the key is not the checks', check.other_head when no open pull request
        has this head (any more).
        """
        seen: list[int] = []

        def decide(snapshot: Snapshot) -> Event | None:
            by = self.identity(snapshot, now)
            pull = self.pull_with(snapshot, result.head_sha)
            seen.append(pull.number)
            if any(says(check, result) for check in pull.checks):
                return None
            check = CheckRun(number=pull.number, at=now, **result.model_dump())
            files = signed_files(f"{pull.number}/checks/{result.name}.json", check, self.key, CHECK)
            return Event(pull.number, f"check {result.name} is {result.conclusion}", by, now, files)

        self.book.add(decide)
        return next(check for check in self.book.snapshot().pull(seen[-1]).checks if check.name == result.name)

    def identity(self, snapshot: Snapshot, now: datetime) -> str:
        """Give the principal of the checks, or refuse the key."""
        try:
            return snapshot.policy.signers.identify(self.key.public, CHECK, now)
        except TrustError as error:
            raise TrustError("check.other_key", f"{error.message}, so it cannot set checks") from error

    def pull_with(self, snapshot: Snapshot, head: str) -> PullRequest:
        """Find the open pull request that has a head, by its record and by its reference."""
        for pull in snapshot.pulls():
            if pull.state == "open" and pull.head_sha == head == self.repository.resolve(head_ref(pull.number)):
                return pull
        raise TrustError("check.other_head", f"no open pull request has the head {head[:12]}; check the newest one")


def waiting(pull: PullRequest) -> bool:
    """Say whether a required check has no final result for the head."""
    done = {
        check.name
        for check in pull.checks
        if check.by and check.head_sha == pull.head_sha and check.conclusion != "pending"
    }
    return not set(REQUIRED) <= done


def says(check: CheckRun, result: CheckResult) -> bool:
    """Say whether a recorded check already says what a result says."""
    return bool(check.by) and all(getattr(check, name) == getattr(result, name) for name in CheckResult.model_fields)
