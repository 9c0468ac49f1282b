"""What a change makes more dangerous: safety is compared, not predicted (REPLAY 1.3, rule 19).

A destructive command that only head runs, or that has lost something that stood guard over it in base, is a regression
whatever the outcome. Where head could not be followed, what is written in the two files is compared instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.catalogue import ACTIONS
from runwright.model.insertion import Insertion, insertions
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import Verb, closure, nested, verbs
from runwright.replay.models import key_of
from runwright.replay.noting import parts_of
from runwright.replay.replayer import Replayed
from runwright.replay.road import Command


@dataclass(frozen=True, slots=True)
class Written:
    """A destructive command as a file has it, and what the file lets stand guard over it."""

    action: str
    key: str
    """The command with its parameters, its account and what is said of the parameters that it takes."""
    guards: frozenset[str]


def destroys(replayed: Replayed) -> bool:
    """Whether anything destructive would run."""
    return any(command.destructive for road in replayed.roads for command in road.commands)


def dangers(base: Replayed, head: Replayed) -> Iterator[str]:
    """What head destroys that base does not, or with less care."""
    before = _destructive(base)
    for key, commands in _destructive(head).items():
        if key not in before:
            yield f"{commands[0].action} is destructive and did not run before: {key}"
            continue
        guarded = frozenset.intersection(*(command.guards for command in before[key]))
        lost = sorted(guarded - frozenset.intersection(*(command.guards for command in commands)))
        if lost:
            yield f"{commands[0].action} is destructive and now runs before this was checked, or without it: {lost[0]}"


Whole = tuple[Runbook, Mapping[str, Runbook]]
"""A runbook, and those that it may call by id."""


def unseen_dangers(base: Whole, head: Whole) -> tuple[str, ...]:
    """What head may destroy where nobody could follow it, and base has nowhere, or with more care."""
    before = _guards_of(base)
    return tuple(dict.fromkeys(said for one in written_destructive(*head) if (said := _worse(one, before))))


def new_destructive(base: Whole, head: Whole) -> tuple[str, ...]:
    """What head has that destroys and base has not, or with more care, in words; no run needs to come to it."""
    before = _guards_of(base)
    return tuple(dict.fromkeys(said for one in written_destructive(*head) if (said := _told(one, before))))


def written_destructive(runbook: Runbook, library: Mapping[str, Runbook]) -> Iterator[Written]:
    """Every destructive command of a runbook and of those that it may call."""
    whole = (runbook, *closure(runbook, library).values())
    for one in whole:
        guarded = _guards_by_step(one)
        for verb in verbs(one):
            action = ACTIONS.get(verb.action)
            if action is not None and action.destructive:
                told = sorted({said for name in insertions(verb.params) for said in _inserted(one, verb, name, whole)})
                key = key_of(verb.action, verb.params, verb.step.run_as)
                yield Written(verb.action, "; ".join([key, *filter(None, told)]), guarded[verb.step.id])


def _guards_of(whole: Whole) -> dict[str, list[frozenset[str]]]:
    """What stands guard over each destructive command as it is written, once for each place."""
    found: dict[str, list[frozenset[str]]] = {}
    for written in written_destructive(*whole):
        found.setdefault(written.key, []).append(written.guards)
    return found


def _told(one: Written, before: Mapping[str, list[frozenset[str]]]) -> str:
    if one.key not in before:
        return f"{one.key} would destroy: it is new in"
    lost = _lost(one, before[one.key])
    return f"{one.key} would destroy without this guard, which it has lost: {lost}; in" if lost else ""


def _lost(one: Written, before: list[frozenset[str]]) -> str:
    """A guard that stood over a command everywhere and does not any more; empty where there is none."""
    return "" if any(guards <= one.guards for guards in before) else min(before[0] - one.guards)


def _worse(one: Written, before: Mapping[str, list[frozenset[str]]]) -> str:
    if one.key not in before:
        return f"{one.action} is destructive and was not there before; replay could not follow the run to it"
    lost = _lost(one, before[one.key])
    said = f"{one.action} is destructive and has lost a guard, and replay could not follow the run to it: {lost}"
    return said if lost else ""


def _guards_by_step(runbook: Runbook) -> dict[str, frozenset[str]]:
    """What a run must have looked at before each step, as the file has it."""
    said = {f"precheck {name}: {part}" for name, part in _prechecks(runbook)}
    found: dict[str, frozenset[str]] = {}
    blocks: dict[tuple[str | int, ...], frozenset[str]] = {}
    for placed in nested(runbook):
        around = frozenset().union(*(guards for at, guards in blocks.items() if placed.pointer[: len(at)] == at))
        own = frozenset(parts_of(placed.step.when, "all")) if placed.step.when is not None else frozenset()
        blocks[placed.pointer] = own
        found[placed.step.id] = frozenset(said) | around | own
        if placed.step.on_failure != "continue":
            said |= set(_left_behind(placed.step))
    return found


def _prechecks(runbook: Runbook) -> Iterator[tuple[str, str]]:
    for name in ("healthy", "unsafe"):
        condition = getattr(runbook.precheck, name)
        if condition is not None:
            yield from ((name, part) for part in parts_of(condition, "any"))


def _left_behind(step: Step) -> Iterator[str]:
    """What a step guards that comes behind it."""
    for condition in (step.wait_until, step.assertion):
        if condition is not None:
            yield from parts_of(condition, "all")
    if step.approve is not None:
        yield "a person's answer" if step.approve.default != "approve" else "that nobody says no"
    action = ACTIONS.get(step.action or "")
    if action is not None and action.check:
        yield key_of(action.name, step.params)


def _inserted(runbook: Runbook, verb: Verb, name: Insertion, whole: tuple[Runbook, ...]) -> Iterator[str]:
    """What may stand in a parameter: its declaration, what calls give to it, and the items of a list."""
    yield _param(runbook, name.path)
    if name.path[0] == "params" and len(name.path) > 1:
        steps = (placed.step for one in whole for placed in nested(one))
        given = {_text(step.params[name.path[1]]) for step in steps if _gives(step, runbook.id, name.path[1])}
        yield from (f"{name.path[1]} is {value} in a call" for value in sorted(given))
    if name.path[0] == "each":
        around = (placed for placed in nested(runbook) if verb.pointer[: len(placed.pointer)] == placed.pointer)
        yield from (f"one of {_text(placed.step.foreach)}" for placed in around if placed.step.foreach is not None)


def _gives(step: Step, runbook_id: str, name: str) -> bool:
    return step.call == runbook_id and name in step.params


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _param(runbook: Runbook, path: tuple[str, ...]) -> str:
    spec = runbook.params.get(path[1]) if path[0] == "params" and len(path) > 1 else None
    return "" if spec is None else f"{path[1]}: {spec.model_dump_json(exclude={'description'}, exclude_none=True)}"


def _destructive(replayed: Replayed) -> dict[str, list[Command]]:
    found: dict[str, list[Command]] = {}
    for command in (command for road in replayed.roads for command in road.commands if command.destructive):
        found.setdefault(command.key, []).append(command)
    return found
