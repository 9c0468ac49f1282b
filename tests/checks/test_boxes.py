"""What conditions admit: answers are certain, or not given; checked against the evaluation of conditions itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.checks.boxes import MAX_BOXES, boxes, contradicts, covers, overlap
from runwright.model.condition import UNKNOWN, evaluate, parse_condition
from runwright.model.path import str_path
from tests.support import strategies as _profile  # noqa: F401  # the same examples everywhere


def only(data: Any) -> Any:
    found = boxes(parse_condition(data))
    assert found is not None
    (box,) = found
    return box


@pytest.mark.parametrize(
    "data",
    [
        {"a": {"gt": 5, "lt": 5}},
        {"a": {"gte": 5, "lt": 5}},
        {"a": {"gt": 90, "lte": 80}},
        {"a": {"eq": 1, "ne": 1}},
        {"a": {"in": [1, 2], "not_in": [1, 2, 3]}},
        {"a": {"eq": "text", "gt": 1}},
        {"a": {"in": ["one", "two"], "matches": "^t$"}},
        {"a": {"exists": False, "eq": 1}},
        {"a": {"exists": False, "matches": "x"}},
        {"all": [{"a": 1}, {"not": {"a": 1}}]},
        {"all": [{"a": True}, {"a": 1}]},
    ],
)
def test_tests_that_no_value_passes_together_are_a_contradiction(data: Any) -> None:
    assert contradicts(only(data)) == "a"


@pytest.mark.parametrize(
    "data",
    [
        {"a": {"gte": 5, "lte": 5}},
        {"a": {"in": [1, 2], "ne": 1}},
        {"a": {"matches": "x", "contains": "y"}},
        {"a": {"eq": "${{ incident.resource }}", "ne": "web"}},
        {"a": {"exists": False, "ne": 1}},
        {"a": 1, "b": 2},
    ],
)
def test_tests_that_some_value_may_pass_together_are_none(data: Any) -> None:
    assert contradicts(only(data)) is None


@pytest.mark.parametrize(
    ("wide", "narrow", "known"),
    [
        ({"a": {"gte": 90}}, {"a": {"gte": 95}}, True),
        ({"a": {"gt": 90}}, {"a": {"gte": 90}}, False),
        ({"a": {"gte": 90}}, {"a": {"gt": 90}}, True),
        ({"a": {"gte": 1, "lt": 9}}, {"a": {"gte": 2, "lte": 8}}, True),
        ({"a": [1, 2]}, {"a": 1}, True),
        ({"a": 1}, {"a": [1, 2]}, False),
        ({"a": {"ne": 3}}, {"a": [1, 2]}, True),
        ({"a": {"not_in": [3, 4]}}, {"a": {"not_in": [3, 4, 5]}}, True),
        ({"a": {"ne": 3}}, {"a": {"gt": 3}}, True),
        ({"a": {"matches": "^t"}}, {"a": ["two", "three"]}, True),
        ({"a": {"matches": "^t"}}, {"a": {"matches": "^two"}}, False),
        ({"a": {"matches": "^t"}}, {"a": {"matches": "^t"}, "b": 1}, True),
        ({"a": {"exists": True}}, {"a": {"gt": 3}}, True),
        ({"a": {"exists": True}}, {"a": {"ne": 3}}, False),
        ({"a": "${{ incident.resource }}"}, {"a": "${{ incident.resource }}"}, True),
        ({"a": "${{ incident.resource }}"}, {"a": "web"}, False),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ({"a": 1}, {"b": 1}, False),
    ],
)
def test_one_condition_covers_another_only_where_that_is_certain(wide: Any, narrow: Any, known: bool) -> None:
    assert covers(only(wide), only(narrow)) is known


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [
        ({"a": 1}, {"b": 2}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": [1, 2]}, {"a": [2, 3]}, True),
        ({"a": {"gt": 5}}, {"a": {"lt": 90}}, True),
        ({"a": {"gt": 5}}, {"a": {"lt": 5.5}}, None),
        ({"a": {"gt": 90}}, {"a": {"lt": 90}}, False),
        ({"a": {"matches": "x"}}, {"a": {"matches": "y"}}, None),
        ({"a": {"matches": "x"}}, {"a": "x"}, True),
        ({"a": "${{ incident.resource }}"}, {"a": "web"}, None),
    ],
)
def test_two_conditions_can_hold_together_not_or_nobody_knows(one: Any, other: Any, known: bool | None) -> None:
    assert overlap(only(one), only(other)) is known


def test_a_condition_with_too_many_alternatives_is_not_taken_apart() -> None:
    pairs = [{"any": [{f"a{n}": 1}, {f"a{n}": {"matches": "x"}}]} for n in range(5)]
    assert len(boxes(parse_condition({"all": pairs[:4]})) or ()) == MAX_BOXES
    assert boxes(parse_condition({"all": pairs})) is None
    assert boxes(parse_condition({"not": {"a": {"contains": 1}}})) is None
    assert boxes(None) == ({},)


_values = st.sampled_from([None, True, False, 0, 1, 2, 2.5, "", "one", "two"])
_tests = st.one_of(
    _values,
    st.lists(_values, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(["gt", "gte", "lt", "lte"]), st.integers(0, 3), min_size=1, max_size=2),
    st.dictionaries(st.sampled_from(["ne", "eq"]), _values, min_size=1),
    st.dictionaries(st.sampled_from(["in", "not_in"]), st.lists(_values, min_size=1, max_size=3), min_size=1),
    st.fixed_dictionaries({"exists": st.booleans()}),
    st.fixed_dictionaries({"matches": st.sampled_from(["o", "^t"])}),
)
_single = st.dictionaries(st.sampled_from(["a", "b"]), _tests, min_size=1, max_size=2)
_conditions = st.recursive(
    _single,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=5,
)
_facts = st.dictionaries(st.sampled_from(["a", "b"]), _values)


def holds(data: Any, facts: dict[str, Any]) -> bool:
    return evaluate(parse_condition(data), lambda path: facts.get(str_path(path), UNKNOWN)) is True


@settings(max_examples=500)
@given(_conditions, _facts)
def test_what_is_called_a_contradiction_is_never_true(data: Any, facts: dict[str, Any]) -> None:
    found = boxes(parse_condition(data))
    if found and all(contradicts(box) is not None for box in found):
        assert not holds(data, facts)


@settings(max_examples=500)
@given(_conditions, _conditions, _facts)
def test_what_is_called_covered_is_true_only_where_the_other_is(wide: Any, narrow: Any, facts: dict[str, Any]) -> None:
    ones, others = boxes(parse_condition(wide)), boxes(parse_condition(narrow))
    covered = ones is not None and others and all(any(covers(one, other) for one in ones) for other in others)
    if covered and holds(narrow, facts):
        assert holds(wide, facts)


@settings(max_examples=500)
@given(_conditions, _conditions, _facts)
def test_what_is_called_apart_never_holds_together(one: Any, other: Any, facts: dict[str, Any]) -> None:
    ones, others = boxes(parse_condition(one)), boxes(parse_condition(other))
    if ones and others and all(overlap(a, b) is False for a in ones for b in others):
        assert not (holds(one, facts) and holds(other, facts))
