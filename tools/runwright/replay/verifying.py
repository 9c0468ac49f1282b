"""Verification in a replay: what was recorded holds only for a run that followed the recording (REPLAY 1.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from runwright.model.condition import Condition, Truth, concrete, tests
from runwright.model.runbook import Runbook
from runwright.replay.road import Road
from runwright.replay.tape import Tape


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
    followed = road.in_order and passed is not None and runbook.verify.settle >= recorded.verify.settle
    if followed and same_checks and _same_method(runbook, recorded, tape):
        return Looked(passed, True)
    if passed is False and same_checks and _same_facts(road, condition, tape):
        # Whatever the facts seem to say: with these facts, the verification said no.
        return Looked(False, road.in_order)
    truth = road.decide(condition)
    return Looked(truth, followed and truth is passed and _captured(condition, tape))


def recorded_precheck(purpose: str, runbook: Runbook, recorded: Runbook, tape: Tape) -> Truth:
    """What the precheck must have said, where nobody captured its facts: a run that took steps was let through."""
    same = getattr(runbook.precheck, purpose) == getattr(recorded.precheck, purpose)
    took_steps = any(tape.index.values())
    return False if same and took_steps and _ran(recorded, tape) else None


def without_guessing(road: Road) -> Road:
    """The road with the riddle named that keeps its verification from being decided."""
    return replace(road, hangs_on=(*road.hangs_on, road.riddle))


def _same_method(runbook: Runbook, recorded: Runbook, tape: Tape) -> bool:
    return runbook.verify.method == tape.execution.verification_method and _ran(recorded, tape)


def _captured(condition: Condition, tape: Tape) -> bool:
    return all(concrete(test) in tape.captured_at_the_end for test in tests(condition))


def _ran(recorded: Runbook, tape: Tape) -> bool:
    return tape.execution.runbook_version == recorded.version


def _same_facts(road: Road, condition: Condition, tape: Tape) -> bool:
    return all(road.world.get(path) == tape.end.get(path) for path in map(concrete, tests(condition)))
