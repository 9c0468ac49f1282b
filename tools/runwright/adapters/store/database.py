"""The database behind the store: connecting, transactions, and its troubles as `EdgeError`.

SQLite runs in WAL with `synchronous=FULL`: what was acknowledged survives a power cut. A writer waits at most
five seconds for another one. What is stored is left to the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from runwright.errors import ContentError, EdgeError

BUSY_SECONDS = 5
EXPECTED = "expected a URL such as sqlite:////path/runwright.sqlite3"
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=ON")


class StoreBusy(EdgeError):
    """The database is locked by another writer, or not reachable just now; ask again in a moment."""


class Database:
    """One engine and its two kinds of transaction."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; raises EdgeError when the database does not answer."""
        with told(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes all or nothing, durable when it ends; raises EdgeError otherwise."""
        with told(), self.engine.execution_options(immediate=True).begin() as connection:
            yield connection

    def ping(self) -> None:
        """Look whether the database answers; raises EdgeError when it does not."""
        with self.reading() as connection:
            connection.execute(text("select 1"))

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def connect(url: str) -> Engine:
    """Make the engine for a database URL; raises ContentError for one that cannot be used."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
            raise ContentError(f"a database in memory would forget what was acknowledged; {EXPECTED}")
        engine = create_engine(parsed, hide_parameters=True, pool_size=16, max_overflow=32)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise ContentError(f"the database URL cannot be used: {error}; {EXPECTED}") from error
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin too late and lock too late; they are begun below instead.
    connection.isolation_level = None
    for pragma in reversed(_PRAGMAS):  # the time to wait comes before the first that may have to
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def told() -> Iterator[None]:
    """Turn the database's troubles into `EdgeError`, without the values that were written."""
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig)[:200]
        if "locked" in reason or "busy" in reason:
            raise StoreBusy(f"the database is locked by another writer ({reason}); try again in a moment") from error
        raise StoreBusy(
            f"the database did not do its part: {reason}; check its disk, its rights and its server"
        ) from error
    except SQLAlchemyError as error:
        raise StoreBusy(f"the database did not answer: {str(error)[:200]}") from error
