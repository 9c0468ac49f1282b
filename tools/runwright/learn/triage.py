"""Triage without a model: why a run failed, from its structure, its facts and what its errors say, weighed together.

An unmet need that the recorded facts prove says more than anything else. Where nothing speaks, the answer is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from runwright.actions.binding import needs_of
from runwright.actions.catalogue import ACTIONS
from runwright.learn.diagnosis import asking, course, effect, measures, premise, sayings, surroundings
from runwright.learn.diagnosis.clues import Clue, clue
from runwright.learn.diagnosis.weighing import favoured, improvable_share, reasons, shares
from runwright.learn.signs.mechanism import Mechanism
from runwright.model.condition import concrete, describe
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.fields import IMPROVABLE, FailureType
from runwright.model.path import str_path
from runwright.model.triage import Triage
from runwright.replay.models import completed, model_for
from runwright.replay.tape import Tape, make_tape

BUILT_IN = "built-in"
PROVEN = 0.9
"""How sure it is where a need is known not to have been met: more than any wording makes it."""
_CODED = re.compile(r"\d{2}")
"""An error of one word says something where it is a code."""
MOSTLY, ENOUGH = 0.5, 0.42
"""From which share of the improvable types on a better runbook is held to have handled it: where another type comes
first, and where one of them does. Below the second it is too uncertain to rewrite a runbook for."""


def triage(execution: Execution, mechanisms: Sequence[Mechanism] = sayings.MECHANISMS) -> Triage:
    """Say why a failed run failed, by the mechanisms whose phrases are known."""
    taken = course.course_of(execution)
    proven = next(_unmet_needs(taken.failed, make_tape(execution)), None) if taken.failed else None
    if proven is not None:
        return _answer(execution, "runbook_insufficient", (proven,), PROVEN, improvable=True)
    clues = tuple(_clues(execution, taken, mechanisms))
    if not _speaks(execution, clues):
        return _unknown(execution)
    shared = shares(clues)
    chosen = favoured(shared)
    improvable = improvable_share(shared) >= (ENOUGH if chosen in IMPROVABLE else MOSTLY)
    return _answer(execution, chosen, reasons(clues, chosen), shared[chosen], improvable=improvable)


def _clues(execution: Execution, taken: course.Course, mechanisms: Sequence[Mechanism]) -> Iterator[Clue]:
    said = sayings.said_by(execution, taken)
    yield from course.clues_of(taken)
    yield from asking.clues_of(taken)
    yield from effect.clues_of(taken, said)
    yield from measures.clues_of(taken)
    yield from sayings.clues_of(taken, said, mechanisms)
    yield from premise.clues_of(taken)
    yield from surroundings.clues_of(taken)


def _unmet_needs(step: ExecutedStep, tape: Tape) -> Iterator[Clue]:
    if ACTIONS.get(step.action) is None:
        return
    world = tape.before_step(step)
    model = model_for(step, tape.host)
    for need in needs_of(model, completed(step.action, step.params), world.known):
        if need.holds(world.known) is False:
            path = concrete(need.test)
            why = f"step {step.step} needs that {describe(need.test)}; the recorded facts say it was not so"
            yield clue(why, {str_path(path): world.known(path)}, runbook_insufficient=1.0)


def _speaks(execution: Execution, clues: tuple[Clue, ...]) -> bool:
    """Whether there is more to go by than the shape of the run."""
    if execution.verification_passed is False or len(clues) > 1:
        return True
    return any(len(step.error.split()) > 1 or _CODED.search(step.error) for step in execution.executed_steps)


def _answer(
    execution: Execution, chosen: FailureType, told: tuple[Clue, ...], confidence: float, *, improvable: bool
) -> Triage:
    return Triage(
        execution_id=execution.execution_id,
        failure_type=chosen,
        improvable=improvable,
        confidence=round(confidence, 2),
        rationale="; ".join(dict.fromkeys(one.why for one in told)) or "the course of the run alone speaks for it",
        facts={key: value for one in told for key, value in one.facts.items()},
        by=BUILT_IN,
    )


def _unknown(execution: Execution) -> Triage:
    why = "neither the recorded facts nor the error shows a known mechanism"
    return Triage(
        execution_id=execution.execution_id,
        failure_type="unknown",
        improvable=False,
        confidence=0.0,
        rationale=why,
        by=BUILT_IN,
    )
