"""Processes by name, user and age, and whether a pid file is held; through psutil.

Raises `OSError` where something cannot be read; the registry turns that into "not known". Ending processes is left
to `shell_processes`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

import psutil

from runwright.adapters.files_local import opened

Args = Mapping[str, Any]
MAX_PID_FILE = 4096
"""Bytes that are read of a pid file; its first line is the number."""


def aged_facts(args: Args, _timeout: float) -> dict[str, Any]:
    """How many processes of a name and a user have run for so many seconds."""
    return {"count": len(aged(args))}


def aged(args: Args) -> tuple[psutil.Process, ...]:
    """The processes of a name and a user that have run for so many seconds, the oldest first."""
    before = time.time() - max(1, int(args["seconds"]))
    found = [
        process
        for process in psutil.process_iter(["name", "username", "create_time", "status"])
        if process.info["name"] == args["name"]
        and process.info["username"] == args["user"]
        and process.info["status"] != psutil.STATUS_ZOMBIE
        and process.info["create_time"] < before
    ]
    return tuple(sorted(found, key=lambda process: float(process.info["create_time"])))


def pid_file_facts(args: Args, _timeout: float) -> dict[str, Any]:
    """Whether a process of that name holds a pid file."""
    return {"state": pid_file_state(str(args["path"]), str(args["program"]))}


def pid_file_state(path: str, program: str) -> str:
    """Give absent, stale, held, or unreadable where the first line is no number; raises `OSError`."""
    try:
        with opened(path, os.O_RDONLY | os.O_NONBLOCK) as file:
            return held_state(file, program)
    except FileNotFoundError:
        return "absent"


def held_state(file: int, program: str) -> str:
    """Give stale, held or unreadable for an open pid file; raises `OSError`."""
    content = os.read(file, MAX_PID_FILE)
    first = content.splitlines()[0].strip() if content.strip() else b""
    if not first.isdigit() or len(first) > 10:
        return "unreadable"
    return "held" if _runs(int(first), program) else "stale"


def _runs(pid: int, program: str) -> bool:
    try:
        process = psutil.Process(pid)
        return process.name() == program and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.Error as error:
        raise OSError(str(error)) from error
