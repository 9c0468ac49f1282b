"""The facts as they would be: those of the host now, with what the steps so far would have changed laid over them.

What an earlier step may have changed without saying how is doubtful: its value now is known, and not what it will be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from runwright.actions.action import FORGET
from runwright.actions.binding import covers
from runwright.agent.facts import FactReader, lookup_in
from runwright.model.condition import UNKNOWN
from runwright.model.facts import kind_of
from runwright.model.fields import Facts
from runwright.model.path import Path, str_path


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One fact as it would be."""

    value: Any
    predicted: bool = False
    """A step would set it; it is not what the host says now."""
    doubtful: bool = False
    """A step may change it, and nothing says to what."""

    @property
    def certain(self) -> Any:
        """The value where it can be relied on."""
        return UNKNOWN if self.doubtful else self.value


@dataclass
class Foresight:
    """Reads facts and remembers predicted changes; it changes nothing."""

    reader: FactReader
    _written: list[tuple[Path, Any] | None] = field(default_factory=list)
    """Changes in their order; None stands for a step that may have changed anything."""

    def change(self, path: Path, value: Any) -> None:
        """A step would set a fact, or FORGET what it is."""
        self._written.append((path, value))

    def anything(self) -> None:
        """A step ran of which nobody knows what it changes."""
        self._written.append(None)

    def facts(self, paths: Iterable[Path]) -> dict[Path, Foreseen]:
        """These facts as they would be."""
        wanted = tuple(paths)
        now: Facts = self.reader.read(wanted)
        return {path: self._one(path, lookup_in(now)(path)) for path in wanted}

    def now(self, paths: Iterable[Path]) -> Facts:
        """These facts as the host says now, with what comes with them."""
        return self.reader.read(paths)

    def lookup(self, path: Path) -> Any:
        """A fact that can be relied on, or `UNKNOWN`."""
        return self.facts((path,))[path].certain

    def _one(self, path: Path, now: Any) -> Foreseen:
        doubtful = False
        for written in reversed(self._written):
            if written is None:
                doubtful = True
            elif covers(written[0], path):
                value = written[1]
                known = value is not FORGET and value is not None
                return Foreseen(value, True, doubtful) if known else Foreseen(now, False, True)
        # What follows from other facts, or is measured, may follow the changes.
        follows = bool(self._written) and kind_of(path) in ("measure", "derived")
        return Foreseen(now, False, doubtful or follows)


def shown(facts: dict[Path, Foreseen]) -> Facts:
    """Facts by the canonical form of their path, without those that nobody knows."""
    return {str_path(path): fact.value for path, fact in facts.items() if fact.value is not UNKNOWN}
