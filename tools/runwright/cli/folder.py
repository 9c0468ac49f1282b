"""Reads the content of a folder: regular files of runbooks, rules and recordings, and nothing that links elsewhere.

A working tree may hold what somebody else put there: a link, a pipe or a strange name is refused, never followed.
What the files mean is left to `corpus`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from runwright.corpus.corpus import CONTENT
from runwright.errors import ContentError

MAX_FILE = 1024 * 1024
SUFFIXES = (".yaml", ".yml", ".json")


def content_of(root: Path) -> dict[str, bytes]:
    """Every content file below a folder by its name from there; raises `ContentError`."""
    starts = [root / folder for folder in CONTENT if os.path.lexists(root / folder)]
    if not starts:
        message = f"there is no {', '.join(CONTENT)} here; name the folder that holds them with --repo"
        raise ContentError(message, path=str(root))
    return {path.relative_to(root).as_posix(): _bytes(path) for start in starts for path in sorted(_files(start))}


def named(root: Path, content: dict[str, bytes], paths: tuple[Path, ...]) -> frozenset[str]:
    """The names of the content that these files and folders hold; raises `ContentError` for one that holds none."""
    return frozenset(name for path in paths for name in _named(root, content, path))


def loose(root: Path, paths: tuple[Path, ...]) -> dict[Path, bytes]:
    """The named files that stand outside the content of a folder, with their bytes; raises `ContentError`."""
    homes = [(root / folder).resolve() for folder in CONTENT]
    outside = [path for path in paths if not any(path.resolve().is_relative_to(home) for home in homes)]
    files = (path for path in outside if path.suffix in SUFFIXES and os.path.lexists(path) and not path.is_dir())
    return {path: _bytes(path) for path in files}


def has_content(root: Path) -> bool:
    """Whether a folder holds a library."""
    return any(os.path.lexists(root / folder) for folder in CONTENT)


def _named(root: Path, content: dict[str, bytes], path: Path) -> Iterator[str]:
    if not os.path.lexists(path):
        raise ContentError("there is no such file or folder", path=str(path))
    # The last part is not resolved: a link is a link, wherever it leads.
    there = path.resolve() if path.name in ("", "..") else path.parent.resolve() / path.name
    found = [name for name in content if (root.resolve() / name).is_relative_to(there)]
    if not found:
        places = ", ".join(CONTENT)
        raise ContentError(f"holds nothing to check; content stands below {places} of {root}", path=str(path))
    yield from found


def _files(start: Path) -> Iterator[Path]:
    if start.is_symlink() or not start.is_dir():
        raise ContentError("is not a folder; links are not followed", path=str(start))
    for path in start.rglob("*"):
        if not str(path).isprintable():
            raise ContentError(f"the name {path.name!r} has characters that no file here may have", path=str(start))
        if path.is_symlink():
            raise ContentError("is a link; links are not followed", path=str(path))
        if path.suffix in SUFFIXES and not path.is_dir():
            yield path


def _bytes(path: Path) -> bytes:
    try:
        # Neither a link that was swapped in nor a pipe without a writer is waited for.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise ContentError(f"cannot be read: {error.strerror}", path=str(path)) from None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise ContentError("is not a regular file; pipes and devices are not read", path=str(path))
        if found.st_size > MAX_FILE:
            raise ContentError(f"has {found.st_size} bytes; at most {MAX_FILE} are read", path=str(path))
        return file.read(MAX_FILE + 1)
