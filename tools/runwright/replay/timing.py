"""Time in a replay: which recorded try stands for a new one, and what a time limit would have done to it.

Tries are compared by their offset from the first try of their step (REPLAY 1.4, rules 22 and 23).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runwright.model.execution import Attempt, ExecutedStep

SAME_SCHEDULE_SECONDS = 0.5
"""How far apart two tries may lie and still be the same try."""


@dataclass(frozen=True, slots=True)
class Try:
    """A new try of a step: its number, and when it begins, in seconds after the step's first try."""

    number: int
    after: float
    timeout: float


def tries_of(step: ExecutedStep) -> tuple[Attempt, ...]:
    """The recorded tries of a step; an agent that does not tell them made one."""
    return step.attempts or (Attempt(offset=0.0, duration=step.duration_seconds, outcome=step.outcome),)


def matching(tries: Sequence[Attempt], new: Try) -> Attempt | None:
    """The recorded try that stands for a new one; None for a time of which nothing is recorded.

    A try that begins no later than the last recorded failure fails too.
    """
    start = tries[0].offset
    if new.number <= len(tries):
        there = tries[new.number - 1]
        if new.number == 1 or abs((there.offset - start) - new.after) <= SAME_SCHEDULE_SECONDS:
            return there
    failures = [item for item in tries if item.outcome == "failed" and item.offset - start >= new.after]
    return failures[-1] if failures else None


def succeeded_by(tries: Sequence[Attempt], after: float) -> bool:
    """Whether a try had succeeded by then."""
    return any(item.outcome == "success" and item.offset - tries[0].offset <= after for item in tries)


def too_slow(there: Attempt, new: Try) -> bool:
    """Whether the recorded try took longer than the new one may."""
    return there.outcome == "success" and there.duration > new.timeout


def hit_its_limit(step: ExecutedStep, there: Attempt, new: Try) -> bool:
    """Whether the recorded try was cut off by a limit that is longer now, so that nobody knows its end."""
    last = tries_of(step)[-1].duration
    cut_off = step.timed_out and there.outcome == "failed" and there.duration >= last - SAME_SCHEDULE_SECONDS
    return cut_off and new.timeout > there.duration + SAME_SCHEDULE_SECONDS
