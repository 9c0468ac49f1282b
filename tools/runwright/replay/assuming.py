"""What one road assumes about an unknown fact, and what follows for other tests of the same fact."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from runwright.model.condition import Test, Truth, evaluate
from runwright.replay.world import Symbol

_ORDERED = ("gt", "gte", "lt", "lte")
_ROUNDED = 1.0
"""A clock may be told in whole units, so what it shows jumps by one."""
_OPPOSITE = {"ne": "eq", "not_in": "in"}


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a road assumes of one symbol."""

    among: tuple[Any, ...] | None = None
    """The only values that it may have."""
    not_among: tuple[Any, ...] = ()
    tests: Mapping[str, bool] = field(default_factory=dict)
    """Other tests, by operator and value, that were assumed true or false."""

    def decide(self, test: Test) -> Truth:
        """Decide a test of the symbol, where the assumptions do."""
        if _key(test) in self.tests:
            return self.tests[_key(test)]
        if self.among is not None:
            return _agreed({_holds(test, value) for value in self.among})
        if test.operator in _OPPOSITE:
            opposite = self.decide(replace(test, operator=_OPPOSITE[test.operator]))
            return None if opposite is None else not opposite
        if test.operator not in ("eq", "in"):
            return None
        excluded = all(any(_same(value, no) for no in self.not_among) for value in _wanted(test))
        return False if excluded else None

    def assuming(self, test: Test, holds: bool) -> Assumed:
        """The same with one more test taken for true or false."""
        if test.operator in _OPPOSITE:
            return self.assuming(replace(test, operator=_OPPOSITE[test.operator]), not holds)
        tests = {**self.tests, _key(test): holds}
        if self.among is not None:
            # A test that is still open parts the values that are left.
            return replace(self, tests=tests, among=tuple(v for v in self.among if _holds(test, v) is not (not holds)))
        if test.operator not in ("eq", "in"):
            return replace(self, tests=tests)
        if not holds:
            return replace(self, not_among=(*self.not_among, *_wanted(test)))
        return replace(self, among=tuple(v for v in _wanted(test) if not any(_same(v, no) for no in self.not_among)))

    @property
    def value(self) -> tuple[Any, ...]:
        """The one value that is left, if there is only one."""
        return self.among if self.among is not None and len(self.among) == 1 else ()


def within_bounds(test: Test, symbol: Symbol, hours: float) -> Truth:
    """Decide a test of a number of which only the bounds are known, so many hours around the recorded run.

    It is decided only if all that the number can be lies on one side (REPLAY 1.4, rule 21).
    """
    apart = symbol.hourly * hours + _ROUNDED if symbol.hourly else 0.0
    low, high = symbol.low - apart, symbol.high + apart
    if not (isfinite(low) or isfinite(high)):
        return None
    if test.operator == "exists":
        return bool(test.value)
    if test.operator in _OPPOSITE:
        opposite = within_bounds(replace(test, operator=_OPPOSITE[test.operator]), symbol, hours)
        return None if opposite is None else not opposite
    if test.operator in ("eq", "in"):
        # Nothing between the bounds is known to be the very number.
        return None if any(_between(low, value, high) for value in _wanted(test)) else False
    return _agreed({_holds(test, low), _holds(test, high)}) if test.operator in _ORDERED else None


def _between(low: float, value: Any, high: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def _holds(test: Test, value: Any) -> Truth:
    return evaluate(test, lambda _: value)


def _same(left: Any, right: Any) -> bool:
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _wanted(test: Test) -> tuple[Any, ...]:
    return tuple(test.value) if test.operator == "in" else (test.value,)


def _agreed(answers: set[Truth]) -> Truth:
    return answers.pop() if len(answers) == 1 else None


def _key(test: Test) -> str:
    return json.dumps([test.operator, test.value], sort_keys=True, default=str)
