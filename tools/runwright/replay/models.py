"""The models of actions as replay uses them: completed parameters, the model for one command, and its effects.

An action that nobody knows is opaque.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from types import MappingProxyType
from typing import Any, NamedTuple

from runwright.actions.action import FORGET, Action, Change, Model, Need
from runwright.actions.binding import ANY, Effect
from runwright.actions.bound import Bound
from runwright.actions.catalogue import ACTIONS, Host, variant
from runwright.engine.exchange import Act
from runwright.errors import ContentError
from runwright.model.condition import Condition, Join, Test, condition_insertions
from runwright.model.execution import Declared, ExecutedStep
from runwright.model.path import Path, concrete_path
from runwright.model.step import KINDS, SHORTEST_REST
from runwright.replay.world import DERIVED, Symbol, Told, World, bounds_of

OPAQUE = Model(opaque=True)
_KINDS, _PLAIN = frozenset(KINDS), frozenset((str, int, float, bool, type(None)))
AT_ONCE_SECONDS = SHORTEST_REST.total_seconds()
"""What took less lost no time: it looked once."""
NEVER_STARTED = (126, 127)
"""What a shell says of a program that it could not start (POSIX, 2.8.2); the agent says the same."""


class Ended(NamedTuple):
    """How a command ended, as far as its effects depend on it."""

    success: bool
    timed_out: bool = False
    later: Mapping[Path, tuple[Any, ...]] = MappingProxyType({})
    """What was seen later of facts that did not stay as a step had written them."""


_WELL, _CUT_OFF = Ended(True), Ended(True, True)


def completed(action: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters with the action's defaults; an older agent recorded only what it was given."""
    known = ACTIONS.get(action)
    if known is None:
        return params
    defaults = {name: spec.default for name, spec in known.params.items() if spec.default is not None}
    return {**defaults, **params} if defaults.keys() - params.keys() else params


def command_key(command: Act | ExecutedStep) -> str:
    """One text for an action with its parameters, and for the account that carries it out."""
    said = _values_of(command.params)
    if said is None:
        return key_of(command.action, command.params, command.run_as)
    return _known_key(command.action, said, command.run_as)


def key_for(command: Act | ExecutedStep, bound: Bound) -> str:
    """The same where the model of the command is at hand: its text holds the account only where there is one."""
    return command_key(command) if command.run_as else bound.key


Values = tuple[tuple[tuple[str, Any], ...], tuple[type, ...]]


def _values_of(params: Mapping[str, Any]) -> Values | None:
    """Plain parameters as something to remember by, 1 apart from true; None where a value holds others."""
    types = tuple(map(type, params.values()))
    plain = _PLAIN.issuperset(types)
    return (tuple(params.items()), types) if plain else None


@lru_cache(maxsize=8192)
def _known_key(action: str, said: Values, run_as: str | None) -> str:
    return key_of(action, dict(said[0]), run_as)


def bound_for(command: Act | ExecutedStep, host: Host) -> Bound:
    """The model of a command on a host with its parameters in their places."""
    said = _values_of(command.params) if command.declared is None else None
    if said is None:
        key = key_of(command.action, command.params)
        return Bound(model_for(command, host), completed(command.action, command.params), key)
    return _known_bound(command.action, said, host.os, host.service_manager)


@lru_cache(maxsize=8192)
def _known_bound(action: str, said: Values, system: str, manager: str | None) -> Bound:
    params = dict(said[0])
    return Bound(
        model_of(ACTIONS.get(action), Host(system, manager)), completed(action, params), key_of(action, params)
    )


def key_of(action: str, params: Mapping[str, Any], run_as: str | None = None) -> str:
    """The same for what is not a command yet."""
    said = [action, completed(action, params), *((run_as,) if run_as else ())]
    return json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)


def model_of(action: Action | None, host: Host) -> Model:
    """The action's model on a host; opaque where there is none."""
    if action is None:
        return OPAQUE
    try:
        return variant(action, host).model
    except ContentError:
        return OPAQUE


def model_for(command: Act | ExecutedStep, host: Host) -> Model:
    """The model of a command on a host; of a script or program, what its runbook declares."""
    model = model_of(ACTIONS.get(command.action), host)
    return _declared(command.declared) if model.opaque and command.declared is not None else model


def _declared(said: Declared) -> Model:
    """What a script says of itself; one that does not say what it changes, or cannot be read, stays opaque."""
    if said.changes is None:
        return OPAQUE
    try:
        reads = tuple(concrete_path(path) for path in said.reads)
        changes = tuple(Change(concrete_path(path), _written(value)) for path, value in said.changes.items())
        return Model(_needs(said.needs), reads, changes)
    except ValueError:
        return OPAQUE


def _needs(condition: Condition | None) -> tuple[Need, ...]:
    """Tests that must all hold; raises `ValueError` for what they cannot say."""
    items = condition.items if isinstance(condition, Join) else (condition,) if condition is not None else ()
    plain = [item for item in items if isinstance(item, Test) and not condition_insertions(item)]
    if len(plain) != len(items) or (isinstance(condition, Join) and condition.word != "all"):
        raise ValueError("no list of facts that must hold")
    return tuple(map(Need, plain))


def _written(value: Any) -> Any:
    # A recorded value is text: what looks like an insertion in it is none.
    return FORGET if value is None or (isinstance(value, str) and "${{" in value) else value


def unfit(action: str, host: Host) -> str | None:
    """Why an action cannot run on a host at all, or None where it can."""
    known = ACTIONS.get(action)
    if known is None:
        return None
    try:
        variant(known, host)
    except ContentError as error:
        return error.message
    return None


