"""Reads one file and writes it anew in its place: by rename, with its mode and owner, never through a symbolic link.

What to write is decided by others. Between reading and writing the folder is held open, so that nobody can exchange it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from runwright.errors import ContentError, EdgeError

MAX_FILE = 1024 * 1024
"""Bytes of the largest file that is read."""


def rewrite(path: Path, change: Callable[[bytes], bytes], *, write: bool = True) -> tuple[bytes, bytes]:
    """Give a file's bytes before and after a change, and write them when they differ and `write` says so.

    Raises ContentError for what is no regular file, and EdgeError when the file cannot be written or changed meanwhile.
    """
    with _folder(path.parent) as folder:
        before, found = _read(folder, path)
        after = change(before)
        if write and after != before:
            _replace(folder, path, before, after, found)
    return before, after


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise ContentError(f"is no folder that can be read: {error.strerror}", path=str(path)) from None
    try:
        yield handle
    finally:
        os.close(handle)


def _read(folder: int, path: Path) -> tuple[bytes, os.stat_result]:
    try:
        # Neither a link nor a pipe without a writer is waited for.
        handle = os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        said = "is a link; links are not followed" if _is_link(folder, path) else f"cannot be read: {error.strerror}"
        raise ContentError(said, path=str(path)) from None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise ContentError("is not a regular file", path=str(path))
        if found.st_size > MAX_FILE:
            raise ContentError(f"has {found.st_size} bytes; at most {MAX_FILE} are read", path=str(path))
        return file.read(MAX_FILE + 1), found


def _is_link(folder: int, path: Path) -> bool:
    with contextlib.suppress(OSError):
        return stat.S_ISLNK(os.lstat(path.name, dir_fd=folder).st_mode)
    return False


def _replace(folder: int, path: Path, before: bytes, after: bytes, found: os.stat_result) -> None:
    name = f".{path.name[:100]}.{secrets.token_hex(6)}.tmp"
    try:
        _create(folder, name, after, found)
        # Looked at again at the last moment: what somebody saved meanwhile is not lost.
        if _read(folder, path)[0] != before:
            raise EdgeError(f"{path}: was changed while it was being formatted; run it again")
        os.replace(name, path.name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError as error:
        raise EdgeError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)


def _create(folder: int, name: str, content: bytes, like: os.stat_result) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, 0o600, dir_fd=folder), "wb") as file:
        with contextlib.suppress(PermissionError):
            os.fchown(file.fileno(), like.st_uid, like.st_gid)
        os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
