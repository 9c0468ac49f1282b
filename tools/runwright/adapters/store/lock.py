"""Sees to it that one service alone works on a SQLite database; the lock goes with its process, however that ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runwright.adapters.store.database import Database
from runwright.errors import EdgeError


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Hold the database's lock; raises EdgeError when another service has it. Only SQLite needs one."""
    url = database.engine.url
    if url.get_backend_name() != "sqlite" or url.database is None:
        yield
        return
    path = Path(url.database + ".lock")
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EdgeError(
                f"another service works on {url.database}; stop it, or give this one a --state of its own",
                retryable=False,
            ) from error
        yield
