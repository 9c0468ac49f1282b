"""Writes the remedies of a plan as steps: by the names that the runbook has for the run's values, each with its guard.

A remedy runs only where its goal is not reached. No text of telemetry gets into a step or a comment: only names that
an action accepts, and values that the dictionary knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runwright.actions.binding import BoundNeed
from runwright.actions.catalogue import ACTIONS
from runwright.learn.edits import Insert
from runwright.learn.planner import Plan, Remedy
from runwright.learn.spots import Spot
from runwright.model.condition import Condition, Join, Test, concrete, condition_data
from runwright.model.execution import Execution
from runwright.model.facts import spec_of
from runwright.model.insertion import Insertion, as_text
from runwright.model.path import Path, str_path
from runwright.replay.world import World

MAX_ID = 56
"""Characters of the id of a new step, before a number that tells it from others."""
MAX_NAME = 120
"""Characters of a step's name."""
PLAIN = re.compile(r"[A-Za-z0-9 ._:@/\"\[\]-]{1,200}")
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


def inserts(plan: Plan, spot: Spot, taken: set[str], execution: Execution, world: World) -> tuple[Insert, ...]:
    """The steps of a plan, before the step that lacked them; `taken` are the ids that steps have already."""
    found: list[Insert] = []
    for remedy in plan:
        step = step_of(remedy, spot, taken)
        taken = {*taken, step["id"]}
        found.append(Insert(spot.at, spot.index, step, comment_of(remedy.goal, world, execution)))
    return tuple(found)


def step_of(remedy: Remedy, spot: Spot, taken: set[str]) -> dict[str, Any]:
    """One remedy as a step."""
    verb = remedy.action.split(".")[1].replace("_", "-")
    # What a list named belongs to that list and to no parameter.
    own = {} if remedy.goal.source is not None else spot.names
    # What the run's own parameter named is named by the parameter in every run.
    called = [own.get(as_text(value), as_text(value)).rpartition("params.")[2] for value in remedy.params.values()]
    called = ["item" if name == "each.item" else name for name in called]
    params = {name: named(value, own) for name, value in remedy.params.items()}
    step: dict[str, Any] = {
        "id": id_of(verb, called, taken),
        "name": _named_for_people(remedy.action, called, spot),
        "action": remedy.action,
        **({"with": params} if params else {}),
        "when": condition_data(guard(remedy, spot.names)),
    }
    return {**step, "foreach": spot.foreach} if _is_about_item(step, spot) else step


def _named_for_people(action: str, called: list[str], spot: Spot) -> str:
    """What a step does, for a reader: an action on a service by its verb, any other one in the catalogue's words."""
    group, _, verb = action.partition(".")
    if group == "service":
        return " ".join([verb.capitalize(), *called, *_when(spot)])
    summary = re.split(r" ?[;,(]|\.(?!\w)", ACTIONS[action].summary, maxsplit=1)[0].strip()
    return f"{summary}: {', '.join(called)}"[:MAX_NAME] if called else summary


def guard(remedy: Remedy, names: Mapping[str, str]) -> Condition:
    """When a remedy is worth a step: while its goal is not reached, what gave the goal gives it, and it is about it."""
    goal, own = remedy.goal, {} if remedy.goal.source is not None else names
    parts = [generalised(opposite(goal.test), names)]
    for test in remedy.chosen_by:
        parts.append(generalised(Test(test.path, test.operator, named(test.value, own)), names))
    if goal.source is not None:
        parts.insert(0, generalised(Test(goal.source, "contains", goal.item), names))
    return parts[0] if len(parts) == 1 else Join("all", tuple(parts))


def opposite(test: Test) -> Condition:
    """The condition that is true when a test is false."""
    if test.operator == "exists":
        return Test(test.path, "exists", not test.value)
    flipped = _OPPOSITE.get(test.operator)
    return Test(test.path, flipped, test.value) if flipped else Join("not", (test,))


def generalised(condition: Condition, names: Mapping[str, str]) -> Condition:
    """The same condition with the run's own values written as insertions, where a name stands."""
    if isinstance(condition, Join):
        return Join(condition.word, tuple(generalised(item, names) for item in condition.items))
    path = concrete(condition)
    parts = tuple(
        Insertion(tuple(names[segment].split("."))) if is_name and segment in names else segment
        for segment, is_name in zip(path, _names_in(path), strict=True)
    )
    return Test(parts, condition.operator, condition.value)


def comment_of(goal: BoundNeed, world: World, execution: Execution) -> str:
    """Why a step was added, and after which run."""
    path = concrete(goal.test)
    value = world.known(path)
    spec = spec_of(path)
    sayable = isinstance(value, (bool, int, float)) or (spec is not None and value in spec.values)
    said = f"{str_path(path)} was {value}" if sayable else "a need of the next step was not met"
    return told(f"added after {execution.execution_id}: {said}", "added after a failed run")


def told(text: str, otherwise: str) -> str:
    """A comment, where nothing in it is anything but plain."""
    return text if PLAIN.fullmatch(text) else otherwise


def named(value: Any, names: Mapping[str, str]) -> Any:
    """A value, or the insertion of what the runbook calls it."""
    plain = isinstance(value, (str, int)) and not isinstance(value, bool)
    return f"${{{{ {names[as_text(value)]} }}}}" if plain and as_text(value) in names else value


def words(plan: Plan) -> str:
    """A plan in a few words."""
    return ", ".join(f"{remedy.action} {' '.join(map(str, remedy.params.values()))}".strip() for remedy in plan)


def id_of(verb: str, called: Iterable[str], taken: set[str]) -> str:
    """The id of a new step, by what it does and to what."""
    wanted = "-".join(filter(None, [verb, *map(_slug, called)]))[:MAX_ID].strip("-")
    return free(wanted, taken)


def free(wanted: str, taken: set[str]) -> str:
    """An id that no step has."""
    return next(name for name in _numbered(wanted) if name not in taken)


def _when(spot: Spot) -> tuple[str, ...]:
    """What a name says of the order: behind the last step nothing comes after it."""
    return () if spot.step is None else ("first",)


def _is_about_item(step: Mapping[str, Any], spot: Spot) -> bool:
    return spot.foreach is not None and "each.item" in repr((step.get("with"), step["when"]))


def _names_in(path: Path) -> tuple[bool, ...]:
    spec = spec_of(path)
    return tuple(part == "*" for part in spec.path) if spec else (False,) * len(path)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in range(2, 1000))
