"""The runbook: steps that remediate an incident, and an independent verification."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from runwright.model.duration import Duration
from runwright.model.fields import Condition, FailureType, Moment, Name, Platform, RunbookId, Text, Values
from runwright.model.frozen import Authored

Prose = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
ActionName = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]+$", max_length=64)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]


class ParamSpec(Authored):
    """What a parameter accepts and where its value comes from."""

    model_config = ConfigDict(populate_by_name=True)

    type: Literal["string", "integer", "number", "boolean"] = "string"
    """The type of the value."""
    pattern: Annotated[str, StringConstraints(max_length=512)] | None = None
    """A linear-time regular expression that the whole value must match."""
    enum: tuple[str | int, ...] = ()
    """The only values accepted; empty means any."""
    minimum: float | None = None
    """The smallest number accepted."""
    maximum: float | None = None
    """The largest number accepted."""
    default: str | int | float | bool | None = None
    """The value when none is given."""
    source: Annotated[str, StringConstraints(pattern=r"^incident(\.[A-Za-z0-9_-]+)+$")] | None = Field(
        None, alias="from"
    )
    """Where the value comes from when the caller gives none, such as incident.resource."""
    description: Prose | None = None
    """What the parameter is for."""


class Limits(Authored):
    """What keeps a run from doing harm by repetition."""

    lock: Text | None = None
    """Only one run at a time may hold this name on a host; insertions are allowed."""
    once_within: Duration | None = None
    """How long the same runbook with the same lock rests after a run."""
    timeout: Duration | None = None
    """How long the whole run may take."""


class Precheck(Authored):
    """Conditions looked at before the first step."""

    healthy: Condition | None = None
    """True: nothing needs to be done, and the run goes straight to its verification."""
    unsafe: Condition | None = None
    """True or not known: the run stops before its first step and a person is asked."""


class Retry(Authored):
    """How often and how patiently a failed step is tried again."""

    attempts: Annotated[int, Field(ge=1, le=20)] = 1
    """How often the step is tried in all."""
    delay: Duration = timedelta(0)
    """The pause before the second attempt."""
    backoff: Annotated[float, Field(ge=1, le=10)] = 1.0
    """Each further pause is this many times the one before."""


class Step(Authored):
    """One action with its parameters and the conditions around it."""

    model_config = ConfigDict(populate_by_name=True)

    id: Id
    """The step's own name in this runbook."""
    name: Prose | None = None
    """What the step does, in words."""
    action: ActionName
    """An action of the catalogue, such as service.start."""
    params: Values = Field(default_factory=dict, alias="with")
    """The action's parameters; insertions are allowed in values."""
    when: Condition | None = None
    """The step runs only when this is true."""
    timeout: Duration | None = None
    """How long one attempt may take; the action's own limit when absent."""
    retry: Retry | None = None
    """Try again after a failure."""
    on_failure: Literal["stop", "continue", "escalate"] = "stop"
    """What follows a failure: stop, go on, or stop and ask a person."""
    success_codes: tuple[int, ...] = (0,)
    """Exit codes that mean success."""


class VerifyCheck(Authored):
    """One signal that the incident is over."""

    when: Condition
    """What must be true."""
    confidence: Annotated[float, Field(ge=0, le=1)]
    """How sure this signal makes us."""


class Verify(Authored):
    """How the fix is confirmed, independently of the steps' own exit codes."""

    method: Name
    """The name of the method, such as service_status_check."""
    settle: Duration = timedelta(0)
    """How long to wait after the last step before looking."""
    checks: Annotated[tuple[VerifyCheck, ...], Field(min_length=1)]
    """All must be true; the confidence of the run is the lowest of theirs."""


class Metadata(Authored):
    """Where this version comes from."""

    parent_runbook: Annotated[str, StringConstraints(pattern=r"^RB(-[A-Z0-9]+){2,6}-v[0-9]+$")] | None = None
    generated_by: str | None = None
    generated_from_failure: str | None = None
    generated_at: Moment | None = None
    generation_model: str | None = None
    requires_human_review: bool | None = None
    failure_type: FailureType | None = None
    source_recommendation: str | None = None


class Runbook(Authored):
    """Steps that remediate an incident, in order, with a verification."""

    id: RunbookId
    name: Prose
    """One line that says what the runbook does."""
    version: Annotated[int, Field(ge=1)]
    """Raised by one with every change."""
    platform: Platform
    incident_types: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The incidents that this runbook is written for."""
    description: Prose | None = None
    """What it does, when to use it and when not."""
    params: dict[Name, ParamSpec] = Field(default_factory=dict)
    """Values that a run needs."""
    limits: Limits = Limits()
    precheck: Precheck = Precheck()
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=200)]
    verify: Verify
    metadata: Metadata = Metadata()

    @model_validator(mode="after")
    def _step_ids_are_unique(self) -> Runbook:
        seen: set[str] = set()
        for index, step in enumerate(self.steps):
            if step.id in seen:
                reason = f"step id {step.id!r} is used twice; give each step its own"
                raise PydanticCustomError("twice", "{reason}", {"reason": reason, "at": ["steps", index, "id"]})
            seen.add(step.id)
        return self

    def version_name(self) -> str:
        """This version as one string, such as RB-LIN-SERVICE-001-v2."""
        return f"{self.id}-v{self.version}"
