"""Binds an action to its parameters: the concrete operation, needs, reads and changes.

A need over a list fact (`each`) becomes one need an item; while the list is not known, it widens to the
whole family, because any member of it may matter. So does a path whose parameter a recording lacks.

`changes_of` says what a success may write, whatever the facts are; `effects_of` what it writes where some are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.action import FORGET, Change, Copy, Decrease, Exec, Model, Native, Need, Operation
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
    unless: Test | None = None
    """Where this holds, it is not asked for."""

    def holds(self, lookup: Lookup) -> Truth:
        """Whether the need is met; None while that is not known."""
        return self.decided(lambda test: evaluate(test, lookup))

    def decided(self, decide: Callable[[Test], Truth]) -> Truth:
        """Whether the need is met, as something else decides tests."""
        truth = None if self.open_list else decide(self.test)
        if truth is True or self.unless is None:
            return truth
        spared = decide(self.unless)
        return truth if spared is False else spared


@dataclass(frozen=True, slots=True)
class Effect:
    """One fact, or a whole family, that is written."""

    path: Path
    to: Any
    """The value, or `FORGET`."""
    source: Path | None = None
    """The fact whose value is taken."""
    subtracted: Path | None = None
    """The fact whose value is taken away."""
    spared: tuple[Path, ...] = ()
    """Members of the family that are known not to be meant."""
    certain: bool = True
    """Whether it is written for sure."""


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
    """The needs of one run, as far as the facts tell them; of the rare ones those that are decided."""
    plain = tuple(bound for item in model.needs for bound in _bind_need(item, params, lookup))
    return (*plain, *rare_needs(model, params, lookup)) if model.rare else plain


def rare_needs(model: Model, params: Mapping[str, Any], lookup: Lookup) -> tuple[BoundNeed, ...]:
    """The rare needs of one run that these facts decide."""
    found = (bound for item in model.rare for bound in _bind_need(item, params, lookup))
    return tuple(need for need in found if need.holds(lookup) is not None)


def rare_reads(model: Model, params: Mapping[str, Any], lookup: Lookup) -> frozenset[Path]:
    """Every fact that rare needs are about, known or not; whoever looks into a failure reads them."""
    scope = {"params": params}
    found = {_path(item.each[1], scope) for item in model.rare if item.each is not None}
    for bound in (bound for item in model.rare for bound in _bind_need(item, params, lookup)):
        found |= {concrete(test) for test in (bound.test, bound.unless) if test is not None}
    return frozenset(path for path in found if ANY not in path)


def reads_of(model: Model, params: Mapping[str, Any], lookup: Lookup) -> frozenset[Path]:
    """Every fact that decides the outcome; a segment `*` stands for a whole family."""
    scope = {"params": params}
    found = {_path(path, scope) for path in model.reads}
    # A list decides even while it is empty.
    found |= {_path(item.each[1], scope) for item in model.needs if item.each is not None}
    for bound in needs_of(model, params, lookup):
        found.add(concrete(bound.test))
        found |= {concrete(bound.unless)} if bound.unless is not None else set()
    for change in model.changes:
        found |= {_path(path, scope) for path in _looked_at(change)}
    return frozenset(found)


def changes_of(model: Model, params: Mapping[str, Any]) -> tuple[tuple[Path, Any], ...]:
    """What a success may write: path and value, or `FORGET` where that depends; a segment `*` is a whole family."""
    scope = {"params": params}
    return tuple(
        (_path(change.path, scope), _value(change, scope) if change.plain else FORGET) for change in model.changes
    )


def effects_of(
    model: Model, params: Mapping[str, Any], lookup: Lookup, listed: Callable[[Path], Iterable[Path]]
) -> Iterator[Effect]:
    """What a success writes where these facts are known; `listed` gives the known members of a family.

    Effects on a whole family come before those on single facts.
    """
    scope: dict[str, Any] = {"params": params}
    found = [effect for change in model.changes for effect in _effects(change, scope, lookup, listed)]
    return iter(sorted(found, key=lambda effect: ANY not in effect.path))


def demand_of(change: Change, params: Mapping[str, Any]) -> tuple[BoundNeed, ...]:
    """What must hold for a change to be made at all, as a need; empty where it is always made."""
    return (_bound_need(change.only_if, {"params": params}),) if change.only_if is not None else ()


def lists_of(model: Model, params: Mapping[str, Any]) -> tuple[Path, ...]:
    """The list facts whose items say which needs there are."""
    return tuple(_path(need.each[1], {"params": params}) for need in model.needs if need.each is not None)


def covers(pattern: Path, path: Path) -> bool:
    """Whether a path with `*` segments stands for another path."""
    return len(pattern) == len(path) and all(a in (ANY, b) for a, b in zip(pattern, path, strict=True))


def _looked_at(change: Change) -> Iterator[PathTemplate]:
    """The facts that decide what a change writes."""
    if change.only_if is not None:
        yield change.only_if.path
        if change.to is not FORGET:
            # Where it may be left alone, what it was before decides what it is afterwards.
            yield change.path
    if change.where is not None:
        yield change.where.path
    if isinstance(change.to, (Copy, Decrease)):
        yield change.to.path
    if isinstance(change.to, Decrease):
        yield change.path


def _effects(
    change: Change, scope: Mapping[str, Any], lookup: Lookup, listed: Callable[[Path], Iterable[Path]]
) -> Iterator[Effect]:
    if change.where is None:
        yield from _effect(change, scope, lookup)
        return
    if _holds(change.only_if, scope, lookup) is False:
        return
    family = _path(change.where.path, scope)
    wanted = Test(family, "eq", insert(change.where.value, scope))
    spared: list[Path] = []
    for member in listed(family):
        named = {**scope, "each": _member(change.where.name, family, member)}
        holds = evaluate(Test(member, "eq", wanted.value), lookup)
        if holds is False:
            spared.append(_path(change.path, named))
        elif holds:
            yield from _effect(change, named, lookup)
    # Members that nobody has named may be meant too.
    yield Effect(_path(change.path, scope), FORGET, spared=tuple(spared), certain=False)


def _effect(change: Change, scope: Mapping[str, Any], lookup: Lookup) -> Iterator[Effect]:
    holds = _holds(change.only_if, scope, lookup)
    path = _path(change.path, scope)
    if holds is None:
        yield Effect(path, FORGET, certain=False)
    elif holds and isinstance(change.to, Copy):
        yield Effect(path, None, source=_path(change.to.path, scope))
    elif holds and isinstance(change.to, Decrease):
        yield Effect(path, None, source=path, subtracted=_path(change.to.path, scope))
    elif holds:
        # A whole family gets a value only where the model says so, not where a parameter is missing.
        meant = path.count(ANY) == change.path.count(ANY)
        yield Effect(path, _value(change, scope) if meant else FORGET)


def _holds(test: Test | None, scope: Mapping[str, Any], lookup: Lookup) -> Truth:
    try:
        return True if test is None else evaluate(_bound(test, scope), lookup)
    except MissingValue:
        return None


def _member(names: str, family: Path, path: Path) -> dict[str, str]:
    """What the stars of a family stand for in one of its members, by name."""
    parts = (part for pattern, part in zip(family, path, strict=True) if pattern == ANY)
    return dict(zip(names.split(), parts, strict=True))


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
    # Where a parameter is missing, nobody knows whether it is spared.
    unless = _bound_need(item.unless, scope).test if item.unless is not None else None
    if item.each is None:
        yield _bound_need(item.test, scope, unless)
        return
    name, list_path = item.each
    source = _path(list_path, scope)
    members = lookup(source)
    if members is None:
        return
    if not isinstance(members, (list, tuple)) or not all(isinstance(member, str) for member in members):
        # Not known, or nothing that names members: it may need any of the family.
        yield BoundNeed(Test(_path(item.test.path, scope), "exists", True), source, None, True, unless)
        return
    for member in members:
        yield BoundNeed(_bound(item.test, {**scope, "each": {name: member}}), source, member, unless=unless)


def _bound_need(test: Test, scope: Mapping[str, Any], unless: Test | None = None) -> BoundNeed:
    try:
        return BoundNeed(_bound(test, scope), unless=unless)
    except MissingValue:
        return BoundNeed(Test(_path(test.path, scope), "exists", True), open_list=True, unless=unless)


def _bound(test: Test, scope: Mapping[str, Any]) -> Test:
    bound = bind_condition(test, scope)
    if not isinstance(bound, Test):
        raise RuntimeError("a bound test stays a test")
    return bound
