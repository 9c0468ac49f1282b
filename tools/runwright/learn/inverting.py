"""Reads an action's changes backward: with which parameters would it write what a goal asks for.

A parameter comes from the goal itself, from a fact that was really looked at, or it is none: what nobody captured
stays open, and is named as a fact to look at. Which goals there are, and in which order, is left to `planner`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runwright.actions.acceptance import problem_with
from runwright.actions.action import FORGET, Action, Change, Copy, Decrease, Model, Param, Where
from runwright.actions.binding import ANY, effects_of
from runwright.model.condition import UNKNOWN, Test, concrete, evaluate
from runwright.model.insertion import Insertion
from runwright.model.path import Path, PathTemplate
from runwright.replay.world import World


@dataclass(frozen=True, slots=True)
class Inverted:
    """The parameters of one use of an action; where facts are open, it is not known whether it would do."""

    params: Mapping[str, Any]
    open_facts: tuple[Path, ...] = ()
    chosen_by: tuple[Test, ...] = field(default=(), compare=False)
    """The facts that say that it is about what the goal names; where they are other ones, it would not do."""


def inverted(action: Action, change: Change, goal: Test, world: World) -> Inverted | None:
    """How a change makes a goal true in a world, or None where it does not."""
    names = _unified(change.path, concrete(goal))
    if names is None or change.to is FORGET:
        return None
    open_facts = _meant(change.where, names, world)
    if open_facts is None:
        return None
    value = _written(change, goal, names, world)
    if isinstance(value, _Open):
        open_facts = (*open_facts, value.path)
    elif value is None or evaluate(goal, lambda _: value) is not True:
        return None
    params = _typed(action, names)
    return Inverted(params, open_facts, _chosen_by(change.where, names)) if params is not None else None


def _chosen_by(where: Where | None, names: _Names) -> tuple[Test, ...]:
    """What has to hold of the goal's member, with the names as they stand for it by now."""
    if where is None:
        return ()
    wanted = _single(where.value)
    return (Test(_member(where, names), "eq", where.value if wanted is None else names.params.get(wanted)),)


def writes(model: Model, params: Mapping[str, Any], world: World) -> dict[Path, Any]:
    """What a success writes for sure in a world, as far as values are known."""
    found: dict[Path, Any] = {}
    for effect in effects_of(model, params, world.known, world.listed):
        plain = effect.certain and effect.source is None and ANY not in effect.path
        if plain and effect.to is not FORGET:
            found[effect.path] = effect.to
        else:
            found.pop(effect.path, None)
    return found


@dataclass(slots=True)
class _Names:
    """What the names in a change's templates stand for."""

    params: dict[str, Any]
    each: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Open:
    """A value that hangs on a fact that nobody captured."""

    path: Path


def _unified(template: PathTemplate, path: Path) -> _Names | None:
    if len(template) != len(path):
        return None
    names = _Names({}, {})
    for part, segment in zip(template, path, strict=True):
        if isinstance(part, Insertion):
            into = names.params if part.path[0] == "params" else names.each
            if into.setdefault(part.path[1], segment) != segment:
                return None
        elif part not in (segment, ANY):
            return None
    return names


def _meant(where: Where | None, names: _Names, world: World) -> tuple[Path, ...] | None:
    """The open facts that decide whether the goal's member is meant at all; None where it is known not to be."""
    if where is None:
        return ()
    path = _member(where, names)
    if ANY in path:
        return None
    found, wanted = world.known(path), _single(where.value)
    if found is UNKNOWN:
        # Whom it is about is a parameter that only this fact can name.
        return (path,)
    if wanted is None:
        return () if found == where.value else None
    return () if names.params.setdefault(wanted, found) == found else None


def _member(where: Where, names: _Names) -> Path:
    members = iter(where.name.split())
    return tuple(names.each.get(next(members, ""), ANY) if part == ANY else part for part in _bound(where.path, names))


def _written(change: Change, goal: Test, names: _Names, world: World) -> Any:
    """The value that a success writes; None where nobody can tell it."""
    if isinstance(change.to, (Copy, Decrease)):
        source = _bound(change.to.path, names)
        there = world.known(source)
        if there is UNKNOWN or ANY in source:
            return _Open(source) if ANY not in source else None
        return there if isinstance(change.to, Copy) else _less(world.known(concrete(goal)), there)
    wanted = _single(change.to)
    if wanted is None:
        return change.to
    if goal.operator == "eq":
        return names.params.setdefault(wanted, goal.value)
    return names.params.get(wanted)


def _less(old: Any, amount: Any) -> Any:
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (old, amount))
    return old - amount if numbers else None


def _single(value: Any) -> str | None:
    """The parameter whose value stands for a whole text."""
    named = isinstance(value, str) and value.startswith("${{ params.") and value.endswith(" }}")
    return value.removeprefix("${{ params.").removesuffix(" }}") if named else None


def _bound(template: PathTemplate, names: _Names) -> Path:
    return tuple(_segment(part, names) for part in template)


def _segment(part: str | Insertion, names: _Names) -> str:
    if isinstance(part, str):
        return part
    found = (names.params if part.path[0] == "params" else names.each).get(part.path[1])
    return ANY if found is None else str(found)


def _typed(action: Action, names: _Names) -> dict[str, Any] | None:
    """The parameters as the action takes them, or None where it does not accept one or lacks one."""
    params = {name: _as(action.params[name], value) for name, value in names.params.items() if name in action.params}
    for name, spec in action.params.items():
        value = params.get(name, spec.default)
        if (spec.required and value is None) or (value is not None and problem_with(spec, value)):
            return None
    return params


def _as(spec: Param, value: Any) -> Any:
    """A segment of a path is text, where the parameter may be a number."""
    if spec.type == "integer" and isinstance(value, str) and value.isdecimal() and value.isascii():
        return int(value[:18])
    return value
