"""What the reviewers' side of the service needs: past runs, and a way to decide that only a person's own token opens.

The service holds no such token: it comes with one request, is used for it, and is forgotten.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from runwright.model.decided import Decided
from runwright.model.proposal import CloseReason, PullRequest
from runwright.model.review import PastRun, Tried


class PastRuns(Protocol):
    """How runbooks did, run by run."""

    def runs_of(self, runbook_id: str, version: int, limit: int) -> tuple[PastRun, ...]:
        """The newest runs of a version, newest first."""


class Reviewer(Protocol):
    """One person, for as long as one request lasts."""

    @property
    def name(self) -> str:
        """Who it is, as the forge says."""

    def approve(self, number: int, now: datetime, notes: str = "", head_sha: str | None = None) -> Decided:
        """Approve exactly a head; merges it when that is enough."""

    def reject(self, number: int, reason: str, now: datetime, close_as: CloseReason | None = None) -> PullRequest:
        """Close it for a reason."""

    def request_changes(self, number: int, text: str, now: datetime) -> PullRequest:
        """Ask for changes."""

    def report(self, number: int, tried: Tried, head_sha: str) -> PullRequest:
        """Write down what came of a test of exactly a head."""


class Reviewers(Protocol):
    """The people of a forge."""

    def with_token(self, token: str) -> Reviewer:
        """The person whose token it is, whom GitHub is asked for at the first use."""

    def decided(self, number: int) -> None:
        """Somebody decided: what was read of it before is old."""
