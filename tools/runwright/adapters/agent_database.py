"""The agent's own SQLite file: opened, checked, its tables made; each change one durable transaction.

WAL with synchronous=FULL: what a call wrote is on the disk when it returns (https://www.sqlite.org/pragma.html#pragma_synchronous).
A file that cannot be trusted is moved aside and kept, never overwritten.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from runwright.errors import EdgeError

FILE_NAME, LOCK_NAME = "agent.sqlite3", "running.sqlite3"
BUSY_SECONDS = 5.0
_FIRST = """
CREATE TABLE incidents (
  incident_id TEXT PRIMARY KEY, check_id TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL,
  opened_at TEXT NOT NULL, closed_at TEXT);
CREATE UNIQUE INDEX one_open_incident_per_check ON incidents (check_id) WHERE closed_at IS NULL;
CREATE TABLE runs (
  number INTEGER PRIMARY KEY AUTOINCREMENT, execution_id TEXT NOT NULL UNIQUE, runbook TEXT NOT NULL,
  lock TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT, body TEXT NOT NULL);
CREATE INDEX runs_by_target ON runs (runbook, lock, finished_at);
CREATE TABLE journal (
  number INTEGER PRIMARY KEY AUTOINCREMENT, execution_id TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX journal_by_run ON journal (execution_id, number);
CREATE TABLE outbox (
  number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
  queued_at TEXT NOT NULL, rejected_at TEXT, reason TEXT);
CREATE UNIQUE INDEX one_waiting_message ON outbox (kind, key) WHERE rejected_at IS NULL;
CREATE TABLE pattern_stats (signature TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE resolutions (
  number INTEGER PRIMARY KEY AUTOINCREMENT, incident_id TEXT NOT NULL, execution_id TEXT, level TEXT NOT NULL,
  action TEXT, outcome TEXT NOT NULL, time_ms REAL NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_APPROVALS = """
CREATE TABLE approvals (
  number INTEGER PRIMARY KEY AUTOINCREMENT, execution_id TEXT NOT NULL, step TEXT NOT NULL, runbook TEXT NOT NULL,
  body TEXT NOT NULL, asked_at TEXT NOT NULL, expires_at TEXT NOT NULL, closed_at TEXT,
  answer INTEGER, answered_by TEXT, reason TEXT NOT NULL DEFAULT '', UNIQUE (execution_id, step));
"""
_LAYOUTS = (_FIRST, _APPROVALS)
"""What each layout adds to the one before."""
VERSION = len(_LAYOUTS)


class Database:
    """One connection to one file; used by the thread that opened it."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    @contextlib.contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is kept, or nothing; raises `EdgeError`."""
        with told(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """Read rows; raises `EdgeError`."""
        with told(self._path):
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def open_database(folder: Path, now: datetime) -> Database:
    """Open the agent's file in its state folder; raises `EdgeError` that says where a bad file was put."""
    path = folder / FILE_NAME
    with told(path):
        make_private(folder)
    try:
        connection = _connected(path)
    except sqlite3.DatabaseError as error:
        raise _trouble(path, error, now) from error
    return Database(connection, path)


def make_private(folder: Path) -> None:
    """Make the state folder for its owner alone: it holds what commands said, before the redaction."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        if (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(found)
        _make_tables(connection, path)
    except BaseException:
        connection.close()
        raise
    os.chmod(path, 0o600)
    return connection


def _make_tables(connection: sqlite3.Connection, path: Path) -> None:
    if _layout(connection) == VERSION:
        return
    # Another process may be doing the same: whoever comes second finds it done.
    connection.execute("BEGIN IMMEDIATE")
    try:
        _bring_up(connection, _layout(connection), path)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _bring_up(connection: sqlite3.Connection, version: int, path: Path) -> None:
    if version > VERSION:
        raise EdgeError(
            f"{path} was written by a newer agent (its layout is {version}, this agent knows {VERSION}); "
            "install that agent again, or name another state_dir",
            retryable=False,
        )
    for statement in (part for layout in _LAYOUTS[version:] for part in layout.split(";")):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version={VERSION}")


def _layout(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _trouble(path: Path, error: sqlite3.DatabaseError, now: datetime) -> EdgeError:
    if isinstance(error, sqlite3.OperationalError):
        return EdgeError(_operational(path, error))
    return damaged(path, error, now)


def damaged(path: Path, error: Exception, now: datetime) -> EdgeError:
    """Keep a damaged file aside, and say so."""
    why, aside = " ".join(str(error).split())[:200], set_aside(path, now)
    return EdgeError(
        f"{path} is damaged ({why}); it was kept as {aside}, and the next start begins with an empty file; "
        "what waited there to be sent is in the kept file",
        retryable=False,
    )


def set_aside(path: Path, now: datetime) -> Path:
    """Move a damaged file and what belongs to it out of the way, under a name that is free."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (path.with_name(f"{path.name}.damaged-{stamp}{more}") for more in ("", *(f"-{n}" for n in range(2, 1000))))
    aside = next(name for name in names if not name.exists())
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the database's and the file system's errors into one that a person can act on."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise EdgeError(_operational(path, error)) from error
    except sqlite3.DatabaseError as error:
        raise EdgeError(
            f"{path} cannot be read: {error}; start the agent again, it keeps the file aside", retryable=False
        ) from error
    except OSError as error:
        raise EdgeError(
            f"{error.filename or path}: {error.strerror}; give the agent's user access to it", retryable=False
        ) from error


def _operational(path: Path, error: sqlite3.OperationalError) -> str:
    if "locked" in str(error) or "busy" in str(error):
        return f"{path} is locked by another program for more than {BUSY_SECONDS:g} s; end that program, then try again"
    return f"{path}: {error}; check the disk and the rights of the folder"


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the state folder for one running agent; raises `EdgeError` while another one holds it.

    The lock is the operating system's, on a file of its own, so it is gone as soon as its holder is.
    """
    path = folder / LOCK_NAME
    with told(path):
        make_private(folder)
        connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        _hold(connection, folder)
        yield
    finally:
        connection.close()


def _hold(connection: sqlite3.Connection, folder: Path) -> None:
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        said = f"another agent runs with the state folder {folder}; stop it, or name another state_dir"
        raise EdgeError(said) from error
