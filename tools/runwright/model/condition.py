r"""Conditions are data: a mapping of fact paths to what they must be, with three values.

    {services.web.state: running}                      a literal: equal
    {services.web.state: [stopped, failed]}            a list: any of
    {"disks[\"/\"].used_percent": {gte: 90, lt: 100}}    operators, all of which must hold
    {all: […]}, {any: […]}, {not: …}                   joined

A fact that is not known makes a test `None`, and `None` is never yes and never no.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from pydantic_core import PydanticCustomError

from runwright.errors import ContentError
from runwright.model import pattern
from runwright.model.insertion import Insertion, Scope, insert, insertions
from runwright.model.path import Path, PathTemplate, bind_path, parse_path, recorded_path, template_text
from runwright.model.remembered import Remembered

Truth = bool | None
OPERATORS = ("eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "contains", "matches", "exists")
JOINS = ("all", "any", "not")
MAX_DEPTH = 8


class Unknown:
    """The value of a fact that nobody captured."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN = Unknown()
Lookup = Callable[[Path], Any]
"""Gives the value of a fact, or `UNKNOWN`."""
ReadPath = Callable[[str], PathTemplate]
"""Reads a written path; raises `ValueError`."""


@dataclass(frozen=True, slots=True)
class Test:
    """One fact compared with one value."""

    path: PathTemplate
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Join:
    """Conditions joined by `all`, `any` or `not`."""

    word: str
    items: tuple[Condition, ...]


Condition = Test | Join


class ConditionError(ValueError):
    """A condition that cannot be read; `at` leads to the place inside it."""

    def __init__(self, message: str, at: tuple[str | int, ...]) -> None:
        self.message, self.at = message, at
        super().__init__(message)


def parse_condition(data: Any, at: tuple[str | int, ...] = (), read: ReadPath = parse_path) -> Condition:
    """Read a condition from plain data, its paths by `read`; raises `ConditionError`."""
    if len(at) > 2 * MAX_DEPTH:
        raise ConditionError(f"conditions are nested deeper than {MAX_DEPTH} levels", at)
    if not isinstance(data, Mapping) or not data:
        raise ConditionError("expected a mapping of fact paths to values, such as {services.web.state: running}", at)
    return _joined("all", tuple(_entry(key, value, (*at, key), read) for key, value in data.items()))


def evaluate(condition: Condition, lookup: Lookup) -> Truth:
    """Decide a bound condition: true, false, or None where an unknown fact leaves it open."""
    if isinstance(condition, Test):
        return _compare(condition.operator, lookup(concrete(condition)), condition.value)
    values = [evaluate(item, lookup) for item in condition.items]
    if condition.word == "not":
        return None if values[0] is None else not values[0]
    decisive = condition.word == "any"
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def tests(condition: Condition) -> Iterator[Test]:
    """Walk the single tests of a condition, in order."""
    if isinstance(condition, Test):
        yield condition
    else:
        for item in condition.items:
            yield from tests(item)


def bind(condition: Condition, scope: Scope) -> Condition:
    """Replace every insertion in paths and values; raises `MissingValue`."""
    if isinstance(condition, Test):
        return replace(condition, path=bind_path(condition.path, scope), value=insert(condition.value, scope))
    return replace(condition, items=tuple(bind(item, scope) for item in condition.items))


def concrete(test: Test) -> Path:
    """The path of a bound test; raises `RuntimeError` when it was never bound."""
    if Insertion in map(type, test.path):
        raise RuntimeError(f"condition on {template_text(test.path)} is used before its insertions are bound")
    return test.path  # type: ignore[return-value]  # checked above


def condition_insertions(condition: Condition) -> tuple[Insertion, ...]:
    """List the insertions in a condition."""
    found: list[Insertion] = []
    for test in tests(condition):
        found.extend(segment for segment in test.path if isinstance(segment, Insertion))
        found.extend(insertions(test.value))
    return tuple(found)


