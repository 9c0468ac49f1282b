"""`${{ … }}` inserts one value, keeps its type, and is never read twice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.model.insertion import (
    Insertion,
    MissingValue,
    as_text,
    insert,
    insertions,
    parse_template,
    resolve,
)
from tests.support import strategies
from tests.support.growth import no_runaway

SCOPE = {
    "params": {
        "service": "web",
        "port": 8080,
        "on": True,
        "list": ["a", "b"],
        "ratio": 1.5,
        "text": "12",
        "none": None,
    },
    "steps": {"look": {"output": '{"a": {"b": "deep"}}', "exit_code": 0}},
}


def one(text: str) -> Insertion:
    (part,) = parse_template(text)
    assert isinstance(part, Insertion)
    return part


@given(strategies.insertions)
def test_an_insertion_reads_back_as_it_is_written(insertion: Insertion) -> None:
    assert one(str(insertion)) == insertion


@given(strategies.json_values)
def test_a_value_inserted_alone_keeps_its_type(value: Any) -> None:
    if value is not None:
        assert insert("${{ params.x }}", {"params": {"x": value}}) == value


@given(st.text(max_size=30), st.text(max_size=30))
def test_an_inserted_value_is_never_expanded_again(before: str, after: str) -> None:
    value = f"{before}${{{{ params.secret }}}}{after}"
    scope = {"params": {"x": value, "secret": "hunter2"}}
    assert insert("${{ params.x }}", scope) == value
    assert insert("--name=${{ params.x }}!", scope) == f"--name={value}!"
    assert insert(["${{ params.x }}", {"k": "${{ params.x }}"}], scope) == [value, {"k": value}]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${{ params.port }}", 8080),
        ("${{params.port}}", 8080),
        ("port ${{ params.port }} is ${{ params.on }}", "port 8080 is true"),
        ("${{ params.list }}", ["a", "b"]),
        ("list: ${{ params.list }}", 'list: ["a", "b"]'),
        ("${{ params.text | int }}", 12),
        ("${{ params.missing | default(3) }}", 3),
        ("${{ params.missing | default(-1.5) }}", -1.5),
        ("${{ params.missing | default(true) }}", True),
        ('${{ params.missing | default("it\'s (a) | b }}") }}', "it's (a) | b }}"),
        ("${{ params.missing | default('say \"hi\"') }}", 'say "hi"'),
        (r'${{ params.missing | default("a\"b\n") }}', 'a"b\n'),
        ('${{ params.none | default("x") }}', "x"),
        ('${{ params.service | default("x") }}', "web"),
        ('${{ params.missing | default("7") | int }}', 7),
        ('${{ steps.look.output | json("a.b") }}', "deep"),
        ("${{ steps.look.exit_code }}", 0),
        ("nothing to insert: $ { { }} ${ x }", "nothing to insert: $ { { }} ${ x }"),
    ],
)
def test_filters_and_types(text: str, value: Any) -> None:
    found = insert(text, SCOPE)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "${{",
        "${{ }}",
        "${{ params.x",
        "${{ params.x }",
        "${{ params..x }}",
        "${{ 1 + 1 }}",
        "${{ params.x() }}",
        "${{ params['x'] }}",
        "${{ params.x | default(a b) }}",
        "${{ params.x | default([1]) }}",
        "${{ params.x | default() }}",
        "${{ params.x || true }}",
        "${{ params.x | default(1) | default(2) | default(3) | default(4) | default(5) }}",
        "fine ${{ params.x }} not fine ${{ params.",
    ],
)
def test_a_malformed_insertion_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot read the insertion"):
        parse_template(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${{ env.HOME }}", "an insertion starts with one of params, incident, steps, each"),
        ("${{ secrets.token }}", "starts with 'secrets'"),
        ("${{ params.x | upper }}", "unknown filter"),
        ("${{ params.x | int(3) }}", "unknown filter"),
        ("${{ params.x | default }}", "unknown filter"),
        ("${{ params.x | default(null) }}", "must be a number, true, false or a quoted text"),
        ("${{ params.x | default(NaN) }}", "must be a number"),
        ("${{ params.x | default(1e999) }}", "must be a number"),
        ("${{ params.x | default(99999999999999999999) }}", "must be a number"),
        ("${{ params.x | json(3) }}", "must be a quoted path"),
        (r'${{ params.x | default("\ud800") }}', "is not a text in quotes"),
        (r'${{ params.x | default("\q") }}', "is not a text in quotes"),
    ],
)
def test_what_is_readable_but_wrong_is_refused_with_its_reason(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_template(text)


@pytest.mark.parametrize(
    "text",
    [
        "${{ params.missing }}",
        "${{ params.none }}",
        "${{ params.service.name }}",
        "${{ steps.none.output }}",
        "${{ params.service | int }}",
        "${{ params.on | int }}",
        "${{ params.ratio | int }}",
        '${{ params.service | json("a") }}',
        '${{ steps.look.output | json("a.c") }}',
    ],
)
def test_a_value_that_is_not_there_is_said_and_not_guessed(text: str) -> None:
    with pytest.raises(MissingValue):
        insert(text, SCOPE)


@pytest.mark.parametrize("value", ["1_000", "１２", "12.5", "", "0x10", "9" * 30, float("inf"), float("nan"), [1], {}])
def test_only_a_whole_number_passes_the_filter_int(value: object) -> None:
    with pytest.raises(MissingValue, match="not a whole number"):
        resolve(one("${{ params.x | int }}"), {"params": {"x": value}})


def test_json_that_is_nested_without_end_is_no_value() -> None:
    with pytest.raises(MissingValue, match="not JSON"):
        resolve(one('${{ params.x | json("a") }}'), {"params": {"x": "[" * 100_000}})


@given(st.one_of(st.integers(), st.booleans(), st.text(), st.lists(st.text(), max_size=3)))
def test_a_value_written_into_a_text_is_one_text(value: Any) -> None:
    assert insert("x${{ params.v }}y", {"params": {"v": value}}) == f"x{as_text(value)}y"


def test_every_insertion_of_a_nested_value_is_found() -> None:
    value = {"a": ["${{ params.x }}", {"b": "c ${{ params.y }}"}], "${{ params.z }}": 1}
    assert [found.path[1] for found in insertions(value)] == ["x", "y", "z"]


@pytest.mark.parametrize(
    "unit",
    [
        "${{",
        "${{ ",
        "${{a",
        '${{a|b("',
        '${{a|b(\\"',
        "${{a|b('\"",
        '${{a|b|b|b|b("',
        '|default("${{a|b(\\"")',
        "${{ params.x |",
    ],
)
def test_hostile_text_is_read_in_linear_time(unit: str) -> None:
    with no_runaway(), pytest.raises(ValueError, match="cannot read the insertion"):
        parse_template("${{" + unit * (512 * 1024 // len(unit)))


def test_ten_thousand_good_insertions_are_read_in_linear_time() -> None:
    with no_runaway():
        assert len(insertions('${{ params.x | default("a") | int }} ' * 10_000)) == 10_000
