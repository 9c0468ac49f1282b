"""Who keeps /etc/resolv.conf, and does somebody work on the packages now, without running a program.

Raises `OSError` where something cannot be read; the registry turns that into "not known".
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Args = Mapping[str, Any]
RESOLV_CONF = Path("/etc/resolv.conf")
RESOLVED = "/run/systemd/resolve/"
LOCKS = (Path("/var/lib/dpkg/lock-frontend"), Path("/var/lib/dpkg/lock"))
"""What apt and dpkg hold while they work (apt-get(8), dpkg(1))."""


def resolver_facts(_args: Args, _timeout: float) -> dict[str, Any]:
    """Whether systemd-resolved keeps the file, and the servers in it; see resolv.conf(5)."""
    try:
        text = RESOLV_CONF.read_text("utf-8", "replace")
    except FileNotFoundError:
        text = ""
    words = (line.split() for line in text.splitlines())
    servers = [word[1] for word in words if len(word) > 1 and word[0] == "nameserver"]
    return {"managed": str(_led_to(RESOLV_CONF)).startswith(RESOLVED), "servers": servers}


def _led_to(path: Path) -> str:
    """Where a link leads, even while nothing stands there; the path itself when it is no link."""
    return os.path.normpath(path.parent / os.readlink(path)) if path.is_symlink() else str(path)


def package_facts(_args: Args, _timeout: float) -> dict[str, Any]:
    """Whether another process holds a lock on the packages; asking takes no lock."""
    return {"locked": any(_held(path) for path in LOCKS)}


def _held(path: Path) -> bool:
    import fcntl  # no other system than Linux has it

    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        # struct flock of fcntl(2): type, whence, start, length, process; room for its padding behind.
        asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        answered = struct.unpack("hhqqi4x", fcntl.fcntl(file, fcntl.F_GETLK, asked))
    finally:
        os.close(file)
    return bool(answered[0] != fcntl.F_UNLCK)
