"""A connection that stays, for whoever writes all the time: to be given one each time costs as much as the writing.

On a server each statement of it is a transaction of its own, durable once it is answered: one journey instead of
four. A file is no journey away; there each piece of work is a transaction as anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from runwright.adapters.store.database import Database, told

T = TypeVar("T")


class Writer(Protocol):
    """Whoever does a piece of work that writes."""

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do it; what it wrote is durable then. Raises EdgeError when it could not be done."""


def standing(database: Database) -> Writer:
    """The writer that suits a database."""
    return Standing(database) if database.engine.dialect.name == "postgresql" else database


class Standing:
    """One connection to a server, for one thread."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._connection: Connection | None = None
        database.at_close(self.close)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do a piece of work whose first statement alone writes, and which may be done twice; raises EdgeError."""
        with told():
            try:
                return self._done(work)
            except DBAPIError as error:
                # It may have been lost long ago; that shows at the next use alone.
                if not error.connection_invalidated:
                    raise
            return self._done(work)

    def close(self) -> None:
        """Give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _done(self, work: Callable[[Connection], T]) -> T:
        if self._connection is None:
            self._connection = self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            with self._connection.begin():
                return work(self._connection)
        except DBAPIError:
            self.close()
            raise
