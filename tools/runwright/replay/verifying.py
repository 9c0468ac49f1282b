"""Verification in a replay: what was recorded holds only for a run that followed the recording (REPLAY 1.3)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from runwright.engine.state import Run
from runwright.errors import ContentError
from runwright.model.condition import (
    Condition,
    Truth,
    bind,
    concrete,
    condition_insertions,
    condition_text,
    tests,
)
from runwright.model.insertion import Insertion, MissingValue, Scope, resolve
from runwright.model.remembered import Remembered
from runwright.model.runbook import Runbook, Verify
from runwright.model.walk import nested
from runwright.replay.beginning import run_of
from runwright.replay.models import idle
from runwright.replay.road import Road
from runwright.replay.tape import Tape

_AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a verification check says, and whether that was observed."""

    truth: Truth
    observed: bool


def look(road: Road, condition: Condition, recorded: Runbook, tape: Tape) -> Looked:
    """Answer a check that was asked then, too; `recorded` is the version that is taken for the one that ran."""
    runbook = road.state.run.runbook
    passed = tape.execution.verification_passed
    later = runbook.verify.settle - recorded.verify.settle
    followed = road.in_order and passed is not None and road.cursor <= tape.verified_at
    if followed and _same_method(runbook, recorded, tape) and later >= _AT_ONCE:
        # What was seen then says nothing certain of a later moment: what was down may have come up, and the other way.
        return Looked(passed, True) if not later else Looked(True if passed else None, False)
    if passed is False and _same_facts(road, _bound_checks(runbook, road.state.scope()), tape):
        # Whatever the facts seem to say: with these facts, the verification said no.
        return Looked(None if later > _AT_ONCE else False, road.in_order and not later)
    truth = road.decide(condition)
    return Looked(truth, followed and not later and truth is passed and _captured(condition, tape))


def same_checks(road: Road, recorded: Runbook, tape: Tape) -> bool:
    """Whether the verification looks at the very same, with the values of this run in their places."""
    runbook = road.state.run.runbook
    if runbook is recorded:
        return True
    if (words := _fixed_words(runbook.verify)) is not None and words == _fixed_words(recorded.verify):
        return True
    mine, theirs = runbook.verify.checks, recorded.verify.checks
    return _alike(road, tuple(c.when for c in mine), (recorded, tuple(c.when for c in theirs)), tape)


def _words(verify: Verify) -> list[str] | None:
    conditions = [check.when for check in verify.checks]
    return None if any(map(condition_insertions, conditions)) else list(map(condition_text, conditions))


_fixed_words: Remembered[Verify, list[str] | None] = Remembered(_words, 1024)
"""The checks of a verification as text; None where values of the run stand in them."""


def as_before(road: Road, recorded: Runbook, tape: Tape) -> Truth:
    """What the checks of the version before say at the end of a road: a change does not judge itself."""
    then = _then(recorded, tape)
    if then is None:
        return None
    checks = _bound_checks(recorded, {"params": then.params, "incident": then.incident, "steps": road.state.values})
    passed = tape.execution.verification_passed
    if passed is False and _same_facts(road, checks, tape):
        return False
    if passed and road.in_order and road.cursor <= tape.verified_at and _ran(recorded, tape):
        return True
    said = [road.decide(check) for check in checks]
    return None if not said else False if False in said else None if None in said else True


def recorded_precheck(purpose: str, road: Road, recorded: Runbook, tape: Tape) -> Truth:
    """What the precheck must have said, where nobody captured its facts: a run that took steps was let through."""
    mine, theirs = (getattr(book.precheck, purpose) for book in (road.state.run.runbook, recorded))
    if mine is None or theirs is None or not any(tape.index.values()) or not _ran(recorded, tape):
        return None
    return False if _alike(road, (mine,), (recorded, (theirs,)), tape) else None


def recorded_condition(road: Road, name: str, recorded: Runbook, tape: Tape) -> Truth:
    """What an unchanged condition must have said on a road that followed the recording, where the step ran or not."""
    if not road.in_order or road.trying:
        return None
    then = _ran_then(road, name, recorded, tape)
    if then is None:
        return None
    mine, theirs = _condition_of(road.state.run.runbook, name), _condition_of(recorded, name)
    if mine is None or theirs is None or not _ran(recorded, tape):
        return None
    return then if _alike(road, (mine,), (recorded, (theirs,)), tape) else None


