"""What is known besides the failed run when a draft is written: earlier versions, refusals, what reviewers changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VersionRate:
    """How one version of a runbook has done."""

    version: int
    runs: int
    succeeded: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A person's no to an earlier proposal for the same failure."""

    pull_number: int
    reason: str
    needs_work: bool = False
    """Whether a better draft is wanted, so that this is no final no."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a person changed in an earlier proposal before it was merged, in the words of the semantic diff."""

    pull_number: int
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said about a run of this failure."""

    execution_id: str
    was_correct_runbook: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Related:
    """Another pull request about the same failure, or about the same runbook."""

    pull_number: int
    state: str
    """open, merged, or the reason why it was closed."""
    same_failure: bool
    note: str = ""
    """What was said when it was closed."""


@dataclass(frozen=True, slots=True)
class Background:
    """All of it; empty where nothing is known."""

    rates: tuple[VersionRate, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    seen: int = 1
    """How often this failure was recorded, this time included."""
    sites: int = 1
    """At how many sites."""
    feedback: tuple[Feedback, ...] = ()
    related: tuple[Related, ...] = ()
