"""Disks, files, listening ports, processes, memory and load of this host, through psutil and the file system.

Raises `OSError` where something cannot be read; the registry turns that into "not known".
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from runwright.adapters.bounded import within
from runwright.adapters.facts_files import names_of, ways_to

Args = Mapping[str, Any]


def disk_facts(args: Args, timeout: float) -> dict[str, Any]:
    """How full the disk below a path is: per cent, free bytes, per cent of the inodes."""
    return within(timeout, lambda: _disk(str(args["path"])))


def _disk(path: str) -> dict[str, Any]:
    usage = psutil.disk_usage(path)
    return {"used_percent": usage.percent, "free_bytes": usage.free, **_inodes(path)}


def _inodes(path: str) -> dict[str, Any]:
    if not hasattr(os, "statvfs"):
        return {}
    numbers = os.statvfs(path)
    # Some file systems have no fixed number of inodes and say 0.
    used = numbers.f_files - numbers.f_ffree
    return {"inodes_used_percent": round(100 * used / numbers.f_files, 1)} if numbers.f_files else {}


def file_facts(args: Args, timeout: float) -> dict[str, Any]:
    """What stands at a path; a link is not followed."""
    return within(timeout, lambda: _file(Path(str(args["path"]))))


def _file(path: Path) -> dict[str, Any]:
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return {"exists": False, **ways_to(path)}
    except ValueError as error:
        raise OSError(str(error)) from error
    return {
        "exists": True,
        "kind": _kind(found.st_mode),
        "size_bytes": found.st_size,
        "mode": f"{stat.S_IMODE(found.st_mode):04o}",
        **_owned_by(path),
        **names_of(found),
        **ways_to(path),
    }


def _kind(mode: int) -> str:
    tests = {"file": stat.S_ISREG, "folder": stat.S_ISDIR, "link": stat.S_ISLNK}
    return next((name for name, holds in tests.items() if holds(mode)), "other")


def _owned_by(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for leaf, name in (("owner", path.owner), ("group", path.group)):
        with contextlib.suppress(KeyError, NotImplementedError, OSError):
            told[leaf] = name()
    return told


def port_facts(args: Args, _timeout: float) -> dict[str, Any]:
    """Whether a process of this host listens on a TCP port, which program that is, and of which systemd unit."""
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
        return {"owner": psutil.Process(pid).name(), **_unit(pid)}
    except psutil.Error:
        return {}


def _unit(pid: int) -> dict[str, Any]:
    unit = unit_of(pid)
    return {"unit": unit} if unit else {}


def unit_of(pid: int) -> str | None:
    """The systemd unit of a process: it stands in its control group's path, /system.slice/NAME (systemd.slice(5))."""
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text("utf-8").splitlines()
    except OSError:
        return None
    names = [part for line in lines for part in line.split("/") if part.endswith(".service")]
    return names[-1] if names else None


def process_facts(args: Args, _timeout: float) -> dict[str, Any]:
    """How many processes have a name, and their memory; one that ended and waits for its parent does not count."""
    wanted = ["name", "status", "memory_info"]
    found = [p.info for p in psutil.process_iter(wanted) if p.info["name"] == args["name"]]
    living = [info for info in found if info["status"] != psutil.STATUS_ZOMBIE]
    memory = [info["memory_info"].rss for info in living if info["memory_info"] is not None]
    told = {"memory_mib": sum(memory) // 2**20} if len(memory) == len(living) else {}
    return {"count": len(living), **told}


def memory_facts(_args: Args, _timeout: float) -> dict[str, Any]:
    """How much of the memory is used, in per cent."""
    return {"used_percent": psutil.virtual_memory().percent}


def cpu_facts(_args: Args, _timeout: float) -> dict[str, Any]:
    """The load average of the last minute."""
    return {"load_1m": round(psutil.getloadavg()[0], 2)}
