"""What `validate` keeps between two runs: how the tree was and what was said, and the verdict on each file.

Verdicts belong to the exact rules that gave them: the bytes of every module that judges, and what is installed beside
them. Nothing heavy is imported here: when nothing changed, this is all that is needed.
"""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import runwright
from runwright.adapters.verdict_store import VerdictStore, cache_folder
from runwright.cli.again import MARGIN_NS
from runwright.cli.folder import Listing

_ROOMS = ("model", "actions", "corpus", "engine", "redact", "release", "checks")
JUDGES = ("errors.py", *_ROOMS, "cli/folder.py", "cli/judging.py")
"""The parts of the package that decide what is said of a file; `release` holds what `checks` builds on."""
MAX_VERDICTS = 50_000


@dataclass(slots=True)
class Known:
    """The verdicts of earlier runs, as plain data."""

    taken: int = 0
    """When the stamps were taken, in ns."""
    stamps: dict[str, list[str]] = field(default_factory=dict)
    """Path → stamp and blob id."""
    verdicts: dict[str, list[Any]] = field(default_factory=dict)
    """Blob id, a space and path → the verdict."""

    def blob(self, path: str, stamp: str) -> str | None:
        """The blob id of a file that has not changed since its stamp was taken."""
        known = self.stamps.get(path)
        if known is None or known[0] != stamp or not settled(newest_of(stamp), self.taken):
            return None
        return known[1]


class Kept:
    """The records of one repository."""

    def __init__(self, store: VerdictStore, root: Path) -> None:
        name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:24]
        self.store, self.whole, self.each = store, f"{name}-tree", f"{name}-files"
        self.rules = rules_digest()

    def said_of(self, listing: Listing) -> list[dict[str, Any]] | None:
        """The findings on a tree that is as it was when they were made, or None."""
        record = self._load(self.whole)
        if record is None or record.get("key") != key_of(listing):
            return None
        return record["findings"] if settled(listing.newest, record["taken"]) else None

    def known(self) -> Known:
        """The verdicts on single files."""
        record = self._load(self.each)
        return Known(record["taken"], record["stamps"], record["verdicts"]) if record is not None else Known()

    def keep_said(self, listing: Listing, taken: int, findings: list[dict[str, Any]]) -> None:
        """Keep the findings on a whole tree."""
        record = {"rules": self.rules, "key": key_of(listing), "taken": taken, "findings": findings}
        self.store.save(self.whole, record)

    def keep_known(self, known: Known, used: dict[str, list[Any]]) -> None:
        """Keep the verdicts that were used, and as many of the others as there is room for."""
        others = ((name, data) for name, data in known.verdicts.items() if name not in used)
        room = max(0, MAX_VERDICTS - len(used))
        verdicts = {**used, **{name: data for _, (name, data) in zip(range(room), others, strict=False)}}
        self.store.save(
            self.each, {"rules": self.rules, "taken": known.taken, "stamps": known.stamps, "verdicts": verdicts}
        )
        self.store.prune()

    def _load(self, name: str) -> dict[str, Any] | None:
        record = self.store.load(name)
        return record if isinstance(record, dict) and record.get("rules") == self.rules else None


def kept_for(root: Path) -> Kept | None:
    """The records of one repository in the user's cache (XDG Base Directory), if the user has any place for them."""
    folder = cache_folder()
    return Kept(VerdictStore(folder), root) if folder else None


def key_of(listing: Listing) -> str:
    """One digest of everything that a listing holds."""
    lines = [*listing.files.items(), ("", ""), *listing.settings.items(), ("", ""), *listing.refused.items()]
    text = "\n".join(f"{name}\t{what}" for name, what in sorted(lines))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def settled(newest: int, taken: int) -> bool:
    """Whether the latest change lies far enough before a look that a later one could not go unseen."""
    return newest <= taken - MARGIN_NS


def newest_of(stamp: str) -> int:
    """When a file last changed, by its stamp."""
    modified, changed, *_ = stamp.split(" ")
    return max(int(modified), int(changed))


def rules_digest() -> str:
    """One digest of everything that decides what is said: our own modules, the interpreter, what is installed."""
    package = Path(runwright.__file__).parent
    digest = hashlib.sha256(f"{runwright.__version__} {sys.version}".encode())
    for path in sorted(path for room in JUDGES for path in _sources(package / room)):
        digest.update(os.fsencode(path) + b"\0" + Path(path).read_bytes())
    for folder in filter(os.path.isdir, sys.path):
        installed = sorted(name for name in os.listdir(folder) if name.endswith(".dist-info"))
        digest.update("\0".join(installed).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _sources(place: Path) -> list[str]:
    if not place.is_dir():
        return [str(place)]
    found = os.walk(place)
    return [os.path.join(folder, name) for folder, _, names in found for name in names if not name.endswith(".pyc")]
