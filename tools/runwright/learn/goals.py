"""What a failed run lacked, and where in its runbook that would have had to be made so.

A failed step lacked its unmet needs, a failed look what it looked for. Where every step did what it should and the
verification still said no, its tests are the goals, behind the last step. What an earlier step would have brought
about, had its condition held, is brought about by making that condition true before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, product

from runwright.actions.action import FORGET, Change, Copy, Decrease
from runwright.actions.binding import BoundNeed, demand_of, needs_of
from runwright.actions.catalogue import ACTIONS
from runwright.learn.planner import Remedy, Situation, open_facts, unmet
from runwright.learn.remedies import opposite
from runwright.learn.spots import Spot, behind, spot_of
from runwright.learn.study import OTHERWISE, Study, as_written
from runwright.model.condition import Condition, Join, Test, bind, concrete, evaluate
from runwright.model.execution import ExecutedStep
from runwright.model.insertion import MissingValue, insert
from runwright.model.path import bind_path, str_path
from runwright.model.step import Step
from runwright.replay.models import completed, is_command, key_of, model_for
from runwright.replay.tape import Tape
from runwright.replay.world import World, facts_by_path

MAX_WAYS = 4
UNRECORDED = "the facts that decide were not recorded"
COMING = "what was needed was on its way, and was there when the run was over"
ON_ITS_WAY = ("starting", "stopping", "reloading")
"""States that end by themselves."""
Ways = tuple[tuple[BoundNeed, ...], ...]
"""Sets of goals, each of which would do."""


@dataclass(frozen=True)
class Place:
    """Where remedies go, what they must make true, and what nobody recorded."""

    spot: Spot | None
    """None where no place for a remedy is known."""
    ways: Ways
    situation: Situation
    missing: tuple[str, ...] = ()
    """Facts that would have told more."""
    reason: str = ""
    """Why there is no goal."""


def places_of(study: Study) -> tuple[Place, ...]:
    """Find what a failed run lacked: at the step that failed, behind the last one, and at earlier steps."""
    first = _behind(study) if study.step is None else _before(study.step, study)
    found = [first]
    if study.step is not None and not first.ways and _went_on(study):
        found = [_behind(study), first]
    earlier = [place for one in found for place in _earlier(one, study)]
    return (*found, *earlier)


def look_of(step: ExecutedStep, written: Step, study: Study) -> Condition | None:
    """What a recorded wait or assertion looked for, with the values of this run."""
    condition = written.wait_until if step.action == "wait_until" else written.assertion
    try:
        return bind(condition, study.scope()) if condition is not None else None
    except MissingValue:
        return None


def world_at(step: ExecutedStep, tape: Tape) -> World:
    """The world before a recorded step; a look tells itself what it saw."""
    if is_command(step):
        return tape.before_step(step)
    steps = tape.execution.executed_steps
    number = sum(is_command(item) for item in steps[: steps.index(step)])
    world = tape.before[number] if number < len(tape.before) else tape.last
    return world.with_facts(facts_by_path({**step.facts, **step.state_after}))


def verification(study: Study) -> tuple[Condition, ...]:
    """The conditions of the verification, as far as this run has values for them."""
    return tuple(_bound_checks(study))


def _went_on(study: Study) -> bool:
    step = study.step
    return step is not None and any(item.on_failure == "continue" for item in _written(study, step))


def _written(study: Study, step: ExecutedStep) -> Iterator[Step]:
    spot = spot_of(study, step)
    if isinstance(spot, Spot) and spot.step is not None:
        yield spot.step


def _before(step: ExecutedStep, study: Study) -> Place:
    if not is_command(step) and step.action not in ("assert", "wait_until"):
        return Place(None, (), _situation(study, study.tape.end), (), f"the failed step is no action but {step.action}")
    situation = _situation(study, world_at(step, study.tape))
    spot = spot_of(study, step)
    if isinstance(spot, str):
        return Place(None, (), situation, (), spot)
    if not is_command(step):
        return _looked(step, spot, situation, study)
    if spot.step is None or not as_written(step, spot.step, study.scope(spot.item)):
        return Place(None, (), situation, (), OTHERWISE)
    if ACTIONS.get(step.action) is None:
        return Place(spot, (), situation, (), "the failed step's action is not in the catalogue")
    return _needed(step, spot, situation, study.tape)


def _needed(step: ExecutedStep, spot: Spot, situation: Situation, tape: Tape) -> Place:
    known = situation.world.known
    needs = needs_of(model_for(step, tape.host), completed(step.action, step.params), known)
    open_needs = tuple(dict.fromkeys(_open_name(need) for need in needs if need.holds(known) is None))
    goals = unmet(needs, situation.world)
    if goals and all(_comes(goal, situation.world, tape) for goal in goals):
        return Place(spot, (), situation, open_needs, COMING)
    if goals:
        return Place(spot, (goals,), situation, (*open_needs, *open_facts(goals, situation)))
    reason = UNRECORDED if open_needs else "no need was recorded as unmet"
    return Place(spot, (), situation, open_needs, reason)


def _looked(step: ExecutedStep, spot: Spot, situation: Situation, study: Study) -> Place:
    """The place before a wait or an assertion that failed: what it looked for is the goal."""
    condition = look_of(step, spot.step, study) if spot.step is not None else None
    if condition is None:
        return Place(None, (), situation, (), OTHERWISE)
    said = "no unmet need explains what the failed step saw"
    return _not_coming(_sought(spot, (condition,), situation, said), study)


def _behind(study: Study) -> Place:
    said = "no unmet need explains what the verification said"
    return _not_coming(_sought(behind(study), verification(study), _situation(study, study.tape.verified), said), study)


def _sought(spot: Spot, conditions: tuple[Condition, ...], situation: Situation, otherwise: str) -> Place:
    """The place where conditions had to hold."""
    tests = [need for condition in conditions for way in _ways(condition) for need in map(BoundNeed, way)]
    known = situation.world.known
    missing = tuple(dict.fromkeys(_open_name(need) for need in tests if need.holds(known) is None))
    everything = _ways(Join("all", conditions)) if conditions else ()
    ways = tuple(unmet(tuple(map(BoundNeed, way)), situation.world) for way in everything[:MAX_WAYS])
    found = tuple(filter(None, ways))
    more = open_facts((goal for way in found for goal in way), situation)
    return Place(spot, found, situation, (*missing, *more), UNRECORDED if missing else otherwise)


def _not_coming(place: Place, study: Study) -> Place:
    """The place without goals that were reached by themselves a moment later: there a wait helps, and no remedy."""
    world = place.situation.world
    ways = tuple(way for way in place.ways if not all(_comes(goal, world, study.tape) for goal in way))
    return place if len(ways) == len(place.ways) else replace(place, ways=ways, reason=COMING)


def _comes(goal: BoundNeed, world: World, tape: Tape) -> bool:
    """Whether what is needed was on its way, and was there when the run was over."""
    path = concrete(goal.test)
    later = facts_by_path(tape.execution.state_after)
    return world.known(path) in ON_ITS_WAY and path in later and evaluate(goal.test, later.__getitem__) is True


def _bound_checks(study: Study) -> Iterator[Condition]:
    for check in study.runbook.verify.checks:
        try:
            yield bind(check.when, study.scope())
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


def _earlier(place: Place, study: Study) -> Iterator[Place]:
    """The places before steps that would have reached a goal, had the condition of their change held."""
    goals = [goal for way in place.ways for goal in way]
    for number, step in enumerate(study.tape.steps):
        if step.outcome != "success" or not goals:
            continue
        world = study.tape.before[number]
        demands = tuple(need for goal in goals for need in _demanded(step, goal, study, world))
        spot = spot_of(study, step) if demands else ""
        if isinstance(spot, Spot) and spot.step is not None and as_written(step, spot.step, study.scope(spot.item)):
            situation = _situation(study, world)
            yield Place(spot, (unmet(demands, world),), situation, open_facts(demands, situation))


def _demanded(step: ExecutedStep, goal: BoundNeed, study: Study, world: World) -> Iterator[BoundNeed]:
    """The conditions, known to be false, under which a step would have reached a goal."""
    params = completed(step.action, step.params)
    for change in model_for(step, study.tape.host).changes:
        if change.only_if is not None and _would_reach(change, goal.test, params):
            yield from (need for need in demand_of(change, params) if need.holds(world.known) is False)


def _would_reach(change: Change, goal: Test, params: object) -> bool:
    scope = {"params": params}
    if change.to is FORGET or change.where is not None:
        return False
    try:
        if bind_path(change.path, scope) != concrete(goal):
            return False
        value = insert(change.to, scope) if isinstance(change.to, str) else change.to
    except MissingValue:
        return False
    return isinstance(value, (Copy, Decrease)) or evaluate(goal, lambda _: value) is True


def _situation(study: Study, world: World) -> Situation:
    return Situation(world, study.tape.host, _in_vain(study.tape))


def _in_vain(tape: Tape) -> Callable[[Remedy], bool]:
    def in_vain(remedy: Remedy) -> bool:
        numbers = tape.index.get(key_of(remedy.action, remedy.params), ())
        done = any(tape.steps[number].outcome == "success" for number in numbers)
        return done and concrete(remedy.goal.test) in tape.exogenous

    return in_vain


def _open_name(need: BoundNeed) -> str:
    return str_path(need.source if need.open_list and need.source else concrete(need.test))
