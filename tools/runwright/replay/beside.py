"""Lays the steps of the version before the change and of the one with it beside each other, for a reader.

Steps are matched by their names, in order; what was tried several times stands several times. Of an answer by a
model, or from another recording, it says which earlier step brought about what it needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from runwright.actions.binding import ANY, changes_of
from runwright.actions.catalogue import ACTIONS
from runwright.model.insertion import MissingValue
from runwright.model.path import str_path
from runwright.model.verdict import StepVerdict, Verdict
from runwright.replay.models import completed

MAX_MATCHED = 400
"""Steps of one version that are matched; more are shown one version after the other."""


@dataclass(frozen=True, slots=True)
class Row:
    """One step in one or both of the versions."""

    base: StepVerdict | None
    head: StepVerdict | None

    @property
    def either(self) -> StepVerdict:
        """The step as it would be answered now, or as it would have been."""
        found = self.head or self.base
        if found is None:
            raise RuntimeError("a row of no step")
        return found

    def source(self, verdict: Verdict) -> str:
        """What its answer was taken from."""
        return source_of(self.either, verdict.execution_id)


def rows_of(verdict: Verdict) -> tuple[Row, ...]:
    """The steps of both versions, in the order in which they would run."""
    before, after = verdict.base_steps, verdict.steps
    if not before or max(len(before), len(after)) > MAX_MATCHED:
        return (*(Row(None, step) for step in after), *(Row(step, None) for step in before))
    names = [step.step for step in before], [step.step for step in after]
    found: list[Row] = []
    for word, low, high, first, last in SequenceMatcher(None, *names, autojunk=False).get_opcodes():
        if word == "equal":
            found += (Row(*both) for both in zip(before[low:high], after[first:last], strict=True))
        else:
            found += (Row(step, None) for step in before[low:high])
            found += (Row(None, step) for step in after[first:last])
    return tuple(found)


def reasons_of(verdict: Verdict) -> tuple[str, ...]:
    """Why each step of the new version was answered so, with the earlier steps that made it possible."""
    found: list[str] = []
    set_by: dict[str, str] = {}
    for step in verdict.steps:
        origins = [f"{path} was set by {by}" for path, by in set_by.items() if f"{path} " in step.reason]
        told = step.answer in ("modelled", "seen elsewhere")
        found.append("; ".join((step.reason, *origins)) if told else step.reason)
        if step.outcome == "success":
            set_by |= dict.fromkeys(_written(step), step.step)
    return tuple(found)


def _written(step: StepVerdict) -> Iterator[str]:
    """The facts that a step sets, on whatever host."""
    action = ACTIONS.get(step.action)
    params = completed(step.action, step.params)
    for variant in action.variants.values() if action is not None else ():
        try:
            changes = changes_of(variant.model, params)
        except MissingValue:
            continue  # recorded parameters may be those of another version of the action
        yield from (str_path(path) for path, _ in changes if ANY not in path)


def source_of(step: StepVerdict, execution_id: str) -> str:
    """What an answer was taken from, in words."""
    if step.answer in ("observed", "seen elsewhere"):
        return f"observed in {'this run' if step.source in (None, execution_id) else step.source}"
    if step.answer == "unknown":
        return "both ways followed"
    if step.answer != "modelled":
        return step.answer
    return f"what this run took, read for {step.action}" if step.source == execution_id else f"model of {step.action}"
