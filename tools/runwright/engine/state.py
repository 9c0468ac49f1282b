"""Where a run stands: an immutable value, so that a replay can follow two ways from one point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from runwright.model.condition import Truth
from runwright.model.execution import Attempt, ExecutedStep, Status
from runwright.model.fields import Facts
from runwright.model.runbook import Runbook, Step

Phase = Literal["healthy", "unsafe", "when", "act", "retry", "settle", "verify", "done"]


@dataclass(frozen=True, slots=True)
class Run:
    """What stays the same during a run."""

    runbook: Runbook
    params: Mapping[str, Any]
    incident: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a run left its steps before the last one."""

    status: Status
    message: str
    step: str | None = None
    verify: bool = True
    """Whether the verification still has something to say."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a run stands; `request` says what comes next, `advance` takes the answer."""

    run: Run
    phase: Phase = "healthy"
    index: int = 0
    """The current step, or the current check while verifying."""
    elapsed: float = 0.0
    """Seconds since the run began."""
    attempts: tuple[Attempt, ...] = ()
    """The current step's tries so far."""
    facts: Facts = field(default_factory=dict)
    """The facts that decided the current step's condition."""
    trace: tuple[ExecutedStep, ...] = ()
    ending: Ending | None = None
    healthy: bool = False
    """The precheck found nothing to do."""
    checks: tuple[Truth, ...] = ()
    verify_facts: Facts = field(default_factory=dict)

    @property
    def step(self) -> Step:
        """The current step."""
        return self.run.runbook.steps[self.index]

    def scope(self) -> dict[str, Any]:
        """What insertions can see."""
        done = {
            s.step: {"output": s.output.strip(), "exit_code": s.exit_code, "outcome": s.outcome} for s in self.trace
        }
        return {"params": self.run.params, "incident": self.run.incident, "steps": done}
