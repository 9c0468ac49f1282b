"""The facts' dictionary: types, values and kinds of the well-known paths."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from runwright.model.facts import WELL_KNOWN, FactSpec, kind_of, spec_of
from runwright.model.path import parse_path, str_path
from runwright.model.schema import facts_schema
from tests.support import strategies

JSON_TYPES = {"string", "boolean", "integer", "number", "array"}


@pytest.mark.parametrize("spec", WELL_KNOWN, ids=lambda spec: str_path(spec.path))
def test_each_entry_is_complete(spec: FactSpec) -> None:
    assert spec.type in JSON_TYPES
    assert spec.description.endswith(".")
    assert not spec.values or spec.type == "string"
    assert parse_path(str_path(spec.path)) == spec.path
    assert spec_of(spec.path) is spec


def test_no_path_is_described_twice() -> None:
    assert len({spec.path for spec in WELL_KNOWN}) == len(WELL_KNOWN)


def test_a_path_that_the_dictionary_does_not_know_is_a_measure() -> None:
    assert kind_of(("services", "web", "state")) == "state"
    assert kind_of(("services", "web", "pid")) == "measure"
    assert kind_of(("services", "web")) == "measure"
    assert kind_of(("services", "web", "state", "deeper")) == "measure"
    assert kind_of(("moon", "phase")) == "measure"
    assert spec_of(("moon", "phase")) is None


@given(strategies.names)
def test_the_schema_knows_every_member_of_a_family_in_its_canonical_form(name: str) -> None:
    patterns = facts_schema()["patternProperties"]
    for spec in WELL_KNOWN:
        key = str_path(tuple(name if part == "*" else part for part in spec.path))
        matching = [value for pattern, value in patterns.items() if re.search(pattern, key)]
        assert [value["type"] for value in matching] == [spec.type], key
