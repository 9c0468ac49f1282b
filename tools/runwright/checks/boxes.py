"""What conditions admit, fact by fact: whether one can never be true, covers another, or can hold together with it.

A condition is read as boxes: alternatives, each with the tests that one fact has to pass at the same time. Sound and
simple: where an answer would need more than comparing the tests of one fact, it is None, not known.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.model.condition import Condition, Join, Test, Truth, evaluate
from runwright.model.condition import tests as every_test
from runwright.model.insertion import insertions
from runwright.model.path import template_text

MAX_BOXES = 16
"""Alternatives of one condition; with more, nothing is said about it."""
MAX_TESTS = 200
"""Tests of one condition, likewise: what is compared with each other grows with the square of their number."""
Box = Mapping[str, tuple[Test, ...]]
"""The tests of each fact, by its path, all of which must hold."""
_OPPOSITE = {"eq": "ne", "ne": "eq", "in": "not_in", "not_in": "in", "gt": "lte", "lte": "gt", "gte": "lt", "lt": "gte"}
_CAN_OVERLAP = ("ne", "not_in", "gt", "gte", "lt", "lte")


class Opaque(Exception):
    """A condition that is not taken apart."""


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers between two bounds."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = True
    open_high: bool = True

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))

    def within(self, other: Span) -> bool:
        """Whether each of its numbers lies in the other."""
        low = self.low > other.low or (self.low == other.low and (self.open_low or not other.open_low))
        high = self.high < other.high or (self.high == other.high and (self.open_high or not other.open_high))
        return low and high


def boxes(condition: Condition | None) -> tuple[Box, ...] | None:
    """The alternatives of a condition; None when it is not taken apart. No condition admits everything."""
    if condition is None:
        return ({},)
    if sum(1 for _ in every_test(condition)) > MAX_TESTS:
        return None
    try:
        return tuple(_boxes(condition, holds=True))
    except Opaque:
        return None


def joined(one: Box, other: Box) -> Box:
    """What both admit."""
    return {path: (*one.get(path, ()), *other.get(path, ())) for path in {**one, **other}}


def contradicts(box: Box) -> str | None:
    """The fact that cannot pass all its tests at once, or None when none is known."""
    return next((path for path, tests in box.items() if _impossible(tests)), None)


def covers(wide: Box, narrow: Box) -> bool:
    """Whether everything that the narrow box admits is known to be admitted by the wide one."""
    return all(_implied(tests, narrow.get(path, ())) for path, tests in wide.items())


def overlap(one: Box, other: Box) -> Truth:
    """Whether both can hold at once; None where that is not known."""
    both = joined(one, other)
    if contradicts(both) is not None:
        return False
    return True if all(_possible(tests) for tests in both.values()) else None


def values_of(tests: tuple[Test, ...]) -> list[Any] | None:
    """The only values that a fact may have, or None when they are not counted out."""
    listed = [test for test in tests if test.operator in ("eq", "in") and not _open(test)]
    if not listed:
        return None
    values: list[Any] = listed[0].value if listed[0].operator == "in" else [listed[0].value]
    if len(tests) == 1:
        return values
    known = [test for test in tests if not _open(test)]
    return [value for value in values if all(_passes(test, value) for test in known)]


def _boxes(condition: Condition, *, holds: bool) -> Iterator[Box]:
    if isinstance(condition, Test):
        yield from _single(condition, holds=holds)
    elif condition.word == "not":
        yield from _boxes(condition.items[0], holds=not holds)
    elif (condition.word == "any") == holds:
        found = [box for item in condition.items for box in _boxes(item, holds=holds)]
        yield from _bounded(found)
    else:
        yield from _product(condition, holds=holds)


def _product(condition: Join, *, holds: bool) -> list[Box]:
    found: list[Box] = [{}]
    for item in condition.items:
        found = _bounded([joined(box, other) for box in found for other in _boxes(item, holds=holds)])
    return found


def _bounded(found: list[Box]) -> list[Box]:
    if len(found) > MAX_BOXES:
        raise Opaque
    return found


def _single(test: Test, *, holds: bool) -> Iterator[Box]:
    if not holds:
        if test.operator == "exists":
            test = Test(test.path, "exists", not test.value)
        elif test.operator in _OPPOSITE:
            test = Test(test.path, _OPPOSITE[test.operator], test.value)
        else:
            raise Opaque
    yield {template_text(test.path): (test,)}


def _open(test: Test) -> bool:
    """Whether only a run knows what the test compares, or with what."""
    return bool(insertions(test.value)) or not all(isinstance(segment, str) for segment in test.path)


def _passes(test: Test, value: Any) -> bool:
    return evaluate(Test(("value",), test.operator, test.value), lambda _: value) is True


def _impossible(tests: tuple[Test, ...]) -> bool:
    if len(tests) < 2:
        return False
    values = values_of(tests)
    if values is not None:
        return not values
    return _span(tests).empty or _is_nothing(tests)


def _is_nothing(tests: tuple[Test, ...]) -> bool:
    """`exists: false` beside a test that only something that is there can pass."""
    absent = any(test.operator == "exists" and not test.value for test in tests)
    return absent and any(not _open(test) and not _passes(test, None) for test in tests)


def _possible(tests: tuple[Test, ...]) -> bool:
    """Whether some value is known to pass all tests at once."""
    if any(_open(test) for test in tests):
        return False
    values = values_of(tests)
    if values is not None:
        return bool(values)
    if len({(test.operator, str(test.value)) for test in tests}) == 1:
        return True
    span = _span(tests)
    dense = span.high - span.low >= 1  # a whole number lies in it, whatever the bounds are
    return dense and all(test.operator in _CAN_OVERLAP or (test.operator == "exists" and test.value) for test in tests)


def _implied(wanted: tuple[Test, ...], given: tuple[Test, ...]) -> bool:
    values = values_of(given)
    return all(_follows(test, given, values) for test in wanted)


def _follows(test: Test, given: tuple[Test, ...], values: list[Any] | None) -> bool:
    if test in given:
        return True
    if _open(test):
        return False
    if values is not None:
        return all(_passes(test, value) for value in values)
    bound = _bound(test)
    if bound is not None:
        span = _span(given)
        return span != Span() and span.within(bound)
    return _excludes(test, given)


def _excludes(test: Test, given: tuple[Test, ...]) -> bool:
    """Whether what the test refuses is refused already."""
    if test.operator == "exists":
        # Every other test but `ne` and `not_in` is passed by something that is there alone.
        return bool(test.value) and any(not _open(one) and not _passes(one, None) for one in given)
    if test.operator not in ("ne", "not_in"):
        return False
    refused = test.value if test.operator == "not_in" else [test.value]
    return all(any(not _open(one) and not _passes(one, value) for one in given) for value in refused)


def _bound(test: Test) -> Span | None:
    if test.operator not in ("gt", "gte", "lt", "lte") or _open(test):
        return None
    strict = test.operator in ("gt", "lt")
    if test.operator in ("gt", "gte"):
        return Span(low=test.value, open_low=strict)
    return Span(high=test.value, open_high=strict)


def _span(tests: tuple[Test, ...]) -> Span:
    """The numbers that pass all tests that compare sizes."""
    bounds = [bound for test in tests if (bound := _bound(test)) is not None]
    low = max(((bound.low, bound.open_low) for bound in bounds), default=(-math.inf, True))
    high = min(((bound.high, not bound.open_high) for bound in bounds), default=(math.inf, False))
    return Span(low[0], high[0], low[1], not high[1])
