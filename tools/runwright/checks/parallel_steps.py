"""Check `parallel`: steps that run at the same time do not write what another of them reads, needs or writes.

Told is what the actions' models know for certain: the same fact, by the same name or the same insertion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from runwright.actions.action import Model
from runwright.actions.catalogue import ACTIONS
from runwright.corpus.corpus import Entry
from runwright.model.condition import tests
from runwright.model.finding import Finding
from runwright.model.insertion import Insertion
from runwright.model.path import PathTemplate, parse_path
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import Pointer, nested

_ANY = "*"
_PLATFORMS = {
    "linux": frozenset({"linux", "systemd", "supervisor", "any"}),
    "windows": frozenset({"windows", "any"}),
}


@dataclass(frozen=True, slots=True)
class Touch:
    """The facts that a step depends on, and those that it changes, as they are written in the file."""

    reads: frozenset[str]
    writes: frozenset[str]


def check(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find steps that get into each other's way."""
    if b"parallel" not in entry.document.content:
        return
    for placed in nested(entry.value):
        if placed.step.parallel is not None:
            yield from _branches(entry, (*placed.pointer, "parallel"), placed.step.parallel)


def _branches(entry: Entry[Runbook], at: Pointer, branches: tuple[Step, ...]) -> Iterator[Finding]:
    touched = [(index, branch, _touch(branch, entry.value.platform)) for index, branch in enumerate(branches)]
    for index, branch, touch in touched:
        if touch is None:
            message = f"nobody knows what step {branch.id!r} reads and changes while the others run beside it"
            advice = "declare `reads`, `needs` and `changes`"
            yield entry.finding("parallel", message, (*at, index), severity="warning", suggestion=advice)
    for (_, first, one), (index, second, other) in combinations(touched, 2):
        fact = _clash(one, other) if one is not None and other is not None else None
        if fact is not None:
            message = f"steps {first.id!r} and {second.id!r} meet at {fact}: one of them writes it"
            yield entry.finding("parallel", message, (*at, index), suggestion="run them one after the other")


def _clash(one: Touch, other: Touch) -> str | None:
    met = (one.writes & (other.reads | other.writes)) | (other.writes & one.reads)
    return min(met, default=None)


def _touch(step: Step, platform: str) -> Touch | None:
    """What a step touches; None where nobody knows."""
    action = ACTIONS.get(step.verb)
    if action is None:
        return Touch(frozenset(), frozenset())  # that there is no such action is said elsewhere
    fitting = _PLATFORMS.get(platform)
    models = [variant.model for key, variant in action.variants.items() if fitting is None or key in fitting]
    if any(model.opaque for model in models):
        return _declared(step) if step.declared else None
    params = {**{name: spec.default for name, spec in action.params.items()}, **step.params}
    reads = {path for model in models for path in _reads(model, params)}
    writes = {path for model in models for change in model.changes if (path := _path(change.path, params))}
    return Touch(frozenset(reads), frozenset(writes))


def _declared(step: Step) -> Touch:
    needed = {path for test in tests(step.needs) if (path := _path(test.path, {}))} if step.needs is not None else set()
    reads = {path for text in step.reads if (path := _path(parse_path(text), {}))} | needed
    return Touch(
        frozenset(reads), frozenset(path for text in step.changes or () if (path := _path(parse_path(text), {})))
    )


def _reads(model: Model, params: dict[str, Any]) -> Iterator[str]:
    templates = (*model.reads, *(need.test.path for need in model.needs if need.each is None))
    return (path for template in templates if (path := _path(template, params)))


def _path(template: PathTemplate, params: dict[str, Any]) -> str:
    """A path with the parameters as the file gives them; empty where it names a whole family, or cannot be told."""
    words = [_word(segment, params) for segment in template]
    return "" if None in words or _ANY in words else ".".join(str(word) for word in words)


def _word(segment: str | Insertion, params: dict[str, Any]) -> str | None:
    if isinstance(segment, str):
        return segment
    if segment.path[0] != "params" or segment.path[1:2] == () or not params:
        return str(segment)
    value = params.get(segment.path[1])
    return None if value is None or isinstance(value, (list, dict)) else str(value)
