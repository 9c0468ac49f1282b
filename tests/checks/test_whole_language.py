"""Every construct of the language has a case that is accepted and one that is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from runwright.model.condition import JOINS, OPERATORS, Condition, Join
from runwright.model.condition import Test as FactTest  # pytest takes a class named Test for one of its own
from runwright.model.frozen import Authored
from runwright.model.insertion import insertions
from runwright.model.rule import Rule, RuleMetadata, Scope
from runwright.model.runbook import (
    Limits,
    Metadata,
    ParamSpec,
    Precheck,
    Runbook,
    Secret,
    Targets,
    Verify,
    VerifyCheck,
)
from runwright.model.step import KINDS, Approval, Extract, Retry, Step, Undo
from tests.support import cases

PARTS: tuple[type[Authored], ...] = (
    Runbook, ParamSpec, Secret, Targets, Limits, Precheck, Step, Retry, Extract, Approval, Undo, Verify, VerifyCheck,
    Metadata, Rule, Scope, RuleMetadata,
)  # fmt: skip
FIELDS = [(part.__name__, name, field.alias or name) for part in PARTS for name, field in part.model_fields.items()]
# Where a value comes from is written by our own code, and a wrong one breaks nothing.
WRITTEN_BY_US = {"Metadata", "RuleMetadata"}
FILTERS = ("default", "int", "json")
CHOICES = [
    (part.__name__, name, choice)
    for part in PARTS
    for name, field in part.model_fields.items()
    for choice in get_args(field.annotation)
    if isinstance(choice, str)
]


def authored(value: Any) -> Iterator[Authored]:
    """Every part of a runbook or rule, the whole included."""
    if isinstance(value, Authored):
        yield value
        for name in type(value).model_fields:
            yield from authored(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from authored(item)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from authored(item)


def conditions(value: Any) -> Iterator[Condition]:
    for part in authored(value):
        for name in type(part).model_fields:
            found = getattr(part, name)
            if isinstance(found, (FactTest, Join)):
                yield from joined(found)


def joined(condition: Condition) -> Iterator[Condition]:
    yield condition
    if isinstance(condition, Join):
        for item in condition.items:
            yield from joined(item)


ACCEPTED = cases.accepted()
GOOD = [entry.value for entry in (*ACCEPTED.runbooks, *ACCEPTED.rules)]
GIVEN = {(type(part).__name__, name) for value in GOOD for part in authored(value) for name in part.model_fields_set}
REFUSED = "\n".join(case.content.decode() for case in cases.refused())


def test_every_part_of_a_runbook_and_a_rule_is_looked_for_here() -> None:
    assert {type(part) for value in GOOD for part in authored(value)} == set(PARTS)


@pytest.mark.parametrize(("part", "name", "word"), FIELDS, ids=[f"{part}.{word}" for part, _, word in FIELDS])
def test_every_field_is_accepted_somewhere(part: str, name: str, word: str) -> None:
    assert (part, name) in GIVEN, f"no file in tests/cases/runbooks/accepted gives `{word}` of a {part}"


@pytest.mark.parametrize(
    ("part", "word"), [(part, word) for part, _, word in FIELDS if part not in WRITTEN_BY_US], ids=str
)
def test_every_field_stands_in_a_refused_file(part: str, word: str) -> None:
    found = re.search(rf"(?<![\w.-]){word}:", REFUSED)
    assert found, f"no file in tests/cases/runbooks/refused has `{word}` of a {part}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_step_is_accepted_and_refused(kind: str) -> None:
    assert any(isinstance(part, Step) and part.kind == kind for value in GOOD for part in authored(value))
    assert re.search(rf"\b{kind}:", REFUSED)


@pytest.mark.parametrize(("part", "name", "choice"), CHOICES, ids=str)
def test_every_choice_is_accepted_somewhere(part: str, name: str, choice: str) -> None:
    chosen = (getattr(one, name) for value in GOOD for one in authored(value) if type(one).__name__ == part)
    assert choice in chosen


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_is_accepted_somewhere(operator: str) -> None:
    used = {one.operator for value in GOOD for one in conditions(value) if isinstance(one, FactTest)}
    assert operator in used


@pytest.mark.parametrize("word", JOINS)
def test_every_join_is_accepted_somewhere(word: str) -> None:
    assert word in {one.word for value in GOOD for one in conditions(value) if isinstance(one, Join)}


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_is_accepted_somewhere(name: str) -> None:
    texts = [entry.document.data for entry in ACCEPTED.runbooks]
    assert name in {step.name for found in insertions(texts) for step in found.filters}
