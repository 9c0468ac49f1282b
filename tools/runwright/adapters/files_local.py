"""Changes one file of this host without ever following a symbolic link, not even in the folders on the way.

Whoever may write in a folder could otherwise point a privileged action at any file of the host. The path is walked
folder by folder from the root with O_NOFOLLOW (open(2)), so nothing can be exchanged in between.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

from runwright.actions.action import Result

Args = Mapping[str, Any]


def truncate(args: Args, timeout: float, pause: Callable[[float], bool]) -> Result:
    """Empty one regular file."""
    del timeout, pause
    return _done(lambda: _truncate(str(args["path"])))


def set_mode(args: Args, timeout: float, pause: Callable[[float], bool]) -> Result:
    """Set the permission bits of one regular file or folder."""
    del timeout, pause
    return _done(lambda: _set_mode(str(args["path"]), int(str(args["mode"]), 8)))


def set_owner(args: Args, timeout: float, pause: Callable[[float], bool]) -> Result:
    """Give one regular file or folder to a user and a group."""
    del timeout, pause
    return _done(lambda: _set_owner(str(args["path"]), str(args["owner"]), str(args["group"])))


def _done(change: Callable[[], None]) -> Result:
    try:
        change()
    except OSError as error:
        link = error.errno in (errno.ELOOP, errno.ENOTDIR)
        said = "a symbolic link, or no folder, stands on the way; name the real path" if link else error.strerror
        return Result(1, error=f"{error.filename or 'the file'}: {said}")
    except LookupError as error:
        return Result(1, error=f"{error.args[0]} on this host; create the account, or name another one")
    return Result(0)


def _truncate(path: str) -> None:
    with opened(path, os.O_WRONLY | os.O_NONBLOCK) as file:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        _refuse_second_name(found, path)
        os.ftruncate(file, 0)


def _set_mode(path: str, mode: int) -> None:
    with opened(path, os.O_PATH) as file:
        _refuse_other_kinds(os.fstat(file), path)
        # A descriptor that was only looked up cannot be changed by itself; its entry in /proc leads to the same file.
        os.chmod(f"/proc/self/fd/{file}", mode)


def _set_owner(path: str, owner: str, group: str) -> None:
    with opened(path, os.O_PATH) as file:
        _refuse_other_kinds(os.fstat(file), path)
        # As in _set_mode.
        shutil.chown(f"/proc/self/fd/{file}", owner, group)


def _refuse_other_kinds(found: os.stat_result, path: str) -> None:
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise OSError(errno.EINVAL, "neither a regular file nor a folder", path)
    _refuse_second_name(found, path)


def _refuse_second_name(found: os.stat_result, path: str) -> None:
    """A hard link may give any file of the file system a harmless name; a folder can have none."""
    if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
        said = f"the file has {found.st_nlink} names (hard links), so it may be another file; remove the others"
        raise OSError(errno.EPERM, said, path)


@contextmanager
def opened(path: str, flags: int) -> Iterator[int]:
    """Open what stands at an absolute path, following no link on the way; raises `OSError`."""
    *folders, name = PurePosixPath(path).parts[1:] or [""]
    if not path.startswith("/") or ".." in (*folders, name) or not name:
        raise OSError(errno.EINVAL, "not an absolute path to a file without ..", path)
    with opened_folder(str(PurePosixPath("/", *folders))) as here:
        file = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=here)
    try:
        yield file
    finally:
        os.close(file)


@contextmanager
def opened_folder(path: str) -> Iterator[int]:
    """Open a folder at an absolute path, following no link on the way; raises `OSError`."""
    folders = PurePosixPath(path).parts[1:]
    if not path.startswith("/") or ".." in folders:
        raise OSError(errno.EINVAL, "not an absolute path to a folder without ..", path)
    here = os.open("/", os.O_PATH | os.O_DIRECTORY)
    try:
        for folder in folders:
            below = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = below
        yield here
    finally:
        os.close(here)
