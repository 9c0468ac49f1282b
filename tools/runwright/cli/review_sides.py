"""The two places where reviews are kept, behind one set of words: a forge in a folder, and GitHub."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from runwright.cli.forge_address import ForgeAddress, GitHubAddress

if TYPE_CHECKING:
    from runwright.adapters.forge_github import Connection
    from runwright.adapters.forge_github.reviews import GitHubReviews
    from runwright.adapters.forge_local import BranchRequest, LocalReviews
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.mirror_person import PersonMirror
    from runwright.model.decided import Decided
    from runwright.model.proposal import CloseReason, FileChange, PullRequest
    from runwright.release.sshkeys import SigningKey


class Side(Protocol):
    """What a person can do with proposals."""

    def pulls(self, state: str) -> tuple[PullRequest, ...]:
        """Those in a state."""

    def one(self, number: int) -> PullRequest:
        """One of them; raises ContentError or TrustError where there is none."""

    def diff(self, pull: PullRequest) -> tuple[FileChange, ...]:
        """The files that it changes."""

    def needs(self, pull: PullRequest) -> str:
        """How risky it is and how many people must approve, as far as that can be told."""

    def words(self) -> tuple[str, ...]:
        """What a command must say besides to act here."""

    def open(self, request: BranchRequest) -> PullRequest:
        """Open one for a pushed branch."""

    def approve(self, number: int, notes: str, head: str) -> Decided:
        """Approve exactly a head."""

    def reject(self, number: int, reason: str, close_as: CloseReason) -> PullRequest:
        """Close one."""

    def request_changes(self, number: int, text: str) -> PullRequest:
        """Ask for changes."""


def side_of(forge: ForgeAddress, key: Path | None = None) -> Side:
    """Give the side of a forge; in a folder a person is known by an SSH key, which looking does not need."""
    return GitHubSide(forge, os.environ) if isinstance(forge, GitHubAddress) else LocalSide(forge, key)


@dataclass(frozen=True)
class LocalSide:
    """A forge in a folder."""

    folder: Path
    key: Path | None

    def pulls(self, state: str) -> tuple[PullRequest, ...]:
        """Those in a state."""
        return tuple(pull for pull in self.all() if pull.state == state)

    def all(self) -> tuple[PullRequest, ...]:
        """All of them."""
        from runwright.adapters.forge_local import read_pulls

        return read_pulls(self.repository())

    def one(self, number: int) -> PullRequest:
        """One of them; raises ContentError where there is none."""
        from runwright.errors import ContentError

        found = next((pull for pull in self.all() if pull.number == number), None)
        if found is None:
            raise ContentError(f"there is no pull request #{number}; `runwright review list` shows the open ones")
        return found

    def diff(self, pull: PullRequest) -> tuple[FileChange, ...]:
        """The files that it changes."""
        from runwright.adapters.forge_local import changes_of

        return changes_of(self.repository(), pull)

    def needs(self, pull: PullRequest) -> str:
        """What the signed checks say of the risk, and what the base branch asks for then."""
        from runwright.adapters.forge_local import base_policy
        from runwright.cli.review_text import current
        from runwright.release.votes import highest

        risk = highest(current(pull))
        if risk is None:
            return ""
        return f"risk {risk} by the checks: {base_policy(self.repository()).asked.approvals(risk)} to approve"

    def words(self) -> tuple[str, ...]:
        """The forge and the key."""
        return ("--forge", str(self.folder), "--key", "KEY")

    def open(self, request: BranchRequest) -> PullRequest:
        """Open one for a pushed branch."""
        from runwright.adapters.forge_local import LocalBranches
        from runwright.cli.wiring import now

        return LocalBranches(self.repository(), self.signing_key()).open(request, now())

    def approve(self, number: int, notes: str, head: str) -> Decided:
        """Approve exactly a head."""
        from runwright.cli.wiring import now
        from runwright.model.decided import Decided

        pull = self.reviews().approve(number, now(), notes=notes, head_sha=head)
        waits = f"its risk is high, so a second owner must approve {head[:12]} too"
        return Decided(pull, "" if pull.state == "merged" else waits)

    def reject(self, number: int, reason: str, close_as: CloseReason) -> PullRequest:
        """Close one."""
        from runwright.cli.wiring import now

        return self.reviews().reject(number, reason, now(), close_as)

    def request_changes(self, number: int, text: str) -> PullRequest:
        """Ask for changes."""
        from runwright.cli.wiring import now

        return self.reviews().request_changes(number, text, now())

    def repository(self) -> GitRepository:
        """The repository of the forge."""
        from runwright.adapters.git_repository import GitRepository

        return GitRepository(self.folder)

    def reviews(self) -> LocalReviews:
        """The person's side; raises UsageError without a key."""
        from runwright.adapters.forge_local import LocalReviews

        return LocalReviews(self.repository(), self.signing_key())

    def signing_key(self) -> SigningKey:
        """The person's key; raises UsageError where none is named."""
        from runwright.adapters.keys import load_key

        if self.key is None:
            raise click.UsageError("Missing option '--key': your SSH private key, by which this forge knows you.")
        return load_key(self.key)


