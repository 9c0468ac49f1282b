"""Binds an action to its parameters: the concrete operation, needs, reads and changes.

A need over a list fact (`each`) becomes one need an item; while the list is not known, it widens to the
whole family, because any member of it may matter. So does a path whose parameter a recording lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.action import FORGET, Change, Exec, Model, Native, Need, Operation
from runwright.model.condition import Lookup, Test, Truth, concrete, evaluate
from runwright.model.condition import bind as bind_condition
from runwright.model.insertion import Insertion, MissingValue, as_text, insert
from runwright.model.path import Path, PathTemplate, bind_path

ANY = "*"
"""A segment that stands for every name."""


@dataclass(frozen=True, slots=True)
class BoundNeed:
    """One need of one run; `open_list` says that it cannot be decided, because it does not know whom it is about."""

    test: Test
    source: Path | None = None
    """The list fact whose item gave this need."""
    item: str | None = None
    open_list: bool = False

    def holds(self, lookup: Lookup) -> Truth:
        """Whether the need is met; None while that is not known."""
        return None if self.open_list else evaluate(self.test, lookup)


def bind_operation(operation: Operation, params: Mapping[str, Any]) -> Operation:
    """Insert the parameters into a command; a list parameter becomes several arguments."""
    scope = {"params": params}
    if isinstance(operation, Native):
        return Native(operation.name, insert(operation.args, scope))
    argv = tuple(word for part in operation.argv for word in _words(insert(part, scope)))
    env = insert(operation.env, scope)
    # What the action itself sets stands last: a runbook's `env` cannot take it away.
    named = {**(env.get(ANY) or {}), **{k: v for k, v in env.items() if k != ANY}}
    stdin = insert(operation.stdin, scope)
    return Exec(argv, {k: as_text(v) for k, v in named.items()}, stdin)


def needs_of(model: Model, params: Mapping[str, Any], lookup: Lookup) -> tuple[BoundNeed, ...]:
    """The needs of one run, as far as the facts tell them."""
    return tuple(bound for item in model.needs for bound in _bind_need(item, params, lookup))


def reads_of(model: Model, params: Mapping[str, Any], lookup: Lookup) -> frozenset[Path]:
    """Every fact that decides the outcome; a segment `*` stands for a whole family."""
    scope = {"params": params}
    found = {_path(path, scope) for path in model.reads}
    # A list decides even while it is empty.
    found |= {_path(item.each[1], scope) for item in model.needs if item.each is not None}
    for bound in needs_of(model, params, lookup):
        found.add(concrete(bound.test))
    return frozenset(found)


def changes_of(model: Model, params: Mapping[str, Any]) -> tuple[tuple[Path, Any], ...]:
    """What a success writes: path and value, or `FORGET`; a segment `*` stands for a whole family."""
    scope = {"params": params}
    return tuple((_path(change.path, scope), _value(change, scope)) for change in model.changes)


def covers(pattern: Path, path: Path) -> bool:
    """Whether a path with `*` segments stands for another path."""
    return len(pattern) == len(path) and all(a in (ANY, b) for a, b in zip(pattern, path, strict=True))


def _value(change: Change, scope: Mapping[str, Any]) -> Any:
    try:
        return insert(change.to, scope) if isinstance(change.to, str) else change.to
    except MissingValue:
        return FORGET


def _path(template: PathTemplate, scope: Mapping[str, Any]) -> Path:
    return tuple(segment for part in template for segment in _segment(part, scope))


def _segment(part: str | Insertion, scope: Mapping[str, Any]) -> Path:
    try:
        return bind_path((part,), scope)
    except MissingValue:
        return (ANY,)


def _words(value: Any) -> list[str]:
    return [as_text(item) for item in value] if isinstance(value, (list, tuple)) else [as_text(value)]


def _bind_need(item: Need, params: Mapping[str, Any], lookup: Lookup) -> Iterator[BoundNeed]:
    scope: dict[str, Any] = {"params": params}
    if item.each is None:
        yield _bound_need(item.test, scope)
        return
    name, list_path = item.each
    source = _path(list_path, scope)
    members = lookup(source)
    if members is None:
        return
    if not isinstance(members, (list, tuple)) or not all(isinstance(member, str) for member in members):
        # Not known, or nothing that names members: it may need any of the family.
        yield BoundNeed(Test(_path(item.test.path, scope), "exists", True), source, None, open_list=True)
        return
    for member in members:
        yield BoundNeed(_bound(item.test, {**scope, "each": {name: member}}), source, member)


def _bound_need(test: Test, scope: Mapping[str, Any]) -> BoundNeed:
    try:
        return BoundNeed(_bound(test, scope))
    except MissingValue:
        return BoundNeed(Test(_path(test.path, scope), "exists", True), open_list=True)


def _bound(test: Test, scope: Mapping[str, Any]) -> Test:
    bound = bind_condition(test, scope)
    if not isinstance(bound, Test):
        raise RuntimeError("a bound test stays a test")
    return bound
