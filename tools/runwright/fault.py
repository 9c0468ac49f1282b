"""Crash points by name: places in the code where a test may end, stop or disturb the process. Off in every real run.

What happens at a point is handed in by the command line's door, from `RUNWRIGHT_FAULT`; here is which points there
are, the plan as a value, and a call that does nothing until somebody armed it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal, cast, get_args

from runwright.errors import ContentError

Action = Literal["kill", "stop", "raise", "break", "trace"]
"""End the process at once (SIGKILL), halt it (SIGSTOP), an `EdgeError`, an error of our own, or only a line."""

POINTS = {
    "keep_begun": "Executions were read and are about to be kept",
    "kept": "Executions are in the table; the answer is not sent",
    "claimed": "an Execution was taken from the backlog, durably",
    "workflow_begun": "a failure has its fingerprint and no workflow yet",
    "workflow_started": "a workflow has begun for a fingerprint, durably",
    "step_begun": "a step of the pipeline is about to be done",
    "step_done": "a step was done; its result is not stored",
    "step_stored": "a step's result is stored",
    "question_noted": "it is noted that a model will be asked; it was not asked yet",
    "question_answered": "the model answered; the answer is not stored",
    "answer_stored": "the model's answer is stored",
    "pull_begun": "a pull request is about to be opened",
    "pull_opened": "a pull request was opened; nothing is noted of it",
    "evidence_begun": "evidence is about to be added to a pull request",
    "evidence_added": "evidence was added; nothing is noted of it",
    "withdraw_begun": "an overtaken pull request is about to be taken back",
    "withdrawn": "an overtaken pull request was taken back; its failure is not looked at again yet",
    "objects_written": "the forge's objects are written; no reference has moved",
    "references_moved": "the forge's references have moved",
    "hosted_written": "something was written at a hosting service; what follows it is not",
    "release_cut": "a release is signed; nobody else has it",
    "release_pushed": "a release is published; it is not announced",
    "end_begun": "the end of an Execution is about to be stored",
    "ended": "the end of an Execution is stored",
    "take_over_begun": "work that another process left is about to be taken over",
    "taken_over": "work that another process left was taken over",
}
"""Each point and what is so when it is reached; some also say of what, as in `step_done/judge`."""

EXPECTED = "expected such as kill@pull_opened, raise@step_begun/judge:2 or stop@*:10-12, with commas between several"
_FAULT = re.compile(rf"(?:({'|'.join(get_args(Action))})@)?([a-z_/*]+)(?::(\d{{1,9}})(?:(-)(\d{{1,9}})?)?)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """One action at the passages `first` to `last` of the points that a pattern names."""

    action: Action
    pattern: str
    first: int = 1
    last: int | None = 1
    """None: at all passages from the first on."""
    passages: int = 0

    def passed(self, name: str) -> Fault:
        """Count one more passage if it is a point of this fault's."""
        return replace(self, passages=self.passages + 1) if fnmatchcase(name, self.pattern) else self

    def is_due(self) -> bool:
        """Tell whether the last passage is one to act at."""
        return self.first <= self.passages and (self.last is None or self.passages <= self.last)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen where."""

    faults: tuple[Fault, ...]

    def at(self, name: str) -> tuple[Plan, tuple[Action, ...]]:
        """Pass a point: the plan afterwards, and what is to be done there."""
        after = tuple(fault.passed(name) for fault in self.faults)
        due = (new for old, new in zip(self.faults, after, strict=True) if new is not old and new.is_due())
        return Plan(after), tuple(fault.action for fault in due)


def parse_plan(text: str) -> Plan:
    """Read `[action@]point[/of][:first[-[last]]]`, several with commas; raises ContentError for anything else."""
    return Plan(tuple(_fault(part.strip()) for part in text.split(",")))


def _fault(text: str) -> Fault:
    found = _FAULT.fullmatch(text)
    if found is None:
        raise ContentError(f"RUNWRIGHT_FAULT: {text!r} is no fault; {EXPECTED}")
    action, pattern, first, dash, last = found.groups()
    if "*" not in pattern and pattern.split("/")[0] not in POINTS:
        raise ContentError(f"RUNWRIGHT_FAULT: there is no point {pattern!r}; there are {', '.join(POINTS)}")
    begin = int(first or 1)
    without_end = (dash and not last) or (action == "trace" and not first)
    end = None if without_end else int(last or begin)
    return Fault(cast(Action, action or "kill"), pattern, begin, end)


class _Trap:
    """Holds what was armed; the one thing of this module that is not a value."""

    spring: Callable[[str], None] | None = None


def arm(spring: Callable[[str], None]) -> None:
    """Have `spring` called with the name of every point that is passed from now on, in whatever thread."""
    _Trap.spring = spring


def point(name: str, of: str = "") -> None:
    """Pass a point of `POINTS`; raises what was armed there, and nothing where nothing was."""
    if _Trap.spring is not None:
        _Trap.spring(f"{name}/{of}" if of else name)
