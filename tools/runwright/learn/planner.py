"""Plans backward from what was not so: which actions would have made it so, and what they need in turn.

At most three levels deep. Never planned: a destructive action, an opaque one, a parameter that no fact names, what
the run had already done in vain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from runwright.actions.action import Action, Change
from runwright.actions.binding import BoundNeed, demand_of, needs_of
from runwright.actions.catalogue import ACTIONS, Host
from runwright.learn.inverting import Inverted, inverted
from runwright.model.condition import Test
from runwright.model.fields import RISKS
from runwright.model.path import str_path
from runwright.replay.models import model_of
from runwright.replay.world import World

MAX_LEVELS = 3
MAX_PLANS = 16
MAX_GOALS = 8
"""More unmet needs than this at once are a matter for a person."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """One action that makes one goal true."""

    action: str
    params: Mapping[str, Any]
    goal: BoundNeed
    chosen_by: tuple[Test, ...] = ()
    """The facts by which it is about the goal: who serves it, who holds it."""


Plan = tuple[Remedy, ...]
"""Remedies in the order in which they must run."""


@dataclass(frozen=True)
class Situation:
    """What was known where the remedies are to go."""

    world: World
    host: Host
    in_vain: Callable[[Remedy], bool] = lambda _: False
    """Whether the run had done this already, and it did not help."""


def plans_for(ways: Iterable[tuple[BoundNeed, ...]], situation: Situation) -> tuple[Plan, ...]:
    """Ways to make all goals of one of the sets true, the shortest first."""
    joined = {_names(plan): plan for goals in ways for plan in _together(goals, situation, MAX_LEVELS)}
    return tuple(sorted(joined.values(), key=lambda plan: (len(plan), _names(plan))))[:MAX_PLANS]


def open_facts(goals: Iterable[BoundNeed], situation: Situation) -> tuple[str, ...]:
    """The facts that nobody captured and on which it hangs whether an action would do."""
    found = (path for goal in goals for _, _, way in _ways(goal, situation) for path in way.open_facts)
    return tuple(dict.fromkeys(map(str_path, found)))


def unmet(needs: tuple[BoundNeed, ...], world: World) -> tuple[BoundNeed, ...]:
    """The needs that the recorded facts say were not met, each once."""
    found = {repr(need): need for need in needs if need.holds(world.known) is False}
    return tuple(found.values())


def _together(goals: tuple[BoundNeed, ...], situation: Situation, levels: int) -> Iterator[Plan]:
    if len(goals) > MAX_GOALS or (goals and levels == 0):
        return
    ways = [tuple(islice(_plans(goal, situation, levels), MAX_PLANS)) for goal in goals]
    yield from map(_joined, islice(product(*ways), MAX_PLANS))


def _plans(goal: BoundNeed, situation: Situation, levels: int) -> Iterator[Plan]:
    for action, change, found in _ways(goal, situation):
        if not found.open_facts:
            remedy = Remedy(action.name, found.params, goal, found.chosen_by)
            yield from _with_needs(remedy, demand_of(change, found.params), situation, levels)


def _ways(goal: BoundNeed, situation: Situation) -> Iterator[tuple[Action, Change, Inverted]]:
    """What would make a goal true, the least risky first; nothing destructive."""
    for action in sorted(ACTIONS.values(), key=lambda item: (RISKS.index(item.risk), item.name)):
        if action.destructive or action.check:
            continue
        for change in model_of(action, situation.host).changes:
            found = inverted(action, change, goal.test, situation.world)
            if found is not None:
                yield action, change, found


def _with_needs(remedy: Remedy, demand: tuple[BoundNeed, ...], situation: Situation, levels: int) -> Iterator[Plan]:
    if situation.in_vain(remedy):
        return
    known = situation.world.known
    needs = needs_of(model_of(ACTIONS[remedy.action], situation.host), remedy.params, known)
    for plan in _together(unmet((*needs, *demand), situation.world), situation, levels - 1):
        yield (*plan, remedy)


def _joined(plans: tuple[Plan, ...]) -> Plan:
    found: dict[tuple[str, str], Remedy] = {}
    for remedy in (remedy for plan in plans for remedy in plan):
        found.setdefault(_name(remedy), remedy)
    return tuple(found.values())


def _names(plan: Plan) -> tuple[tuple[str, str], ...]:
    return tuple(map(_name, plan))


def _name(remedy: Remedy) -> tuple[str, str]:
    return remedy.action, repr(sorted(remedy.params.items()))
