"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.model.duration import LONGEST, format_duration, parse_duration


@given(st.integers(0, LONGEST // timedelta(milliseconds=1)))
def test_a_duration_reads_back_as_it_is_written(milliseconds: int) -> None:
    duration = timedelta(milliseconds=milliseconds)
    assert parse_duration(format_duration(duration)) == duration


@given(st.from_regex(r"[0-9]{1,8}(\.[0-9]{1,3})?[smhd]|[0-9]{1,9}ms", fullmatch=True))
def test_whatever_is_accepted_can_be_written_again(text: str) -> None:
    try:
        duration = parse_duration(text)
    except ValueError as error:
        assert "longer than ten years" in str(error)  # noqa: PT017  # both ways are good; one is looked at
    else:
        assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("30s", 30), ("1.5s", 1.5), ("5m", 300), ("2h", 7200), ("1d", 86400), ("0s", 0), ("0.001d", 86.4)],
)
def test_units(text: str, seconds: float) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize(
    ("text", "written"), [("60s", "1m"), ("90s", "90s"), ("24h", "1d"), ("1000ms", "1s"), ("0h", "0s")]
)
def test_the_largest_whole_unit_is_written(text: str, written: str) -> None:
    assert format_duration(parse_duration(text)) == written


@pytest.mark.parametrize(
    "value",
    ["", "30", "s", "-1s", "+1s", " 1s", "1 s", "1s\n", "1S", "1w", "1.s", ".5s", "1.2345s", "0.5ms", "３０s",
    "1e3s", "1h30m", 30,
     1.5, True, None, ["1s"], "9" * 10 + "s"],
)  # fmt: skip
def test_anything_else_is_refused_with_the_accepted_form(value: object) -> None:
    with pytest.raises(ValueError, match="write a number and a unit"):
        parse_duration(value)


@pytest.mark.parametrize("text", ["3651d", "999999999d", "999999999.999d", "999999999h"])
def test_a_time_that_nobody_waits_for_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="longer than ten years"):
        parse_duration(text)
