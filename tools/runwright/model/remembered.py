"""Remembers what was worked out of a frozen value, by the value itself and not by what is in it.

To compare a whole runbook would take longer than what is remembered saves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """A function of one frozen value that works out each answer once; it holds the value as long as the answer."""

    def __init__(self, work: Callable[[K], V], most: int) -> None:
        self._work, self._most = work, most
        self._known: dict[int, tuple[K, V]] = {}

    def __call__(self, value: K) -> V:
        """The answer; raises what the work raises, which is not remembered."""
        known = self._known.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        answer = self._work(value)
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[id(value)] = (value, answer)
        return answer
