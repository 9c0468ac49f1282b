"""What a step could be pointed at instead: the other services, paths and ports that recordings name.

A value is what the facts say it is: the name of a service if facts of such a service were read. What becomes of it
is left to `mutations`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from runwright.model.execution import Execution
from runwright.model.path import parse_path

FAMILIES = {
    "services": "service",
    "timers": "service",
    "ports": "port",
    "files": "path",
    "disks": "path",
    "mounts": "path",
    "folders": "path",
    "pid_files": "path",
}
"""What the member of a family of facts is."""
LITERALS = 2
"""How many names of recordings stand in for one value."""
_INSERTED = re.compile(r"\$\{\{ *params\.([A-Za-z0-9_-]+) *\}\}")


@dataclass(frozen=True, slots=True)
class Targets:
    """The names of services, paths and ports that recordings hold, and what each parameter is."""

    sorts: Mapping[str, str] = field(default_factory=dict)
    """What the value of each parameter of the runbook is."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names by what they are, those of the runbook's own recordings first."""

    def instead_of(self, value: Any, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """The insertions in a value, each with what could stand in its place: another parameter, or a plain name."""
        for name in dict.fromkeys(found for text in _texts(value) for found in _INSERTED.findall(text)):
            sort = self.sorts.get(name)
            others = (other for other in sorted(params) if other != name and sort and self.sorts.get(other) == sort)
            yield from ((f"${{{{ params.{name} }}}}", f"${{{{ params.{other} }}}}") for other in others)
            for literal in islice(self.names.get(sort or "", ()), LITERALS):
                yield f"${{{{ params.{name} }}}}", literal

    @staticmethod
    def replaced(value: Any, old: str, new: str) -> Any:
        """A value in which one insertion is something else wherever it stands, in paths of facts too."""
        if isinstance(value, str):
            return _typed(new) if value == old else value.replace(old, new)
        if isinstance(value, list):
            return [Targets.replaced(item, old, new) for item in value]
        if isinstance(value, dict):
            segment = new if new.startswith("${{") else f'["{new}"]'
            return {_path(key, old, segment): Targets.replaced(item, old, new) for key, item in value.items()}
        return value


def targets_of(runs: Iterable[Execution], others: Iterable[Execution] = ()) -> Targets:
    """What the recordings of one runbook say, and those of others."""
    own = tuple(runs)
    known = {sort: members(own, sort) for sort in ("service", "path", "port")}
    sorts = {name: sort for run in own for name, value in run.params.items() if (sort := _sort(value, known))}
    given = {str(value) for run in own for value in run.params.values()}
    rest = tuple(others)
    names = {sort: tuple(dict.fromkeys((*mine, *members(rest, sort)))) for sort, mine in known.items()}
    return Targets(sorts, {sort: tuple(name for name in found if name not in given) for sort, found in names.items()})


def members(runs: Iterable[Execution], sort: str) -> tuple[str, ...]:
    """The services, paths or ports of which recordings hold facts, sorted."""
    families = {family for family, kind in FAMILIES.items() if kind == sort}
    found = (parts for run in runs for key in _facts(run) if (parts := _parts(key)))
    return tuple(sorted({str(parts[1]) for parts in found if len(parts) > 2 and parts[0] in families}))


def _facts(run: Execution) -> Iterator[str]:
    yield from run.state_before
    yield from run.state_after
    for step in run.executed_steps:
        yield from (*step.facts, *step.state_before, *step.state_after)


def _parts(key: str) -> tuple[Any, ...]:
    try:
        return parse_path(key)
    except ValueError:
        return ()


def _sort(value: Any, known: Mapping[str, tuple[str, ...]]) -> str | None:
    if isinstance(value, str) and value.startswith("/"):
        return "path"
    named = isinstance(value, (str, int)) and not isinstance(value, bool)
    return next((sort for sort, names in known.items() if named and str(value) in names), None)


def _typed(text: str) -> str | int:
    return int(text) if text.isdecimal() else text


def _path(key: str, old: str, segment: str) -> str:
    """A fact's path with another segment; a segment in brackets is not parted from the one before by a dot."""
    return key.replace(f".{old}", segment if segment.startswith("[") else f".{segment}").replace(old, segment)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value:
            yield from _texts(item)
        if isinstance(value, dict):
            yield from _texts(list(value.values()))
