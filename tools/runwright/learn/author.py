"""The built-in author: writes better versions of a runbook from what a failed run's facts prove.

It inserts each remedy of a plan before the step that lacked it, guarded by the opposite of its goal. What was lacking
is found by `goals`, what would bring it about by `planner`; whether a candidate is any good is left to the judges.
No text of telemetry gets into a runbook: only names that an action accepts, and values that the dictionary knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runwright.actions.binding import BoundNeed
from runwright.corpus.corpus import Entry
from runwright.corpus.editing import insert_step, set_block, set_version
from runwright.errors import ContentError
from runwright.learn.goals import Place, opposite, place_of
from runwright.learn.planner import Plan, Remedy, plans_for
from runwright.learn.triage import BUILT_IN
from runwright.model.condition import Condition, Join, Test, concrete, condition_data, describe
from runwright.model.execution import Execution
from runwright.model.facts import spec_of
from runwright.model.insertion import Insertion
from runwright.model.path import Path, str_path
from runwright.model.runbook import Runbook
from runwright.model.triage import Triage
from runwright.model.walk import all_steps
from runwright.replay.tape import make_tape

_PLAIN = re.compile(r"[A-Za-z0-9 ._:@/\"\[\]-]{1,200}")


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed run, its triage, the runbook in force and its text."""

    execution: Execution
    triage: Triage
    parent: Entry[Runbook]
    text: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A better version, as text, and what it does in words."""

    text: str
    summary: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """The candidates, and what kept the author from more."""

    candidates: tuple[Candidate, ...]
    missing_facts: tuple[str, ...] = ()
    reason: str = ""


def draft(failure: Failure) -> Drafted:
    """Write candidates for one failure."""
    place = place_of(failure.execution, failure.parent.value, make_tape(failure.execution))
    if not place.ways:
        return Drafted((), place.missing, place.reason)
    plans = plans_for(place.ways, place.situation)
    if not plans:
        wanted = "; ".join(describe(goal.test) for goal in place.ways[0])
        return Drafted((), place.missing, f"no action of the catalogue brings about: {wanted}")
    try:
        return Drafted(tuple(_candidate(failure, plan, place) for plan in plans), place.missing)
    except ContentError as error:
        return Drafted((), place.missing, f"the runbook's text cannot be edited: {error.message}")


def _candidate(failure: Failure, plan: Plan, place: Place) -> Candidate:
    text, taken = failure.text, {step.id for step in all_steps(failure.parent.value)}
    for number, remedy in enumerate(plan):
        step = _step(remedy, failure, taken)
        taken.add(step["id"])
        comment = _comment(remedy, place, failure.execution)
        text = insert_step(text, place.index + number, step, comment)
    text = set_version(text, failure.parent.value.version + 1)
    return Candidate(set_block(text, "metadata", _metadata(failure)), ", ".join(_words(remedy) for remedy in plan))


def _step(remedy: Remedy, failure: Failure, taken: set[str]) -> dict[str, Any]:
    verb = remedy.action.split(".")[1].replace("_", "-")
    own = _own_names(remedy.goal, failure)
    # What the run's own parameter named is named by the parameter in every run.
    called = [own.get(value, str(value)) for value in remedy.params.values()]
    wanted = "-".join(filter(None, [verb, *map(_slug, called)]))[:56].strip("-")
    return {
        "id": next(name for name in _numbered(wanted) if name not in taken),
        "name": " ".join([verb.replace("-", " ").capitalize(), *called, "first"]),
        "action": remedy.action,
        "with": {name: _named(value, own) for name, value in remedy.params.items()},
        "when": condition_data(_guard(remedy.goal, _own_names(None, failure))),
    }


def _own_names(goal: BoundNeed | None, failure: Failure) -> Mapping[str, str]:
    """The run's parameters by value; what a list named belongs to that list and to no parameter."""
    if goal is not None and goal.source is not None:
        return {}
    declared = failure.parent.value.params
    return {v: name for name, v in sorted(failure.execution.params.items()) if isinstance(v, str) and name in declared}


def _named(value: Any, own: Mapping[str, str]) -> Any:
    return f"${{{{ params.{own[value]} }}}}" if isinstance(value, str) and value in own else value


def _guard(goal: BoundNeed, own: Mapping[str, str]) -> Condition:
    if goal.source is None:
        return _generalised(opposite(goal.test), own)
    names_it = _generalised(Test(goal.source, "contains", goal.item), own)
    return Join("all", (names_it, opposite(goal.test)))


def _generalised(condition: Condition, own: Mapping[str, str]) -> Condition:
    """The same condition with the run's own parameter values written as insertions, where a name stands."""
    if isinstance(condition, Join):
        return Join(condition.word, tuple(_generalised(item, own) for item in condition.items))
    path = concrete(condition)
    parts = tuple(
        Insertion(("params", own[segment])) if is_name and segment in own else segment
        for segment, is_name in zip(path, _names_in(path), strict=True)
    )
    return Test(parts, condition.operator, condition.value)


def _names_in(path: Path) -> tuple[bool, ...]:
    spec = spec_of(path)
    return tuple(part == "*" for part in spec.path) if spec else (False,) * len(path)


def _comment(remedy: Remedy, place: Place, execution: Execution) -> str:
    path = concrete(remedy.goal.test)
    known = place.situation.world.known(path)
    spec = spec_of(path)
    sayable = isinstance(known, (bool, int, float)) or (spec is not None and known in spec.values)
    said = f"{str_path(path)} was {known}" if sayable else "a need of the next step was not met"
    text = f"added after {execution.execution_id}: {said}"
    return text if _PLAIN.fullmatch(text) else "added after a failed run"


def _metadata(failure: Failure) -> dict[str, Any]:
    return {
        "parent_runbook": failure.parent.value.version_name(),
        "generated_by": "runwright",
        "generated_from_failure": failure.execution.execution_id,
        "generated_at": failure.now.replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        "generation_model": BUILT_IN,
        "requires_human_review": True,
        "failure_type": failure.triage.failure_type,
    }


def _words(remedy: Remedy) -> str:
    return f"{remedy.action} {' '.join(str(value) for value in remedy.params.values())}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in range(2, 1000))
