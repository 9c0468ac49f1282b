"""Where a run stands: an immutable value, so that a replay can follow two ways from one point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from runwright.engine.exchange import Request
from runwright.model.condition import Truth
from runwright.model.execution import Attempt, ExecutedStep, Status
from runwright.model.fields import Facts
from runwright.model.frozen import ByCopy
from runwright.model.runbook import Runbook
from runwright.model.step import Step

Phase = Literal[
    "healthy", "unsafe",                                   # before the first step
    "enter", "when", "start",                              # on the way into a step
    "act", "retry", "wait", "rest", "assert", "ask",       # in a step
    "branch_when", "together", "branch_retry", "call",     # in several at once, or in another runbook
    "undo", "settle", "verify", "done",                    # after the last step
]  # fmt: skip
Section = Literal["steps", "rescue", "finally"]
ENDLESS = float("inf")
MAX_RECORDS = 10_000
"""Steps of one run that leave a record, those of called runbooks included; a bound on time, not on sense."""
TO_TIDY = 1_000
"""As many more may run in a `finally`."""


@dataclass(frozen=True, slots=True)
class Run:
    """What stays the same during a run."""

    runbook: Runbook
    params: Mapping[str, Any]
    incident: Mapping[str, Any] = field(default_factory=dict)
    called: Mapping[str, Runbook] = field(default_factory=dict)
    """The runbooks that may be called, by id."""
    depth: int = 0
    """How many runbooks called one another up to this one."""
    allowed: float = ENDLESS
    """Seconds that whoever called it leaves to it."""
    room: int = MAX_RECORDS
    """Steps that whoever called it leaves to it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a run left its steps before the last one."""

    status: Status
    message: str
    step: str | None = None
    verify: bool = True
    """Whether the verification still has something to say."""
    undo: bool = True
    """Whether what was done is taken back; not where nobody knows whether it was right."""


@dataclass(frozen=True)
class Frame(ByCopy):
    """A list of steps under way: the runbook's own, or a block's."""

    steps: tuple[Step, ...]
    section: Section = "steps"
    owner: Step | None = None
    """The block; None for the runbook itself."""
    index: int = 0
    items: tuple[Any, ...] | None = None
    """What the current step is repeated for."""
    at: int = 0
    """The current item."""
    failure: Ending | None = None
    """What is gone on with after `finally`."""

    @property
    def step(self) -> Step:
        """The current step."""
        return self.steps[self.index]


@dataclass(frozen=True, slots=True)
class Undoing:
    """What takes one step back, with its parameters as they were when the step ran."""

    step: str
    action: str
    params: Mapping[str, Any]
    timeout_seconds: float
    run_as: str | None = None
    secrets: tuple[tuple[str | int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """One of several steps that run at the same time."""

    step: Step
    attempts: tuple[Attempt, ...] = ()
    facts: Facts = field(default_factory=dict)
    decided: bool = False
    """Its condition was looked at."""
    undoing: Undoing | None = None
    """What takes it back, once it has succeeded."""
    record: ExecutedStep | None = None
    """What it came to; None while it is under way."""
    outputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class State(ByCopy):
    """Where a run stands; `request` says what comes next, `advance` takes the answer."""

    run: Run
    phase: Phase = "healthy"
    stack: tuple[Frame, ...] = ()
    """The lists of steps under way, the innermost last."""
    elapsed: float = 0.0
    """Seconds since the run began."""
    attempts: tuple[Attempt, ...] = ()
    """The current step's tries so far."""
    facts: Facts = field(default_factory=dict)
    """The facts that decided the current step's condition."""
    since: float = 0.0
    """When the current step began to wait."""
    undoing: Undoing | None = None
    """What takes the current step back, once it has succeeded."""
    branches: tuple[Branch, ...] = ()
    child: State | None = None
    """The run of the runbook that is being called."""
    trace: tuple[ExecutedStep, ...] = ()
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What later steps can insert, by step."""
    undos: tuple[Undoing, ...] = ()
    """What can be taken back, the latest last."""
    undone: tuple[str, ...] = ()
    """The steps that were taken back."""
    ending: Ending | None = None
    healthy: bool = False
    """The precheck found nothing to do."""
    checks: tuple[Truth, ...] = ()
    verify_facts: Facts = field(default_factory=dict)
    """What the verification's checks read, and after a no what the failure probe saw."""
    verify_unread: tuple[str, ...] = ()
    asked: Request | None = field(default=None, compare=False)
    """What has to be done next."""

    @property
    def frame(self) -> Frame:
        """The innermost list of steps."""
        return self.stack[-1]

    @property
    def step(self) -> Step:
        """The current step."""
        frame = self.stack[-1]
        return frame.steps[frame.index]

    @property
    def innermost(self) -> State:
        """The run that is really under way: this one, or the one that it calls."""
        state = self
        while state.child is not None:
            state = state.child
        return state

    @property
    def repeated(self) -> bool:
        """Whether the current step is one of several items."""
        return True in [frame.items is not None for frame in self.stack]

    @property
    def tidying(self) -> bool:
        """Whether it runs in a `finally`."""
        return "finally" in [frame.section for frame in self.stack]

    @property
    def room_left(self) -> int:
        """Steps that the run may still record."""
        return self.run.room + (TO_TIDY if self.tidying else 0) - len(self.trace)

    @property
    def time_left(self) -> float:
        """Seconds that the run may still take; what runs in a `finally` has all the time that it needs."""
        if self.tidying or not self.stack:
            return ENDLESS
        limit = self.run.runbook.limits.timeout
        own = limit.total_seconds() if limit is not None else ENDLESS
        return min(own, self.run.allowed) - self.elapsed

    def named(self, step_id: str) -> str:
        """The name of a step in the trace, with its item's number."""
        for frame in self.stack:
            if frame.items is not None:
                step_id += f"[{frame.at}]"
        return step_id

    def with_frame(self, **changes: Any) -> State:
        """The same state with another innermost frame."""
        return self.but(stack=(*self.stack[:-1], self.stack[-1].but(**changes)))

    def scope(self) -> dict[str, Any]:
        """What insertions can see."""
        seen: dict[str, Any] = {"params": self.run.params, "incident": self.run.incident, "steps": self.values}
        for frame in self.stack:
            if frame.items is not None:
                seen["each"] = {"item": frame.items[frame.at], "index": frame.at}
        return seen


_FIRST = State(Run.__new__(Run))
"""What every run begins from, without the run."""


def first(run: Run) -> State:
    """Where a run stands of which nothing was asked."""
    return _FIRST.but(run=run)
