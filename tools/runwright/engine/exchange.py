"""What the engine asks of its driver, and what it is told.

The driver is a shell in the agent and a recording in replay; the engine cannot tell them apart.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from runwright.model.fields import Condition, Facts, Moment
from runwright.model.frozen import Authored

Purpose = Literal["healthy", "unsafe", "when", "verify"]


class Decide(Authored):
    """Ask whether a condition is true now."""

    purpose: Purpose
    condition: Condition
    step: str | None = None


class Act(Authored):
    """Carry out one action with these parameters."""

    step: str
    action: str
    params: dict[str, Any]
    timeout_seconds: float
    attempt: int
    success_codes: tuple[int, ...] = (0,)


class Pause(Authored):
    """Let this much time pass."""

    seconds: float
    reason: Literal["retry", "settle"]
    step: str | None = None


class Finish(Authored):
    """There is nothing more to do; ask for the result."""


class Decided(Authored):
    """The answer to `Decide`; None where a fact is not known."""

    value: bool | None
    facts: Facts = Field(default_factory=dict)
    duration: float = 0.0


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


class Paused(Authored):
    """The answer to `Pause`."""

    duration: float


Request = Decide | Act | Pause | Finish
Answer = Decided | Acted | Paused
