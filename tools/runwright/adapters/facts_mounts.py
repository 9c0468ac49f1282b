"""What is mounted where, what fstab says of it, and whether a lost mount left files behind, without running a program.

proc_pid_mountinfo(5): https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
fstab(5): https://man7.org/linux/man-pages/man5/fstab.5.html
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MOUNTINFO, FSTAB = Path("/proc/self/mountinfo"), Path("/etc/fstab")
_OCTAL = re.compile(r"\\([0-7]{3})")


def mount_facts(args: Mapping[str, Any], _timeout: float) -> dict[str, Any]:
    """Tell of one folder; raises `OSError` where the kernel's list cannot be read."""
    place = os.path.normpath(str(args["path"]))
    options = _mounted(MOUNTINFO.read_text("utf-8", "surrogateescape"), place)
    facts: dict[str, Any] = {"mounted": options is not None, **_in_fstab(place)}
    if options is not None:
        return {**facts, "read_only": "ro" in options.split(","), "hides_files": False}
    return {**facts, **_left_behind(place)}


def _mounted(mountinfo: str, place: str) -> str | None:
    """The options of the topmost mount at a place; its own ones and the file system's."""
    found = None
    for line in mountinfo.splitlines():
        words = line.split(" ")
        if len(words) > 6 and _plain(words[4]) == place:
            found = f"{words[5]},{words[-1]}"
    return found


def _in_fstab(place: str) -> dict[str, Any]:
    try:
        lines = FSTAB.read_text("utf-8", "surrogateescape").splitlines()
    except FileNotFoundError:
        return {"in_fstab": False}
    except OSError:
        return {}
    words = (line.split() for line in lines if not line.lstrip().startswith("#"))
    return {"in_fstab": any(len(word) > 2 and os.path.normpath(_plain(word[1])) == place for word in words)}


def _left_behind(place: str) -> dict[str, Any]:
    """Files in the bare folder: mounting over it would hide them."""
    try:
        with os.scandir(place) as entries:
            return {"hides_files": next(entries, None) is not None}
    except FileNotFoundError:
        return {"hides_files": False}
    except OSError:
        return {}


def _plain(word: str) -> str:
    r"""Both files write a blank as \040."""
    return _OCTAL.sub(lambda match: chr(int(match[1], 8)), word)
