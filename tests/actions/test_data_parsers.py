"""The answers of pg_isready, psql, redis-cli and nginx, as facts; an answer of another form says nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.actions.action import Exec, Result
from runwright.actions.binding import bind_operation
from runwright.actions.catalogue import ACTIONS
from runwright.actions.facts_data import parse_json_row, parse_nginx_test, parse_pg_isready, parse_redis_info

PARSERS = (parse_json_row, parse_nginx_test, parse_pg_isready, parse_redis_info)
INFO = (
    "# Memory\r\nused_memory:3670016\r\nmaxmemory:{limit}\r\nmaxmemory_policy:noeviction\r\n\r\n"
    "# Replication\r\nrole:master\r\n"
)


@pytest.mark.parametrize(
    ("code", "facts"), [(0, "accepting"), (1, "rejecting"), (2, "silent"), (3, None), (None, None)]
)
def test_pg_isready_says_it_by_its_exit_code(code: int | None, facts: str | None) -> None:
    assert parse_pg_isready(Result(code)) == ({} if facts is None else {"state": facts})


@pytest.mark.parametrize(
    ("result", "facts"),
    [
        (Result(0, '{"connections" : 3, "idle_sessions" : 1}\n'), {"connections": 3, "idle_sessions": 1}),
        (Result(2, "", "FATAL:  sorry, too many clients already"), {}),
        (Result(0, ""), {}),
        (Result(0, "[1]"), {}),
        (Result(0, "[" * 100_000), {}),
    ],
)
def test_a_row_of_json_is_read_and_nothing_else(result: Result, facts: dict[str, Any]) -> None:
    assert parse_json_row(result) == facts


def test_the_share_of_memory_is_of_the_limit_and_unknown_without_one() -> None:
    said = {"eviction_policy": "noeviction", "role": "master"}
    limited = parse_redis_info(Result(0, INFO.format(limit=4194304)))
    assert limited == {**said, "memory_limit_bytes": 4194304, "used_memory_percent": 87.5}
    assert parse_redis_info(Result(0, INFO.format(limit=0))) == {**said, "memory_limit_bytes": 0}
    assert parse_redis_info(Result(0, "NOAUTH Authentication required.\n")) == {}


@pytest.mark.parametrize(("code", "facts"), [(0, {"valid": True}), (1, {"valid": False}), (127, {}), (None, {})])
def test_nginx_says_it_by_its_exit_code(code: int | None, facts: dict[str, Any]) -> None:
    assert parse_nginx_test(Result(code)) == facts


@given(st.integers() | st.none(), st.text(max_size=200))
def test_no_answer_upsets_a_reader(code: int | None, output: str) -> None:
    for parse in PARSERS:
        assert isinstance(parse(Result(code, output)), dict)


@pytest.mark.parametrize(
    ("output", "code", "good"),
    [("OK\n", 0, True), ("ERR Invalid argument\n", 0, False), ("", 0, False), ("OK\n", 1, False)],
)
def test_redis_must_say_ok(output: str, code: int, good: bool) -> None:
    read = ACTIONS["cache.set_memory_limit"].variants["any"].read
    assert read(Result(code, output), (0,)).success is good


@pytest.mark.parametrize("name", ["database.end_idle_sessions", "database.drop_slot"])
def test_a_value_never_becomes_a_part_of_a_statement(name: str) -> None:
    operation = ACTIONS[name].variants["any"].operation
    value = "x'; DROP TABLE patients; --"
    bound = bind_operation(operation, {"host": "h", "port": 1, "slot": value, "seconds": value})
    assert isinstance(operation, Exec)
    assert isinstance(bound, Exec)
    assert bound.stdin == operation.stdin
    assert value in bound.env.values()
    assert value not in bound.argv
