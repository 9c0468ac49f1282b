"""The records of the local forge: files in commits on a reference of their own, one commit an event.

`git log refs/runwright/pulls` is the audit trail. Writing is compare-and-swap with retry, and the references that an
event moves (a branch, a head, the base) move in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from runwright.adapters.git_repository import GitRepository, NewCommit, RefChange, RefMoved
from runwright.errors import ContentError, EdgeError, TrustError
from runwright.fault import point
from runwright.model.proposal import FileChange, PullRequest
from runwright.release.approval import Policy, policy_at
from runwright.release.objects import Identity
from runwright.release.records import Reader, numbers, read_pull

PULLS = "refs/runwright/pulls"
BASE = "refs/heads/main"
TRIES = 20
"""How often a writer that lost to another one starts again; each loss means that somebody else went on."""


@dataclass(frozen=True)
class Snapshot:
    """The forge at one moment: the records, and the policy of the base branch."""

    tip: str | None
    base: str
    line: frozenset[str]
    """The commits that the base branch went through."""
    files: Mapping[str, bytes]
    policy: Policy

    def pull(self, number: int, moment: datetime | None = None) -> PullRequest:
        """Read one pull request; raises TrustError record.missing.

        One that is recorded as merged while its merge is not on the base branch is open: the machine died in between.
        """
        pull = read_pull(self.files, number, Reader(self.policy.signers, moment))
        if pull.state == "merged" and pull.merge_commit not in self.line:
            return pull.model_copy(update={"state": "open", "merge_commit": "", "ended_at": None})
        return pull

    def pulls(self) -> tuple[PullRequest, ...]:
        """Read all pull requests, oldest first; each record counts as of its own time."""
        return self._all

    @cached_property
    def _all(self) -> tuple[PullRequest, ...]:
        return tuple(self.pull(number) for number in numbers(self.files))


@dataclass(frozen=True)
class Event:
    """What happens to a pull request: record files, and references to move with them."""

    number: int
    subject: str
    by: str
    at: datetime
    files: Mapping[str, bytes]
    refs: tuple[RefChange, ...] = field(default=())


class Book:
    """Reads the records and adds events."""

    def __init__(self, repository: GitRepository, base_ref: str = BASE) -> None:
        self.repository = repository
        self.base_ref = base_ref
        self._last: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """Read everything as it is now; raises EdgeError when the base branch does not exist.

        Both references name all of it, so what was read is not read again until one of them moves.
        """
        base, tip = self.repository.resolve(self.base_ref), self.repository.resolve(PULLS)
        last = self._last
        if last is None or (last.base, last.tip) != (base, tip):
            self._last = last = self._read(base, tip)
        return last

    def pulls(self) -> tuple[PullRequest, ...]:
        """Read all pull requests for a service that waits: what cannot be read until somebody mends it is EdgeError."""
        try:
            return self.snapshot().pulls()
        except (ContentError, TrustError) as error:
            raise EdgeError(f"the forge in {self.repository.path} must be mended first: {error}") from error

    def _read(self, base: str | None, tip: str | None) -> Snapshot:
        if base is None:
            raise EdgeError(
                f"{self.base_ref} does not exist in {self.repository.path}; commit to it first",
                retryable=False,
            )
        files = self.repository.read_files(tip) if tip else {}
        line = frozenset(self.repository.log(base, first_parent=True))
        return Snapshot(tip, base, line, files, policy_at(self.repository, base))

    def add(self, decide: Callable[[Snapshot], Event | None]) -> int | None:
        """Let `decide` look at the forge and record what it answers, again when another writer was first.

        Gives the number of the pull request, or None when there was nothing to record.
        """
        reason = ""
        for _ in range(TRIES):
            snapshot = self.snapshot()
            event = decide(snapshot)
            if event is None:
                return None
            recorded = self.record(snapshot, event)
            point("objects_written")
            try:
                self.repository.update_refs([recorded, *event.refs])
            except RefMoved as moved:
                reason = moved.message
                continue
            point("references_moved")
            return event.number
        raise EdgeError(f"the forge could not be written in {TRIES} tries; {reason}")

    def record(self, snapshot: Snapshot, event: Event) -> RefChange:
        """Write the commit of an event."""
        commit = NewCommit(
            message=f"Pull request #{event.number}: {event.subject}\n",
            author=Identity.of(event.by),
            when=event.at,
            files=event.files,
            parents=(snapshot.tip,) if snapshot.tip else (),
        )
        return RefChange(PULLS, self.repository.write_commit(commit), snapshot.tip)


def read_pulls(repository: GitRepository, base_ref: str = BASE) -> tuple[PullRequest, ...]:
    """Read all pull requests, oldest first; needs no key."""
    return Book(repository, base_ref).snapshot().pulls()


def base_policy(repository: GitRepository, base_ref: str = BASE) -> Policy:
    """Read the policy of the base branch, which decides who may approve and how many must."""
    return Book(repository, base_ref).snapshot().policy


def changes_of(repository: GitRepository, pull: PullRequest, base_ref: str = BASE) -> tuple[FileChange, ...]:
    """Give the files that merging a pull request changes, whatever its record says about where it starts."""
    fork = fork_of(repository, pull, base_ref)
    paths = repository.changed_paths(fork, pull.head_sha)
    names = [f"{side}:{path}" for path in paths for side in (fork, pull.head_sha) if side]
    found = {name: entry.data for name, entry in repository.read_objects(names).items()}
    return tuple(
        FileChange(path=path, before=found.get(f"{fork}:{path}"), after=found.get(f"{pull.head_sha}:{path}"))
        for path in paths
    )


def fork_of(repository: GitRepository, pull: PullRequest, base_ref: str = BASE) -> str | None:
    """Give where a head left the base branch, as it is or as it was before the merge; None when they share nothing."""
    base = repository.resolve(base_ref)
    if pull.state == "merged":
        base = next(iter(repository.commit(pull.merge_commit).parents), base)
    return repository.merge_base(base, pull.head_sha) if base else None


def head_ref(number: int) -> str:
    """Name the reference that holds the head of a pull request."""
    return f"refs/pull/{number}/head"
