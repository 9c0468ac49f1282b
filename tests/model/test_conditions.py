"""Conditions are data with three values: yes, no, not known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.model.condition import (
    MAX_DEPTH,
    OPERATORS,
    UNKNOWN,
    Condition,
    ConditionError,
    Join,
    Truth,
    bind,
    concrete,
    condition_data,
    condition_insertions,
    describe,
    evaluate,
    parse_condition,
)
from runwright.model.condition import (
    Test as FactTest,
)
from runwright.model.condition import (
    tests as walk,
)
from runwright.model.insertion import MissingValue
from runwright.model.path import Path, recorded_path, str_path
from tests.support import strategies
from tests.support.growth import no_runaway

YES = {"a": 1}
NO = {"a": 2}
OPEN = {"nobody.knows": 1}
FACTS = {"a": 1}


def decided(data: Any, facts: dict[str, Any] | None = None) -> Truth:
    return evaluate(
        parse_condition(data), lambda path: (FACTS if facts is None else facts).get(str_path(path), UNKNOWN)
    )


def meaning(condition: Condition) -> Any:
    """The condition without joins of one and joins of the same word in each other."""
    if isinstance(condition, FactTest):
        return condition
    items: list[Any] = []
    for item in map(meaning, condition.items):
        items += item[1] if isinstance(item, tuple) and item[0] == condition.word != "not" else [item]
    return items[0] if len(items) == 1 and condition.word != "not" else (condition.word, items)


def read_back(condition: Condition) -> Condition:
    """As a recording holds it, where a name may be any text."""
    return parse_condition(condition_data(condition), read=recorded_path)


@given(strategies.conditions)
def test_canonical_data_reads_back_with_the_same_meaning(condition: Condition) -> None:
    assert meaning(read_back(condition)) == meaning(condition)


@given(strategies.conditions)
def test_what_was_read_is_the_same_condition_after_writing_and_reading(condition: Condition) -> None:
    read = read_back(condition)
    assert read_back(read) == read


@given(strategies.conditions, st.data())
def test_not_known_never_turns_into_an_answer_that_knowing_would_change(
    condition: Condition, data: st.DataObject
) -> None:
    condition = Join("all", (bind_all(condition),))
    names = sorted({concrete(test) for test in walk(condition)})
    full = {name: data.draw(strategies.scalars, label=str(name)) for name in names}
    hidden = data.draw(st.sets(st.sampled_from(names)) if names else st.just(set()))
    told = evaluate(condition, lambda path: UNKNOWN if path in hidden else full[path])
    assert told in (None, evaluate(condition, full.__getitem__))


def bind_all(condition: Condition) -> Condition:
    """Every insertion replaced by a text."""

    class Anything(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            return Anything({"x": 1}) if key in ("params", "incident", "steps", "each") else "1"

    try:
        return bind(condition, Anything())
    except MissingValue:
        return FactTest(("a",), "exists", True)


@pytest.mark.parametrize(
    ("operation", "actual", "expected"),
    [
        ("running", "running", True),
        ("running", "stopped", False),
        (["stopped", "failed"], "failed", True),
        (["stopped", "failed"], "running", False),
        ({"eq": 5}, 5, True),
        ({"eq": 5}, 5.0, True),
        ({"eq": None}, None, True),
        ({"ne": 5}, 6, True),
        ({"ne": 5}, 5, False),
        ({"in": [1, "a", None]}, None, True),
        ({"in": [1, "a"]}, "b", False),
        ({"not_in": [1, 2]}, 3, True),
        ({"not_in": [1, 2]}, 2, False),
        ({"gt": 5}, 6, True),
        ({"gt": 5}, 5, False),
        ({"gte": 5}, 5, True),
        ({"gte": 5}, 4.9, False),
        ({"lt": 5}, 4, True),
        ({"lt": 5}, 5, False),
        ({"lte": 5}, 5, True),
        ({"lte": 5}, 6, False),
        ({"contains": "b"}, "abc", True),
        ({"contains": "x"}, "abc", False),
        ({"contains": "b"}, ["a", "b"], True),
        ({"contains": "b"}, ["abc"], False),
        ({"contains": "k"}, {"k": 1}, True),
        ({"matches": "^a.c$"}, "abc", True),
        ({"matches": "^b"}, "abc", False),
        ({"exists": True}, 0, True),
        ({"exists": True}, None, False),
        ({"exists": False}, None, True),
        ({"exists": False}, "", False),
        ({"gte": 90, "lt": 100}, 95, True),
        ({"gte": 90, "lt": 100}, 100, False),
    ],
)
def test_each_operator_decides(operation: Any, actual: Any, expected: bool) -> None:
    assert decided({"fact": operation}, {"fact": actual}) is expected


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_fact_that_nobody_captured_decides_nothing(operator: str) -> None:
    operand = {"in": [1], "not_in": [1], "exists": True, "matches": "a"}.get(operator, 1)
    assert decided({"fact": {operator: operand}}, {}) is None


@pytest.mark.parametrize("operator", ["gt", "gte", "lt", "lte"])
@pytest.mark.parametrize("actual", ["95", "", True, False, None, [95], {"a": 1}])
def test_what_is_no_number_is_never_put_in_order_with_one(operator: str, actual: Any) -> None:
    assert decided({"fact": {operator: 90}}, {"fact": actual}) is None


@pytest.mark.parametrize(
    ("wanted", "actual"),
    [(1, True), (0, False), (True, 1), (False, 0), (False, None), ("1", 1), (1, "1"), ("true", True), ("", None)],
)
def test_a_truth_value_a_number_and_a_text_are_never_the_same(wanted: Any, actual: Any) -> None:
    assert decided({"fact": wanted}, {"fact": actual}) is False
    assert decided({"fact": [wanted]}, {"fact": actual}) is False
    assert decided({"fact": {"contains": wanted}}, {"fact": [actual]}) is False
    assert decided({"fact": {"ne": wanted}}, {"fact": actual}) is True
    assert decided({"fact": {"not_in": [wanted]}}, {"fact": actual}) is True


@pytest.mark.parametrize("actual", [5, None, True, 1.5])
def test_what_holds_nothing_decides_nothing_about_what_it_contains(actual: Any) -> None:
    assert decided({"fact": {"contains": "x"}}, {"fact": actual}) is None
    assert decided({"fact": {"matches": "x"}}, {"fact": actual}) is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"all": [YES, YES]}, True),
        ({"all": [YES, NO]}, False),
        ({"all": [YES, OPEN]}, None),
        ({"all": [OPEN, NO]}, False),
        ({"any": [NO, NO]}, False),
        ({"any": [NO, YES]}, True),
        ({"any": [OPEN, YES]}, True),
        ({"any": [OPEN, NO]}, None),
        ({"not": YES}, False),
        ({"not": NO}, True),
        ({"not": OPEN}, None),
        ({"not": {"not": YES}}, True),
        ({"a": 1, "nobody.knows": 1}, None),
        ({"a": 2, "nobody.knows": 1}, False),
        ({"a": 1, "any": [NO, YES], "not": NO}, True),
        ({"not": {"all": [YES, OPEN]}}, None),
        ({"not": {"any": [YES, OPEN]}}, False),
    ],
)
def test_three_values_through_all_any_and_not(data: Any, expected: Truth) -> None:
    assert decided(data) is expected


def test_conditions_are_nested_to_a_limit() -> None:
    data: Any = YES
    for _ in range(MAX_DEPTH):
        data = {"all": [data]}
    assert decided(data) is True
    for _ in range(MAX_DEPTH):
        data = {"all": [data]}
    with pytest.raises(ConditionError, match="nested deeper than 8"):
        parse_condition(data)


def test_a_condition_nested_without_end_is_refused_and_not_followed() -> None:
    data: Any = YES
    for _ in range(100_000):
        data = {"not": data}
    with pytest.raises(ConditionError, match="nested deeper"):
        parse_condition(data)


@pytest.mark.parametrize(
    ("data", "at", "message"),
    [
        ({}, (), "expected a mapping of fact paths"),
        ([], (), "expected a mapping"),
        ("a == 1", (), "expected a mapping"),
        (None, (), "expected a mapping"),
        ({"all": []}, ("all",), "takes a list of conditions"),
        ({"all": YES}, ("all",), "takes a list of conditions"),
        ({"any": [YES, {}]}, ("any", 1), "expected a mapping"),
        ({"not": [YES]}, ("not",), "expected a mapping"),
        ({"all": [YES, {"any": [YES, {"not": {"a": {"near": 1}}}]}]}, ("all", 1, "any", 1, "not", "a", "near"),
        "unknown operator"),
        ({"a": {}}, ("a",), "expected an operator"),
        ({"a": {"in": 1}}, ("a", "in"), "expected a list of values"),
        ({"a": {"in": []}}, ("a", "in"), "expected a list of values"),
        ({"a": {"in": [1, [2]]}}, ("a", "in", 1), "expected a text, a number"),
        ({"a": []}, ("a",), "expected a list of values"),
        ({"a": {"gt": "90"}}, ("a", "gt"), "takes a number"),
        ({"a": {"gt": True}}, ("a", "gt"), "takes a number"),
        ({"a": {"exists": "yes"}}, ("a", "exists"), "takes true or false"),
        ({"a": {"matches": 5}}, ("a", "matches"), "as text"),
        ({"a": {"matches": "(a"}}, ("a", "matches"), "not a linear-time expression"),
        ({"a": {"matches": "^${{ params.x }}$"}}, ("a", "matches"), "takes no insertion"),
        ({"a": {"eq": {"b": 1}}}, ("a", "eq"), "expected a text, a number"),
        ({"a": "${{ params.x"}, ("a",), "cannot read the insertion"),
        ({"a": {"in": ["b", "${{ x }}"]}}, ("a", "in", 1), "starts with 'x'"),
        ({"a..b": 1}, ("a..b",), "cannot read"),
        ({"a.${{ env.x }}": 1}, ("a.${{ env.x }}",), "starts with 'env'"),
        ({1: 1}, (1,), "is not a fact path"),
    ],
)  # fmt: skip
def test_an_unreadable_condition_is_refused_with_the_place_inside(data: Any, at: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ConditionError, match=message) as refused:
        parse_condition(data)
    assert refused.value.at == at


@pytest.mark.parametrize("word", ["all", "any", "not"])
def test_a_fact_may_be_called_like_a_word_of_the_language(word: str) -> None:
    condition = parse_condition({f'["{word}"]': 1})
    assert condition == FactTest((word,), "eq", 1)
    assert parse_condition(condition_data(condition)) == condition


def test_binding_replaces_insertions_in_paths_and_values() -> None:
    condition = parse_condition({"services.${{ params.s }}.state": {"in": ["${{ params.want }}", "x"]}})
    bound = bind(condition, {"params": {"s": 'a.b"c', "want": "running"}})
    assert bound == FactTest(("services", 'a.b"c', "state"), "in", ["running", "x"])
    assert [str(found) for found in condition_insertions(condition)] == ["${{ params.s }}", "${{ params.want }}"]


def test_a_value_in_a_condition_keeps_its_type() -> None:
    condition = parse_condition({"http.x.status": {"gte": "${{ params.low }}"}})
    assert evaluate(bind(condition, {"params": {"low": 500}}), lambda _: 503) is True
    assert evaluate(bind(condition, {"params": {"low": "500"}}), lambda _: 503) is None


def test_a_condition_that_was_never_bound_cannot_be_decided_by_mistake() -> None:
    with pytest.raises(RuntimeError, match="before its insertions are bound"):
        evaluate(parse_condition({"services.${{ params.s }}.state": 1}), lambda _: 1)
    with pytest.raises(MissingValue):
        bind(parse_condition({"a": "${{ params.none }}"}), {"params": {}})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"services.web.state": "running"}, "services.web.state is running"),
        ({"a": [1, "b"], "c": {"gte": 2}}, "a is one of 1, b and c >= 2"),
        ({"any": [YES, {"not": {"a": {"exists": True}}}]}, "a is 1 or (not (a exists True))"),
    ],
)
def test_a_condition_is_said_in_words(data: Any, words: str) -> None:
    assert describe(parse_condition(data)) == words


def test_a_catastrophic_pattern_in_a_condition_is_harmless() -> None:
    with no_runaway():
        assert decided({"log": {"matches": "(a+)+$"}}, {"log": "a" * 60_000 + "!"}) is False


def test_the_lookup_is_asked_by_path_and_not_by_text() -> None:
    asked: list[Path] = []
    evaluate(parse_condition({'services["a.b"].state': 1}), asked.append)
    assert asked == [("services", "a.b", "state")]
