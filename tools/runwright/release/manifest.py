"""What a release contains: which files count, what they may be, and the one digest over all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runwright.errors import ContentError, TrustError
from runwright.release.names import checked_path, shown

FOLDERS = ("runbooks/", "rules/")
"""All that a release carries to agents."""
LARGEST_TOTAL = 64 * 1024 * 1024
MOST_FILES = 50_000
REGULAR = "100644"


@dataclass(frozen=True)
class Entry:
    """One file of a tree before it is read: its mode as Git writes it and its size in bytes (None: no blob)."""

    path: str
    mode: str
    size: int | None


def content_digest(files: Mapping[str, bytes]) -> str:
    """Give the SHA-256, in hexadecimal, over `<digest>  <path>` lines of all files, sorted by path."""
    lines = (f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def check_entries(entries: Iterable[Entry]) -> None:
    """Refuse a tree that is not plain files of bounded size, before anything of it is read.

    Raises TrustError: content.too_many, content.too_large, file.mode, file.path, file.place, file.collision.
    """
    total, seen = 0, set[str]()
    for number, entry in enumerate(entries, start=1):
        check_entry(entry)
        total += entry.size or 0
        folded = entry.path.casefold()
        if folded in seen:
            raise TrustError(
                "file.collision",
                f"{shown(entry.path)} differs from another file only in upper and lower case",
            )
        seen.add(folded)
        if number > MOST_FILES:
            raise TrustError("content.too_many", f"the release holds more than {MOST_FILES} files")
        if total > LARGEST_TOTAL:
            raise TrustError("content.too_large", f"the release is larger than {LARGEST_TOTAL} bytes")


def check_entry(entry: Entry) -> None:
    """Refuse what is not a regular file with a plain name in its place."""
    if entry.mode != REGULAR or entry.size is None:
        raise TrustError(
            "file.mode",
            f"{shown(entry.path)} has mode {entry.mode}; only regular files ({REGULAR}) are released",
        )
    try:
        checked_path(entry.path)
    except ContentError as error:
        raise TrustError("file.path", error.message) from error
    if not entry.path.startswith(FOLDERS):
        raise TrustError("file.place", f"{shown(entry.path)} is outside {' and '.join(FOLDERS)}")
