"""Reads a script once for every value that its variables may hold.

A variable that is only set on the way that every run takes holds its last value. One that is set in a loop, a branch, a
function or a subshell may hold any value that the script ever gives it: the script is read again with each of them, and
where one of them is not known, as one that is not known. Reading itself is left to the three readers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from math import prod

from runwright.checks.guard.words import MAX_CALLS, Notes, Script

Value = str | int | tuple[str, ...] | None
"""A text, a number, the words of an array; None when it is not known."""
OUTSIDE = ("\x00outside",)
"""Stands for a variable that the script has not set."""
MAX_WORLDS, MAX_ALARM_WORLDS, MAX_ROUNDS = 8, 12, 3
MAX_REPEATED = 40
"""Calls of a script that is still read again for every value; a longer one is read once more, with nothing known."""


@dataclass(slots=True)
class Ledger:
    """Every value that a script gives its variables."""

    values: dict[str, dict[Value, None]] = field(default_factory=dict)
    varying: set[str] = field(default_factory=set)
    """Those that do not always hold the last value that was read."""
    elsewhere: set[str] = field(default_factory=set)
    """Those among them that something else than the head of a loop over words sets."""

    def record(self, name: str, value: Value, *, certain: bool) -> None:
        """Note a value; `certain` says that every run sets it, here and once."""
        first = name not in self.values
        held = self.values.setdefault(name, {})
        if not certain:
            self.varying.add(name)
            if first:
                held[OUTSIDE] = None
        held[value] = None

    def extent(self) -> tuple[int, int]:
        """How much is noted: it stays the same when nothing new was found."""
        return len(self.varying), sum(len(self.values[name]) for name in self.varying)


Walk = Callable[[Ledger, Mapping[str, Value], Notes], None]


def in_all_worlds(walk: Walk) -> Script:
    """Read a script with every value that its variables may hold, and put together what was found."""
    ledger, notes = Ledger(), Notes()
    walk(ledger, {}, notes)
    found = [notes]
    rounds = MAX_ROUNDS if len(notes.calls) <= MAX_REPEATED else 0
    for _ in range(rounds):
        extent = ledger.extent()
        if not ledger.varying:
            break
        worlds = [_world(walk, ledger, pins, place) for place, pins in enumerate(_choices(ledger), 1)]
        if ledger.extent() == extent:
            return _together([*found, *worlds])
    if ledger.varying:
        found.append(_world(walk, ledger, dict.fromkeys(sorted(ledger.varying)), 1))
    return _together(found)


def _world(walk: Walk, ledger: Ledger, pins: Mapping[str, Value], place: int) -> Notes:
    notes = Notes(world=place)
    walk(ledger, pins, notes)
    return notes


def _choices(ledger: Ledger) -> Iterator[Mapping[str, Value]]:
    """All combinations, where they are few; or else nothing known, and each value by itself for the alarms."""
    names = sorted(ledger.varying)
    held = [list(ledger.values[name]) for name in names]
    if prod(map(len, held)) <= MAX_WORLDS:
        return iter([dict(zip(names, each, strict=True)) for each in product(*held)])
    nothing: dict[str, Value] = dict.fromkeys(names)
    single = ({**nothing, name: value} for name, values in zip(names, held, strict=True) for value in values)
    return iter([nothing, *islice(single, MAX_ALARM_WORLDS)])


def _together(worlds: list[Notes]) -> Script:
    """One script of all; a world that does the same as an earlier one is left out."""
    notes, seen = Notes(), set()
    for world in worlds:
        for doubt in world.doubts:
            notes.doubt(doubt)
        for alarm in world.alarms:
            notes.alarm(alarm)
        shape = tuple((c.program, c.args, c.redirects, c.settings, c.stdin, c.looped) for c in world.calls)
        if shape not in seen:
            seen.add(shape)
            notes.calls += world.calls[: MAX_CALLS - len(notes.calls)]
            if len(notes.calls) >= MAX_CALLS:
                notes.doubt(f"more than {MAX_CALLS} commands; split the script")
    return notes.script()
