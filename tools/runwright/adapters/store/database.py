"""The database behind the store: connecting, transactions, and its troubles as `EdgeError`.

SQLite runs in WAL with `synchronous=FULL`: what was acknowledged survives a power cut. A writer waits at most
five seconds for another one. What is stored is left to the modules beside this one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from runwright.errors import ContentError, EdgeError

BUSY_SECONDS = 5
LOCK_MILLISECONDS = 5_000
ROOM = 1_048_576
"""Bytes that the disk of a SQLite file must have left for the service to be called ready."""
EXPECTED = "expected a URL such as sqlite:////path/runwright.sqlite3 or postgresql://user@host/database"
T = TypeVar("T")
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=ON")


class StoreBusy(EdgeError):
    """The database is locked by another writer, or not reachable just now; ask again in a moment."""


class StoreRefused(EdgeError):
    """The database does not take what was to be written; the same again will be refused again."""


class Database:
    """One engine and its two kinds of transaction."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        self._at_close: list[Callable[[], None]] = []

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

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do a piece of work in one transaction, durable when it ends; raises EdgeError otherwise."""
        with self.writing() as connection:
            return work(connection)

    def ping(self) -> None:
        """Look whether the database answers and has room; raises EdgeError when it does not."""
        with self.reading() as connection:
            connection.execute(text("select 1"))
        self._look_at_room()

    def _look_at_room(self) -> None:
        # Reading goes on where the disk is full; what is acknowledged must be written.
        url = self.engine.url
        if url.get_backend_name() != "sqlite" or url.database is None:
            return
        free = shutil.disk_usage(Path(url.database).parent).free
        if free < ROOM:
            raise StoreBusy(f"the disk of {url.database} has {free} bytes left; make room, at least {ROOM} bytes")

    def at_close(self, work: Callable[[], None]) -> None:
        """Let something be done before all connections are given back."""
        self._at_close.append(work)

    def close(self) -> None:
        """Give all connections back."""
        for work in self._at_close:
            work()
        self.engine.dispose()


def connect(url: str) -> Engine:
    """Make the engine for a database URL; raises ContentError for one that cannot be used."""
    try:
        parsed = plain(make_url(url))
        if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
            raise ContentError(f"a database in memory would forget what was acknowledged; {EXPECTED}")
        engine = create_engine(parsed, hide_parameters=True, pool_size=16, max_overflow=32, **_options(parsed))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise ContentError(f"the database URL cannot be used: {error}; {EXPECTED}") from error
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def plain(url: URL) -> URL:
    """The URL with the driver that is used here; `postgres://` is what some providers write for PostgreSQL."""
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgresql", "postgres"} else url


def if_new(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that leaves what another process wrote at the same moment as it is."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def _options(url: URL) -> dict[str, Any]:
    """What a server needs that a file does not: nobody waits for it without an end, and a lost connection is seen."""
    if url.get_backend_name() != "postgresql":
        return {}
    limits = f"-c lock_timeout={LOCK_MILLISECONDS} -c statement_timeout=60000"
    # Without an encoding of its own, a client in a database without one is given bytes for text.
    words = {"connect_timeout": 10, "options": limits, "client_encoding": "utf8"}
    return {"pool_pre_ping": True, "connect_args": words}


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
        if isinstance(error, (DataError, IntegrityError)):
            raise StoreRefused(f"the database does not take it: {type(error).__name__}") from error
        if "locked" in reason or "busy" in reason:
            raise StoreBusy(f"the database is locked by another writer ({reason}); try again in a moment") from error
        raise StoreBusy(
            f"the database did not do its part: {reason}; check its disk, its rights and its server"
        ) from error
    except SQLAlchemyError as error:
        raise StoreBusy(f"the database did not answer: {str(error)[:200]}") from error
