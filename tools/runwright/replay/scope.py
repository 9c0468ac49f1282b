"""What a change can affect: the runbooks to replay, and the rules to try.

Trees are compared by the names of their files' bytes; a file that is the same on both sides is read only where it may
call what changed. Replaying is left to `gate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runwright.corpus.layout import Kind
from runwright.corpus.manifest import removal
from runwright.model.rule import Rule
from runwright.replay.beginning import Given
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

    def lost(self, kind: Kind) -> tuple[str, ...]:
        """The paths of one kind that base has and head has not."""
        return tuple(path for path in self.base.paths(kind) if path not in self.head.blobs)

    def why_removed(self, path: str) -> str | None:
        """The reason that the change gives for a recording that it takes away.

        A line counts that the change itself writes, of the very bytes that stood there: nobody gives reasons in stock.
        """
        now = self.head.manifest(path)
        reason = removal(now, path)
        if reason is None or path in self.base.manifest(path).removed:
            return None
        return reason if now.removed[path].digest == self.base.digest(path) else None

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
    """Every rule that differs, as it was and as it is; None where it was not, or is no more.

    Files are compared by path, so that no rule hides behind another of its id; one that only moved is the same.
    """
    before, after = (_rules_at(side, sides.changed("rule")) for side in (sides.base, sides.head))
    both = [path for path in before.keys() & after.keys() if before[path].id == after[path].id]
    pairs: list[tuple[Rule | None, Rule | None]] = [(before.pop(path), after.pop(path)) for path in both]
    for rule in before.values():
        there = next((other for other, found in after.items() if found.id == rule.id), None)
        pairs.append((rule, after.pop(there) if there is not None else None))
    pairs += [(None, rule) for rule in after.values()]
    yield from sorted(((was, now) for was, now in pairs if was != now), key=_by_id)


def given_otherwise(sides: Sides, runbook_id: str) -> Iterator[Given]:
    """What rules gave to the runs of a runbook and give them otherwise now."""
    for was, now in changed_rules(sides):
        if was is not None and now is not None and was.runbook_id == now.runbook_id == runbook_id:
            names = {*was.params, *now.params}
            if any(was.params.get(name) != now.params.get(name) for name in names):
                yield Given(was.params, now.params)


def rules_of_changed_runbooks(sides: Sides) -> tuple[Rule, ...]:
    """The rules of head whose runbook differs, by id; whether they differ themselves says nothing here."""
    ids = {runbook_id for path in sides.changed("runbook") for runbook_id in _ids(sides, path)}
    return tuple(rule for runbook_id in sorted(ids) for rule in sides.head.rules(runbook_id))


def _rules_at(side: Side, paths: Iterable[str]) -> dict[str, Rule]:
    entries = ((path, side.entry(path)) for path in paths if path in side.blobs)
    return {path: entry.value for path, entry in entries if entry is not None}


def _by_id(pair: tuple[Rule | None, Rule | None]) -> str:
    return next(rule.id for rule in pair if rule is not None)


def _ids(sides: Sides, path: str) -> Iterator[str]:
    for side in (sides.base, sides.head):
        entry = side.entry(path) if path in side.blobs else None
        if entry is not None:
            yield entry.value.id


def _folders(sides: Sides) -> set[str]:
    return {*sides.base.recordings, *sides.head.recordings}


def _evidence_changed(sides: Sides, runbook_id: str) -> bool:
    return bool(sides.gone(runbook_id) or sides.altered(runbook_id) or sides.brought(runbook_id))
