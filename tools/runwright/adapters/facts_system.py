"""Disks, files, listening ports, processes, memory and load of this host, through psutil and the file system.

Raises `OSError` where something cannot be read; the registry turns that into "not known".
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

Args = Mapping[str, Any]


def disk_facts(args: Args, _timeout: float) -> dict[str, Any]:
    """How full the disk below a path is: per cent, free bytes, per cent of the inodes."""
    path = str(args["path"])
    usage = psutil.disk_usage(path)
    return {"used_percent": usage.percent, "free_bytes": usage.free, **_inodes(path)}


def _inodes(path: str) -> dict[str, Any]:
    if not hasattr(os, "statvfs"):
        return {}
    numbers = os.statvfs(path)
    # Some file systems have no fixed number of inodes and say 0.
    used = numbers.f_files - numbers.f_ffree
    return {"inodes_used_percent": round(100 * used / numbers.f_files, 1)} if numbers.f_files else {}


def file_facts(args: Args, _timeout: float) -> dict[str, Any]:
    """What stands at a path; a link is not followed."""
    path = Path(str(args["path"]))
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return {"exists": False}
    except ValueError as error:
        raise OSError(str(error)) from error
    return {
        "exists": True,
        "kind": _kind(found.st_mode),
        "size_bytes": found.st_size,
        "mode": f"{stat.S_IMODE(found.st_mode):04o}",
        **_owner(path),
    }


def _kind(mode: int) -> str:
    tests = {"file": stat.S_ISREG, "folder": stat.S_ISDIR, "link": stat.S_ISLNK}
    return next((name for name, holds in tests.items() if holds(mode)), "other")


def _owner(path: Path) -> dict[str, Any]:
    try:
        return {"owner": path.owner()}
    except (KeyError, NotImplementedError, OSError):
        return {}


def port_facts(args: Args, _timeout: float) -> dict[str, Any]:
    """Whether a process of this host listens on a TCP port, and which program that is."""
    port = int(args["port"])
    try:
        sockets = psutil.net_connections("tcp")
    except psutil.Error as error:
        raise OSError(str(error)) from error
    listeners = [s for s in sockets if s.status == psutil.CONN_LISTEN and s.laddr and s.laddr.port == port]
    pids = [s.pid for s in listeners if s.pid]
    return {"listening": bool(listeners), **(_program(pids[0]) if pids else {})}


def _program(pid: int) -> dict[str, Any]:
    try:
        return {"owner": psutil.Process(pid).name()}
    except psutil.Error:
        return {}


def process_facts(args: Args, _timeout: float) -> dict[str, Any]:
    """How many processes have a name; one that ended and waits for its parent does not count."""
    processes = psutil.process_iter(["name", "status"])
    return {
        "count": sum(p.info["name"] == args["name"] and p.info["status"] != psutil.STATUS_ZOMBIE for p in processes)
    }


def memory_facts(_args: Args, _timeout: float) -> dict[str, Any]:
    """How much of the memory is used, in per cent."""
    return {"used_percent": psutil.virtual_memory().percent}


def cpu_facts(_args: Args, _timeout: float) -> dict[str, Any]:
    """The load average of the last minute."""
    return {"load_1m": round(psutil.getloadavg()[0], 2)}
