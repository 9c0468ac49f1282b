"""What a change does to that by which it is judged: evidence that it takes away or alters, names that stand twice.

A change may bring evidence. What stood there before it may leave, with a reason; it is never altered, except what no
host has made. How the gate tells it is left to `gate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from runwright.model.telemetry import SYNTHETIC, is_synthetic
from runwright.replay.scope import Sides

MAX_NAMED = 5
"""Files that are named of those that bear one id."""
_NAMED: tuple[Literal["runbook", "rule"], ...] = ("runbook", "rule")


def altered_runs(sides: Sides, runbook_id: str) -> tuple[str, ...]:
    """The paths of the recordings that a change altered and may not: not those that nobody could read before."""
    paths = sides.altered(runbook_id)
    before = {path: is_synthetic(run) for path, run in sides.base.executions(paths) if run is not None}
    after = {path: is_synthetic(run) for path, run in sides.head.executions(paths) if run is not None}
    # Only what no host has made may be written anew, and it does not become a run of a host by that.
    return tuple(path for path in paths if path in before and not (before[path] and after.get(path, False)))


def spoiled_runs(sides: Sides, runbook_id: str) -> set[str]:
    """The recordings that head altered so that they cannot be read any more."""
    return {path for path, execution in sides.head.executions(sides.altered(runbook_id)) if execution is None}


def spoiled_states(sides: Sides) -> Iterator[str]:
    """The healthy states that a change takes away in silence, or alters, in words."""
    for path in sides.lost("healthy"):
        if sides.why_removed(path) is None:
            yield f"the healthy state {_stem(path)} is gone"
    altered = sides.told_apart(sides.head.paths("healthy"))[1]
    before = {path: state.provenance == SYNTHETIC for path, state in sides.base.healthy(altered)}
    after = {path: state.provenance == SYNTHETIC for path, state in sides.head.healthy(altered)}
    for path in altered:
        if path in before and not (before[path] and after.get(path, False)):
            yield f"the change alters the healthy state {_stem(path)}"


def doubled(sides: Sides) -> Iterator[str]:
    """The ids that stand in several files of head, one of which the change wrote, in words."""
    for kind in _NAMED:
        entries = (sides.head.entry(path) for path in sides.changed(kind) if path in sides.head.blobs)
        for noun_id in sorted({entry.value.id for entry in entries if entry is not None}):
            paths = sides.head.standing(kind, noun_id)
            if len(paths) > 1:
                more = f" and {len(paths) - MAX_NAMED} more" if len(paths) > MAX_NAMED else ""
                yield f"{noun_id} stands in {len(paths)} files: {', '.join(paths[:MAX_NAMED])}{more}"


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".json")
