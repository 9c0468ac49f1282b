"""Verdicts: what replay says about recordings, with the reasons."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from runwright.model.finding import Finding
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
    source: str | None = None
    """What the answer is taken from: an execution id, or the action whose model answered."""


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
    brought: bool = False
    """The change itself brings the recording."""
    paths: int = 1
    """How many ways were followed because something was not known."""
    coverage: float | None = None
    """The share of the commands that were observed, on the way where it is least; None where nothing would run."""
    base: Would | None = None
    """What the version before the change would do now; only where the verdict is not `unchanged`."""
    base_steps: tuple[StepVerdict, ...] = ()
    """How each step of the version before was answered; only where the verdict is not `unchanged`."""


class Tally(Authored):
    """How many runs came to which verdict, those included that a report does not list."""

    fixed: int = 0
    regressed: int = 0
    still_failing: int = 0
    inconclusive: int = 0
    unchanged: int = 0
    predicted: int = 0
    """Runs whose success is predicted and not shown."""
    synthetic: int = 0
    """Runs that no host has made."""
    brought: int = 0
    """Other runs whose recordings the change itself brings."""
    coverage: float | None = None
    """The share of the commands that were observed, on average over the runs in which something would run."""

    @property
    def runs(self) -> int:
        """How many runs were replayed."""
        return self.fixed + self.regressed + self.still_failing + self.inconclusive + self.unchanged


class RunbookReport(Authored):
    """All recordings of one runbook, replayed."""

    runbook_id: str
    base_version: int | None = None
    head_version: int | None = None
    verdicts: tuple[Verdict, ...] = ()
    """The verdicts that tell something; of very many that say `unchanged`, some are only counted."""
    tally: Tally | None = None
    """All verdicts, counted."""
    shrunken: tuple[str, ...] = ()
    """Recordings that base has and head has not, and nobody said why."""
    left: tuple[str, ...] = ()
    """Recordings that left with a reason, each with it."""
    altered: tuple[str, ...] = ()
    """Recordings that the change altered; they are replayed as they stood before."""
    rules: tuple[str, ...] = ()
    """The L1 rules that run this runbook."""


class ModelRecord(Authored):
    """How often the model of an action would have been right about what was recorded."""

    action: str
    right: int = 0
    wrong: int = 0
    silent: int = 0
    """Recorded steps of which the model says nothing, because a need was not captured."""


Firing = Literal["rightly", "wrongly", "in vain", "not known", "behind", "no longer"]
"""What a rule that fires comes to; `behind`: another rule wins; `no longer`: it fired before the change."""


class RuleFiring(Authored):
    """One recorded incident, or healthy state, on which a rule would fire or may fire."""

    recording: str
    """The path of the recording."""
    firing: Firing
    reason: str
    together: tuple[str, ...] = ()
    """Other rules that fire on it."""
    winner: str | None = None
    """The rule that answers it; None where that is not known or where none does."""


class RuleTrial(Authored):
    """A new, changed or removed rule, run over recorded incidents."""

    rule_id: str
    runbook_id: str
    change: Literal["new", "changed", "removed", "as before"]
    """`as before`: its runbook changed, and the rule did not; told only where it fires on a healthy host."""
    incidents: int
    """Recorded incidents and healthy states that it was tried on."""
    counts: dict[Firing, int] = Field(default_factory=dict)
    firings: tuple[RuleFiring, ...] = ()
    """The firings that tell most; `counts` has all of them."""


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
    models: tuple[ModelRecord, ...] = ()
    """The record of each model that answered something."""
    rules: tuple[RuleTrial, ...] = ()
    """The rules that the change adds, alters or removes, tried on what was recorded."""
    findings: tuple[Finding, ...] = ()
    """Recordings, runbooks and rules that could not be read."""
