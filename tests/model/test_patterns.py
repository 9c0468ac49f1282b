"""Patterns run in linear time, whatever they are, on whatever text."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.errors import ContentError
from runwright.model.pattern import MAX_LENGTH, compiled, found_in, full_match
from tests.support.growth import no_runaway

# Each of these takes a backtracking engine longer than anybody waits.
CATASTROPHIC = [
    (r"(a+)+$", "a" * 50_000 + "!"),
    (r"([a-zA-Z]+)*$", "a" * 50_000 + "!"),
    (r"(a|aa)+$", "a" * 50_000 + "!"),
    (r"(a|a?)+$", "a" * 50_000 + "!"),
    (r"(.*a){20}$", "a" * 20_000 + "!"),
    (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 50_000),
    (r"(\w+\s?)*$", "word " * 10_000 + "!"),
    (r"^(\d+)*x$", "1" * 50_000),
    (r"(x+x+)+y", "x" * 50_000),
    (r"^(a?){30}a{30}$", "a" * 30 + "b"),
    (r"\s*,\s*,\s*,\s*$", " " * 50_000),
    (r"(<[^>]*>)*$", "<a>" * 15_000 + "<"),
    (r"^([a-z0-9]+[-._]?)+@x$", "a" * 50_000),
    (r"(.*)*(.*)*(.*)*!", "a" * 20_000),
    (r"(a*)*b", "a" * 50_000),
]


@pytest.mark.parametrize(("pattern", "text"), CATASTROPHIC)
def test_a_catastrophic_pattern_is_harmless(pattern: str, text: str) -> None:
    with no_runaway():
        found_in(pattern, text)
        full_match(pattern, text)


@pytest.mark.parametrize(
    "pattern", [r"(a)\1", r"(?=a)b", r"(?!a)b", r"(?<=a)b", "(", "a{1001}", "[z-a]", "*", r"\p{Nope}", "(?P<x"]
)
def test_what_cannot_run_in_linear_time_is_refused_with_its_reason(pattern: str) -> None:
    with pytest.raises(ContentError, match="not a linear-time expression"):
        compiled(pattern)


def test_a_pattern_has_a_limited_length() -> None:
    assert full_match("a" * MAX_LENGTH, "a" * MAX_LENGTH)
    with pytest.raises(ContentError, match=f"at most {MAX_LENGTH}"):
        compiled("a" * (MAX_LENGTH + 1))


def test_a_full_match_is_of_the_whole_text() -> None:
    assert full_match("[a-z]+", "abc")
    assert not full_match("[a-z]+", "abc\n")
    assert not full_match("^[a-z]+$", "abc\n")
    assert not full_match("a|ab", "abc")
    assert found_in("[a-z]+", "--abc--")


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab()[]{}*+?|.^$\\d0123,-"), max_size=24))
def test_any_pattern_is_refused_or_fast(pattern: str) -> None:
    with no_runaway(), suppress(ContentError):
        found_in(pattern, "ab1" * 2000)
