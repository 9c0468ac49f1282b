"""The queue of reviews as a view of the pull requests (SOURCES A.6): status, priority, order. Git is its only truth."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from runwright.model.fields import Priority
from runwright.model.proposal import Proposal, PullRequest

ReviewStatus = Literal["pending_review", "in_review", "approved", "rejected", "needs_changes"]
PRIORITIES: tuple[Priority, ...] = ("high", "medium", "low")
WAITING: frozenset[ReviewStatus] = frozenset({"pending_review", "in_review"})
"""What waits for somebody's decision."""


def status_of(pull: PullRequest) -> ReviewStatus:
    """Where a review is: a person's "changes" counts until the proposal changes; one approval of several is a start."""
    if pull.state == "merged":
        return "approved"
    if pull.state == "closed":
        return "needs_changes" if pull.closed_as == "needs-work" else "rejected"
    current = [decision for decision in pull.decisions if decision.head_sha == pull.head_sha and decision.by]
    if not current:
        return "pending_review"
    return "needs_changes" if current[-1].verdict == "changes" else "in_review"


def priority_of(pull: PullRequest | Proposal) -> Priority:
    """The priority that its label says; medium where none does."""
    return next((priority for priority in PRIORITIES if f"priority:{priority}" in pull.labels), "medium")


def in_order(pulls: Iterable[PullRequest]) -> list[PullRequest]:
    """The most urgent first, then the oldest."""
    return sorted(pulls, key=lambda pull: (PRIORITIES.index(priority_of(pull)), pull.opened_at, pull.number))
