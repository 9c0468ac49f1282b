"""Walks everything of a runbook that is done or looked at, however it is nested, each with its place.

What the parts mean is left to `checks`, `engine` and `replay`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from runwright.model.condition import Condition, condition_insertions, tests
from runwright.model.fields import SCRIPT
from runwright.model.insertion import ROOTS, Insertion, insertions
from runwright.model.path import PathTemplate, parse_path
from runwright.model.remembered import Remembered
from runwright.model.step import Step, Undo

if TYPE_CHECKING:
    from runwright.model.runbook import Runbook

Pointer = tuple[str | int, ...]
SECTIONS = ("steps", "rescue", "finally")
"""The lists of steps of a runbook, in the order in which they come."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and where it stands."""

    pointer: Pointer
    step: Step
    depth: int = 0
    """How many blocks it lies in."""
    repeated: bool = False
    """Whether it lies in a step with `foreach`."""
    before: tuple[str, ...] = ()
    """The steps whose values it can use: those that come before it, wherever they stand."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One use of an action: by a step, or by its rollback."""

    pointer: Pointer
    action: str
    params: Mapping[str, Any]
    step: Step
    undo: bool = False


def nested(runbook: Runbook) -> Iterator[Placed]:
    """Every step, those of blocks included, in the order in which they stand."""
    return iter(_all(_This(runbook)))


class _This:
    """One runbook as itself: many checks walk the same one in a row, and to compare it would take longer."""

    __slots__ = ("runbook",)

    def __init__(self, runbook: Runbook) -> None:
        self.runbook = runbook

    def __hash__(self) -> int:
        return id(self.runbook)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and other.runbook is self.runbook


@lru_cache(maxsize=4)
def _all(this: _This) -> tuple[Placed, ...]:
    runbook = this.runbook
    lists = (("steps", runbook.steps), ("rescue", runbook.rescue), ("finally", runbook.always))
    seen: list[str] = []
    return tuple(placed for word, steps in lists for placed in _placed((word,), steps or (), 0, False, seen))


def all_steps(runbook: Runbook) -> Iterator[Step]:
    """Every step, those of blocks included, in the order in which they stand."""
    return (placed.step for placed in nested(runbook))


def verbs(runbook: Runbook) -> Iterator[Verb]:
    """Every use of an action, rollbacks included."""
    for placed in nested(runbook):
        step = placed.step
        if step.action is not None:
            yield Verb(placed.pointer, step.action, step.params, step)
        if step.rollback is not None:
            yield undo_verb(placed, step.rollback)


def undo_verb(placed: Placed, undo: Undo) -> Verb:
    """The use of an action by a step's rollback."""
    return Verb((*placed.pointer, "rollback"), undo.action, undo.params, placed.step, undo=True)


def conditions(runbook: Runbook) -> Iterator[tuple[Pointer, Condition]]:
    """Every condition, with its place."""
    return iter(_conditions(_This(runbook)))


@lru_cache(maxsize=4)
def _conditions(this: _This) -> tuple[tuple[Pointer, Condition], ...]:
    return tuple(_every_condition(this.runbook))


def _every_condition(runbook: Runbook) -> Iterator[tuple[Pointer, Condition]]:
    for name in ("healthy", "unsafe"):
        if (condition := getattr(runbook.precheck, name)) is not None:
            yield ("precheck", name), condition
    for placed in nested(runbook):
        yield from (((*placed.pointer, word), found) for word, found in step_conditions(placed.step))
    for index, check in enumerate(runbook.verify.checks):
        yield ("verify", "checks", index, "when"), check.when


def insertions_in(runbook: Runbook) -> Iterator[Insertion]:
    """Every insertion of a run's own values, those that a condition names as a path included."""
    yield from insertions(runbook.limits.lock)
    yield from insertions(runbook.outputs)
    for _, condition in conditions(runbook):
        yield from condition_insertions(condition)
        yield from (Insertion(_names(test.path)) for test in tests(condition) if test.path[0] in ROOTS)
    for placed in nested(runbook):
        yield from step_insertions(placed.step)


def step_insertions(step: Step) -> Iterator[Insertion]:
    """The insertions in the values of one step; those of its conditions and of the steps in it are left out."""
    yield from insertions({key: value for key, value in step.params.items() if key != SCRIPT})
    undo = step.rollback.params if step.rollback else {}
    yield from insertions({key: value for key, value in undo.items() if key != SCRIPT})
    for value in (step.foreach, step.fail, step.message, step.approve.message if step.approve else None):
        yield from insertions(value)
    for path in (*step.reads, *(step.changes or {})):
        yield from (part for part in parse_path(path) if isinstance(part, Insertion))
    yield from insertions(step.changes or {})


def called_by(runbook: Runbook) -> frozenset[str]:
    """The runbooks that a runbook calls itself."""
    return frozenset(step.call for step in all_steps(runbook) if step.call is not None)


def closure(runbook: Runbook, library: Mapping[str, Runbook]) -> dict[str, Runbook]:
    """Every runbook that a run may come to call, by id; one that the library lacks is left out."""
    found: dict[str, Runbook] = {}
    wanted = set(called_by(runbook))
    while wanted:
        name = wanted.pop()
        if name in library and name not in found:
            found[name] = library[name]
            wanted |= called_by(library[name])
    return found


def _used(runbook: Runbook) -> frozenset[str]:
    return frozenset(found.path[1] for found in insertions_in(runbook) if found.path[0] == "steps" and found.path[1:])


used_steps: Callable[[Runbook], frozenset[str]] = Remembered(_used, 512)
"""The steps whose values something inserts or looks at."""


def _names(path: PathTemplate) -> tuple[str, ...]:
    return tuple(part if isinstance(part, str) else "*" for part in path)


def step_conditions(step: Step) -> Iterator[tuple[str, Condition]]:
    """The conditions of one step, each with the key that holds it."""
    for word, condition in (
        ("when", step.when),
        ("wait_until", step.wait_until),
        ("assert", step.assertion),
        ("needs", step.needs),
    ):
        if condition is not None:
            yield word, condition


def _placed(at: Pointer, steps: tuple[Step, ...], depth: int, repeated: bool, seen: list[str]) -> Iterator[Placed]:
    for index, step in enumerate(steps):
        pointer = (*at, index)
        yield Placed(pointer, step, depth, repeated, tuple(seen))
        inner = repeated or step.foreach is not None
        lists = (
            ("block", step.block),
            ("parallel", step.parallel),
            ("rescue", step.rescue),
            ("finally", step.always),
        )
        for word, inside in lists if step.action is None else ():
            yield from _placed((*pointer, word), inside or (), depth + 1, inner, seen)
        seen.append(step.id)
