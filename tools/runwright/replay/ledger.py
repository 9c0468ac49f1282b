"""The record of each action's model: how often it would have been right about what was recorded.

Each recorded command is asked for as if nobody had recorded how it ended: the model with the facts from before it. What
is compared is the outcome, and of a success the facts that the model declares and that were captured afterwards. What
else changed on the host is not held against a model: the recording does not say who changed it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from runwright.actions.bound import Bound
from runwright.actions.catalogue import ACTIONS
from runwright.model.condition import Truth
from runwright.model.execution import ExecutedStep
from runwright.model.telemetry import is_synthetic
from runwright.model.verdict import ModelRecord
from runwright.replay.models import Ended, after_effects, bound_for, idle
from runwright.replay.tape import Tape
from runwright.replay.world import Symbol, World, facts_by_path

Said = Literal["right", "wrong", "silent"]


def records_of(tapes: Iterable[Tape]) -> tuple[ModelRecord, ...]:
    """The record of every action that these recordings carried out on a host, by name."""
    found = Counter(said for tape in tapes for said in _told_by(tape))
    names = sorted({action for action, _ in found})
    return tuple(
        ModelRecord(action=name, right=found[name, "right"], wrong=found[name, "wrong"], silent=found[name, "silent"])
        for name in names
    )


def _told_by(tape: Tape) -> Iterator[tuple[str, Said]]:
    """What the models would have said of one recording; one that no host has made is no evidence."""
    if is_synthetic(tape.execution) or tape.execution.status == "dry_run":
        return
    for number, step in enumerate(tape.steps):
        bound = bound_for(step, tape.host)
        if step.action in ACTIONS and not bound.model.opaque and not idle(step):
            yield step.action, _said(step, bound, tape.before[number])


def _said(step: ExecutedStep, bound: Bound, before: World) -> Said:
    foretold = _foretold(bound, before)
    if foretold is None:
        return "silent"
    happened = step.outcome == "success"
    return "right" if foretold == happened and (not happened or _kept_its_word(step, bound, before)) else "wrong"


def _foretold(bound: Bound, before: World) -> Truth:
    """Whether the action would succeed: a need that is not known decides nothing, but one that is false does."""
    holds = [need.holds(before.known) for need in bound.needs(before.known)]
    return False if False in holds else None if None in holds else True


def _kept_its_word(step: ExecutedStep, bound: Bound, before: World) -> bool:
    """Whether every declared change that was looked at afterwards had come true."""
    declared = {path for path, _ in bound.changes}
    world = after_effects(before, bound, Ended(success=True), "foretold")
    captured = facts_by_path(step.state_after)
    believed = {path: world.get(path) for path in captured if path in declared}
    return all(isinstance(value, Symbol) or value == captured[path] for path, value in believed.items())
