"""The newest backup in a folder: its age, its size, and how many there are. Links are not followed."""

from __future__ import annotations

import fnmatch
import os
import time
from collections.abc import Mapping
from typing import Any

Args = Mapping[str, Any]
SKEW_SECONDS = 300.0
"""A file dated further in the future than this is no proof that a backup was made."""


def backup_facts(args: Args, _timeout: float) -> dict[str, Any]:
    """Look at the regular files in a folder, not below it, that match a pattern; raises `OSError`."""
    now = time.time()
    with os.scandir(str(args["folder"])) as entries:
        found = [
            entry.stat(follow_symlinks=False)
            for entry in entries
            if fnmatch.fnmatchcase(entry.name, str(args["pattern"])) and entry.is_file(follow_symlinks=False)
        ]
    dated = [one for one in found if one.st_mtime <= now + SKEW_SECONDS]
    if not dated:
        return {"count": len(found)}
    newest = max(dated, key=lambda one: one.st_mtime)
    age = max(0.0, now - newest.st_mtime) / 3600
    return {"count": len(found), "newest_age_hours": round(age, 3), "newest_size_bytes": newest.st_size}
