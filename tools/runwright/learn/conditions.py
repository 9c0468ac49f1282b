"""Makes a condition as a model says it into one of the language: about known facts, with values that are confirmed."""

from __future__ import annotations

from typing import Any

from runwright.errors import ContentError
from runwright.learn.said import ConditionSaid, TestSaid
from runwright.learn.vouching import Vouched, is_plain
from runwright.model.condition import Condition, ConditionError, Join, condition_data, parse_condition
from runwright.model.facts import FactSpec, spec_of
from runwright.model.insertion import Insertion
from runwright.model.path import PathTemplate, parse_path, template_text

_SEVERAL = ("in", "not_in")


def condition_of(said: ConditionSaid, names: Vouched) -> dict[str, Any]:
    """The condition as data in its canonical form; raises ContentError where it says what it may not."""
    found = tuple(_test(one, names) for one in said.tests)
    return condition_data(found[0] if len(found) == 1 else Join(said.join, found))


def _test(said: TestSaid, names: Vouched) -> Condition:
    path, spec = _path(said.fact, names)
    if len(said.values) != 1 and said.operator not in _SEVERAL:
        raise ContentError(f"a test with `{said.operator}` takes one value")
    for value in said.values:
        if isinstance(value, str) and not _confirmed(value, spec, names):
            raise ContentError(f"nothing confirms a value that {template_text(path)} is compared with")
    wanted: Any = list(said.values) if said.operator in _SEVERAL else said.values[0]
    try:
        return parse_condition({template_text(path): {said.operator: wanted}})
    except ConditionError as error:
        raise ContentError(f"a condition on {template_text(path)} cannot be read: {error.message:.100}") from None


def _path(text: str, names: Vouched) -> tuple[PathTemplate, FactSpec | None]:
    """The fact's path with the run's own names as insertions, and what is known of it."""
    try:
        path = parse_path(text)
    except ValueError:
        raise ContentError("a condition names no fact: its path cannot be read") from None
    values = {name: value for value, name in names.own.items()}
    bound = tuple(part if isinstance(part, str) else values.get(part.path[-1], "?") for part in path)
    spec = spec_of(bound)
    if spec is None and bound not in names.facts:
        raise ContentError("a condition is on a fact that the dictionary does not know and nobody recorded")
    for part in path:
        if isinstance(part, Insertion) and names.inserted(str(part)) is None:
            raise ContentError("a condition inserts what is no parameter of the runbook")
    # Of a fact that the dictionary does not know, any part may be a name.
    places = [spec is None or spec.path[at] == "*" for at in range(len(path))]
    for part, is_name in zip(path, places, strict=True):
        if is_name and isinstance(part, str) and not (names.knows(part) or (spec is None and is_plain(part))):
            raise ContentError("a condition names something that no recorded fact confirms")
    written = tuple(
        Insertion(("params", names.own[part])) if is_name and isinstance(part, str) and part in names.own else part
        for part, is_name in zip(path, places, strict=True)
    )
    return written, spec


def _confirmed(value: str, spec: FactSpec | None, names: Vouched) -> bool:
    if "${{" in value:
        return names.inserted(value) is not None
    return value in names.names or (spec is not None and value in spec.values)