def condition_data(condition: Condition) -> dict[str, Any]:
    """Write a condition as plain data in its canonical form."""
    if isinstance(condition, Test):
        value = condition.value if condition.operator == "eq" else {condition.operator: condition.value}
        name = template_text(condition.path)
        return {f'["{name}"]' if name in JOINS else name: value}
    if condition.word == "not":
        return {"not": condition_data(condition.items[0])}
    written = [condition_data(item) for item in condition.items]
    keys = [key for item in written for key in item]
    if condition.word == "all" and len(set(keys)) == len(keys) and not set(keys) & set(JOINS):
        return {key: value for item in written for key, value in item.items()}
    return {condition.word: written}


def _as_text(condition: Condition) -> str:
    return json.dumps(condition_data(condition), sort_keys=True, default=str)


condition_text: Remembered[Condition, str] = Remembered(_as_text, 4096)
"""A condition as text, which is the same for the same words; 1 is not true in it."""


def describe(condition: Condition) -> str:
    """Say a condition in words, for people."""
    if isinstance(condition, Test):
        word = _WORDS.get(condition.operator, condition.operator)
        return f"{template_text(condition.path)} {word} {_shown(condition.value)}"
    if condition.word == "not":
        return f"not ({describe(condition.items[0])})"
    joined = " and " if condition.word == "all" else " or "
    return joined.join(describe(i) if isinstance(i, Test) else f"({describe(i)})" for i in condition.items)


_WORDS = {
    "eq": "is",
    "ne": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "gte": ">=",
    "gt": ">",
    "lte": "<=",
    "lt": "<",
}
described: Remembered[Condition, str] = Remembered(describe, 4096)
"""The same words of a condition that is asked for again and again."""


def _shown(value: Any) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else str(value)


def _entry(key: Any, value: Any, at: tuple[str | int, ...], read: ReadPath) -> Condition:
    if not isinstance(key, str):
        raise ConditionError(f"{key!r:.80} is not a fact path", at)
    if key in ("all", "any"):
        return _joined(key, _items(key, value, at, read))
    if key == "not":
        return Join("not", (parse_condition(value, at, read),))
    try:
        path = read(key)
    except ValueError as error:
        raise ConditionError(str(error), at) from None
    return _fact(path, value, at)


def _joined(word: str, items: tuple[Condition, ...]) -> Condition:
    """One form for one meaning: a join of one is its item, and a join in a join of the same word is one join."""
    flat: list[Condition] = []
    for item in items:
        flat.extend(item.items if isinstance(item, Join) and item.word == word else (item,))
    return flat[0] if len(flat) == 1 else Join(word, tuple(flat))


def _items(word: str, value: Any, at: tuple[str | int, ...], read: ReadPath) -> tuple[Condition, ...]:
    if not isinstance(value, (list, tuple)) or not value:
        raise ConditionError(f"`{word}` takes a list of conditions", at)
    return tuple(parse_condition(item, (*at, index), read) for index, item in enumerate(value))


def _fact(path: PathTemplate, value: Any, at: tuple[str | int, ...]) -> Condition:
    if isinstance(value, Mapping):
        if not value:
            raise ConditionError(f"expected an operator; there are {', '.join(OPERATORS)}", at)
        items = tuple(Test(path, *_operation(name, operand, (*at, name))) for name, operand in value.items())
        return _joined("all", items)
    if isinstance(value, (list, tuple)):
        return Test(path, "in", _scalars(value, at))
    return Test(path, "eq", _scalar(value, at))


def _operation(name: Any, operand: Any, at: tuple[str | int, ...]) -> tuple[str, Any]:
    if name not in OPERATORS:
        near = get_close_matches(str(name)[:100], OPERATORS, n=1)
        meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(OPERATORS)}"
        raise ConditionError(f"unknown operator {name!r:.80}; {meant}", at)
    if name in ("in", "not_in"):
        return name, _scalars(operand, at)
    if name == "exists" and not isinstance(operand, bool):
        raise ConditionError("`exists` takes true or false", at)
    if name in ("gt", "gte", "lt", "lte") and not _number(operand) and not insertions(operand):
        raise ConditionError(f"`{name}` takes a number, not {operand!r:.80}", at)
    if name == "matches":
        _check_pattern(operand, at)
    return name, _scalar(operand, at)


