"""Rules by the values that their facts must have, so that each is compared with the few that share one.

Whether one of them answers what another does is left to `shadowed`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from runwright.checks.boxes import Box, values_of

COMPARISONS = 200_000
"""Comparisons among the rules for one type of check at most, so that ten thousand take seconds, whatever they say."""
MAX_PATHS = 8
"""Facts by which rules of one strength are told apart: those that the most of them name."""
Key = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Reach:
    """What one rule answers."""

    path: str
    id: str
    priority: int
    specificity: int
    """The lower, the more it demands."""
    does: Any
    """What it runs, with which parameters."""
    boxes: tuple[Box, ...]
    known: bool
    """Whether the boxes say all that it demands."""


Kept = tuple[Reach, Box]


@dataclass(slots=True)
class Stronger:
    """The rules that sort before one, by a value that a fact must have."""

    limit: int
    """How many boxes one box is compared with."""
    by_value: dict[Key, list[Kept]] = field(default_factory=lambda: defaultdict(list))

    def add(self, reach: Reach) -> None:
        """Keep each box under the values of the fact that the fewest others are kept under."""
        for box in reach.boxes:
            ways = counted(box)
            for key in min(ways, key=lambda keys: max(len(self.by_value.get(key, ())) for key in keys), default=[]):
                self.by_value[key].append((reach, box))

    def near(self, box: Box) -> Iterator[Kept]:
        """The boxes that may admit everything that this one admits: they admit any of its values."""
        found = (kept for keys in counted(box) for kept in self.by_value.get(keys[0], ()))
        return islice(found, self.limit)


class Peers:
    """The rules of one strength, by every value that a fact must have."""

    def __init__(self, reaches: Iterable[Reach], limit: int) -> None:
        self._limit = limit
        self._all = [(reach, box) for reach in reaches for box in reach.boxes]
        ways = [counted(box) for _, box in self._all]
        named = Counter(keys[0][0] for way in ways for keys in way)
        self._paths = [path for path, _ in named.most_common(MAX_PATHS)]
        self._by_value: dict[Key, list[Kept]] = defaultdict(list)
        self._without: dict[str, list[Kept]] = {path: [] for path in self._paths}
        for kept, way in zip(self._all, ways, strict=True):
            self._keep(kept, {keys[0][0]: keys for keys in way})

    def near(self, box: Box) -> Iterator[Kept]:
        """The boxes that may hold together with this one: they share a value with it, or leave that fact open."""
        ways = [self._found(keys) for keys in counted(box) if keys[0][0] in self._without]
        fewest = min(ways, key=lambda lists: sum(map(len, lists))) if ways else [self._all]
        return islice(chain.from_iterable(fewest), self._limit)

    def _keep(self, kept: Kept, way: dict[str, list[Key]]) -> None:
        for path in self._paths:
            if path not in way:
                self._without[path].append(kept)
            for key in way.get(path, ()):
                self._by_value[key].append(kept)

    def _found(self, keys: list[Key]) -> list[list[Kept]]:
        return [*(self._by_value[key] for key in keys if key in self._by_value), self._without[keys[0][0]]]


def limit_for(rules: int) -> int:
    """How many boxes each box may be compared with, where there are so many rules."""
    return max(10, COMPARISONS // max(1, rules))


def counted(box: Box) -> list[list[Key]]:
    """The facts of a box whose values are counted out, each as keys."""
    found = ((path, values_of(tests)) for path, tests in box.items())
    return [[(path, value) for value in values] for path, values in found if values]
