"""The runbook: steps that remediate an incident, and an independent verification.

The steps themselves are in `step`; walking them, however they are nested, is left to `walk`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from runwright.model.duration import Duration
from runwright.model.fields import Condition, FailureType, Moment, Name, Pattern, Platform, Prose, RunbookId, Text
from runwright.model.frozen import Authored
from runwright.model.step import Scalar, Step
from runwright.model.walk import Placed, nested

Url = Annotated[str, StringConstraints(pattern=r"^https://[!-~]+$", max_length=500)]
Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$")]
Label = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$")]
MAX_STEPS = 200
"""Steps of one runbook, those of its blocks included."""
MAX_DEPTH = 4
"""How deeply blocks may lie in one another."""


class ParamSpec(Authored):
    """What a parameter accepts and where its value comes from."""

    model_config = ConfigDict(populate_by_name=True)

    type: Literal["string", "integer", "number", "boolean", "strings"] = "string"
    """The type of the value; `strings` is a list of texts, for `foreach` and for arguments."""
    pattern: Pattern | None = None
    """A linear-time regular expression that the whole value must match, or each text of a list."""
    enum: tuple[str | int, ...] = ()
    """The only values accepted; empty means any."""
    minimum: float | None = None
    """The smallest number accepted."""
    maximum: float | None = None
    """The largest number accepted."""
    default: Scalar | tuple[str, ...] | None = None
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
    """The version from which this one was made."""
    generated_by: str | None = None
    """The program that wrote it; absent where a person did."""
    generated_from_failure: str | None = None
    """The execution whose failure led to it."""
    generated_at: Moment | None = None
    """When it was written."""
    generation_model: str | None = None
    """The model that drafted it, or built-in."""
    requires_human_review: bool | None = None
    """Always true for what a program wrote."""
    failure_type: FailureType | None = None
    """What kind of failure led to it."""
    reconstructed_from: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")] | None = None
    """The name under which agents ran what this was put together from; no library had it."""
    source_recommendation: str | None = None
    """The recommendation of the weekly analysis that asked for it."""


class Secret(Authored):
    """A secret that the run needs; its value is known to the agent alone."""

    description: Prose | None = None
    """What it is for, and who hands it out."""


class Targets(Authored):
    """The hosts that this runbook is for; all that is given must hold."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    hosts: Annotated[tuple[Host, ...], Field(max_length=1000)] = ()
    """Host names."""
    groups: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    """Groups that the host belongs to, any of them."""
    labels: dict[Label, Label] = Field(default_factory=dict)
    """Labels that the host carries, all of them."""

    @model_validator(mode="after")
    def _name_something(self) -> Self:
        if not (self.hosts or self.groups or self.labels):
            raise _refused("names no host; give `hosts`, `groups` or `labels`, or leave `targets` out", ())
        return self


class Runbook(Authored):
    """Steps that remediate an incident, in order, with a verification."""

    id: RunbookId
    name: Prose
    """One line that says what the runbook does."""
    version: Annotated[int, Field(ge=1)]
    """Raised by one with every change."""
    status: Literal["active", "deprecated", "failed"] = "active"
    """A deprecated runbook still runs, and says so; a failed one is not run any more."""
    status_reason: Prose | None = None
    """Why it is deprecated or failed."""
    replaced_by: RunbookId | None = None
    """The runbook to use instead."""
    platform: Platform
    """The platform that the steps are written for."""
    incident_types: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The incidents that this runbook is written for."""
    description: Prose | None = None
    """What it does, when to use it and when not."""
    references: Annotated[tuple[Url, ...], Field(max_length=20)] = ()
    """Pages of the vendor that the steps follow."""
    params: dict[Name, ParamSpec] = Field(default_factory=dict)
    """Values that a run needs."""
    secrets: dict[Name, Secret] = Field(default_factory=dict)
    """Secrets that steps refer to as secret://NAME; the agent knows their values."""
    targets: Targets | None = None
    """The hosts that this runbook is for; every host when absent."""
    limits: Limits = Limits()
    """What keeps a run from doing harm by repetition."""
    precheck: Precheck = Precheck()
    """What is looked at before the first step."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MAX_STEPS)]
    """What is done, in order."""
    rescue: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MAX_STEPS)] | None = None
    """What runs when a step failed; if it succeeds, the run goes on with its verification."""
    always: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MAX_STEPS)] | None = Field(None, alias="finally")
    """What runs after the steps, whatever happened in them."""
    outputs: dict[Name, Text] = Field(default_factory=dict)
    """Values that the run gives back, such as ${{ steps.measure.outputs.size }}."""
    verify: Verify
    """How the fix is confirmed, independently of the steps."""
    metadata: Metadata = Metadata()
    """Where this version comes from; written by Runwright."""

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "if": {"properties": {"status": {"enum": ["deprecated", "failed"]}}, "required": ["status"]},
            "then": {"required": ["status_reason"]},
            "else": {"properties": {"status_reason": False, "replaced_by": False}},
        },
    )

    @model_validator(mode="after")
    def _steps_fit_together(self) -> Self:
        seen: set[str] = set()
        for placed in nested(self):
            _check_place(placed, seen)
            seen.add(placed.step.id)
        return self

    @model_validator(mode="after")
    def _status_is_explained(self) -> Self:
        if self.status != "active" and self.status_reason is None:
            raise _refused(f"is {self.status} and does not say why; give `status_reason`", ("status",))
        if self.status == "active" and (self.status_reason or self.replaced_by):
            word = "status_reason" if self.status_reason else "replaced_by"
            raise _refused(f"`{word}` belongs to a status that is deprecated or failed", (word,))
        return self

    def version_name(self) -> str:
        """This version as one string, such as RB-LIN-SERVICE-001-v2."""
        return f"{self.id}-v{self.version}"


def _check_place(placed: Placed, seen: set[str]) -> None:
    step, at = placed.step, placed.pointer
    if step.id in seen:
        raise _refused(f"step id {step.id!r} is used twice; give each step its own", (*at, "id"))
    if len(seen) >= MAX_STEPS:
        raise _refused(f"has more than {MAX_STEPS} steps, those of its blocks included", at)
    if placed.depth > MAX_DEPTH:
        raise _refused(f"blocks lie deeper in one another than {MAX_DEPTH} levels; call another runbook", at)
    if step.foreach is not None and placed.repeated:
        raise _refused("a foreach inside a foreach; call another runbook for the inner one", (*at, "foreach"))


def _refused(reason: str, at: tuple[str | int, ...]) -> PydanticCustomError:
    return PydanticCustomError("runbook", "{reason}", {"reason": reason, "at": list(at)})
