"""What a failed run lacked, and where in its runbook that would have had to be made so.

A failed step lacked its unmet needs. Where every step did what it should and the verification still said no, its
tests are the goals, behind the last step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from runwright.actions.binding import BoundNeed, needs_of
from runwright.actions.catalogue import ACTIONS
from runwright.learn.fingerprint import failed_step
from runwright.learn.planner import Remedy, Situation, unmet
from runwright.model.condition import Condition, Join, Test, bind, concrete
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.insertion import MissingValue, as_text, insert
from runwright.model.path import str_path
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import all_steps, nested
from runwright.replay.models import completed, is_command, key_of, model_for
from runwright.replay.tape import Tape
from runwright.replay.world import World

_OPPOSITE = {
    "eq": "ne",
    "ne": "eq",
    "in": "not_in",
    "not_in": "in",
    "gt": "lte",
    "lte": "gt",
    "lt": "gte",
    "gte": "lt",
}
MAX_WAYS = 4
UNRECORDED = "the facts that decide were not recorded"


@dataclass(frozen=True)
class Place:
    """Where remedies go, what they must make true, and what nobody recorded."""

    index: int
    """The number of the step before which they go."""
    ways: tuple[tuple[BoundNeed, ...], ...]
    """Sets of goals, each of which would do."""
    situation: Situation
    missing: tuple[str, ...] = ()
    """Facts that would have told more."""
    reason: str = ""
    """Why there is no goal."""


def place_of(execution: Execution, runbook: Runbook, tape: Tape) -> Place:
    """Find what a failed run lacked."""
    step = failed_step(execution)
    if step is None:
        return _behind(execution, runbook, tape)
    place = _before(step, execution, runbook, tape)
    went_on = any(item.id == step.step and item.on_failure == "continue" for item in all_steps(runbook))
    return place if place.ways or not went_on else _behind(execution, runbook, tape)


def opposite(test: Test) -> Condition:
    """The condition that is true when a test is false."""
    if test.operator == "exists":
        return Test(test.path, "exists", not test.value)
    flipped = _OPPOSITE.get(test.operator)
    return Test(test.path, flipped, test.value) if flipped else Join("not", (test,))


def _before(step: ExecutedStep, execution: Execution, runbook: Runbook, tape: Tape) -> Place:
    if not is_command(step):
        return Place(0, (), _situation(tape, tape.end), (), f"the failed step is no action but {step.action}")
    world = tape.before_step(step)
    situation, found = _situation(tape, world), _found(step, runbook)
    if isinstance(found, str):
        return Place(0, (), situation, (), found)
    index, written = found
    if not _as_written(step, written, execution):
        return Place(0, (), situation, (), "the failed step ran something else than the runbook says for this run")
    if ACTIONS.get(step.action) is None:
        return Place(index, (), situation, (), "the failed step's action is not in the catalogue")
    needs = needs_of(model_for(step, tape.host), completed(step.action, step.params), world.known)
    open_needs = tuple(dict.fromkeys(_open_name(need) for need in needs if need.holds(world.known) is None))
    goals = unmet(needs, world)
    if goals:
        return Place(index, (goals,), situation, open_needs)
    reason = UNRECORDED if open_needs else "no need was recorded as unmet"
    return Place(index, (), situation, open_needs, reason)


def _behind(execution: Execution, runbook: Runbook, tape: Tape) -> Place:
    conditions = list(_verification(execution, runbook))
    tests = [need for condition in conditions for way in _ways(condition) for need in map(BoundNeed, way)]
    missing = tuple(dict.fromkeys(_open_name(need) for need in tests if need.holds(tape.verified.known) is None))
    everything = _ways(Join("all", tuple(conditions))) if conditions else ()
    ways = tuple(unmet(tuple(map(BoundNeed, way)), tape.verified) for way in everything[:MAX_WAYS])
    reason = UNRECORDED if missing else "no unmet need explains what the verification said"
    return Place(len(runbook.steps), tuple(filter(None, ways)), _situation(tape, tape.verified), missing, reason)


def _verification(execution: Execution, runbook: Runbook) -> Iterator[Condition]:
    scope = {"params": execution.params, "incident": {}, "steps": {}}
    for check in runbook.verify.checks:
        try:
            yield bind(check.when, scope)
        except MissingValue:
            continue


def _ways(condition: Condition) -> tuple[tuple[Test, ...], ...]:
    """The sets of tests each of which makes a condition true."""
    if isinstance(condition, Test):
        return ((condition,),)
    if condition.word == "not":
        inner = condition.items[0]
        other = opposite(inner) if isinstance(inner, Test) else None
        return ((other,),) if isinstance(other, Test) else ()
    parts = tuple(_ways(item)[:MAX_WAYS] for item in condition.items[:MAX_WAYS])
    if condition.word == "any":
        return tuple(way for part in parts for way in part)
    return tuple(
        tuple(test for way in combination for test in way) for combination in islice(product(*parts), MAX_WAYS)
    )


def _situation(tape: Tape, world: World) -> Situation:
    def in_vain(remedy: Remedy) -> bool:
        numbers = tape.index.get(key_of(remedy.action, remedy.params), ())
        done = any(tape.steps[number].outcome == "success" for number in numbers)
        return done and concrete(remedy.goal.test) in tape.exogenous

    return Situation(world, tape.host, in_vain)


def _as_written(step: ExecutedStep, written: Step, execution: Execution) -> bool:
    """Whether a recorded step is what the runbook says with the run's parameters.

    Telemetry may claim anything; what it claims to have run must not choose what the author writes.
    """
    if step.action != written.action:
        return False
    if step.params.keys() - {*written.params, *completed(step.action, {})}:
        return False
    given = ((step.params[name], value) for name, value in written.params.items() if name in step.params)
    return all(_agrees(ran, value, execution) for ran, value in given)


def _agrees(ran: object, written: object, execution: Execution) -> bool:
    scope = {"params": execution.params, "incident": {"incident_type": execution.incident_type}, "steps": {}}
    try:
        return as_text(ran) == as_text(insert(written, scope))
    except MissingValue:
        return True  # it hangs on an earlier step's output or on the incident, which the recording does not tell


def _found(step: ExecutedStep, runbook: Runbook) -> tuple[int, Step] | str:
    """The failed step as it is written, and the step of the runbook's own list before which a remedy goes; or why not.

    An older agent names a step by its number, counted from 1.
    """
    if step.step.isdecimal() and 0 < int(step.step[:9]) <= len(runbook.steps):
        number = int(step.step[:9]) - 1
        return (number, runbook.steps[number]) if runbook.steps[number].action == step.action else _GONE
    if "/" in step.step:
        return "the failed step stands in a called runbook; that one needs the change"
    placed = next((placed for placed in nested(runbook) if placed.step.id == step.step.partition("[")[0]), None)
    if placed is None:
        return _GONE
    if placed.repeated or placed.step.foreach is not None:
        return "the failed step is one of several items, and a remedy for one of them cannot be written yet"
    if placed.pointer[0] != "steps" or {"rescue", "finally"} & set(placed.pointer):
        return "the failed step stands in a rescue or finally"
    return int(placed.pointer[1]), placed.step


_GONE = "the failed step does not stand in the runbook as it is now"


def _open_name(need: BoundNeed) -> str:
    return str_path(need.source if need.open_list and need.source else concrete(need.test))
