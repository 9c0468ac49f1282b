"""What the engine asks of its driver, and what it is told.

The driver is a shell in the agent and a recording in replay; the engine cannot tell them apart. A step is named by
its id; an item of a `foreach` as `id[0]`, a step of a called runbook as `call-id/id`, a rollback as `id.rollback`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from runwright.model.execution import Declared
from runwright.model.fields import Condition, Facts, Moment
from runwright.model.frozen import Authored

Purpose = Literal["healthy", "unsafe", "when", "wait", "assert", "verify"]


class Decide(Authored):
    """Ask whether a condition is true now."""

    purpose: Purpose
    condition: Condition
    step: str | None = None
    nested: bool = False
    """Whether a called runbook asks."""


class Act(Authored):
    """Carry out one action with these parameters."""

    step: str
    action: str
    params: dict[str, Any]
    timeout_seconds: float
    attempt: int
    success_codes: tuple[int, ...] = (0,)
    """Exit codes that mean success, those that mean a change included."""
    secrets: tuple[tuple[str | int, ...], ...] = ()
    """Where the file itself says secret://NAME in `params`; only there may the agent put a secret's value."""
    run_as: str | None = None
    declared: Declared | None = None


class Together(Authored):
    """Carry out several actions at the same time, so many at once; the answer has one answer an action, in order."""

    step: str
    acts: tuple[Act, ...]
    limit: int


class Ask(Authored):
    """Ask a person."""

    step: str
    message: str
    who: tuple[str, ...] = ()
    timeout_seconds: float
    default: Literal["deny", "approve"] = "deny"


class Pause(Authored):
    """Let this much time pass."""

    seconds: float
    reason: Literal["retry", "settle", "wait"]
    step: str | None = None


class Finish(Authored):
    """There is nothing more to do; ask for the result."""


class Decided(Authored):
    """The answer to `Decide`; None where a fact is not known."""

    value: bool | None
    facts: Facts = Field(default_factory=dict)
    duration: float = 0.0
    state_after: Facts = Field(default_factory=dict)
    """After a failure, what the failure probe saw."""
    unread: tuple[str, ...] = ()
    """What the failure probe could not read."""


class Acted(Authored):
    """The answer to `Act`."""

    success: bool
    exit_code: int | None = None
    output: str = ""
    error: str = ""
    timed_out: bool = False
    started_at: Moment | None = None
    duration: float = 0.0
    state_before: Facts = Field(default_factory=dict)
    state_after: Facts = Field(default_factory=dict)
    """Afterwards; after a failure also what the failure probe saw."""
    unread: tuple[str, ...] = ()
    """What the failure probe could not read."""


class ActedTogether(Authored):
    """The answer to `Together`, in the order of its actions."""

    answers: tuple[Acted, ...]
    duration: float = 0.0
    """How long all of them took."""
    state_after: Facts = Field(default_factory=dict)
    """Once all have ended and one of them failed, what the failure probe saw."""
    unread: tuple[str, ...] = ()
    """What the failure probe could not read."""


class Answered(Authored):
    """The answer to `Ask`; no value when nobody answered in time."""

    value: bool | None
    by: str | None = None
    reason: str = ""
    duration: float = 0.0


class Paused(Authored):
    """The answer to `Pause`."""

    duration: float


Request = Decide | Act | Together | Ask | Pause | Finish
Answer = Decided | Acted | ActedTogether | Answered | Paused
