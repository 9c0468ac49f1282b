"""What the recorded run really saw at a moment: a condition that this decides was observed, any other is a conclusion.

What is known of other facts at that moment was seen earlier, or is what a model tells of a step, or follows from what
was seen later; each is a good reason to go on, and none to say that it was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runwright.model.condition import UNKNOWN, Condition, Truth, evaluate
from runwright.model.execution import ExecutedStep
from runwright.model.path import Path
from runwright.replay.models import AT_ONCE_SECONDS, idle, is_command
from runwright.replay.road import Road
from runwright.replay.tape import Tape, conditions_by_place
from runwright.replay.world import facts_by_path


def sees(road: Road, tape: Tape, condition: Condition, truth: Truth, look: ExecutedStep | None) -> bool:
    """Whether a condition is decided so by what was seen at this moment of the recording, at a look or around it."""
    if truth is None or not road.in_order or road.trying:
        return False
    looked = facts_by_path(look.facts) if look is not None else {}
    if _decided(road, condition, looked) is truth:
        return True
    return _decided(road, condition, {**captured_before(tape, road.cursor), **looked}) is truth


def saw_first(road: Road, tape: Tape, condition: Condition, truth: Truth) -> bool:
    """Whether a precheck is decided so by what was seen before the run; nothing came before it, no wait either."""
    return _decided(road, condition, facts_by_path(tape.execution.state_before)) is truth


def captured_before(tape: Tape, cursor: int) -> Mapping[Path, Any]:
    """The facts that were looked at between two recorded commands, the last of which is not in the way of time."""
    steps = tape.execution.executed_steps
    places = [place for place, step in enumerate(steps) if is_command(step)]
    end = places[cursor] if cursor < len(places) else len(steps)
    begin = next((place for place in range(end - 1, -1, -1) if _passes_time(steps[place])), -1)
    seen = dict(tape.execution.state_before) if begin < 0 else _behind(steps[begin])
    facts = conditions_by_place(steps)
    for place in range(begin + 1, min(end + 1, len(steps))):
        seen |= {**facts[place], **steps[place].state_before}
        seen |= steps[place].state_after if place < end else {}
    return facts_by_path(seen)


def _behind(step: ExecutedStep) -> dict[str, Any]:
    """What was seen when a step had ended; of a wait also what it saw at its last look."""
    return {**({} if is_command(step) else step.facts), **step.state_after}


def _passes_time(step: ExecutedStep) -> bool:
    """Whether the host may be another one behind a recorded step: a command ran, or the run waited."""
    return not idle(step) if is_command(step) else step.duration_seconds >= AT_ONCE_SECONDS


def _decided(road: Road, condition: Condition, seen: Mapping[Path, Any]) -> Truth:
    """What a condition says by these facts alone; what the host is does not change during a run."""

    def lookup(path: Path) -> Any:
        return road.world.known(path) if path[0] == "platform" or path in seen else UNKNOWN

    return evaluate(condition, lookup)
