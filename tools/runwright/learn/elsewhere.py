"""What helped elsewhere: a step that other runs had before the same command succeeded, or that a person did afterwards.

Other recordings are trusted as far as replay trusts them. A person's words are text like any other: they count only
where the whole of them is a command of the catalogue, and only with parameters that this run's own facts confirm.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from runwright.actions.acceptance import problem_with
from runwright.actions.action import Action
from runwright.actions.binding import BoundNeed
from runwright.actions.catalogue import ACTIONS
from runwright.errors import ContentError
from runwright.learn.drafts import Draft
from runwright.learn.goals import world_at
from runwright.learn.inverting import writes
from runwright.learn.planner import Remedy
from runwright.learn.remedies import inserts, words
from runwright.learn.spellings import Spelled, spelled
from runwright.learn.spots import behind, spot_of
from runwright.learn.study import Study
from runwright.learn.vouching import vouched
from runwright.model.condition import Test
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.insertion import as_text
from runwright.model.walk import all_steps, verbs
from runwright.replay.judging import recorded_outcome
from runwright.replay.models import is_command, model_of
from runwright.replay.world import World

MAX_RECORDINGS, MAX_FOUND = 500, 6
MAX_SAID = 200
"""Characters of a person's words that are read as a command."""


def drafts(study: Study) -> Iterator[Draft]:
    """The steps that helped elsewhere, before the step that failed or behind the last one."""
    spot = spot_of(study, study.step) if study.step is not None else behind(study)
    if isinstance(spot, str):
        return
    world = world_at(study.step, study.tape) if study.step is not None else study.tape.verified
    has = {verb.action for verb in verbs(study.runbook)}
    found = {(one.action, repr(sorted(one.params.items()))): one for one in (*_of_others(study), *_of_people(study))}
    for one in list(found.values())[:MAX_FOUND]:
        remedy = _remedy(one, study, world)
        if remedy is not None and (one.action not in has or _is_new(one, study)):
            taken = {step.id for step in all_steps(study.runbook)}
            steps = inserts((remedy,), spot, taken, study.execution, world)
            yield Draft(steps, f"{words((remedy,))}, which helped elsewhere")


def _of_others(study: Study) -> Iterator[Spelled]:
    """What stood before the same action where the run ended well; behind a verification, what such runs did."""
    step = study.step
    if step is not None and not is_command(step):
        return
    for recorded in study.failure.corpus.recordings[:MAX_RECORDINGS]:
        run = recorded.execution
        alike = step is not None or _same_trouble(run, study.execution)
        if alike and run.execution_id != study.execution.execution_id and recorded_outcome(run) == "succeed":
            yield from _before(step, run, study)


def _same_trouble(run: Execution, other: Execution) -> bool:
    of_type = run.incident_type is not None and run.incident_type == other.incident_type
    return of_type or run.runbook_id == other.runbook_id


def _before(step: ExecutedStep | None, run: Execution, study: Study) -> Iterator[Spelled]:
    """The commands that succeeded before the same action did, in the words of this run."""
    done = [one for one in run.executed_steps if is_command(one) and one.outcome == "success"]
    names = {as_text(value): study.params.get(name, value) for name, value in run.params.items()}
    if step is not None:
        at = next((number for number, one in enumerate(done) if one.action == step.action), 0)
        pairs = ((done[at].params.get(name), value) for name, value in step.params.items()) if at else ()
        names |= {as_text(theirs): ours for theirs, ours in pairs if theirs is not None}
        done = done[:at]
    for one in done:
        yield Spelled(one.action, {name: names.get(as_text(value), value) for name, value in one.params.items()})


def _of_people(study: Study) -> Iterator[Spelled]:
    """What a person says that they did, or that was missing."""
    run = study.execution
    said = [run.outcome.what_fixed_it if run.outcome is not None else None]
    said += [*run.learning.missing_steps, *run.learning.suggested_improvements] if run.learning is not None else []
    for text in said:
        found = _read(text, study) if text and len(text) <= MAX_SAID else None
        if found is not None:
            yield found


def _read(text: str, study: Study) -> Spelled | None:
    """A whole text as a command, or as an action with its values in order."""
    try:
        argv = shlex.split(text)
    except ValueError:
        return None
    action = ACTIONS.get(argv[0]) if argv else None
    if action is None:
        return spelled(argv, study.tape.host)
    needed = [name for name, spec in action.params.items() if spec.required]
    return Spelled(action.name, dict(zip(needed, argv[1:], strict=True))) if len(needed) == len(argv) - 1 else None


def _remedy(one: Spelled, study: Study, world: World) -> Remedy | None:
    """It as a remedy: an action that destroys nothing, whose parameters facts confirm, and that has something to do."""
    action = ACTIONS.get(one.action)
    model = model_of(action, study.tape.host)
    if action is None or action.destructive or action.check or model.opaque or not _accepts(action, one.params):
        return None
    if not _confirmed(one, action, study):
        return None
    for path, value in sorted(writes(model, one.params, world).items()):
        # The goal is what it writes and what is known to be otherwise.
        goal = BoundNeed(Test(path, "eq", value))
        if goal.holds(world.known) is False:
            return Remedy(one.action, one.params, goal)
    return None


def _accepts(action: Action, params: Mapping[str, Any]) -> bool:
    lacking = any(spec.required and name not in params for name, spec in action.params.items())
    known = params.keys() <= action.params.keys()
    return known and not lacking and not any(problem_with(action.params[n], v) for n, v in params.items())


def _confirmed(one: Spelled, action: Action, study: Study) -> bool:
    """Whether this run knows every value: its own parameter, or a name where the action's own facts have it."""
    known = vouched(study.failure)
    try:
        for name, value in one.params.items():
            if not any(as_text(own) == as_text(value) for own in study.params.values()):
                known.value(action, name, as_text(value))
    except ContentError:
        return False
    return True


def _is_new(one: Spelled, study: Study) -> bool:
    """Whether the run had not done it already."""
    return not any(step.action == one.action and dict(step.params) == dict(one.params) for step in study.tape.steps)