class GitHubSide:
    """A repository at GitHub, with the person's own token."""

    def __init__(self, forge: GitHubAddress, environ: Mapping[str, str]) -> None:
        self.forge, self.environ = forge, environ

    @cached_property
    def connection(self) -> Connection:
        """The person's connection."""
        from runwright.cli.github_person import person

        return person(self.forge.repository, self.environ)

    @cached_property
    def mirror(self) -> PersonMirror:
        """The person's copy of the Git data."""
        from runwright.adapters.mirror_person import PersonMirror
        from runwright.cli.github_person import mirror_folder

        place = self.connection.place
        return PersonMirror(mirror_folder(place, self.environ), place.git_url, self.connection.credentials.token)

    @cached_property
    def reviews(self) -> GitHubReviews:
        """The person's side of GitHub."""
        from runwright.adapters.forge_github.reviews import GitHubReviews

        return GitHubReviews(self.connection, self.mirror.repository, self.mirror.bring_pull)

    def pulls(self, state: str) -> tuple[PullRequest, ...]:
        """The newest in a state."""
        return self.reviews.list(state)

    def one(self, number: int) -> PullRequest:
        """One of them; raises TrustError where there is none."""
        return self.reviews.show(number)

    def diff(self, pull: PullRequest) -> tuple[FileChange, ...]:
        """The files that it changes."""
        return self.reviews.changes(pull)

    def needs(self, pull: PullRequest) -> str:
        """What the trees say of the risk, and what the base branch and GitHub's rules ask for then."""
        from runwright.errors import TrustError

        if pull.state != "open":
            return ""
        try:
            risk, people = self.reviews.needs(pull.number)
        except TrustError as refused:
            return f"cannot be approved: {refused}"
        return f"risk {risk} by its trees: {people} to approve"

    def words(self) -> tuple[str, ...]:
        """The forge; who the person is, the sign-in says."""
        return ("--forge", str(self.forge))

    def open(self, request: BranchRequest) -> PullRequest:
        """Open one for a pushed branch."""
        from runwright.adapters.forge_github.branches import GitHubBranches, check_name

        check_name(request.branch)
        self.mirror.bring("refs/heads/main", f"refs/heads/{request.branch}")
        return self.one(GitHubBranches(self.connection, self.mirror.repository).open(request))

    def approve(self, number: int, notes: str, head: str) -> Decided:
        """Approve exactly a head."""
        from runwright.cli.wiring import now

        return self.reviews.approve(number, now(), notes, head)

    def reject(self, number: int, reason: str, close_as: CloseReason) -> PullRequest:
        """Close one."""
        from runwright.cli.wiring import now

        return self.reviews.reject(number, reason, now(), close_as)

    def request_changes(self, number: int, text: str) -> PullRequest:
        """Ask for changes."""
        from runwright.cli.wiring import now

        return self.reviews.request_changes(number, text, now())