def _ran_then(road: Road, name: str, recorded: Runbook, tape: Tape) -> Truth:
    """Whether a step ran at this moment of the recording; None where it did not come to it here."""
    if tape.moments.get(name) == road.cursor:
        step = tape.named(name)
        return None if idle(step) and step.outcome != "skipped" else step.outcome != "skipped"
    look = tape.looks.get((road.cursor, name))
    if look is not None:
        return look.outcome != "skipped"
    following = tape.steps[road.cursor].step if road.cursor < len(tape.steps) else ""
    return True if following.partition("[")[0] in _inside(recorded, name) or following.startswith(f"{name}/") else None


def _inside(runbook: Runbook, name: str) -> frozenset[str]:
    """The steps that lie in a block; what is recorded of a block stands behind them."""
    block = next((placed for placed in nested(runbook) if placed.step.id == name), None)
    if block is None:
        return frozenset()
    at = block.pointer
    return frozenset(one.step.id for one in nested(runbook) if one.pointer[: len(at)] == at and one.pointer != at)


def _condition_of(runbook: Runbook, name: str) -> Condition | None:
    return next((placed.step.when for placed in nested(runbook) if placed.step.id == name), None)


def _alike(road: Road, mine: tuple[Condition, ...], theirs: tuple[Runbook, tuple[Condition, ...]], tape: Tape) -> bool:
    """Whether conditions are the same in words, in which 1 is not true, and in the values that stand in them."""
    recorded, conditions = theirs
    if list(map(condition_text, mine)) != list(map(condition_text, conditions)):
        return False
    wanted = [found for condition in mine for found in _insertions(condition) if not _same_step(road, found, recorded)]
    if not wanted:
        return True
    then = _then(recorded, tape)
    if then is None or any(found.path[0] not in ("params", "incident") for found in wanted):
        return False
    now = road.state.scope()
    before = {"params": then.params, "incident": then.incident}
    return all(_value(found, now) == _value(found, before) for found in wanted)


def _same_step(road: Road, found: Insertion, recorded: Runbook) -> bool:
    """Whether a value comes from a step that is as it was, on a road that followed the recording to it."""
    if not road.in_order or found.path[0] != "steps":
        return False
    now, then = (
        next((placed.step for placed in nested(book) if placed.step.id == found.path[1]), None)
        for book in (road.state.run.runbook, recorded)
    )
    return now is not None and now == then


def _then(recorded: Runbook, tape: Tape) -> Run | None:
    """The run of the version that is taken for the one that ran; None where the recording does not say enough."""
    try:
        return run_of(recorded, tape.execution, {})
    except ContentError:
        return None


def _value(found: Insertion, scope: Scope) -> str:
    try:
        return json.dumps(resolve(found, scope), sort_keys=True, default=str)
    except MissingValue:
        return ""


# It is asked for at every end of every road, of the same few conditions.
_insertions: Remembered[Condition, tuple[Insertion, ...]] = Remembered(condition_insertions, 4096)


def _bound_checks(runbook: Runbook, scope: Scope) -> list[Condition]:
    try:
        return [bind(check.when, scope) for check in runbook.verify.checks]
    except MissingValue:
        return []


def without_guessing(road: Road) -> Road:
    """The road with the riddle named that keeps its verification from being decided."""
    return road.but(hangs_on=(*road.hangs_on, road.riddle))


def _same_method(runbook: Runbook, recorded: Runbook, tape: Tape) -> bool:
    return runbook.verify.method == tape.execution.verification_method and _ran(recorded, tape)


def _captured(condition: Condition, tape: Tape) -> bool:
    return all(concrete(test) in tape.captured_at_the_end for test in tests(condition))


def _ran(recorded: Runbook, tape: Tape) -> bool:
    return tape.execution.runbook_version == recorded.version


def _same_facts(road: Road, checks: list[Condition], tape: Tape) -> bool:
    """Whether all that the verification looks at is as it was then: a no was said of all checks together."""
    looked = [concrete(test) for check in checks for test in tests(check)]
    return bool(looked) and all(road.world.get(path) == tape.verified.get(path) for path in looked)
