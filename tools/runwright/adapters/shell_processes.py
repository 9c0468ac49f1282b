"""Ends the aged processes of one name and one user, and removes a pid file that nobody holds.

What is ended or removed is looked at again in the same moment: a number that was given to another process since is
never taken for the old one (psutil compares the time of creation), and a file that changed is left alone.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

import psutil

from runwright.adapters.facts_processes import aged, held_state
from runwright.adapters.files_local import opened_folder
from runwright.adapters.native import Pause

Args = Mapping[str, Any]
GRACE_SECONDS = 5.0
"""What a process has for ending itself before it is ended by force."""
LOOK_SECONDS = 0.1
_LOOK = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


def end_aged(args: Args, timeout: float, pause: Pause) -> str:
    """End these processes; raises `OSError` when there are too many or when one does not end."""
    found, limit = aged(args), int(args["at_most"])
    own = {process.pid for process in (psutil.Process(), *psutil.Process().parents())}
    found = tuple(process for process in found if process.pid not in own and process.pid != 1)
    if len(found) > limit:
        said = f"{len(found)} processes match, and at most {limit} may be ended; nothing was done"
        raise OSError(errno.EPERM, said)
    _signal(found, force=False)
    left = _left_after(found, min(GRACE_SECONDS, timeout / 2), pause)
    _signal(left, force=True)
    left = _left_after(left, min(GRACE_SECONDS, timeout / 2), pause)
    if left:
        raise OSError(errno.EPERM, f"process {left[0].pid} could not be ended")
    return f"{len(found)} processes ended"


def _left_after(processes: tuple[psutil.Process, ...], seconds: float, pause: Pause) -> tuple[psutil.Process, ...]:
    """The processes that still live when the time is up, or as soon as none does."""
    left, waited = processes, 0.0
    while left := tuple(process for process in left if _lives(process)):
        if waited >= seconds or pause(LOOK_SECONDS):
            break
        waited += LOOK_SECONDS
    return left


def _lives(process: psutil.Process) -> bool:
    """Whether it still runs; one that has ended and waits for its parent does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _signal(processes: Iterable[psutil.Process], *, force: bool) -> None:
    for process in processes:
        try:
            with suppress(psutil.NoSuchProcess):  # it has ended meanwhile
                process.kill() if force else process.terminate()
        except psutil.AccessDenied as error:
            raise OSError(errno.EPERM, f"process {process.pid} belongs to another user") from error


def remove_pid_file(args: Args, timeout: float, pause: Pause) -> str:
    """Remove a pid file that nobody holds; raises `OSError` for one that is held or unreadable."""
    del timeout, pause
    path, program = str(args["path"]), str(args["program"])
    place = PurePosixPath(path)
    with opened_folder(str(place.parent)) as folder:
        try:
            file = os.open(place.name, _LOOK, dir_fd=folder)
        except FileNotFoundError:
            return f"there is no {path}"
        try:
            state = held_state(file, program)
            if state != "stale":
                raise OSError(errno.EBUSY, f"it is {state}; only one that nobody holds is removed", path)
            remove_same(file, place.name, folder, path)
        finally:
            os.close(file)
    return f"{path} was removed"


def remove_same(file: int, name: str, folder: int, path: str) -> None:
    """Remove a name while it still leads to the open file that was looked at; raises `OSError`."""
    looked, now = os.fstat(file), os.stat(name, dir_fd=folder, follow_symlinks=False)
    if (looked.st_dev, looked.st_ino) != (now.st_dev, now.st_ino):
        raise OSError(errno.EBUSY, "another file took its place meanwhile; nothing was removed", path)
    os.unlink(name, dir_fd=folder)
