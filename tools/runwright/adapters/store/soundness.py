"""Looks whether a SQLite file is whole before anything is read from it, and sets a damaged one aside.

Fails closed: nothing is begun anew until a person has decided, and the damaged files are kept as they were found.
A server such as PostgreSQL looks after its own files.
"""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

from sqlalchemy.engine import make_url

from runwright.errors import EdgeError

DAMAGED = ".damaged-"
TELEMETRY = "agents send what they still hold, open pull requests are found again, and tokens are granted anew"
STEPS = "nothing is lost by that: what was under way is thought about again"
"""What an empty beginning means, for each of the service's two files."""
_PARTS = ("", "-wal", "-shm")
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def look_at(url: str, meaning: str = TELEMETRY) -> None:
    """Raise EdgeError for a SQLite file that is damaged, or that was and has not been restored since.

    `meaning` says what it would mean to begin with an empty one.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return
    path = Path(parsed.database)
    aside = sorted(path.parent.glob(f"{path.name}{DAMAGED}*"))
    if not path.exists():
        if aside:
            raise _refused(path, aside[-1], "was damaged", meaning)
        return
    damage = _damage(path)
    if damage:
        raise _refused(path, _set_aside(path), f"is damaged ({damage})", meaning)


def _damage(path: Path) -> str:
    """Say what is wrong with a file; nothing when it is whole."""
    # The lock is made once the tables are there: from then on an empty file has lost them.
    if path.stat().st_size == 0:
        return "it is empty, and was not" if _lock_of(path).exists() else ""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            told = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)")]
    except sqlite3.DatabaseError as error:
        if (error.sqlite_errorcode & 0xFF) in _BROKEN:
            return str(error)
        raise EdgeError(f"the database {path} cannot be looked at: {error}; check its disk and its rights") from error
    return "" if told == ["ok"] else told[0].replace("\n", " ")[:200]


def _set_aside(path: Path) -> Path:
    """Rename a damaged file and what belongs to it, unless a service works on it; gives where it is."""
    with _lock_of(path).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return path
        stem = next(name for name in _free_names(path) if not Path(name).exists())
        # The file itself goes last: until then the next look finds it, and finds it damaged.
        for part in reversed(_PARTS):
            found = Path(f"{path}{part}")
            if found.exists():
                found.rename(f"{stem}{part}")
    return Path(stem)


def _free_names(path: Path) -> map[str]:
    return map(f"{path}{DAMAGED}{{}}".format, count(1))


def _lock_of(path: Path) -> Path:
    return Path(f"{path}.lock")


def _refused(path: Path, where: Path, what: str, meaning: str) -> EdgeError:
    kept = f"it was kept as {where}" if where != path else "stop the service that works on it"
    return EdgeError(
        f"the database {path} {what}; {kept}. Restore a backup as {path}; or, to begin with an empty one, move the"
        f" damaged files to another folder ({meaning}). Then start again",
        retryable=False,
    )
