"""Looks through the content of a folder: regular files of runbooks, rules and recordings, and no link elsewhere.

A working tree may hold what somebody else put there: a link, a pipe or a strange name is told, never followed or read.
What the files mean is left to `corpus`; nothing heavy is imported here: an unchanged tree needs no more.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from runwright.corpus.layout import CONTENT, SETTINGS, kind_of
from runwright.errors import ContentError

MAX_FILE = 1024 * 1024
_NO_FILE = "is not a regular file; pipes, sockets and devices are not read"
SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(slots=True)
class Listing:
    """What stands below a folder: the content by its name from there, and what is refused, with the reason."""

    files: dict[str, str] = field(default_factory=dict)
    """Name → stamp: when its bytes and its entry last changed (in ns), its size and its inode."""
    settings: dict[str, str] = field(default_factory=dict)
    """The files that say how content is judged, in the same way."""
    refused: dict[str, str] = field(default_factory=dict)
    newest: int = 0
    """The latest change of any file, in ns."""


def list_content(root: Path) -> Listing:
    """Look through the content of a folder without reading any file; raises `ContentError` when there is none."""
    found, starts = Listing(), [folder for folder in CONTENT if os.path.lexists(root / folder)]
    if not starts:
        message = f"there is no {', '.join(CONTENT)} here; name the folder that holds them with --repo"
        raise ContentError(message, path=str(root))
    for start in starts:
        place = root / start
        if any((root / above).is_symlink() for above in Path(start).parents if above.name):
            found.refused[start.rstrip("/")] = "stands behind a link; links are not followed"
        elif place.is_symlink() or not place.is_dir():
            found.refused[start.rstrip("/")] = "is not a folder; links are not followed"
        else:
            _look(str(place), start, found)
    found.refused |= collisions(found.files)
    for name in SETTINGS:
        _look_at_setting(root, name, found)
    return found


def content_of(root: Path) -> dict[str, bytes]:
    """Every content file below a folder by its name from there; raises `ContentError` for what is refused."""
    listing = list_content(root)
    for name, reason in sorted(listing.refused.items()):
        raise ContentError(reason, path=shown(str(root / name)))
    return {name: read_file(root / name) for name in sorted({**listing.files, **listing.settings})}


def read_file(path: Path | str) -> bytes:
    """The bytes of one regular file; raises `ContentError` for everything else."""
    try:
        # Neither a link that was swapped in nor a pipe without a writer is waited for.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise ContentError(f"cannot be read: {error.strerror}", path=shown(str(path))) from None
    try:
        found = os.fstat(handle)
        problem = _problem(found)
        if problem:
            raise ContentError(problem, path=shown(str(path)))
        return _bytes(handle)
    finally:
        os.close(handle)


def named(root: Path, names: Iterable[str], paths: tuple[Path, ...]) -> frozenset[str]:
    """The names of the content that these files and folders hold; raises `ContentError` for one that holds none."""
    known = list(names)
    return frozenset(name for path in paths for name in _named(root, known, path))


def loose(root: Path, paths: tuple[Path, ...]) -> dict[Path, bytes]:
    """The named files that stand outside the content of a folder, with their bytes; raises `ContentError`."""
    homes = [(root / place).resolve() for place in (*CONTENT, *SETTINGS)]
    outside = [path for path in paths if not any(_standing(path).is_relative_to(home) for home in homes)]
    files = (path for path in outside if path.suffix in SUFFIXES and os.path.lexists(path) and not path.is_dir())
    return {path: read_file(path) for path in files}


def has_content(root: Path) -> bool:
    """Whether a folder holds a library."""
    return any(os.path.lexists(root / folder) for folder in CONTENT)


def collisions(names: Iterable[str]) -> dict[str, str]:
    """Names that are one and the same on a system that ignores case or the form of a letter."""
    first: dict[str, str] = {}
    found: dict[str, str] = {}
    for name in sorted(names):
        other = first.setdefault(_folded(name), name)
        if other != name:
            found[name] = f"differs from {other} in case or in the form of a letter alone; some systems keep only one"
    return found


def odd_name(name: str) -> str | None:
    """What is wrong with the name of a file, if anything."""
    return None if name.isprintable() else "the name has characters that no file here may have"


def shown(name: str) -> str:
    """A name in one printable line, whatever it holds."""
    return name if name.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


def _folded(name: str) -> str:
    return name.lower() if name.isascii() else unicodedata.normalize("NFKC", name).casefold()


def _bytes(handle: int) -> bytes:
    """What a file holds, up to one byte more than may be: one that grows meanwhile is not read for ever."""
    parts = [os.read(handle, MAX_FILE + 1)]
    while parts[-1] and sum(map(len, parts)) <= MAX_FILE:
        parts.append(os.read(handle, MAX_FILE + 1))
    return b"".join(parts)


def _look(start: str, prefix: str, found: Listing) -> None:
    """Look through a folder and those below it, however deep."""
    waiting = [(start, prefix)]
    while waiting:
        folder, prefix = waiting.pop()
        try:
            with os.scandir(folder) as listed:
                entries = list(listed)
        except OSError as error:
            found.refused[prefix.rstrip("/")] = f"cannot be read: {error.strerror}"
            continue
        waiting += (below for entry in entries if (below := _entry(entry, prefix, found)))


def _entry(entry: os.DirEntry[str], prefix: str, found: Listing) -> tuple[str, str] | None:
    """Take note of one entry; a folder is given back, to be looked through."""
    name = prefix + entry.name
    if entry.is_file(follow_symlinks=False) and entry.name.isprintable():
        if kind_of(name) is not None:
            _take(entry, name, found)
        return None
    problem = odd_name(entry.name) or ("is a link; links are not followed" if entry.is_symlink() else None)
    if problem is None and entry.is_dir(follow_symlinks=False):
        return entry.path, f"{name}/"
    if problem or kind_of(name) is not None:
        found.refused[name] = problem or _NO_FILE
    return None


def _take(entry: os.DirEntry[str], name: str, found: Listing) -> None:
    try:
        state = entry.stat(follow_symlinks=False)
    except OSError:
        return  # gone since the folder was listed
    if state.st_size > MAX_FILE or not stat.S_ISREG(state.st_mode):
        found.refused[name] = _problem(state) or _NO_FILE
    else:
        found.files[name] = _stamp(state, found)


def _look_at_setting(root: Path, name: str, found: Listing) -> None:
    *folders, _ = name.split("/")
    if any((root / folder).is_symlink() for folder in folders):
        found.refused[name] = "stands behind a link; links are not followed"
        return
    try:
        state = (root / name).lstat()
    except OSError:
        return
    problem = "is a link; links are not followed" if stat.S_ISLNK(state.st_mode) else _problem(state)
    if problem:
        found.refused[name] = problem
    else:
        found.settings[name] = _stamp(state, found)


def _stamp(state: os.stat_result, found: Listing) -> str:
    modified, changed = state.st_mtime_ns, state.st_ctime_ns
    if modified > found.newest or changed > found.newest:
        found.newest = max(modified, changed)
    return f"{modified} {changed} {state.st_size} {state.st_ino}"


def _problem(state: os.stat_result) -> str | None:
    if not stat.S_ISREG(state.st_mode):
        return _NO_FILE
    if state.st_size > MAX_FILE:
        return f"has {state.st_size} bytes; at most {MAX_FILE} are read"
    return None


def _standing(path: Path) -> Path:
    """Where a path stands; its last part is not resolved: a link is a link, wherever it leads."""
    return path.resolve() if path.name in ("", "..") else path.parent.resolve() / path.name


def _named(root: Path, names: list[str], path: Path) -> Iterator[str]:
    if not os.path.lexists(path):
        raise ContentError("there is no such file or folder", path=shown(str(path)))
    there, home = _standing(path), root.resolve()
    found = [name for name in names if (home / name).is_relative_to(there)]
    if not found:
        places = ", ".join(CONTENT)
        raise ContentError(f"holds nothing to check; content stands below {places} of {root}", path=shown(str(path)))
    yield from found
