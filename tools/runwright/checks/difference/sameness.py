"""When two values mean the same: conditions whatever their order, sets whatever theirs, mappings whatever theirs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from runwright.model.condition import Join, Test
from runwright.model.path import template_text

UNORDERED = frozenset(
    {
        *("incident_types", "enum", "hosts", "groups", "who", "reads", "references", "success_codes", "changed_codes"),
        *("status", "partners", "sites", "checks"),
    }
)
"""Lists whose order means nothing."""


def same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of the field of that name mean the same."""
    return normal(name, one) == normal(name, other)


def normal(name: str, value: Any) -> str:
    """A text that is equal for values that mean the same."""
    return json.dumps(_plain(name, value), sort_keys=True)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, (Test, Join)):
        return _condition(value)
    if isinstance(value, BaseModel):
        return {key: _plain(key, item) for key, item in value}
    if isinstance(value, Mapping):
        return {key: _plain("", item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [_plain("", item) for item in value]
        return _set(items) if name in UNORDERED else items
    if isinstance(value, (timedelta, datetime)):
        return str(value)
    return value


def _number(value: Any) -> Any:
    """A number as conditions compare it; as a parameter, 1 and 1.0 are two words of a command."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _set(items: list[Any]) -> list[str]:
    return sorted({json.dumps(item, sort_keys=True) for item in items})


def _condition(condition: Test | Join) -> Any:
    if isinstance(condition, Test):
        return _test(condition)
    if condition.word == "not":
        inner = _condition(condition.items[0])
        return inner["not"] if isinstance(inner, dict) and "not" in inner else {"not": inner}
    items = _set([part for item in condition.items for part in _parts(condition.word, item)])
    return json.loads(items[0]) if len(items) == 1 else {condition.word: items}


def _parts(word: str, condition: Test | Join) -> list[Any]:
    """What a condition adds to a join: the parts of a join of the same word, else itself."""
    if isinstance(condition, Join) and condition.word == word:
        return [part for item in condition.items for part in _parts(word, item)]
    return [_condition(condition)]


def _test(test: Test) -> list[Any]:
    path = template_text(test.path)
    if test.operator not in ("in", "not_in"):
        return [path, test.operator, _number(test.value)]
    values = _set([_number(item) for item in test.value])
    if len(values) == 1:
        return [path, "eq" if test.operator == "in" else "ne", json.loads(values[0])]
    return [path, test.operator, values]
