"""Steps that do not apply: a condition under which a step runs, and a precheck for what is right already.

A step that cannot do its work here, one whose work is done already, one that never succeeds behind another's failure.
A look is never skipped: whoever looks less finds less. Whether the run then ends well, the judges say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runwright.actions.binding import needs_of
from runwright.actions.catalogue import ACTIONS
from runwright.learn.drafts import Draft
from runwright.learn.edits import Adjust, Set
from runwright.learn.goals import verification
from runwright.learn.inverting import writes
from runwright.learn.planner import Situation, plans_for, unmet
from runwright.learn.remedies import generalised, told
from runwright.learn.spots import Spot, spot_of
from runwright.learn.study import Study, as_written
from runwright.model.condition import Condition, Join, Test, condition_data, evaluate, tests
from runwright.model.execution import ExecutedStep, Execution
from runwright.replay.judging import recorded_outcome
from runwright.replay.models import completed, is_command, model_for
from runwright.replay.world import World

FEWEST_TOGETHER = 3
"""So many runs in which one step fell with another, before that is more than chance."""
MAX_RECORDINGS = 500


def drafts(study: Study) -> Iterator[Draft]:
    """Every way of skipping what does not apply."""
    yield from _right_already(study)
    step = study.step
    if step is None or not is_command(step):
        return
    spot = spot_of(study, step)
    action = ACTIONS.get(step.action)
    if isinstance(spot, str) or spot.step is None or action is None or action.check:
        return
    if as_written(step, spot.step, study.scope(spot.item)):
        world = study.tape.before_step(step)
        done = list(_done_already(step, spot, study, world))
        yield from done or _unfit(step, spot, study, world)
        yield from _behind_another(spot, study)


def _unfit(step: ExecutedStep, spot: Spot, study: Study, world: World) -> Iterator[Draft]:
    """Only where what it needs is so."""
    needs = needs_of(model_for(step, study.tape.host), completed(step.action, step.params), world.known)
    # What an action can make so is made so; a need that a list gave belongs to that list.
    situation = Situation(world, study.tape.host)
    plain = [need for need in unmet(needs, world) if need.source is None]
    found = tuple(need.test for need in plain if not plans_for(((need,),), situation))
    if found and len(found) == len(plain):
        yield _when(found, spot, study, "it cannot do its work where this is not so")


def _done_already(step: ExecutedStep, spot: Spot, study: Study, world: World) -> Iterator[Draft]:
    """Only where what it would write is not so already."""
    wanted = writes(model_for(step, study.tape.host), completed(step.action, step.params), world)
    if wanted and all(world.known(path) == value for path, value in wanted.items()):
        others = tuple(Test(path, "ne", value) for path, value in sorted(wanted.items()))
        condition: Condition = others[0] if len(others) == 1 else Join("any", others)
        yield _when((condition,), spot, study, "its work was done already")


def _behind_another(spot: Spot, study: Study) -> Iterator[Draft]:
    """Only where the step succeeded behind whose failure it never does."""
    if spot.step is None or spot.at != ("steps",) or study.caller:
        return
    runs = [item.execution for item in study.failure.corpus.recordings[:MAX_RECORDINGS]]
    runs = [run for run in runs if run.runbook_id == study.runbook.id]
    for other in study.runbook.steps[: spot.index]:
        if other.action is not None and _fall_together(other.id, spot.step.id, (study.execution, *runs)):
            asked = Test(("steps", other.id, "outcome"), "eq", "success")
            yield _when((asked,), spot, study, "it never succeeded behind that step's failure")


def _fall_together(first: str, second: str, runs: tuple[Execution, ...]) -> bool:
    """Whether one step failed whenever another did, and never else."""
    seen = {run.execution_id: (_outcome(run, first), _outcome(run, second)) for run in runs}
    both = [pair for pair in seen.values() if None not in pair and "skipped" not in pair]
    fell = sum(pair == ("failed", "failed") for pair in both)
    return fell >= FEWEST_TOGETHER and all(one == other for one, other in both)


def _outcome(run: Execution, name: str) -> str | None:
    return next((step.outcome for step in run.executed_steps if step.step == name), None)


def _right_already(study: Study) -> Iterator[Draft]:
    """A precheck, where everything that is verified was so before the first step."""
    conditions = verification(study)
    named = len(conditions) == len(study.runbook.verify.checks)
    failed = recorded_outcome(study.execution) == "fail"
    if study.caller or not conditions or not named or not failed or study.runbook.precheck.healthy is not None:
        return
    written = tuple(check.when for check in study.runbook.verify.checks)
    if any(test.path[0] == "steps" for one in written for test in tests(one)):
        return
    if all(evaluate(one, study.tape.start.known) is True for one in conditions):
        healthy: Condition = written[0] if len(written) == 1 else Join("all", written)
        summary = "precheck: what is verified may be so already"
        why = told(f"added after {study.execution.execution_id}: all of it was so before the first step", summary)
        yield Draft((Set("precheck", "healthy", condition_data(healthy), why),), summary)


def _when(conditions: tuple[Condition, ...], spot: Spot, study: Study, why: str) -> Draft:
    """The step with these conditions beside its own."""
    asked = tuple(generalised(one, spot.names) for one in conditions)
    own = () if spot.step is None or spot.step.when is None else (spot.step.when,)
    parts = (*own, *asked)
    condition = parts[0] if len(parts) == 1 else Join("all", parts)
    comment = told(f"skipped after {study.execution.execution_id}: {why}", why)
    name = spot.step.id if spot.step is not None else ""
    keys: dict[str, Any] = {"when": condition_data(condition)}
    return Draft((Adjust(spot.own, keys, comment),), f"skip {name}: {why}")
