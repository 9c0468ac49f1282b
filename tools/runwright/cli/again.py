"""Says again what the same `validate` said last time, when nothing that it looked at has changed since.

This runs before anything is imported that takes time to load, so it knows no option: the words of the command line
must be the same, given in the same folder, and every entry of the library and of this package must be as it was. In
any other case it has nothing to say, and the command runs.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from array import array

import runwright
from runwright.adapters.verdict_store import VerdictStore, cache_folder

TYPE_CHECKING = False  # that of `typing` takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MARGIN_NS = 2_000_000_000
"""What changed so shortly before it was looked at may change again unseen: clocks of file systems are coarse."""
_SLOTS = 16
_MISSING = (0, 0, 0, 0, 0, 0)
_FOLDER, _LINK, _KIND = 0o040000, 0o120000, 0o170000
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class Look:
    """What a library and this package look like now; raises `OSError` or `OverflowError` for what has no stamp."""

    def __init__(self, root: str, folders: Iterable[str], files: Iterable[str]) -> None:
        self.root, self.folders, self.files = root, [*folders], [*files]
        self.taken = time.time_ns()
        self.newest = 0
        self._digest = hashlib.sha256()
        for path in (part for name in (*self.files, *self.folders) for part in _parts(name)):
            self._add((path,), self._stamp(f"{root}/{path}"))
        for name in self.folders:
            self._walk(f"{root}/{name}".rstrip("/"))
        # What judges is part of what was looked at: this package, byte-compiled files apart, and what is installed.
        self._walk(os.path.dirname(runwright.__file__), compiled=False)
        for path in sys.path:
            self._add((path,), self._stamp(path, times=True))
        self.digest = self._digest.hexdigest()

    def settled(self) -> bool:
        """Whether all changes lie far enough back that a later one cannot go unseen."""
        return self.newest <= self.taken - MARGIN_NS

    def _walk(self, start: str, *, compiled: bool = True) -> None:
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            try:
                handle = os.open(folder, _OPEN)
            except (FileNotFoundError, NotADirectoryError):
                if folder == start:
                    return  # its own stamp says so
                raise
            try:
                waiting += self._entries(folder, handle, compiled)
            finally:
                os.close(handle)

    def _entries(self, folder: str, handle: int, compiled: bool) -> list[str]:
        """Take the stamps of all entries of a folder; the folders among them are given back."""
        names = [name for name in os.listdir(handle) if compiled or name != "__pycache__"]
        stamps: list[int] = []
        below: list[str] = []
        lstat, newest = os.lstat, self.newest
        for name in names:  # ten thousand times: nothing is called here that can be done in place
            state = lstat(name, dir_fd=handle)
            mode, changed = state.st_mode, state.st_ctime_ns
            if mode & _KIND == _FOLDER:
                below.append(f"{folder}/{name}")
                stamps += (mode, state.st_dev, state.st_ino)
                continue
            if not compiled and mode & _KIND == _LINK:
                raise OSError(f"{folder}/{name} is a link; what it leads to has no stamp here")
            modified = state.st_mtime_ns
            if changed > newest or modified > newest:
                newest = max(changed, modified)
            stamps += (mode, modified, changed, state.st_size, state.st_ino)
        self.newest = newest
        self._add((folder, *names), stamps)
        return below

    def _stamp(self, path: str, *, times: bool = False) -> tuple[int, ...]:
        try:
            state = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return _MISSING
        if state.st_mode & _KIND == _FOLDER and not times:
            return state.st_mode, state.st_dev, state.st_ino
        self.newest = max(self.newest, state.st_mtime_ns, state.st_ctime_ns)
        return state.st_mode, state.st_dev, state.st_ino, state.st_mtime_ns, state.st_ctime_ns, state.st_size

    def _add(self, names: tuple[str, ...], stamps: Iterable[int]) -> None:
        text, numbers = "\0".join(names).encode("utf-8", "surrogateescape"), array("Q", stamps).tobytes()
        self._digest.update(b"%d %d " % (len(text), len(numbers)) + text + numbers)


class Asked:
    """A command line, where it was given, and what was said to it."""

    def __init__(self, words: list[str], store: VerdictStore) -> None:
        where, self._store = os.getcwd(), store
        # A word may be a link that leads elsewhere today.
        parts = [sys.version, sys.executable, where, *words, "", *map(os.path.realpath, words)]
        self._command = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
        folder = hashlib.sha256(os.fsencode(where)).hexdigest()[:24]
        self._name = f"{folder}-said-{int(self._command[:8], 16) % _SLOTS}"

    def said(self) -> tuple[str, int] | None:
        """The report and exit code of the last time, if they would be the same now."""
        command, digest, code, root, folders, files, text = _fields(self._store.load_text(self._name))
        if command != self._command:
            return None
        seen = look(root, folders.split(" "), files.split(" "))
        return (text, int(code)) if seen and seen.digest == digest else None

    def keep(self, seen: Look, text: str, code: int) -> None:
        """Keep what is said now; `seen` is a look that was taken before anything was read."""
        fields = self._command, seen.digest, str(code), seen.root, " ".join(seen.folders), " ".join(seen.files), text
        if seen.settled() and "\x1b" not in text and "\0" not in text:
            self._store.save_text(self._name, "\0".join(fields))
            self._store.prune()


def asked(words: list[str]) -> Asked | None:
    """The command line, if it is one whose answer may be kept and told as it is."""
    folder, out = cache_folder(), sys.stdout
    if words[:1] != ["validate"] or folder is None or out is None or out.encoding.lower() != "utf-8":
        return None
    try:
        return Asked(words, VerdictStore(folder))
    except (OSError, ValueError):  # no folder to stand in, or a word that can be no path
        return None


def look(root: str, folders: Iterable[str], files: Iterable[str]) -> Look | None:
    """What a library looks like now, or None when that cannot be told by stamps."""
    try:
        return Look(root, folders, files)
    except (OSError, OverflowError):
        return None


def _fields(record: str | None) -> list[str]:
    fields = (record or "").split("\0")
    return fields if len(fields) == 7 else [""] * 7


def _parts(name: str) -> Iterator[str]:
    """A path and the folders above it, from the top."""
    parts = name.rstrip("/").split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