def _check_pattern(operand: Any, at: tuple[str | int, ...]) -> None:
    if not isinstance(operand, str):
        raise ConditionError("`matches` takes a regular expression as text", at)
    if "${{" in operand:
        # A value must never become a part of a pattern.
        raise ConditionError("`matches` takes no insertion; write the pattern out, or compare with `eq`", at)
    try:
        pattern.compiled(operand)
    except ContentError as error:
        raise ConditionError(error.message, at) from error


def _scalars(value: Any, at: tuple[str | int, ...]) -> list[Any]:
    if not isinstance(value, (list, tuple)) or not value:
        raise ConditionError("expected a list of values", at)
    return [_scalar(item, (*at, index)) for index, item in enumerate(value)]


def _scalar(value: Any, at: tuple[str | int, ...]) -> Any:
    if isinstance(value, (Mapping, list, tuple)):
        raise ConditionError(f"expected a text, a number, true, false or null, not {value!r:.80}", at)
    try:
        insertions(value)
    except ValueError as error:
        raise ConditionError(str(error), at) from None
    return value


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same(left: Any, right: Any) -> bool:
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _compare(operator: str, actual: Any, wanted: Any) -> Truth:
    if isinstance(actual, Unknown):
        return None
    if operator == "exists":
        return (actual is not None) is wanted
    return _COMPARE[operator](actual, wanted)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Truth]:
    # A text where a number was expected decides nothing: better not known than wrong.
    return lambda actual, wanted: test(actual, wanted) if _number(actual) and _number(wanted) else None


def _contains(actual: Any, wanted: Any) -> Truth:
    if isinstance(actual, str):
        return isinstance(wanted, str) and wanted in actual
    return any(_same(item, wanted) for item in actual) if isinstance(actual, (list, tuple, dict)) else None


def _matches(actual: Any, wanted: Any) -> Truth:
    return pattern.found_in(wanted, actual) if isinstance(actual, str) else None


_COMPARE: dict[str, Callable[[Any, Any], Truth]] = {
    "eq": _same,
    "ne": lambda actual, wanted: not _same(actual, wanted),
    "in": lambda actual, wanted: any(_same(actual, item) for item in wanted),
    "not_in": lambda actual, wanted: not any(_same(actual, item) for item in wanted),
    "gt": _ordered(lambda a, b: a > b),
    "gte": _ordered(lambda a, b: a >= b),
    "lt": _ordered(lambda a, b: a < b),
    "lte": _ordered(lambda a, b: a <= b),
    "contains": _contains,
    "matches": _matches,
}


def _not_too_deep(condition: Condition) -> Condition:
    """The condition, which its canonical form can say again; a mapping of several facts is a level of its own."""
    if _depth(condition) > MAX_DEPTH:
        raise ConditionError(f"conditions are nested deeper than {MAX_DEPTH} levels", ())
    return condition


def _depth(condition: Condition) -> int:
    return 0 if isinstance(condition, Test) else 1 + max(map(_depth, condition.items), default=0)


def recorded(data: Any) -> Condition:
    """Read a condition of a recording for pydantic: its paths may hold any text that a host told."""
    return validated(data, recorded_path)


def validated(data: Any, read: ReadPath = parse_path) -> Condition:
    """Read a condition for pydantic: the place inside it travels as the error's context `at`."""
    if isinstance(data, (Test, Join)):
        return data
    try:
        return _not_too_deep(parse_condition(data, (), read))
    except ConditionError as error:
        raise PydanticCustomError("condition", "{reason}", {"reason": error.message, "at": list(error.at)}) from None
