"""Reads whether a file can be changed by its path: what `files_local` and `files_copy` refuse, and what a disk refuses.

What stands at the path is read in `facts_system`.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any


def ways_to(path: Path) -> dict[str, Any]:
    """Whether the path can be walked without a link, is free for a file, and lies on a disk that can be written."""
    told = {"reachable": _is_real(path.parent), "vacant": _is_vacant(path)}
    return {**told, **_disk_of(path)} if told["reachable"] else told


def names_of(found: os.stat_result) -> dict[str, int]:
    """How many names a file has; a folder has one, since it can have no hard links."""
    return {"names": found.st_nlink if stat.S_ISREG(found.st_mode) else 1}


def _is_real(folder: Path) -> bool:
    """Whether every folder on the way exists and none of them is a link."""
    ways = (folder, *folder.parents)
    return folder.is_absolute() and all(way.is_dir() and not way.is_symlink() for way in ways)


def _is_vacant(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() if os.path.lexists(path) else True


def _disk_of(path: Path) -> dict[str, bool]:
    """Whether the file system was mounted read-only; where the path itself is a place of one, that one counts."""
    if not hasattr(os, "statvfs"):
        return {}
    there = path if path.exists() and not path.is_symlink() else path.parent
    return {"read_only": bool(os.statvfs(there).f_flag & os.ST_RDONLY)}
