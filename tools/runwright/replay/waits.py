"""Waits in a replay: `wait_until` does nothing itself, but what follows may have needed the time that it took.

A recorded wait that lasted and is left out, moved or cut short is a difference, and what it saw come true is not known
any more (REPLAY 1.3, rule 20; 1.4, rules 22 and 23). Commands that wait are left to `timing`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from math import ceil

from runwright.engine.exchange import Decide
from runwright.engine.state import State
from runwright.engine.waiting import EVERY, WAIT, rest
from runwright.model.condition import Condition, Test, Truth, concrete, condition_insertions, condition_text, tests
from runwright.model.execution import ExecutedStep
from runwright.model.facts import kind_of
from runwright.model.path import Path, str_path
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import nested
from runwright.replay.models import AT_ONCE_SECONDS
from runwright.replay.road import Road, diverged
from runwright.replay.tape import Tape
from runwright.replay.world import VOLATILE, World, facts_by_path

WAITS = "wait_until"
LASTING = (WAITS, "approve", "assert")
"""What may take time and carries nothing out."""
CLOSE_SECONDS = 1.0
"""A recorded wait tells when its last look ended, not when it began."""


@dataclass(frozen=True, slots=True)
class Waited:
    """How a wait ends."""

    value: Truth
    """None where both is possible."""
    seconds: float
    as_recorded: bool = True
    sooner: bool = False
    """What follows comes sooner than it did in the recording."""


def look_at(road: Road, tape: Tape, asked: Decide) -> ExecutedStep | None:
    """The recorded wait for the same facts at this moment, whatever it was called, that this road did not make yet."""
    if not road.in_order or road.trying:
        return None
    names = facts_of(asked.condition)
    waits = (look for look in _looks(tape, road.cursor) if look.action == WAITS and look.step not in road.waited)
    return next((wait for wait in waits if names and names <= wait.facts.keys()), None)


def unchanged_look(road: Road, tape: Tape, asked: Decide, recorded: Runbook | None) -> ExecutedStep | None:
    """The very wait or assertion that was recorded at this moment, where nobody told all of what it looked at."""
    look = tape.looks.get((road.cursor, asked.step or ""))
    if look is None or look.action not in (WAITS, "assert") or not road.in_order or road.trying:
        return None
    step, before = road.state.innermost.step, _step_of(recorded, road.state.innermost.step, look)
    if before is None or facts_of(asked.condition) <= look.facts.keys():
        return None
    timing = (before.timeout, before.every) == (step.timeout, step.every)
    said = _condition(step)
    bound = said is not None and not condition_insertions(said)
    # Values that stand in it come from the parameters, and from what they are when nobody gives them.
    same = bound or (recorded is not None and recorded.params == road.state.run.runbook.params)
    return look if timing and same and _same_words(_condition(before), said) else None


def noted(road: Road, look: ExecutedStep | None) -> Road:
    """The road after it waited, or asked, as the recorded run did."""
    return road if look is None else road.but(waited=road.waited | {look.step})


def before_lasting(road: Road, tape: Tape) -> Road:
    """The road where something is looked at that the recorded run did not look at here.

    What was seen behind a wait is no evidence of what was there before it.
    """
    left = tuple(_left_out(road, tape, None))
    if not left:
        return road
    origin = f"before {left[0].step}"
    return road.but(world=_unseen(road.world.renewing(VOLATILE, origin), left, origin), all_observed=False)


def calling(state: State) -> str:
    """The step that calls the run that is under way, by its name in the whole run."""
    caller, inner = state, state.child
    while inner is not None and inner.child is not None:
        caller, inner = inner, inner.child
    return caller.named(caller.step.id) if inner is not None else ""


def without_waits(road: Road, tape: Tape, look: ExecutedStep | None = None) -> Road:
    """The road at a command, a look or the end; one that did not wait as the recorded run did left the recording."""
    left = next(_left_out(road, tape, look), None) if tape.looks else None
    if left is None:
        return road
    gone = diverged(road, left.step, tape)
    return gone.but(world=_unseen(gone.world, (left,), f"without {left.step}"))


def _unseen(world: World, looks: Iterable[ExecutedStep], origin: str) -> World:
    """The world without what these looks saw come true."""
    for path in (path for look in looks for path in facts_by_path(look.facts)):
        world = world.forgetting(path, origin)
    return world


def waited(state: State, look: ExecutedStep | None, truth: Truth, asked: Decide, recorded: Runbook | None) -> Waited:
    """How a wait ends; `recorded` is the version that ran, where that is known."""
    limit = (state.step.timeout or WAIT).total_seconds()
    if look is None:
        return Waited(True, 0.0) if truth else _in_vain(asked.condition, limit)
    before = _step_of(recorded, state.step, look)
    if _lasted(look) and (before is None or not _same_words(before.wait_until, state.step.wait_until)):
        # Other words on the same facts may come true sooner, or later.
        return Waited(True if truth else None, 0.0 if truth else limit, as_recorded=False, sooner=True)
    same = before is not None and (before.timeout or WAIT, before.every or EVERY) == (
        state.step.timeout or WAIT,
        state.step.every or EVERY,
    )
    if look.outcome == "failed":
        return _failed(look, truth, asked, limit, same)
    if truth is not True:
        return Waited(None, limit, as_recorded=False)
    every = (before.every or EVERY).total_seconds() if before is not None else rest(state)
    if same:
        return Waited(True, look.duration_seconds)
    return _as_patient(_succeeded(look, limit, rest(state), every), look, state.step, before)


def _as_patient(ends: Waited, look: ExecutedStep, step: Step, before: Step | None) -> Waited:
    """How a wait ends that may look less often than the recorded one might have.

    What came at once then may come at a later look another time, for which there may be no time any more.
    """
    limit, every = step.timeout or WAIT, step.every or EVERY
    if before is not None and limit >= (before.timeout or WAIT) and every <= (before.every or EVERY):
        return ends
    once = not _lasted(look) and limit <= every
    return replace(ends, value=None if once else ends.value, as_recorded=False)


def by_itself(ends: Waited, condition: Condition, exogenous: Collection[Path]) -> Waited:
    """How a wait ends that nobody recorded: what changed from outside in the recording may do so while it lasts."""
    vain = ends.value is False and not ends.as_recorded and not ends.sooner
    moving = vain and any(concrete(test) in exogenous for test in tests(condition))
    return replace(ends, value=None) if moving else ends


def come_true(road: Road, asked: Decide) -> Road:
    """The road on which what was waited for, against what was recorded, came true."""
    condition, world = asked.condition, road.world
    plain = isinstance(condition, Test) or condition.word == "all"
    for test in tests(condition):
        path = concrete(test)
        said = plain and test.operator == "eq"
        world = world.with_fact(path, test.value) if said else world.forgetting(path, f"behind {asked.step}")
    return road.but(world=world)


def facts_of(condition: Condition) -> frozenset[str]:
    """The facts that a condition names, in their canonical form."""
    return frozenset(str_path(concrete(test)) for test in tests(condition))


def _failed(look: ExecutedStep, truth: Truth, asked: Decide, limit: float, same: bool) -> Waited:
    lasted = look.duration_seconds
    if truth is True:
        return Waited(True, 0.0, as_recorded=False, sooner=True)
    if same or abs(limit - lasted) <= CLOSE_SECONDS:
        return Waited(False, lasted)
    if limit < lasted:
        return Waited(False, limit, as_recorded=False, sooner=True)
    return _in_vain(asked.condition, limit)


def _succeeded(look: ExecutedStep, limit: float, every: float, every_before: float) -> Waited:
    lasted = look.duration_seconds
    if every > every_before and lasted > CLOSE_SECONDS:
        lasted = ceil(lasted / every) * every
    if lasted <= limit:
        return Waited(True, lasted, as_recorded=lasted == look.duration_seconds)
    surely = look.duration_seconds > limit + CLOSE_SECONDS
    return Waited(False if surely else None, limit, as_recorded=False, sooner=True)


def _in_vain(condition: Condition, limit: float) -> Waited:
    """A wait that nobody recorded to its end: what does not change by itself does not come true."""
    stands = all(kind_of(concrete(test)) == "state" for test in tests(condition))
    return Waited(False if stands else None, limit, as_recorded=False)


def _looks(tape: Tape, cursor: int) -> Iterator[ExecutedStep]:
    """What was looked at before a recorded command, in the order of the recording."""
    return (look for (at, _), look in tape.looks.items() if at == cursor)


def _left_out(road: Road, tape: Tape, look: ExecutedStep | None) -> Iterator[ExecutedStep]:
    """The recorded waits at this place, up to a look, that lasted and that this road did not make."""
    if not road.in_order or road.trying:
        return
    for seen in takewhile(lambda item: item is not look, _looks(tape, road.cursor)):
        if seen.step not in road.waited and _took_time(seen, tape):
            yield seen


def _took_time(seen: ExecutedStep, tape: Tape) -> bool:
    if seen.action == "call":
        return _own_time(seen, tape) >= AT_ONCE_SECONDS
    return seen.action in LASTING and _lasted(seen)


def _lasted(wait: ExecutedStep) -> bool:
    """Whether it took time: what was true at the first look, or answered at once, lost none."""
    if wait.outcome == "failed" and wait.action != "assert":
        return True
    # An assertion looks once, whatever it sees.
    return wait.outcome != "skipped" and wait.duration_seconds >= AT_ONCE_SECONDS


def _own_time(call: ExecutedStep, tape: Tape) -> float:
    """How long a called runbook took besides its steps, to settle before its verification."""
    inner = (step for step in tape.execution.executed_steps if step.step.startswith(f"{call.step}/"))
    direct = sum(step.duration_seconds for step in inner if "/" not in step.step[len(call.step) + 1 :])
    return call.duration_seconds - direct


def _same_words(one: Condition | None, other: Condition | None) -> bool:
    return one is not None and other is not None and condition_text(one) == condition_text(other)


def _step_of(recorded: Runbook | None, step: Step, look: ExecutedStep) -> Step | None:
    """The wait or assertion in the version that ran: of the same name, or the only one for the same facts."""
    placed = nested(recorded) if recorded is not None else ()
    looks = [item.step for item in placed if item.step.kind == step.kind]
    name = look.step.rpartition("/")[2].partition("[")[0]
    named = next((item for item in looks if item.id == name), None)
    same = [item for item in looks if _same_words(_condition(item), _condition(step))]
    return named or (same[0] if len(same) == 1 else None)


def _condition(step: Step) -> Condition | None:
    return step.wait_until if step.wait_until is not None else step.assertion
