"""What a change can affect: the runbooks to replay, and the rules to try.

Trees are compared by the names of their files' bytes; a file that is the same on both sides is read only where it may
call what changed. Replaying is left to `gate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runwright.corpus.corpus import Entry
from runwright.corpus.layout import Kind
from runwright.model.rule import Rule
from runwright.replay.side import Side


@dataclass(frozen=True, slots=True)
class Sides:
    """Both trees of a change."""

    base: Side
    head: Side

    def changed(self, kind: Kind) -> tuple[str, ...]:
        """The paths of one kind that differ, sorted."""
        paths = {*self.base.paths(kind), *self.head.paths(kind)}
        return tuple(sorted(path for path in paths if self.base.blobs.get(path) != self.head.blobs.get(path)))

    def gone(self, runbook_id: str) -> tuple[str, ...]:
        """The recordings of a runbook that base has and head has not."""
        return tuple(path for path in self.base.recordings.get(runbook_id, ()) if path not in self.head.blobs)

    def altered(self, runbook_id: str) -> tuple[str, ...]:
        """The recordings of a runbook that stand on both sides and differ."""
        return tuple(self.told_apart(self.head.recordings.get(runbook_id, ()))[1])

    def brought(self, runbook_id: str) -> tuple[str, ...]:
        """The recordings of a runbook that only head has."""
        return tuple(self.told_apart(self.head.recordings.get(runbook_id, ()))[2])

    def told_apart(self, paths: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
        """Of files of head, those that are the same in base, those that differ there, and those that are new."""
        found: tuple[list[str], list[str], list[str]] = ([], [], [])
        for path in paths:
            before, now = self.base.blobs.get(path), self.head.blobs[path]
            found[2 if path not in self.base.blobs else 0 if before == now else 1].append(path)
        return found


def affected(sides: Sides) -> tuple[str, ...]:
    """The runbooks whose text, recordings or rules changed, and those that call one whose text did."""
    ids = {runbook_id for path in sides.changed("runbook") for runbook_id in _ids(sides, path)}
    ids |= sides.head.callers(ids) if ids else set()
    ids |= {rule.runbook_id for _, rule in changed_rules(sides) if rule is not None}
    ids |= {runbook_id for runbook_id in _folders(sides) if _evidence_changed(sides, runbook_id)}
    return tuple(sorted(ids))


def changed_rules(sides: Sides) -> Iterator[tuple[Rule | None, Rule | None]]:
    """Every rule that differs, as it was and as it is; None where it was not, or is no more."""
    before: dict[str, Rule] = {}
    after: dict[str, Rule] = {}
    for path in sides.changed("rule"):
        for side, found in ((sides.base, before), (sides.head, after)):
            entry: Entry[Rule] | None = side.entry(path) if path in side.blobs else None
            if entry is not None:
                found[entry.value.id] = entry.value
    for rule_id in sorted(before.keys() | after.keys()):
        if before.get(rule_id) != after.get(rule_id):
            yield before.get(rule_id), after.get(rule_id)


def _ids(sides: Sides, path: str) -> Iterator[str]:
    for side in (sides.base, sides.head):
        entry = side.entry(path) if path in side.blobs else None
        if entry is not None:
            yield entry.value.id


def _folders(sides: Sides) -> set[str]:
    return {*sides.base.recordings, *sides.head.recordings}


def _evidence_changed(sides: Sides, runbook_id: str) -> bool:
    return bool(sides.gone(runbook_id) or sides.altered(runbook_id) or sides.brought(runbook_id))
