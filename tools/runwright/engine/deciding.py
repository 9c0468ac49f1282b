"""Binds a condition, and decides what it says of the run itself: its parameters, its incident, its steps, its item.

What remains is about facts of the host, and is asked of the driver.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from runwright.model.condition import (
    UNKNOWN,
    Condition,
    Join,
    Test,
    Truth,
    bind,
    concrete,
    condition_insertions,
    evaluate,
    tests,
)
from runwright.model.insertion import ROOTS, Scope
from runwright.model.path import Path, str_path
from runwright.model.remembered import Remembered

YES, NO = Join("all", ()), Join("any", ())
"""The conditions that say nothing: always true, always false."""


def bound(condition: Condition, scope: Scope) -> Condition:
    """Replace every insertion, and every test of the run's own values by its answer; raises `MissingValue`."""
    if isinstance(condition, Test):
        return _bound_test(condition, scope)
    items = tuple(bound(item, scope) for item in condition.items)
    if condition.word == "not":
        return NO if items[0] == YES else YES if items[0] == NO else replace(condition, items=items)
    decisive, neutral = (NO, YES) if condition.word == "all" else (YES, NO)
    if decisive in items:
        return decisive
    left = tuple(item for item in items if item != neutral)
    return neutral if not left else left[0] if len(left) == 1 else replace(condition, items=left)


def _of_facts_alone(condition: Condition) -> Condition | None:
    named = (test.path[0] for test in tests(condition))
    return None if condition_insertions(condition) or any(name in ROOTS for name in named) else bound(condition, {})


of_facts_alone: Remembered[Condition, Condition | None] = Remembered(_of_facts_alone, 4096)
"""The same of a condition in which nothing has to be replaced; None where something has."""


def settled(condition: Condition) -> Truth:
    """The answer of a condition that needs no fact; None when it needs one."""
    return True if condition == YES else False if condition == NO else None


def _bound_test(test: Test, scope: Scope) -> Condition:
    of_the_run = test.path[0] in ROOTS
    held = bind(test, scope)
    if not of_the_run or not isinstance(held, Test):
        return held
    truth = evaluate(held, lambda path: _value(path, scope))
    # A value that is not there stays a test of a fact that nobody knows.
    return held if truth is None else YES if truth else NO


def run_facts(condition: Condition, scope: Scope) -> dict[str, Any]:
    """The run's own values that a condition looks at, by their path."""
    if isinstance(condition, Join):
        return {key: value for item in condition.items for key, value in run_facts(item, scope).items()}
    if condition.path[0] not in ROOTS:
        return {}
    held = bind(condition, scope)
    path = concrete(held) if isinstance(held, Test) else ()
    value = _value(path, scope)
    return {} if value is UNKNOWN else {str_path(path): value}


def _value(path: Path, scope: Scope) -> Any:
    found: Any = scope
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            return UNKNOWN
        found = found[name]
    return UNKNOWN if found is None else found
