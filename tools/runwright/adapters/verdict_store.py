"""Keeps what was found from one run to the next, in a folder of the user's cache.

A record is JSON or text behind its own SHA-256, written beside and then renamed: a reader sees a whole one or none, and
two writers never mix. What cannot be trusted (a broken record, a folder that others may write in) counts as not there.
What a record holds is not known here. Nothing that takes long is imported: an unchanged library needs no more.
"""

from __future__ import annotations

import hashlib
import os
import stat

TYPE_CHECKING = False  # that of `typing` takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

MAX_RECORD = 64 * 1024 * 1024
MAX_TOTAL = 256 * 1024 * 1024
MAX_RECORDS = 200
_SUFFIX = ".json"


def cache_folder() -> str | None:
    """Where verdicts are kept (XDG Base Directory), or None for an account that has no place for them."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = os.path.expanduser("~")
    if not base.startswith("/") and not home.startswith("/"):
        return None
    return os.path.join(base if base.startswith("/") else f"{home}/.cache", "runwright", "verdicts")


class VerdictStore:
    """Records by name, below one folder."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = os.fspath(folder)

    def load(self, name: str) -> Any:
        """One record, or None when there is none that can be trusted."""
        import json  # takes 4 ms to load, which texts need not wait for

        body = self._body(name)
        try:
            return None if body is None else json.loads(body)
        except ValueError:
            return None

    def load_text(self, name: str) -> str | None:
        """One record that `save_text` wrote, or None when there is none that can be trusted."""
        body = self._body(name)
        try:
            return None if body is None else body.decode("utf-8", "surrogateescape")
        except ValueError:
            return None

    def save(self, name: str, record: Any) -> None:
        """Write one record; a cache that cannot be written is no trouble for anybody."""
        import json

        self._save(name, json.dumps(record, ensure_ascii=True, separators=(",", ":")).encode())

    def save_text(self, name: str, text: str) -> None:
        """Write one record of plain text; it may hold names of files that are no text."""
        self._save(name, text.encode("utf-8", "surrogateescape"))

    def _body(self, name: str) -> bytes | None:
        try:
            if not _ours(self.folder):
                return None
            with open(self._path(name), "rb") as file:
                data = file.read(MAX_RECORD + 1)
        except OSError:
            return None
        digest, _, body = data.partition(b"\n")
        return body if digest.decode("ascii", "replace") == hashlib.sha256(body).hexdigest() else None

    def _save(self, name: str, body: bytes) -> None:
        if len(body) > MAX_RECORD:
            return
        try:
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
            if _ours(self.folder):
                self._replace(name, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        except OSError:
            return

    def prune(self) -> None:
        """Drop the records that were not written for longest, until the rest is within the limits."""
        try:
            with os.scandir(self.folder) as entries:
                states = [(entry.stat(follow_symlinks=False), entry.path) for entry in entries]
            total = 0
            newest_first = sorted(states, key=lambda item: item[0].st_mtime_ns, reverse=True)
            for count, (state, path) in enumerate(newest_first, start=1):
                total += state.st_size
                if count > MAX_RECORDS or total > MAX_TOTAL:
                    os.unlink(path)
        except OSError:
            return  # another process drops them too

    def _replace(self, name: str, data: bytes) -> None:
        beside = os.path.join(self.folder, f".{name}.{os.getpid()}")
        try:
            with open(beside, "wb") as file:
                file.write(data)
            os.replace(beside, self._path(name))
        except OSError:
            os.unlink(beside)
            raise

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name + _SUFFIX)


def _ours(folder: str) -> bool:
    """Whether the folder is a real one that belongs to this user, and nobody else may write in it."""
    state = os.lstat(folder)
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o022