def is_command(step: ExecutedStep) -> bool:
    """Whether a recorded step carried something out; a block, a call, a wait or a question did not."""
    return step.action not in _KINDS


def idle(step: ExecutedStep) -> bool:
    """Whether a recorded step never ran: it was skipped, or it failed before anything was done."""
    if step.outcome != "failed":
        return step.outcome == "skipped"
    traces = (step.attempts, step.params, step.started_at, step.exit_code is not None, step.duration_seconds)
    return not any(traces)


def failed_once(step: ExecutedStep) -> bool:
    """Whether a recorded step failed, or one of its tries did."""
    return step.outcome == "failed" or any(item.outcome == "failed" for item in step.attempts)


def harmless(step: ExecutedStep) -> bool:
    """Whether leaving this recorded step out changes nothing: it never ran, or it only looked, and at once.

    A wait only looks too, and so does a check that was tried again; but what follows may have needed the time.
    """
    action = ACTIONS.get(step.action)
    looked = action is not None and action.check and not step.action.startswith("wait.")
    return (looked and _lasted(step) < AT_ONCE_SECONDS) or step.outcome == "skipped"


def _lasted(step: ExecutedStep) -> float:
    """How long a step took with all its tries and the rests between them, in seconds."""
    tries = step.attempts
    span = tries[-1].offset + tries[-1].duration - tries[0].offset if tries else 0.0
    return max(span, step.duration_seconds)


def after_step(world: World, step: ExecutedStep, host: Host, bound: Bound, origin: str) -> World:
    """The world after a recorded step, as far as its action's model tells."""
    if step.outcome == "success":
        return after_effects(world, bound, _CUT_OFF if step.timed_out else _WELL, origin)
    never_started = len(step.attempts) < 2 and step.exit_code in NEVER_STARTED and step.declared is None
    if step.outcome == "failed" and step.exit_code is None and not step.timed_out and unfit(step.action, host):
        return world  # there was no way to carry it out
    # A script's own exit code says nothing about what it did before its last line.
    if idle(step) or (step.outcome == "failed" and never_started and not bound.model.opaque):
        return world
    return after_effects(world, bound, Ended(False, step.timed_out), origin)


def after_effects(world: World, bound: Bound, ended: Ended, origin: str) -> World:
    """The world after a command: its changes, or everything that it may have written forgotten."""
    model = bound.model
    if model.opaque:
        return world.forgetting_everything(origin)
    if bound.plain and ended.success and not ended.later:
        return after_plain_success(world, bound, origin)
    clean = model.fails_clean and not ended.timed_out
    if not model.changes or (clean and not ended.success):
        return world
    effects = bound.effects(world.known, world.listed)

    def value(effect: Effect) -> Any:
        return _value_of(effect, world, origin) if ended.success else FORGET

    return written(world, effects, value, Later(origin, ended.later))


def after_plain_success(world: World, bound: Bound, origin: str) -> World:
    """The world after a success that writes the same single facts whatever is known."""
    return world.forgetting_kinds(DERIVED, origin, then=told_by(bound, origin))


@lru_cache(maxsize=2048)
def told_by(bound: Bound, origin: str, success: bool = True) -> Told:
    """What a command leaves behind that writes single facts; after a failure nobody knows."""
    known = bound.plain or ()
    told = {path: Symbol(origin, path) if value is FORGET or not success else value for path, value in known}
    return Told(told, bound.moving)


def written(before: World, effects: Iterable[Effect], value: Callable[[Effect], Any], later: Later) -> World:
    """The world after effects, families first; `value` gives what a single fact gets, `FORGET` where nobody knows."""
    world, facts = before.forgetting_kinds(DERIVED, later.origin), {}
    for effect in effects:
        if ANY in effect.path:
            kept = {path: world.get(path) for path in effect.spared} | _members(effect, before, value(effect), later)
            world = world.forgetting(effect.path, later.origin).with_facts(kept)
        else:
            facts[effect.path] = later.believed(effect.path, value(effect))
    return world.with_facts(facts)


def _members(effect: Effect, before: World, value: Any, later: Later) -> dict[Path, Any]:
    """What a value for a whole family writes to its members that are known by name."""
    if value is FORGET or isinstance(value, Symbol) or effect.source is not None:
        return {}
    return {path: later.believed(path, value) for path in before.listed(effect.path) if path not in effect.spared}


@dataclass(frozen=True, slots=True)
class Later:
    """What became of facts in the recording after a step had written them, without anybody writing them again."""

    origin: str
    seen: Mapping[Path, tuple[Any, ...]]

    def believed(self, path: Path, value: Any) -> Any:
        """The value that a step writes, or what is known of it where it did not stay: a number lies between."""
        if value is FORGET:
            return Symbol(self.origin, path)
        if path not in self.seen:
            return value
        lows, highs = zip(*map(bounds_of, (value, *self.seen[path])), strict=True)
        return Symbol(self.origin, path, min(lows), max(highs))


def _value_of(effect: Effect, before: World, origin: str) -> Any:
    """What an effect writes: a value, or a symbol with what is known of it."""
    if effect.subtracted is not None:
        return _less(effect.path, before.get(effect.path), before.get(effect.subtracted), origin)
    return effect.to if effect.source is None else before.get(effect.source)


def _less(path: Path, old: Any, amount: Any, origin: str) -> Any:
    """A difference; where one side is not known, a symbol that lies between what it can be."""
    (low, high), (least, most) = bounds_of(old), bounds_of(amount)
    if low == high and least == most and isfinite(low) and isfinite(least):
        return old - amount
    return Symbol(origin, path, low - most, high - max(least, 0.0))
