"""Check `conditions`: a condition can be true: it does not contradict itself, nor what is known of a fact.

The facts' dictionary says which values a well-known fact can have, a parameter says which ones it accepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from runwright.checks.boxes import boxes, contradicts
from runwright.checks.nearest import nearest
from runwright.corpus.corpus import Entry
from runwright.engine.params import problem_with
from runwright.model.condition import Condition, Join, Test, describe, tests
from runwright.model.facts import FactSpec, spec_of
from runwright.model.finding import Finding
from runwright.model.insertion import Insertion, insertions
from runwright.model.path import Path, PathTemplate, template_text
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook
from runwright.model.walk import Pointer, conditions

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_COMPARED = ("eq", "in")


def check_runbook(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find conditions of a runbook that can never be true."""
    for pointer, condition in conditions(entry.value):
        yield from _contradiction(entry, pointer, condition, "warning")
        for test in tests(condition):
            said = _never(test, entry.value)
            if said is not None:
                yield entry.finding("conditions", said[0], pointer, severity="warning", suggestion=said[1])


def check_rule(entry: Entry[Rule]) -> Iterator[Finding]:
    """Find conditions of a rule that can never be true: it would answer nothing."""
    if entry.value.conditions is not None:
        yield from _contradiction(entry, ("conditions",), entry.value.conditions, "error")


@lru_cache(maxsize=4096)
def _known(path: Path) -> FactSpec | None:
    return spec_of(path)


def _contradiction(entry: Entry[Any], at: Pointer, condition: Condition, severity: str) -> Iterator[Finding]:
    paths = [test.path for test in tests(condition)]
    if not isinstance(condition, Join) or len(set(paths)) == len(paths):
        return  # tests of different facts never contradict each other
    found = boxes(condition)
    wrong = [contradicts(box) for box in found or ()]
    if wrong and wrong[0] is not None and None not in wrong:
        message = f"can never be true, because of what it says about {wrong[0]}: {describe(condition):.200}"
        yield entry.finding("conditions", message, at, severity=severity)


def _never(test: Test, runbook: Runbook) -> tuple[str, str | None] | None:
    """Why a test can never hold, and what was meant."""
    if test.operator not in _COMPARED or insertions(test.value):
        return None
    values = test.value if test.operator == "in" else [test.value]
    if test.path[0] == "params":
        return _never_param(test.path, values, runbook)
    spec = _known(tuple("*" if isinstance(part, Insertion) else part for part in test.path))
    return _never_fact(test.path, spec, values) if spec is not None else None


def _never_param(path: PathTemplate, values: list[Any], runbook: Runbook) -> tuple[str, str | None] | None:
    spec = runbook.params.get(str(path[1])) if len(path) == 2 else None
    if spec is None or spec.type == "strings":
        return None
    for value in values:
        problem = problem_with(spec, value) if value is not None else None
        if problem:
            return f"{template_text(path)} never has this value: it {problem}", None
    return None


def _never_fact(path: PathTemplate, spec: FactSpec, values: list[Any]) -> tuple[str, str | None] | None:
    for value in values:
        if value is None:
            continue
        if spec.values and value not in spec.values:
            near = nearest(str(value), spec.values)
            advice = f"did you mean {near}?" if near else f"it is one of {', '.join(spec.values)}"
            return f"{template_text(path)} is never {value!r:.80}", advice
        types = _TYPES.get(spec.type)
        if types is not None and (not isinstance(value, types) or isinstance(value, bool) != (spec.type == "boolean")):
            return f"{template_text(path)} is never {value!r:.80}", f"it is of type {spec.type}"
    return None
