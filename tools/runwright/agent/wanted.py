"""Which facts matter: to a condition, to an action, to a whole run with all that it may call.

Pure. What cannot be named yet, because an insertion has no value, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runwright.actions.action import Model
from runwright.actions.binding import ANY, changes_of, reads_of
from runwright.actions.catalogue import Host, find, variant
from runwright.engine.params import resolve_params
from runwright.engine.state import Run, State
from runwright.errors import ContentError
from runwright.model.condition import Condition, Lookup, bind, concrete, tests
from runwright.model.execution import Declared
from runwright.model.fields import SCRIPT
from runwright.model.insertion import ROOTS, MissingValue, Scope, insert
from runwright.model.path import Path, bind_path, concrete_path, parse_path
from runwright.model.step import Step
from runwright.model.walk import step_conditions

BASE: frozenset[Path] = frozenset({("memory", "used_percent"), ("cpu", "load_1m"), ("disks", "/", "used_percent")})
"""What every run captures before and after, whatever it does (SOURCES A.5)."""
MAX_DEPTH = 5
"""Runbooks that call one another in a row; the engine goes no deeper."""


def of_condition(condition: Condition, scope: Scope) -> frozenset[Path]:
    """The facts of the host that a condition names."""
    found: set[Path] = set()
    for test in tests(condition):
        if test.path[0] in ROOTS:
            continue  # a value of the run itself
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


def of_declared(declared: Declared | None) -> frozenset[Path]:
    """The facts that a script or command says it reads, needs and changes."""
    if declared is None:
        return frozenset()
    named = frozenset(concrete_path(path) for path in (*declared.reads, *(declared.changes or {})))
    return named if declared.needs is None else named | of_condition(declared.needs, {})


def of_run(run: Run, host: Host, lookup: Lookup) -> frozenset[Path]:
    """The facts that a run may depend on or change, as far as its values are known before it starts."""
    runbook, scope = run.runbook, State(run).scope()
    found = set(BASE) if run.depth == 0 else set()
    for condition in (runbook.precheck.healthy, runbook.precheck.unsafe, *(one.when for one in runbook.verify.checks)):
        found |= of_condition(condition, scope) if condition is not None else set()
    for steps in (runbook.steps, runbook.rescue, runbook.always):
        for step, seen in _repeated(steps or (), scope):
            found |= _of_step(step, seen, host, lookup)
            found |= _of_called(step, seen, run, host, lookup)
    return frozenset(found)


def _repeated(steps: tuple[Step, ...], scope: Scope) -> Iterator[tuple[Step, Scope]]:
    """Every step with what its insertions can see, once for each item of a `foreach`."""
    for step in steps:
        for seen in _scopes(step, scope):
            yield step, seen
            for inner in (step.block, step.parallel, step.rescue, step.always):
                yield from _repeated(inner or (), seen)


def _scopes(step: Step, scope: Scope) -> Iterator[Scope]:
    if step.foreach is None:
        yield scope
        return
    try:
        items = insert(step.foreach, scope)
    except MissingValue:
        return
    for index, item in enumerate(items if isinstance(items, (list, tuple)) else ()):
        yield {**scope, "each": {"item": item, "index": index}}


def _of_step(step: Step, scope: Scope, host: Host, lookup: Lookup) -> frozenset[Path]:
    found = set(_declared_paths(step, scope))
    for _, condition in step_conditions(step):
        found |= of_condition(condition, scope)
    if step.action is not None:
        found |= _of_verb(step.action, step.params, scope, (host, lookup))
    if step.rollback is not None:
        found |= _of_verb(step.rollback.action, step.rollback.params, scope, (host, lookup))
    return frozenset(found)


def _of_verb(name: str, params: Mapping[str, Any], scope: Scope, world: tuple[Host, Lookup]) -> frozenset[Path]:
    host, lookup = world
    try:
        action = find(name)
        model = variant(action, host).model
        given = {key: value if key == SCRIPT else insert(value, scope) for key, value in params.items()}
    except (ContentError, MissingValue):
        return frozenset()
    defaults = {key: spec.default for key, spec in action.params.items() if spec.default is not None}
    return of_action(model, {**defaults, **given}, lookup)


def _declared_paths(step: Step, scope: Scope) -> Iterator[Path]:
    for text in (*step.reads, *(step.changes or {})):
        try:
            yield bind_path(parse_path(text), scope)
        except MissingValue:
            continue


def _of_called(step: Step, scope: Scope, run: Run, host: Host, lookup: Lookup) -> frozenset[Path]:
    runbook = run.called.get(step.call or "")
    if runbook is None or run.depth + 1 >= MAX_DEPTH:
        return frozenset()
    try:
        params = resolve_params(runbook, insert(step.params, scope), run.incident)
    except (ContentError, MissingValue):
        return frozenset()
    return of_run(Run(runbook, params, run.incident, run.called, run.depth + 1), host, lookup)
