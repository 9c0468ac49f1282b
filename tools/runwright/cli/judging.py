"""Judges a library, on disk or in Git: file by file, with the verdicts that are known already, and then as a whole.

Files that have to be read are read, checked and dropped one by one, in several processes where there are many.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runwright.adapters.shares import in_shares
from runwright.checks.judging import FileVerdict, entry_at, findings_from, judge_file, verdict_data, verdict_from
from runwright.checks.tree import Tree
from runwright.checks.validation import check_tree, in_order
from runwright.cli.folder import MAX_FILE, Listing, collisions, odd_name, read_file, shown
from runwright.cli.kept import Kept, Known
from runwright.corpus.corpus import Entry
from runwright.corpus.layout import CONTENT, SETTINGS, blob_id, kind_of
from runwright.errors import ContentError
from runwright.model.finding import Finding

if TYPE_CHECKING:
    from runwright.adapters.git_formats import TreeEntry
    from runwright.adapters.git_repository import GitRepository

MANY = 300
"""From so many files on, a second process is worth its start."""
Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of the files of a library one by one, and what the checks across them need."""

    findings: tuple[Finding, ...]
    tree: Tree
    blobs: Mapping[str, str]
    """Path → blob id of every content file that could be read."""
    verdicts: Mapping[str, list[Any]] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()

    def files(self) -> set[str]:
        """The paths of all content, that which is refused included."""
        return {data[0] for data in self.verdicts.values()} | self.refused

    def with_tree(self, base: Judged | None = None) -> tuple[Finding, ...]:
        """All findings, those across files included, and those on the change from another library."""
        return in_order([*self.findings, *check_tree(self.tree, base.tree if base else None)])


def judge_folder(root: Path, listing: Listing, kept: Kept | None, jobs: int) -> Judged:
    """Judge what stands on disk, and keep the verdicts."""
    taken = time.time_ns()
    known = kept.known() if kept else Known()
    blobs = {path: blob for path, stamp in listing.files.items() if (blob := known.blob(path, stamp))}
    wanted = [path for path in listing.files if f"{blobs.get(path)} {path}" not in known.verdicts]
    read = partial(_read_below, root)
    fresh = _shared(partial(_judge_paths, read, known.verdicts), wanted, jobs)
    used = {f"{blobs[path]} {path}": known.verdicts[f"{blobs[path]} {path}"] for path in listing.files.keys() - wanted}
    used |= {f"{data[1]} {data[0]}": data for data in fresh}
    judged = _joined(used, {name: read(name) for name in listing.settings}, listing.refused, read)
    if kept and (fresh or known.stamps.keys() != listing.files.keys()):
        stamps = {path: [listing.files[path], blob] for path, blob in judged.blobs.items()}
        kept.keep_known(replace(known, taken=taken, stamps=stamps), used)
    return judged


def judge_commit(repository: GitRepository, commit: str, known: Known, jobs: int) -> Judged:
    """Judge the tree of a commit without a checkout."""
    entries = repository.list_tree(commit, *CONTENT, *SETTINGS)
    refused = {entry.path: problem for entry in entries if (problem := _problem(entry))}
    content = {e.path: e.oid for e in entries if e.path not in refused and kind_of(e.path)}
    refused |= collisions(content)
    settings = [e.path for e in entries if e.path in SETTINGS and e.path not in refused]
    used = {name: known.verdicts[name] for path, oid in content.items() if (name := f"{oid} {path}") in known.verdicts}
    wanted = {path: oid for path, oid in content.items() if f"{oid} {path}" not in used}
    blobs = repository.read_objects([*wanted.values(), *(e.oid for e in entries if e.path in settings)])
    tasks = [(path, oid, blobs[oid].data) for path, oid in wanted.items()]
    used |= {f"{data[1]} {data[0]}": data for data in _shared(_judge_blobs, tasks, jobs)}
    oids = {e.path: e.oid for e in entries}
    found = {name: blobs[oids[name]].data for name in settings}
    return _joined(used, found, refused, lambda path: repository.read_object(oids[path]).data)


def _judge_paths(read: Read, known: Mapping[str, list[Any]], paths: Sequence[str]) -> list[list[Any]]:
    return [_judge_path(read, known, path) for path in paths]


def _judge_path(read: Read, known: Mapping[str, list[Any]], path: str) -> list[Any]:
    try:
        content = read(path)
    except ContentError as error:
        # It was a plain file when the folder was looked through.
        return verdict_data(FileVerdict(path, "", (_refusal(path, error.message),)))
    blob = blob_id(content)
    return known.get(f"{blob} {path}") or verdict_data(judge_file(path, content, blob))


def _judge_blobs(tasks: Sequence[tuple[str, str, bytes]]) -> list[list[Any]]:
    return [verdict_data(judge_file(path, content, oid)) for path, oid, content in tasks]


def _shared(work: Callable[[Sequence[Any]], list[list[Any]]], tasks: Sequence[Any], jobs: int) -> list[list[Any]]:
    with _no_collection():
        return in_shares(work, tasks, jobs if len(tasks) >= MANY else 1)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Values that refer to each other in circles are rare here, and looking for them takes a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _joined(
    used: Mapping[str, list[Any]], settings: Mapping[str, bytes], refused: Mapping[str, str], read: Read
) -> Judged:
    verdicts = [verdict_from(data) for data in used.values()]
    findings = [finding for verdict in verdicts for finding in verdict.findings]
    findings += (_refusal(path, reason) for path, reason in refused.items())

    def entry_of(path: str) -> Entry[Any] | None:
        return entry_at(path, read(path))

    tree = Tree((v.summary for v in verdicts if v.summary is not None), entry_of, settings, refused)
    return Judged(tuple(findings), tree, {v.path: v.blob for v in verdicts if v.blob}, used, frozenset(refused))


def _problem(entry: TreeEntry) -> str | None:
    if odd_name(entry.path):
        return odd_name(entry.path)
    if entry.mode not in ("100644", "100755"):
        return "is a link; links are not followed" if entry.mode == "120000" else "is no file but another repository"
    too_large = entry.size is not None and entry.size > MAX_FILE
    return f"has {entry.size} bytes; at most {MAX_FILE} are read" if too_large else None


def _refusal(path: str, reason: str) -> Finding:
    return Finding(path=shown(path), rule="file", message=reason)


def _read_below(root: Path, path: str) -> bytes:
    return read_file(f"{root}/{path}")


def plain(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as plain JSON values; `checks.judging.findings_from` reads them back."""
    return [finding.model_dump(exclude_defaults=True) for finding in findings]


__all__ = ["Judged", "findings_from", "judge_commit", "judge_folder", "plain"]
