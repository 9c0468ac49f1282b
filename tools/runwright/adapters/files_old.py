"""Old files below a folder: counts and deletes them, without ever following a link or leaving the file system.

The folder is walked through descriptors (openat(2)), so nothing can be exchanged on the way. A file that a process
has open is left alone: deleting it would free nothing, and its writer would lose it. Folders of the system itself
are refused whatever a runbook asks for.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from runwright.adapters.files_local import opened_folder
from runwright.adapters.native import Pause

Args = Mapping[str, Any]
Identity = tuple[int, int]
"""Device and inode: one file, whatever its name."""
DAY_SECONDS = 86400
MAX_FILES = 500_000
"""Files of one run; the next run takes the others."""
_SYSTEM = ("bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "run", "sbin", "sys", "usr")
_SHARED = (("var", "lib"), ("var", "spool"), ("var", "mail"), ("var", "backups"))
"""Folders of many programs: name the one program's folder in them."""


@dataclass(frozen=True, slots=True)
class Old:
    """One old file: the descriptor of its folder while the walk stands there, its name, what it takes up."""

    folder: int
    name: str
    size: int


def old_files_facts(args: Args, timeout: float) -> dict[str, Any]:
    """How many old files there are, and how many bytes they take up; raises `OSError`."""
    deadline = time.monotonic() + timeout
    count = size = 0
    for found in _old_files(args):
        count, size = count + 1, size + found.size
        if time.monotonic() > deadline:
            return {}  # too many to count in time is not a number
    return {"count": count, "bytes": size}


def remove(args: Args, timeout: float, _pause: Pause) -> str:
    """Delete old files until none is left or the time is up; raises `OSError`, also when the time is up."""
    deadline = time.monotonic() + timeout
    count = size = 0
    for found in _old_files(args):
        if time.monotonic() > deadline or count >= MAX_FILES:
            said = f"{count} files were deleted, and there are more; run it again"
            raise OSError(errno.ETIME, said, str(args["folder"]))
        with suppress(FileNotFoundError):  # somebody else was faster
            os.unlink(found.name, dir_fd=found.folder)
            count, size = count + 1, size + found.size
    return f"{count} files were deleted, {size} bytes"


def _old_files(args: Args) -> Iterator[Old]:
    folder, pattern = str(args["folder"]), str(args["pattern"])
    _refuse_system_folder(folder)
    _refuse_every_name(pattern)
    before = time.time() - int(args["days"]) * DAY_SECONDS
    if int(args["days"]) < 1:
        raise OSError(errno.EINVAL, "days must be at least 1", folder)
    in_use = _open_files()
    with opened_folder(folder) as top:
        device = os.fstat(top).st_dev
        for _, below, names, here in os.fwalk(".", follow_symlinks=False, dir_fd=top):
            below[:] = [name for name in below if _is_on(device, name, here)]
            for name in fnmatch.filter(names, pattern):
                with suppress(FileNotFoundError):
                    found = _looked_at(name, here)
                    if _is_old(found, before) and (found.st_dev, found.st_ino) not in in_use:
                        yield Old(here, name, found.st_blocks * 512)


def _is_on(device: int, name: str, folder: int) -> bool:
    """Whether a folder belongs to a file system; one that went away meanwhile does not."""
    try:
        return _looked_at(name, folder).st_dev == device
    except FileNotFoundError:
        return False


def _is_old(found: os.stat_result, before: float) -> bool:
    return stat.S_ISREG(found.st_mode) and found.st_mtime < before


def _looked_at(name: str, folder: int) -> os.stat_result:
    return os.stat(name, dir_fd=folder, follow_symlinks=False)


def _refuse_system_folder(folder: str) -> None:
    parts = PurePosixPath(folder).parts
    if len(parts) < 3 or parts[1] in _SYSTEM or parts[1:] in _SHARED or ".." in parts:
        said = "a folder of the system, or too near the root; name a folder that holds such files alone"
        raise OSError(errno.EPERM, said, folder)


def _refuse_every_name(pattern: str) -> None:
    if not pattern.strip("*?"):
        raise OSError(errno.EPERM, f"the pattern {pattern!r} matches every name; write a part of the name", pattern)


def _open_files() -> frozenset[Identity]:
    """The files that processes have open, as far as this user may look."""
    found: set[Identity] = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):  # the process has ended, or belongs to another user
            for link in (entry / "fd").iterdir():
                with suppress(OSError):
                    opened = link.stat()
                    found.add((opened.st_dev, opened.st_ino))
    return frozenset(found)
