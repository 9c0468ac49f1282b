"""Every place where a runbook names a value of its run: by an insertion, or as the path of a condition.

Whether the value exists is left to `references`; whether everything declared is used, to `unused`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.model.condition import Condition, tests
from runwright.model.fields import SCRIPT
from runwright.model.insertion import ROOTS, Insertion, insertions
from runwright.model.path import PathTemplate, parse_path, template_text
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import Placed, Pointer, nested, step_conditions


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be named at one place: the steps before it, and the item of a `foreach`."""

    steps: tuple[str, ...] = ()
    each: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """One value of the run that is named somewhere."""

    pointer: Pointer
    path: PathTemplate
    """Its words, such as params, service; a condition's path may hold an insertion."""
    insertion: Insertion | None
    """What inserts it; None where a condition looks at it itself."""
    reach: Reach

    @property
    def said(self) -> str:
        """How it stands in the file."""
        return template_text(self.path) if self.insertion is None else str(self.insertion)


def uses(runbook: Runbook) -> Iterator[Use]:
    """Every value of the run that a runbook names, with its place."""
    yield from _before_the_steps(runbook)
    last: tuple[str, ...] = ()
    for placed in nested(runbook):
        yield from _in_step(placed)
        last = (*last, placed.step.id)
    for index, check in enumerate(runbook.verify.checks):
        yield from in_condition(("verify", "checks", index, "when"), check.when, Reach(last))
    yield from in_values(("outputs",), runbook.outputs, Reach(last))


def in_values(pointer: Pointer, values: Mapping[str, Any], reach: Reach) -> Iterator[Use]:
    """The values that parameters name; a script's text is no place for them."""
    for key, value in values.items():
        if key != SCRIPT and not (isinstance(value, str) and "${{" not in value):
            yield from in_value((*pointer, key), value, reach)


def in_value(pointer: Pointer, value: Any, reach: Reach) -> Iterator[Use]:
    """The values that a text, or the texts in a list or mapping, name."""
    for found in insertions(value):
        yield _inserted(pointer, found, reach)


def in_condition(pointer: Pointer, condition: Condition | None, reach: Reach) -> Iterator[Use]:
    """The values that a condition inserts, and those that it looks at itself."""
    for test in tests(condition) if condition is not None else ():
        if test.path[0] in ROOTS:
            yield Use(pointer, test.path, None, reach)
        yield from _in_path(pointer, test.path, reach)
        yield from in_value(pointer, test.value, reach)


def _inserted(pointer: Pointer, insertion: Insertion, reach: Reach) -> Use:
    return Use(pointer, insertion.path, insertion, reach)


def _in_path(pointer: Pointer, path: PathTemplate, reach: Reach) -> Iterator[Use]:
    return (_inserted(pointer, segment, reach) for segment in path if isinstance(segment, Insertion))


def _before_the_steps(runbook: Runbook) -> Iterator[Use]:
    for name, spec in runbook.params.items():
        if spec.source is not None:
            yield _inserted(("params", name, "from"), Insertion(tuple(spec.source.split("."))), Reach())
    yield from in_condition(("precheck", "healthy"), runbook.precheck.healthy, Reach())
    yield from in_condition(("precheck", "unsafe"), runbook.precheck.unsafe, Reach())
    yield from in_value(("limits", "lock"), runbook.limits.lock, Reach())


def _in_step(placed: Placed) -> Iterator[Use]:
    step, at = placed.step, placed.pointer
    reach = Reach(_visible(placed), placed.repeated or step.foreach is not None)
    if isinstance(step.foreach, str):
        yield from in_value((*at, "foreach"), step.foreach, Reach(reach.steps, placed.repeated))
    for word, condition in step_conditions(step):
        yield from in_condition((*at, word), condition, reach)
    yield from in_values((*at, "with"), step.params, reach)
    yield from _in_words(at, step, reach)
    if step.rollback is not None:
        yield from in_values((*at, "rollback", "with"), step.rollback.params, reach)


def _in_words(at: Pointer, step: Step, reach: Reach) -> Iterator[Use]:
    """The values in what a step says, and in the facts that it declares."""
    asked = step.approve.message if step.approve is not None else None
    for words, text in ((("approve", "message"), asked), (("fail",), step.fail), (("message",), step.message)):
        if text is not None:
            yield from in_value((*at, *words), text, reach)
    for path in step.reads:
        yield from _in_path((*at, "reads"), parse_path(path), reach)
    for path in step.changes or ():
        yield from _in_path((*at, "changes", path), parse_path(path), reach)


def _visible(placed: Placed) -> tuple[str, ...]:
    """The steps before one; branches that run at the same time cannot see each other."""
    place, index = placed.pointer[-2:]
    if place == "parallel" and isinstance(index, int) and index:
        return placed.before[:-index]
    return placed.before
