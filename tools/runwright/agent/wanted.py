"""Which facts matter: to a condition, to an action, to a whole run.

Pure. What cannot be named yet, because an insertion has no value, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runwright.actions.action import Model
from runwright.actions.binding import ANY, changes_of, reads_of
from runwright.actions.catalogue import Host, find, variant
from runwright.engine.state import Run, State
from runwright.errors import ContentError
from runwright.model.condition import Condition, Lookup, bind, concrete, tests
from runwright.model.insertion import MissingValue, Scope, insert
from runwright.model.path import Path
from runwright.model.runbook import Runbook, Step

BASE: frozenset[Path] = frozenset({("memory", "used_percent"), ("cpu", "load_1m"), ("disks", "/", "used_percent")})
"""What every run captures before and after, whatever it does (SOURCES A.5)."""


def of_condition(condition: Condition, scope: Scope) -> frozenset[Path]:
    """The facts that a condition names."""
    found: set[Path] = set()
    for test in tests(condition):
        try:
            bound = bind(test, scope)
        except MissingValue:
            continue
        found.update(concrete(one) for one in tests(bound))
    return frozenset(found)


def of_action(model: Model, params: Mapping[str, Any], lookup: Lookup) -> frozenset[Path]:
    """The facts that an action reads, needs and changes; families are left out."""
    try:
        changed = {path for path, _ in changes_of(model, params)}
        return frozenset(path for path in reads_of(model, params, lookup) | changed if ANY not in path)
    except MissingValue:
        return frozenset()


def of_run(run: Run, host: Host, lookup: Lookup) -> frozenset[Path]:
    """The facts that a run may depend on or change."""
    scope = State(run).scope()
    found = set(BASE)
    for condition in _conditions(run.runbook):
        found |= of_condition(condition, scope)
    for step in run.runbook.steps:
        found |= _of_step(step, scope, host, lookup)
    return frozenset(found)


def _conditions(runbook: Runbook) -> Iterator[Condition]:
    candidates = (
        runbook.precheck.healthy,
        runbook.precheck.unsafe,
        *(step.when for step in runbook.steps),
        *(check.when for check in runbook.verify.checks),
    )
    yield from (condition for condition in candidates if condition is not None)


def _of_step(step: Step, scope: Scope, host: Host, lookup: Lookup) -> frozenset[Path]:
    try:
        action = find(step.action)
        model = variant(action, host).model
        given = {name: value if name == "script" else insert(value, scope) for name, value in step.params.items()}
    except (ContentError, MissingValue):
        return frozenset()
    defaults = {name: spec.default for name, spec in action.params.items() if spec.default is not None}
    return of_action(model, {**defaults, **given}, lookup)
