"""Verdicts: what replay says about recordings, with the reasons."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from runwright.model.frozen import Authored

Would = Literal["succeed", "fail", "inconclusive"]
Compared = Literal["fixed", "regressed", "unchanged", "still failing", "inconclusive"]
Answer = Literal["observed", "seen elsewhere", "modelled", "unknown", "not run"]
Grade = Literal["shown", "predicted"]


class StepVerdict(Authored):
    """How replay answered one command, and from what."""

    step: str
    action: str
    params: dict[str, Any] = Field(default_factory=dict)
    answer: Answer
    outcome: Literal["success", "failed", "skipped", "unknown"]
    reason: str
    """Which recording or model answered, or why the step did not run."""


class Verdict(Authored):
    """What would happen to one recorded run under the changed runbook."""

    execution_id: str
    runbook_id: str
    verdict: Compared
    was: Would
    """What the recorded run did."""
    would: Would
    """What the changed runbook would do."""
    grade: Grade | None = None
    """For a success: shown when every answer was observed, else predicted."""
    steps: tuple[StepVerdict, ...] = ()
    first_divergence: str | None = None
    """The first step that differs from what was recorded."""
    missing_facts: tuple[str, ...] = ()
    """The facts on which an inconclusive verdict hangs."""
    reasons: tuple[str, ...] = ()
    """Why, in sentences."""
    synthetic: bool = False
    """The recording was written after a vendor's pages and not taken from a host."""
    paths: int = 1
    """How many ways were followed because something was not known."""


class RunbookReport(Authored):
    """All recordings of one runbook, replayed."""

    runbook_id: str
    base_version: int | None = None
    head_version: int | None = None
    verdicts: tuple[Verdict, ...] = ()
    shrunken: tuple[str, ...] = ()
    """Recordings that base has and head has not."""


class ReplayReport(Authored):
    """What a change would have done to everything recorded that it can affect."""

    base: str
    head: str
    runbooks: tuple[RunbookReport, ...] = ()
    passed: bool
    headline: str
    failures: tuple[str, ...] = ()
    """Why the gate does not pass."""
    cannot_show: tuple[str, ...] = ()
    """What replay cannot show about this change."""
