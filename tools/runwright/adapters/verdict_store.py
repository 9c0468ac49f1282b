"""Keeps what was found from one run to the next, in a folder of the user's cache.

A record is JSON behind its own SHA-256, written beside and then renamed: a reader sees a whole one or none, and two
writers never mix. What cannot be trusted (a broken record, a folder that others may write in) counts as not there.
What a record holds is not known here; nothing but the standard library is imported.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

MAX_RECORD = 64 * 1024 * 1024
MAX_TOTAL = 256 * 1024 * 1024
MAX_RECORDS = 200
_SUFFIX = ".json"


class VerdictStore:
    """Records by name, below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, name: str) -> Any:
        """One record, or None when there is none that can be trusted."""
        try:
            if not _ours(self.folder):
                return None
            with (self.folder / f"{name}{_SUFFIX}").open("rb") as file:
                data = file.read(MAX_RECORD + 1)
        except OSError:
            return None
        digest, _, body = data.partition(b"\n")
        if digest.decode("ascii", "replace") != hashlib.sha256(body).hexdigest():
            return None
        try:
            return json.loads(body)
        except ValueError:
            return None

    def save(self, name: str, record: Any) -> None:
        """Write one record; a cache that cannot be written is no trouble for anybody."""
        body = json.dumps(record, ensure_ascii=True, separators=(",", ":")).encode()
        if len(body) > MAX_RECORD:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _ours(self.folder):
                self._replace(name, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)

    def prune(self) -> None:
        """Drop the records that were not written for longest, until the rest is within the limits."""
        with suppress(OSError):
            with os.scandir(self.folder) as entries:
                states = [(entry.stat(follow_symlinks=False), entry.path) for entry in entries]
            total = 0
            newest_first = sorted(states, key=lambda item: item[0].st_mtime_ns, reverse=True)
            for count, (state, path) in enumerate(newest_first, start=1):
                total += state.st_size
                if count > MAX_RECORDS or total > MAX_TOTAL:
                    Path(path).unlink(missing_ok=True)

    def _replace(self, name: str, data: bytes) -> None:
        beside = self.folder / f".{name}.{os.getpid()}"
        try:
            with beside.open("wb") as file:
                file.write(data)
            beside.replace(self.folder / f"{name}{_SUFFIX}")
        finally:
            beside.unlink(missing_ok=True)


def _ours(folder: Path) -> bool:
    """Whether the folder is a real one that belongs to this user, and nobody else may write in it."""
    state = folder.lstat()
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o022
