"""The Execution: one run of a runbook, complete; telemetry, replay input and evidence in one value.

`model.telemetry` reads what agents in the field send; this module holds only the shape.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from runwright.model.fields import ExecutionId, Facts, FailureType, Moment, RecordedCondition
from runwright.model.frozen import Telemetry

SCHEMA = "runwright.execution/1"
Status = Literal["success", "failure", "partial", "timeout", "escalated", "dry_run"]
StepOutcome = Literal["success", "failed", "skipped"]
NOT_RUN = "not_run"
NO_VERIFICATION = "no_verification"


class Attempt(Telemetry):
    """One try of a step."""

    offset: float
    """Seconds from the start of the run to the start of the try."""
    duration: float = 0.0
    """Seconds that the try took."""
    outcome: StepOutcome
    exit_code: int | None = None
    error: str = ""
    """The last words of a try that failed, cut short."""
    timed_out: bool = False
    """The try was cut off by its time limit."""


class Declared(Telemetry):
    """What a script or command says of itself, so that replay need not take it for opaque; insertions are bound."""

    reads: tuple[str, ...] = ()
    """Canonical paths of the facts that decide the outcome."""
    needs: RecordedCondition | None = None
    """What must hold for it to succeed."""
    changes: dict[str, Any] | None = None
    """What a success changes: canonical paths to values, null where the value is not known."""


class ExecutedStep(Telemetry):
    """What happened at one step."""

    step: str
    """The step's id, or its number where an older agent gives no id."""
    name: str | None = None
    action: str
    params: dict[str, Any] = Field(default_factory=dict)
    """The parameters as they were used, secrets left as references."""
    run_as: str | None = None
    """The account that carried it out; the agent's own when absent."""
    started_at: Moment | None = None
    duration_seconds: float = 0.0
    outcome: StepOutcome
    exit_code: int | None = None
    output: str = ""
    error: str = ""
    """Why it failed; of a success, the end of what it wrote to standard error."""
    state_before: Facts = Field(default_factory=dict)
    """The facts that the action reads and changes, before it ran."""
    state_after: Facts = Field(default_factory=dict)
    """The same facts afterwards; after a failure also the failure probe."""
    facts: Facts = Field(default_factory=dict)
    """The facts that decided whether the step ran, those of the conditions around it that were looked at for it too."""
    unread: tuple[str, ...] = ()
    """The facts that the failure probe wanted and nobody could read."""
    transitioned_to: str | None = None
    result: str | None = None
    insight: str | None = None
    attempts: tuple[Attempt, ...] = ()
    declared: Declared | None = None
    """What the runbook said of a script or command."""
    timed_out: bool = False


class Outcome(Telemetry):
    """How the incident ended, beyond this run (SOURCES B.1)."""

    status: str
    resolved_by: str | None = None
    what_fixed_it: str | None = None
    playbook_sufficient: bool | None = None
    recommendation: str | None = None


class Learning(Telemetry):
    """What the run teaches (SOURCES B.1)."""

    steps_that_helped: tuple[str, ...] = ()
    steps_that_wasted_time: tuple[str, ...] = ()
    missing_steps: tuple[str, ...] = ()
    suggested_improvements: tuple[str, ...] = ()


class Trigger(Telemetry):
    """What started the run."""

    failure_id: str | None = None
    error_id: str | None = None


class IncidentSeen(Telemetry):
    """What the check that raised the incident saw, so that rules can be tried on it later."""

    check_type: str | None = None
    status: str | None = None
    resource: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)
    """What the check saw, by name."""


class StateDiff(Telemetry):
    """What changed between the state before and after."""

    changed_keys: tuple[str, ...] = ()
    before: Facts = Field(default_factory=dict)
    after: Facts = Field(default_factory=dict)


class Erased(Telemetry):
    """One place from which the redaction took something."""

    pointer: str
    """JSON pointer (RFC 6901) to the text."""
    kind: str
    rule_version: int = 1


class Execution(Telemetry):
    """One run of a runbook: state before and after, each step, an independent verification."""

    schema_: str = Field(SCHEMA, alias="schema")
    execution_id: ExecutionId
    runbook_id: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    runbook_version: int | None = None
    release: str | None = None
    incident_id: str | None = None
    incident_type: str | None = None
    incident: IncidentSeen | None = None
    """What the check saw that raised the incident; older agents do not say."""
    site_id: str | None = None
    client_id: str | None = None
    hostname: str | None = None
    platform: str | None = None
    started_at: Moment | None = None
    completed_at: Moment | None = None
    duration_seconds: float | None = None
    status: Status
    success: bool
    resolution_level: Literal["L1", "L2", "L3"] | None = None
    verification_passed: bool | None = None
    verification_method: str = NO_VERIFICATION
    verification_facts: Facts = Field(default_factory=dict)
    """The facts that the verification's checks read, as they were read; after a no, also the failure probe.

    What a rollback changed afterwards stands in `state_after` alone.
    """
    verification_unread: tuple[str, ...] = ()
    """The facts that the failure probe after the verification wanted and nobody could read."""
    confidence: float = 0.0
    state_before: Facts = Field(default_factory=dict)
    state_after: Facts = Field(default_factory=dict)
    state_diff: StateDiff = StateDiff()
    params: dict[str, Any] = Field(default_factory=dict)
    """The runbook's parameters as this run used them."""
    outputs: dict[str, Any] = Field(default_factory=dict)
    """What the runbook declares to give back."""
    executed_steps: tuple[ExecutedStep, ...] = ()
    error_message: str | None = None
    error_step: str | None = None
    error_traceback: str | None = None
    failure_type: FailureType | None = None
    was_correct_runbook: bool | None = None
    human_feedback: str | None = None
    trigger: Trigger | None = None
    outcome: Outcome | None = None
    learning: Learning | None = None
    evidence_bundle_id: str | None = None
    erased: tuple[Erased, ...] = ()


def state_diff(before: Facts, after: Facts) -> StateDiff:
    """Compare two states; a fact known on one side alone is a change only if the other side says so."""
    keys = tuple(sorted(key for key in before.keys() & after.keys() if before[key] != after[key]))
    return StateDiff(changed_keys=keys, before={k: before[k] for k in keys}, after={k: after[k] for k in keys})
