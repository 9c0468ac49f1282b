"""Time in a replay: which recorded try stands for a new one, and what a time limit would have done to it.

Tries are compared by their offset from the first try of their step (REPLAY 1.4, rules 22 and 23).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from runwright.model.execution import Attempt, ExecutedStep
from runwright.model.frozen import blank_of, own

_blank_try = blank_of(Attempt)
SAME_SCHEDULE_SECONDS = 0.5
"""How far apart two tries may lie and still be the same try."""


class Try(NamedTuple):
    """A new try of a step: its number, and when it begins, in seconds after the step's first try."""

    number: int
    after: float
    timeout: float


def tries_of(step: ExecutedStep) -> tuple[Attempt, ...]:
    """The recorded tries of a step; an agent that does not tell them made one."""
    if step.attempts:
        return step.attempts
    said = {"offset": 0.0, "duration": step.duration_seconds, "outcome": step.outcome}
    return (own(Attempt, {**_blank_try(), **said}),)


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


def too_slow(there: Attempt, new: Try, *, cut_off: bool) -> bool:
    """Whether the recorded try took longer than the new one may, whatever it came to.

    One that was cut off is told a moment after its limit.
    """
    return there.duration > new.timeout + (SAME_SCHEDULE_SECONDS if cut_off else 0.0)


def hit_its_limit(step: ExecutedStep, there: Attempt, new: Try) -> bool:
    """Whether the recorded try was cut off by a limit that is longer now, so that nobody knows its end."""
    return was_cut_off(step, there) and new.timeout > there.duration


def was_cut_off(step: ExecutedStep, there: Attempt) -> bool:
    """Whether a recorded try ran into its limit."""
    if there.timed_out or not step.timed_out or there.outcome != "failed":
        return there.timed_out
    # An agent that does not tell it of each try tells it of the last one.
    return there.duration >= tries_of(step)[-1].duration - SAME_SCHEDULE_SECONDS
