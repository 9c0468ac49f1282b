"""A tree of files as the checks across files see it: a small summary of each, and one file whole when it is needed.

Summaries are plain data, so that they can be kept from one run to the next. Who keeps them is not known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runwright.corpus.corpus import Entry
from runwright.corpus.layout import Kind
from runwright.corpus.strict_yaml import Pointer
from runwright.model.finding import Finding

EntryOf = Callable[[str], Entry[Any] | None]
"""Gives one runbook or rule by its path."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the checks across files need to know of one file."""

    path: str
    kind: Kind
    id: str
    blob: str
    """Git's name for the bytes of the file: equal names, equal files."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """What each check noted, by its name: JSON values only."""


class Tree:
    """The summaries of all files that are known, by path, and the way to one of them whole."""

    def __init__(
        self,
        summaries: Iterable[Summary],
        entry_of: EntryOf,
        settings: Mapping[str, bytes] | None = None,
        refused: Collection[str] = (),
    ) -> None:
        self.summaries = tuple(sorted(summaries, key=lambda summary: summary.path))
        self.settings = dict(settings or {})
        """The files of the tree that say how it is judged (`corpus.layout.SETTINGS`), read anew each time."""
        self.refused = frozenset(refused)
        """The files that stand there and are not read."""
        self._entry_of = entry_of
        self._entries: dict[str, Entry[Any] | None] = {}
        self._by_path = {summary.path: summary for summary in self.summaries}
        self._by_kind: dict[str, list[Summary]] = defaultdict(list)
        self._by_id: dict[tuple[str, str], Summary] = {}
        for summary in self.summaries:
            self._by_kind[summary.kind].append(summary)
            self._by_id.setdefault((summary.kind, summary.id), summary)

    def of(self, kind: Kind) -> tuple[Summary, ...]:
        """All files of one kind, by path."""
        return tuple(self._by_kind[kind])

    def at(self, path: str) -> Summary | None:
        """The file at a path."""
        return self._by_path.get(path)

    def find(self, kind: Kind, name: str) -> Summary | None:
        """The first file with that id."""
        return self._by_id.get((kind, name))

    def entry(self, path: str) -> Entry[Any] | None:
        """One runbook or rule whole: it is read again, so ask only where something is wrong or has changed."""
        if path not in self._entries:
            self._entries[path] = self._entry_of(path)
        return self._entries[path]

    def finding(self, path: str, rule: str, message: str, at: Pointer = (), **more: Any) -> Finding:
        """A finding about one place in one file; the place is looked up here."""
        entry = self.entry(path)
        if entry is None:
            return Finding(path=path, rule=rule, message=message, **more)
        return entry.finding(rule, message, at, **more)


@dataclass(frozen=True, slots=True)
class TreeCheck:
    """A check across files: what it notes of each file, and what it makes of all notes together."""

    name: str
    check: Callable[[Tree], Iterable[Finding]]
    note: Callable[[Entry[Any]], Any] | None = None
    """JSON values (lists, not tuples) about one runbook or rule; None when there is nothing to note."""
