"""One side of a change: a tree of which a file is read when something asks for it, and recordings one after the other.

Trees are compared by the names of their files' bytes, so what did not change is not looked at. Where the files stand,
in Git or in a folder, is not known here: their bytes are handed in by a function.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

from runwright.corpus.corpus import Corpus, Entry, read_entry
from runwright.corpus.evidence import read_healthy, read_recording, read_recording_again
from runwright.corpus.layout import RECORDINGS, Kind, kind_of
from runwright.corpus.manifest import Manifest, digest_of, manifest_path, read_manifest
from runwright.errors import ContentError
from runwright.model.execution import Execution
from runwright.model.finding import Finding
from runwright.model.healthy import HealthyState
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook
from runwright.model.walk import called_by

Read = Callable[[Sequence[str]], Iterable[tuple[str, bytes]]]
"""Gives the bytes of files by their paths, one after the other."""
_NOUNS: dict[str, type[Runbook] | type[Rule]] = {"runbook": Runbook, "rule": Rule}


class Side:
    """A tree by the names of its files' bytes; what is read of it is kept, except recordings."""

    def __init__(self, blobs: Mapping[str, object], read: Read, refused: Mapping[str, str] | None = None) -> None:
        self.blobs = {path: blob for path, blob in sorted(blobs.items()) if kind_of(path) is not None}
        """Path → a name for the bytes: equal names, equal files."""
        self.findings: dict[str, tuple[Finding, ...]] = {
            path: (Finding(path=path, rule="file", message=reason),) for path, reason in sorted((refused or {}).items())
        }
        """What could not be read, by its path; what was refused from the start is not in `blobs`."""
        self._read = read
        self._entries: dict[str, Entry[Any] | None] = {}
        self._texts: dict[str, bytes] = {}
        self._recorded: Mapping[str, Execution] = {}

    @classmethod
    def of(cls, tree: Corpus | Side) -> Side:
        """A tree that was read already, as a side."""
        if isinstance(tree, Side):
            return tree
        side = cls(tree.files, lambda paths: ((path, tree.files[path]) for path in paths))
        side._entries = {**{one.path: one for one in tree.runbooks}, **{one.path: one for one in tree.rules}}
        side._recorded = {item.path: item.execution for item in tree.recordings}
        return side

    @cached_property
    def recordings(self) -> Mapping[str, tuple[str, ...]]:
        """The paths of the recordings of each runbook, by its id."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.paths("recording"):
            found[path.removeprefix(RECORDINGS).partition("/")[0]].append(path)
        return {runbook_id: tuple(paths) for runbook_id, paths in found.items()}

    def runbook(self, runbook_id: str) -> Entry[Runbook] | None:
        """The runbook of that id; it stands in the file that bears its name, or else in one that says it."""
        named = [path for path in self.paths("runbook") if path.rpartition("/")[2].rpartition(".")[0] == runbook_id]
        return self._first(named, runbook_id) or self._first(self._mentioning("runbook", runbook_id), runbook_id)

    def _first(self, paths: Iterable[str], runbook_id: str) -> Entry[Runbook] | None:
        entries = (self.entry(path) for path in paths)
        return next((entry for entry in entries if entry is not None and entry.value.id == runbook_id), None)

    def called(self, runbook: Runbook) -> dict[str, Runbook]:
        """Every runbook that a run may come to call, by id."""
        found: dict[str, Runbook] = {}
        wanted = set(called_by(runbook))
        while wanted:
            entry = self.runbook(wanted.pop())
            if entry is not None and entry.value.id not in found:
                found[entry.value.id] = entry.value
                wanted |= called_by(entry.value)
        return found

    def callers(self, ids: Iterable[str]) -> set[str]:
        """The runbooks that call one of these, directly or through others."""
        ids = set(ids)
        entries = [entry for path in self._mentioning("runbook", "call") if (entry := self.entry(path)) is not None]
        calls = {entry.value.id: called_by(entry.value) for entry in entries}
        found: set[str] = set()
        while more := {name for name, called in calls.items() if called & (ids | found)} - found:
            found |= more
        return found

    def rules(self, runbook_id: str | None = None) -> tuple[Rule, ...]:
        """The L1 rules, or those that run one runbook, by id."""
        paths = self.paths("rule") if runbook_id is None else self._mentioning("rule", runbook_id)
        found = [entry.value for path in paths if (entry := self.entry(path)) is not None]
        return tuple(sorted((rule for rule in found if runbook_id in (None, rule.runbook_id)), key=lambda r: r.id))

    def entry(self, path: str) -> Entry[Any] | None:
        """The runbook or rule at a path; None where there is none, or none that can be read."""
        if path not in self._entries:
            noun, content = _NOUNS.get(kind_of(path) or ""), self.text(path)
            entry, problems = read_entry(path, content, noun) if noun and content is not None else (None, [])
            self._entries[path] = entry
            if problems:
                self.findings[path] = tuple(problems)
        return self._entries[path]

    def text(self, path: str) -> bytes | None:
        """The bytes of one file that is no recording."""
        if path not in self._texts and path in self.blobs:
            self._texts |= dict(self._read([path]))
        return self._texts.get(path)

    def executions(self, paths: Sequence[str], again: bool = False) -> Iterator[tuple[str, Execution | None]]:
        """Recordings one after the other; None, and a finding, for one that cannot be read.

        `again` says that they stood there before, and passed: that spares most of the reading.
        """
        unread = [path for path in paths if path not in self._recorded]
        if len(unread) < len(paths):
            yield from ((path, self._recorded[path]) for path in paths if path in self._recorded)
        for path, content in self._read(unread) if unread else ():
            yield path, self._execution(path, content, again)

    def healthy(self, paths: Sequence[str]) -> Iterator[tuple[str, HealthyState]]:
        """Healthy states one after the other; one that cannot be read becomes a finding."""
        for path, content in self._read(paths) if paths else ():
            try:
                yield path, read_healthy(path, content).state
            except ContentError as error:
                self._note(path, error)

    def manifest(self, path: str) -> Manifest:
        """The manifest that lists a recording; an empty one where there is none."""
        name = manifest_path(path)
        listed = self.text(name)
        return Manifest(name) if listed is None else read_manifest(name, listed)

    def digest(self, path: str) -> str:
        """The SHA-256 of a file that stands here, in hexadecimal, as manifests have it."""
        return next(digest_of(content) for _, content in self._read([path]))

    def standing(self, kind: Literal["runbook", "rule"], noun_id: str) -> tuple[str, ...]:
        """The paths of every runbook or rule of one id; more than one where somebody wrote it twice."""
        entries = (self.entry(path) for path in self._mentioning(kind, noun_id))
        return tuple(entry.path for entry in entries if entry is not None and entry.value.id == noun_id)

    def paths(self, kind: Kind) -> tuple[str, ...]:
        """The paths of all files of one kind, sorted."""
        return tuple(path for path in self.blobs if kind_of(path) == kind)

    def _execution(self, path: str, content: bytes, again: bool) -> Execution | None:
        try:
            return (read_recording_again if again else read_recording)(path, content).execution
        except ContentError as error:
            self._note(path, error)
            return None

    def _note(self, path: str, error: ContentError) -> None:
        self.findings[path] = (Finding(path=path, line=error.line, rule="json", message=error.message),)

    def _mentioning(self, kind: Kind, word: str) -> tuple[str, ...]:
        """The files that hold a word, or may hold it in disguise: YAML can write a letter as an escape."""
        paths = self.paths(kind)
        missing = [path for path in paths if path not in self._texts and path not in self._entries]
        self._texts |= dict(self._read(missing)) if missing else {}
        plain = word.encode()
        return tuple(path for path in paths if _may_hold(self._texts.get(path), plain))


def _may_hold(content: bytes | None, word: bytes) -> bool:
    return content is None or word in content or b"\\" in content
