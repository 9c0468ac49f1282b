"""Verification in a replay: what was recorded holds only for a run that followed the recording (REPLAY 1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from runwright.model.condition import Condition, Truth, bind, concrete, tests
from runwright.model.runbook import Runbook
from runwright.model.walk import nested
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
    """Answer one check at the end of a road; `recorded` is the version that is taken for the one that ran."""
    runbook = road.state.run.runbook
    passed = tape.execution.verification_passed
    same_checks = runbook.verify.checks == recorded.verify.checks
    later = runbook.verify.settle - recorded.verify.settle
    followed = road.in_order and passed is not None
    if followed and same_checks and _same_method(runbook, recorded, tape) and later >= _AT_ONCE:
        # What was seen then says nothing certain of a later moment: what was down may have come up, and the other way.
        return Looked(passed, True) if not later else Looked(True if passed else None, False)
    if passed is False and same_checks and _same_facts(road, tape):
        # Whatever the facts seem to say: with these facts, the verification said no.
        return Looked(None if later > _AT_ONCE else False, road.in_order and not later)
    truth = road.decide(condition)
    return Looked(truth, followed and not later and truth is passed and _captured(condition, tape))


def recorded_precheck(purpose: str, runbook: Runbook, recorded: Runbook, tape: Tape) -> Truth:
    """What the precheck must have said, where nobody captured its facts: a run that took steps was let through."""
    same = getattr(runbook.precheck, purpose) == getattr(recorded.precheck, purpose)
    took_steps = any(tape.index.values())
    return False if same and took_steps and _ran(recorded, tape) else None


def recorded_condition(road: Road, name: str, recorded: Runbook, tape: Tape) -> Truth:
    """What an unchanged condition must have said on a road that followed the recording, where the step ran or not."""
    followed = road.in_order and road.trying is None and tape.moments.get(name) == road.cursor
    if not followed or not _ran(recorded, tape) or _condition_of(road.state.run.runbook, name) is None:
        return None
    if _condition_of(road.state.run.runbook, name) != _condition_of(recorded, name):
        return None
    step = tape.named(name)
    return False if step.outcome == "skipped" else None if idle(step) else True


def _condition_of(runbook: Runbook, name: str) -> Condition | None:
    return next((placed.step.when for placed in nested(runbook) if placed.step.id == name), None)


def without_guessing(road: Road) -> Road:
    """The road with the riddle named that keeps its verification from being decided."""
    return road.but(hangs_on=(*road.hangs_on, road.riddle))


def _same_method(runbook: Runbook, recorded: Runbook, tape: Tape) -> bool:
    return runbook.verify.method == tape.execution.verification_method and _ran(recorded, tape)


def _captured(condition: Condition, tape: Tape) -> bool:
    return all(concrete(test) in tape.captured_at_the_end for test in tests(condition))


def _ran(recorded: Runbook, tape: Tape) -> bool:
    return tape.execution.runbook_version == recorded.version


def _same_facts(road: Road, tape: Tape) -> bool:
    """Whether all that the verification looks at is as it was then: a no was said of all checks together."""
    scope = road.state.scope()
    checked = [test for check in road.state.run.runbook.verify.checks for test in tests(bind(check.when, scope))]
    return all(road.world.get(path) == tape.verified.get(path) for path in map(concrete, checked))
