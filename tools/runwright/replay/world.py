"""A world: what is known of a host's facts at one moment, with symbols for what is not known.

An unknown fact is a symbol, not a hole: it equals itself for as long as nothing may have written it. A world
is immutable; writing gives a new one. A symbol's origin is `init` before the first step, `<k>` after step k.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple

from runwright.actions.binding import ANY, covers
from runwright.model.condition import UNKNOWN
from runwright.model.facts import Kind, hourly_of, kind_of
from runwright.model.frozen import ByCopy, Kept
from runwright.model.insertion import ROOTS
from runwright.model.path import Path, concrete_path, str_path

VOLATILE: tuple[Kind, ...] = ("measure", "derived", "clock")
"""The kinds of facts that do not outlast a divergence."""
DERIVED: tuple[Kind, ...] = ("derived",)


MAX_NUMBER = 2**200


@dataclass(frozen=True, slots=True)
class Symbol:
    """The value of a fact that nobody captured; equal only to itself. Of a number the bounds may be known."""

    origin: str
    path: Path
    low: float = -inf
    high: float = inf
    hourly: float = 0.0
    """How far the bounds move apart in an hour: what a clock shows depends on when somebody looks."""

    @property
    def fact(self) -> str:
        """The canonical path of the fact that it stands for."""
        return str_path(self.path)

    @property
    def unbounded(self) -> bool:
        """Whether nothing at all is known of it."""
        return self.low == -inf and self.high == inf and self.hourly == 0.0


class Told(NamedTuple):
    """Facts that are written together, and which of them may change by themselves."""

    facts: Mapping[Path, Any]
    moving: Mapping[Path, Kind]


@dataclass(frozen=True)
class World(ByCopy):
    """Facts by path, and for every other fact the origin of its symbol."""

    facts: Mapping[Path, Any] = field(default_factory=dict)
    families: tuple[tuple[Path, str], ...] = ()
    """Patterns whose unlisted members were written, newest first, with the origin of their symbols."""
    origin: str = "init"
    renewed: Mapping[Kind, str] = field(default_factory=dict)
    """Since when the unlisted facts of a kind cannot be taken for what they were."""

    def get(self, path: Path) -> Any:
        """The value of a fact, or its symbol."""
        value = self.facts.get(path, UNKNOWN)
        return Symbol(self._origin(path), path) if value is UNKNOWN else value

    def known(self, path: Path) -> Any:
        """The value of a fact, or `UNKNOWN`, as conditions look facts up."""
        value = self.facts.get(path, UNKNOWN)
        return UNKNOWN if isinstance(value, Symbol) else value

    def listed(self, pattern: Path) -> tuple[Path, ...]:
        """The members of a family that are known by name, sorted."""
        return tuple(sorted(self._members(pattern)))

    def agrees(self, other: World, pattern: Path) -> bool:
        """Whether a fact, or every fact of a family, is the same in another world."""
        if ANY not in pattern:
            there = self.facts.get(pattern, UNKNOWN)
            if there is not UNKNOWN and there is other.facts.get(pattern, UNKNOWN):
                return True  # for most facts: a copy keeps the very values
            return bool(self.get(pattern) == other.get(pattern))
        if self._unlisted(pattern) != other._unlisted(pattern):
            return False
        return all(self.get(path) == other.get(path) for path in self._members(pattern) | other._members(pattern))

    def with_fact(self, path: Path, value: Any) -> World:
        """The same world with one fact written."""
        return self.with_facts({path: value})

    def with_facts(self, facts: Mapping[Path, Any]) -> World:
        """The same world with several facts written."""
        if not facts:
            return self
        more = moving_of(facts)
        return self.but(facts={**self.facts, **facts}, _moving={**self._moving, **more} if more else self._moving)

    @Kept
    def _moving(self) -> Mapping[Path, Kind]:
        """The listed facts that may change by themselves, with their kinds; a copy keeps them."""
        return moving_of(self.facts)

    def forgetting(self, pattern: Path, origin: str) -> World:
        """The same world after something unknown was written to a fact, or to a whole family (`*`)."""
        if ANY not in pattern:
            return self.with_fact(pattern, Symbol(origin, pattern))
        kept = {path: value for path, value in self.facts.items() if not covers(pattern, path)}
        # What was written to the same family before does not show any more.
        others = [one for one in self.families if one[0] != pattern]
        return World(kept, ((pattern, origin), *others), self.origin, self.renewed)

    def forgetting_everything(self, origin: str) -> World:
        """The world after something that may have written anything; what the host is stays."""
        kept = {path: value for path, value in self.facts.items() if path[0] == "platform"}
        return World(kept, (), origin)

    def forgetting_kinds(
        self, kinds: tuple[Kind, ...], origin: str, also: Collection[Path] = (), then: Told | None = None
    ) -> World:
        """The world after facts of some kinds, and some besides, may have changed by themselves; `then` is written."""
        facts, renewed = self.facts, {**self.renewed, **dict.fromkeys(kinds, origin)}
        gone = [path for path, kind in self._moving.items() if kind in kinds]
        if gone:
            facts = {**facts, **{path: _drifting(origin, path, facts[path]) for path in gone}}
        if also:
            facts = {**facts, **{path: Symbol(origin, path) for path in also if path in facts}}
        if then is None:
            return self.but(facts=facts, renewed=renewed)
        moving = {**self._moving, **then.moving} if then.moving else self._moving
        return self.but(facts={**facts, **then.facts}, renewed=renewed, _moving=moving)

    def renewing(self, kinds: tuple[Kind, ...], origin: str) -> World:
        """The world after time went by: what nobody captured of these kinds may be another than it was."""
        return self.but(renewed={**self.renewed, **dict.fromkeys(kinds, origin)})

    def resolved(self, values: Mapping[Symbol, Any]) -> World:
        """The same world after symbols became known, listed or not."""
        return self.with_facts({s.path: value for s, value in values.items() if self._is(s)}) if values else self

    def _is(self, symbol: Symbol) -> bool:
        """Whether a fact is that very symbol."""
        there = self.facts.get(symbol.path, UNKNOWN)
        if there is UNKNOWN:
            return symbol.unbounded and self._origin(symbol.path) == symbol.origin
        return isinstance(there, Symbol) and there == symbol

    def _origin(self, path: Path) -> str:
        origin = self.origin
        if self.families:
            origin = next((written for pattern, written in self.families if covers(pattern, path)), origin)
        since = self.renewed.get(kind_of(path)) if self.renewed else None
        return f"{since}>{origin}" if since else origin

    def _members(self, pattern: Path) -> frozenset[Path]:
        return frozenset(path for path in self.facts if covers(pattern, path))

    def _unlisted(self, pattern: Path) -> tuple[object, ...]:
        written = tuple(item for item in self.families if overlap(item[0], pattern))
        return self.origin, self.renewed.get(kind_of(pattern)), written


def moving_of(paths: Iterable[Path]) -> dict[Path, Kind]:
    """The facts that may change by themselves, with their kinds."""
    return {path: kind for path in paths if (kind := kind_of(path)) != "state"}


def _drifting(origin: str, path: Path, value: Any) -> Symbol:
    """What is left of a fact that does not stand still: of a clock that moves evenly, about where it is."""
    hourly = hourly_of(path)
    return Symbol(origin, path) if hourly is None else Symbol(origin, path, *bounds_of(value), hourly)


def bounds_of(value: Any) -> tuple[float, float]:
    """Between what a number lies, as far as that is known; infinite for anything else."""
    if isinstance(value, Symbol):
        return value.low, value.high
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    # A recording is foreign: a number that no machine counts to says nothing.
    return (value, value) if is_number and abs(value) < MAX_NUMBER else (-inf, inf)


def first_world(facts: Mapping[str, Any]) -> World:
    """The world before the first step, as it was recorded."""
    found, moving = {}, {}
    for key, value in facts.items():
        path, kind = _path_and_kind(key)
        if path[0] not in ROOTS:
            found[path] = value
            if kind != "state":
                moving[path] = kind
    return World.of(facts=found, families=(), origin="init", renewed={}, _moving=moving)


def facts_by_path(facts: Mapping[str, Any]) -> dict[Path, Any]:
    """Recorded facts by path; a key that is not a path is kept as one segment.

    What a condition saw of the run itself is left out: it is no fact of the host, and another version has its own.
    """
    found: dict[Path, Any] = {}
    if not facts:
        return found
    for key, value in facts.items():
        path = _path(key)
        if path[0] not in ROOTS:
            found[path] = value
    return found


@lru_cache(maxsize=16384)
def _path_and_kind(key: str) -> tuple[Path, Kind]:
    path = _path(key)
    return path, kind_of(path)


@lru_cache(maxsize=16384)
def _path(key: str) -> Path:
    try:
        return concrete_path(key)
    except ValueError:
        return (key,)


def overlap(left: Path, right: Path) -> bool:
    """Whether two paths, either of which may name a family, can mean the same fact."""
    return len(left) == len(right) and all(a == b or ANY in (a, b) for a, b in zip(left, right, strict=True))
