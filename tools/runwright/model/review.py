"""What people and the service say about runs: analyses, opinions, how often a failure was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runwright.model.fields import FailureType


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a person says of one run; every one is kept, the last counts."""

    site_id: str
    execution_id: str
    was_correct_runbook: bool | None
    """None where it is not said."""
    human_feedback: str
    by: str
    """Who said it: a reviewer's token or a person at the command line."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was thought about one run (SOURCES A.4)."""

    site_id: str
    execution_id: str
    analyzed_at: datetime
    failure_type: FailureType | str
    stage: str
    """Where the run stands: proposed, needs_person, ..."""
    reason: str
    fingerprint: str | None
    triage: dict[str, Any]
    improved_runbook_generated: bool
    improved_runbook_id: str | None
    tried: tuple[str, ...] = ()
    missing_facts: tuple[str, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a proposed version somewhere, such as on a staging host, as a person reports it."""

    name: str
    passed: bool
    details: str = ""
    """In one line, as far as a line goes."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How often, where and when a failure was recorded."""

    count: int
    sites: int
    first_at: datetime | None = None
    last_at: datetime | None = None
    newest: tuple[str, ...] = ()
    """The newest executions, newest first."""
    busiest: tuple[tuple[str, int], ...] = ()
    """The sites where it happened most, with how often."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run of a runbook as a reviewer sees it: how it went, without what it saw."""

    execution_id: str
    site_id: str
    version: int
    status: str | None
    success: bool
    verification_passed: bool | None
    duration_seconds: float | None
    error_step: str | None
    error_message: str | None
    at: datetime
    """When it was received."""


@dataclass(frozen=True, slots=True)
class Run:
    """How one run of a runbook ended, without what it did."""

    runbook_id: str
    version: int
    verified: bool
    at: datetime
    """When it was received."""
