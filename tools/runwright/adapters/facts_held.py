"""What services of this host hold on to: deleted files, an old certificate; and which programs there are.

/proc/PID/fd: https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html ; certbot's files:
https://eff-certbot.readthedocs.io/en/stable/using.html#where-are-my-certificates
Raises `OSError` where something cannot be read, which is taken for "not known".
"""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from runwright.actions.action import Exec
from runwright.adapters import facts_certificate
from runwright.adapters.bounded import within
from runwright.adapters.facts_system import port_facts, unit_of

Args = Mapping[str, Any]
PROC, CERTBOT = Path("/proc"), Path("/etc/letsencrypt/live")
_HOST = re.compile(r"[A-Za-z0-9_:]([A-Za-z0-9_:-]|\.(?!\.)){0,252}")
_PROGRAM = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]{0,63}")
_DELETED = " (deleted)"
MAX_OPEN = 200_000
"""Open files that are looked at; beyond that nothing is told."""


def deleted_facts(args: Args, timeout: float) -> dict[str, Any]:
    """How much of the disk deleted files take up that one unit holds open, and which unit that is."""
    place = str(args["path"])
    if "\0" in place:
        raise OSError("no path holds a null byte")
    device, total = within(timeout, lambda: (os.stat(place).st_dev, shutil.disk_usage(place).total))
    held: Counter[str] = Counter()
    sizes = {(pid, inode): size for pid, inode, size in _deleted(device)}
    for (pid, _), size in sizes.items():
        held[unit_of(pid) or ""] += size
    named = [(size, unit) for unit, size in held.items() if unit]
    if not sizes or not total:
        return {"percent": 0.0}
    most = max(named, default=None)
    return {"percent": round(100 * most[0] / total, 1), "holder": most[1]} if most else {}


def _deleted(device: int) -> Iterator[tuple[int, int, int]]:
    """Process, inode and bytes of every deleted regular file on a device that somebody has open."""
    seen = 0
    for process in (entry for entry in PROC.iterdir() if entry.name.isdigit()):
        for link in _links(process / "fd"):
            seen += 1
            if seen > MAX_OPEN:
                raise OSError("too many open files to look at")
            found = _held(link)
            if found is not None and found.st_dev == device:
                yield int(process.name), found.st_ino, found.st_blocks * 512


def _links(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []  # it has ended, or belongs to somebody else


def _held(link: Path) -> os.stat_result | None:
    try:
        found = link.stat() if os.readlink(link).endswith(_DELETED) else None
    except OSError:
        return None
    return found if found is not None and found.st_nlink == 0 else None


def program_facts(args: Args, timeout: float) -> dict[str, Any]:
    """Whether a program of this name stands on the search path, and which version its package has."""
    from runwright.adapters.shell_local import search_path  # it imports the registry that this file is in

    name = str(args["name"])
    if not _PROGRAM.fullmatch(name):
        return {}
    found = shutil.which(name, path=search_path())
    return {"present": found is not None, **(_version(Path(found), timeout) if found else {})}


def _version(program: Path, timeout: float) -> dict[str, Any]:
    """The version of the package that brought a program, as dpkg knows it; the program itself is not run."""
    from runwright.adapters.shell_local import run_program

    for path in dict.fromkeys((program, program.resolve())):
        owner = run_program(Exec(("dpkg-query", "--search", "--", str(path))), timeout).output.partition(":")[0]
        if owner and not owner.startswith("diversion") and "," not in owner:
            shown = run_program(Exec(("dpkg-query", "--show", "--showformat=${Version}", "--", owner)), timeout)
            return {"version": shown.output.strip()} if shown.exit_code == 0 and shown.output.strip() else {}
    return {}


def served_here(args: Args, timeout: float) -> dict[str, Any]:
    """Which unit of this host serves a name and a port, and how long certbot's certificate for the name lasts."""
    host, port = str(args["host"]), str(args["port"])
    if not (_HOST.fullmatch(host) and port.isdecimal()):
        raise OSError("no name of a host, or no number of a port")
    told: dict[str, Any] = {}
    unit = port_facts(args, timeout).get("unit") if within(timeout, lambda: _is_here(host)) else None
    if unit:
        told["served_by"] = unit
    file = CERTBOT / host / "fullchain.pem"
    if file.exists():
        told["renewed_days_left"] = facts_certificate.file_facts({"path": file}, timeout)["days_left"]
    return told


def _is_here(host: str) -> bool:
    """Whether a name leads to this host: its address can be listened on here."""
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a part of a name that is too long
        raise OSError(str(error)) from error
    for family, kind, _, _, address in found:
        with socket.socket(family, kind) as probe:
            try:
                probe.bind((address[0], 0))
            except OSError:
                continue
            return True
    return False
