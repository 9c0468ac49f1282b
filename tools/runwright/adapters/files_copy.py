"""Puts a copy of a file, or of its end, in place: written beside it, then renamed; no reader meets half a file.

No link is followed, neither in the source nor on the way to the place; an existing file keeps its owner and mode.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import Any

from runwright.actions.disk import MAX_COPIED
from runwright.adapters.files_local import opened, opened_folder
from runwright.adapters.native import Pause

Args = Mapping[str, Any]
CHUNK = 1024 * 1024


def copy_file(args: Args, timeout: float, pause: Pause) -> str:
    """Put a copy of one regular file in the place of another; raises `OSError`."""
    del timeout, pause
    source, path = str(args["source"]), str(args["path"])
    with _regular(source) as (file, found):
        if found.st_size > MAX_COPIED:
            raise OSError(errno.EFBIG, f"larger than {MAX_COPIED} bytes", source)
        _put(path, file, found.st_size, stat.S_IMODE(found.st_mode))
    return f"{path} is now a copy of {source}"


def copy_end(args: Args, timeout: float, pause: Pause) -> str:
    """Copy the end of one regular file into another, which only its owner may read; raises `OSError`."""
    del timeout, pause
    source, path = str(args["source"]), str(args["path"])
    with _regular(source) as (file, found):
        wanted = min(found.st_size, int(args["kib"]) * 1024)
        os.lseek(file, found.st_size - wanted, os.SEEK_SET)
        _put(path, file, wanted, 0o600)
    return f"the last {wanted} bytes of {source} are kept in {path}"


@contextmanager
def _regular(path: str) -> Iterator[tuple[int, os.stat_result]]:
    with opened(path, os.O_RDONLY | os.O_NONBLOCK) as file:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        yield file, found


def _put(path: str, source: int, size: int, mode: int) -> None:
    place = PurePosixPath(path)
    with opened_folder(str(place.parent)) as folder:
        there = _existing(place.name, folder, path)
        new = f".{place.name}.{secrets.token_hex(6)}"
        try:
            _write(new, folder, source, size)
            _give(new, folder, there, mode)
            os.rename(new, place.name, src_dir_fd=folder, dst_dir_fd=folder)
        finally:
            with suppress(FileNotFoundError):  # it has been renamed
                os.unlink(new, dir_fd=folder)


def _existing(name: str, folder: int, path: str) -> os.stat_result | None:
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EEXIST, "something that is no regular file stands there", path)
    return found


def _write(name: str, folder: int, source: int, size: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    file = os.open(name, flags, 0o600, dir_fd=folder)
    try:
        left = size
        while left > 0 and (chunk := os.read(source, min(left, CHUNK))):
            left -= len(chunk)
            _write_all(file, chunk)
        os.fsync(file)
    finally:
        os.close(file)


def _write_all(file: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(file, view) :]


def _give(name: str, folder: int, there: os.stat_result | None, mode: int) -> None:
    """Give a new file the owner and mode of the one that it replaces."""
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        if there is not None and (there.st_uid, there.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(file, there.st_uid, there.st_gid)
        os.fchmod(file, stat.S_IMODE(there.st_mode) if there is not None else mode)
    finally:
        os.close(file)
