"""More patience, where what was recorded shows that it would have helped: time limits, waits, tries, time to settle.

A step that was cut off though the state became right later; a look that came before what it looked for; a command that
other runs had to try again. The numbers are those of the recordings. Replay cannot decide what nobody waited for, so
these drafts are marked as measured: only a staging host can say that they fix the failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from math import ceil
from typing import Any

from runwright.actions.binding import needs_of
from runwright.actions.catalogue import ACTIONS
from runwright.learn.drafts import Draft
from runwright.learn.edits import Adjust, Edit, Insert, Set
from runwright.learn.goals import look_of, verification, world_at
from runwright.learn.inverting import writes
from runwright.learn.planner import unmet
from runwright.learn.remedies import free, generalised, told
from runwright.learn.spots import Spot, spot_of
from runwright.learn.study import Study, as_written
from runwright.model.condition import UNKNOWN, Condition, Join, condition_data, evaluate
from runwright.model.duration import format_duration
from runwright.model.execution import Attempt, ExecutedStep, Execution
from runwright.model.walk import all_steps
from runwright.replay.models import command_key, completed, is_command, model_for
from runwright.replay.timing import tries_of, was_cut_off
from runwright.replay.world import facts_by_path

MARGIN = 1.5
"""What was recorded once may take a little longer the next time."""
LONGEST = 3600.0
MAX_RECORDINGS = 500
"""Recordings that are looked through for how long the same command took elsewhere."""


def drafts(study: Study) -> Iterator[Draft]:
    """Everything that more patience could have helped."""
    step = study.step
    if step is None:
        yield from _settling(study)
        return
    spot = spot_of(study, step)
    if isinstance(spot, str) or spot.step is None:
        return
    if is_command(step) and as_written(step, spot.step, study.scope(spot.item)):
        yield from _longer(step, spot, study)
        yield from _again(step, spot, study)
    yield from _waiting(step, spot, study)


def fitting(seconds: float) -> str:
    """A recorded time with a margin, as people write it."""
    rounded = min(seconds * MARGIN, LONGEST)
    unit = 5 if rounded <= 60 else 30 if rounded <= 600 else 300
    return format_duration(timedelta(seconds=max(ceil(rounded / unit) * unit, unit)))


def _longer(step: ExecutedStep, spot: Spot, study: Study) -> Iterator[Draft]:
    """A longer time limit, where the state became right later or the same command took longer elsewhere."""
    last = tries_of(step)[-1]
    if not was_cut_off(step, last) or last.duration >= LONGEST:
        return
    elsewhere = [done.duration for done in _successes(step, study) if done.duration > last.duration]
    became_right = _seconds_after(step, study) if _reached_later(step, study) else None
    wanted = max([*elsewhere, *([last.duration + became_right] if became_right is not None else [])], default=None)
    if wanted is not None:
        limit = fitting(wanted)
        why = told(f"{limit} after {study.execution.execution_id}: cut off after {round(last.duration)} s", "more time")
        edits = (Adjust(spot.own, {"timeout": limit}, why), *_whole_run(wanted, study))
        yield Draft(edits, f"timeout {limit}", measured=True)


def _whole_run(seconds: float, study: Study) -> Iterator[Edit]:
    """More time for the run as a whole, where its limit would cut off what a step may take now."""
    limit = study.runbook.limits.timeout
    spent = study.execution.duration_seconds or 0.0
    if limit is not None and limit.total_seconds() <= spent + seconds * MARGIN and not study.caller:
        why = told(f"more time after {study.execution.execution_id}, for the step that was cut off", "more time")
        yield Set("limits", "timeout", fitting(spent + seconds * MARGIN), why)


def _again(step: ExecutedStep, spot: Spot, study: Study) -> Iterator[Draft]:
    """More tries, where other runs of the same command needed them."""
    action, tries = ACTIONS.get(step.action), tries_of(step)
    needed = [found for found in _tried_elsewhere(step, study) if len(found) > len(tries)]
    if action is None or not action.repeatable or not needed:
        return
    longest = max(needed, key=len)
    rest = max((later.offset - one.offset - one.duration for one, later in pairwise(longest)), default=0.0)
    retry = {"attempts": min(len(longest) + 1, 20), "delay": fitting(max(rest, 1.0))}
    why = told(f"tries after {study.execution.execution_id}: another run needed {len(longest)}", "more tries")
    yield Draft((Adjust(spot.own, {"retry": retry}, why),), f"retry {retry['attempts']}", measured=True)


def _waiting(step: ExecutedStep, spot: Spot, study: Study) -> Iterator[Draft]:
    """A wait before what came too early: what it lacked was so when the run was over."""
    lacked = _lacked(step, spot, study)
    later = study.tape.verified
    if lacked is None or evaluate(lacked, later.known) is not True:
        return
    seconds = _seconds_after(step, study)
    if step.action == "wait_until":
        limit = fitting(step.duration_seconds + seconds)
        why = told(f"{limit} after {study.execution.execution_id}: it came true later", "more time")
        yield Draft((Adjust(spot.own, {"timeout": limit}, why),), f"timeout {limit}", measured=True)
    elif _untouched(step, study):
        yield Draft((_wait(lacked, spot, study, seconds),), "wait until what the step needs is so", measured=True)


def _wait(lacked: Condition, spot: Spot, study: Study, seconds: float) -> Insert:
    name = free(
        f"wait-before-{spot.step.id if spot.step else 'it'}"[:56], {item.id for item in all_steps(study.runbook)}
    )
    why = f"added after {study.execution.execution_id}: what the next step needs came true {round(seconds)} s later"
    wait: dict[str, Any] = {
        "id": name,
        "wait_until": condition_data(generalised(lacked, spot.names)),
        "timeout": fitting(max(seconds, 5.0)),
        "every": "2s",
    }
    return Insert(spot.at, spot.index, wait, told(why, "added after a failed run"))


def _settling(study: Study) -> Iterator[Draft]:
    """More time before the verification, where it said no and its facts were right a moment later."""
    conditions, seen = verification(study), study.execution.verification_facts
    steps = study.execution.executed_steps
    if not conditions or not seen or not steps or study.caller:
        return
    after = study.tape.verified.with_facts(facts_by_path(study.execution.state_after))
    denied = any(evaluate(one, study.tape.verified.known) is False for one in conditions)
    if denied and all(evaluate(one, after.known) is True for one in conditions):
        settle = fitting(max(_seconds_after(steps[-1], study), study.runbook.verify.settle.total_seconds() * 2, 5.0))
        why = told(f"{settle} after {study.execution.execution_id}: it was right a moment later", "more time to settle")
        yield Draft((Set("verify", "settle", settle, why),), f"settle {settle}", measured=True)


def _lacked(step: ExecutedStep, spot: Spot, study: Study) -> Condition | None:
    """What a failed step or look needed and did not have."""
    if not is_command(step):
        return look_of(step, spot.step, study) if spot.step is not None else None
    if spot.step is None or not as_written(step, spot.step, study.scope(spot.item)):
        return None
    world = world_at(step, study.tape)
    needs = needs_of(model_for(step, study.tape.host), completed(step.action, step.params), world.known)
    tests = tuple(need.test for need in unmet(needs, world))
    return None if not tests else tests[0] if len(tests) == 1 else Join("all", tests)


def _untouched(step: ExecutedStep, study: Study) -> bool:
    """Whether nothing that ran behind a step can have made what it lacked."""
    steps = study.execution.executed_steps
    behind = steps[steps.index(step) + 1 :]
    return not any(is_command(item) and item.outcome == "success" for item in behind)


def _reached_later(step: ExecutedStep, study: Study) -> bool:
    """Whether what a success would have written was so when the run was over."""
    action = ACTIONS.get(step.action)
    if action is None or not _untouched(step, study):
        return False
    before, known = study.tape.before_step(step), study.tape.end.known
    wanted = writes(model_for(step, study.tape.host), completed(step.action, step.params), before)
    seen = {path: value for path, value in wanted.items() if known(path) is not UNKNOWN}
    changed = any(before.known(path) != value for path, value in seen.items())
    return changed and all(known(path) == value for path, value in seen.items())


def _seconds_after(step: ExecutedStep, study: Study) -> float:
    """Between the end of a step and the end of the run."""
    run = study.execution
    if step.started_at is not None and run.completed_at is not None:
        return max((run.completed_at - step.started_at).total_seconds() - step.duration_seconds, 0.0)
    spent = sum(item.duration_seconds for item in run.executed_steps[: run.executed_steps.index(step) + 1])
    return max((run.duration_seconds or spent) - spent, 0.0)


def _others(step: ExecutedStep, study: Study) -> Iterator[ExecutedStep]:
    """The same command in other recordings."""
    key = command_key(step)
    for recorded in study.failure.corpus.recordings[:MAX_RECORDINGS]:
        run: Execution = recorded.execution
        if run.execution_id != study.execution.execution_id:
            yield from (one for one in run.executed_steps if is_command(one) and command_key(one) == key)


def _successes(step: ExecutedStep, study: Study) -> Iterator[Attempt]:
    return (one for other in _others(step, study) for one in tries_of(other) if one.outcome == "success")


def _tried_elsewhere(step: ExecutedStep, study: Study) -> Iterator[tuple[Attempt, ...]]:
    """The tries of the same command where it succeeded in the end."""
    return (tuple(tries_of(other)) for other in _others(step, study) if other.outcome == "success")
