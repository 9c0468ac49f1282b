"""Signs of life: a replica holds a lock of the database's server as long as it lives, however it ends.

On SQLite one service alone works on the database (`lock`), so whoever else left work there is gone.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from runwright.adapters.store.database import Database, told
from runwright.errors import EdgeError

_TAKE = text("select pg_try_advisory_lock(:number)")
_TRY = text("select pg_try_advisory_xact_lock(:number)")


class Liveness:
    """The lock of one replica, by its name, on a connection that is kept for it."""

    def __init__(self, database: Database, name: str) -> None:
        self.database, self.name = database, name
        self._held: Connection | None = None

    def hold(self) -> None:
        """Show to be alive from now on, and see that it still shows; raises EdgeError when it cannot."""
        if self.database.engine.dialect.name != "postgresql":
            return
        with told():
            if self._held is not None and _answers(self._held):
                return
            self._let_go()
            connection = self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if not connection.scalar(_TAKE, {"number": number_of(self.name)}):
                connection.close()
                raise EdgeError(f"another process holds the sign of life of {self.name}")
            self._held = connection

    def is_gone(self, name: str) -> bool:
        """Whether a replica has ended: nobody holds its lock."""
        if self.database.engine.dialect.name != "postgresql":
            return name != self.name
        with self.database.writing() as connection:
            return bool(connection.scalar(_TRY, {"number": number_of(name)}))

    def end(self) -> None:
        """Show no life any more."""
        with told():
            self._let_go()

    def _let_go(self) -> None:
        if self._held is not None:
            # The lock belongs to the session: giving the connection back to the pool would keep it.
            self._held.invalidate()
            self._held.close()
            self._held = None


def number_of(name: str) -> int:
    """The lock's number for a name: 63 bits, so that no other lock of the database is met by chance."""
    return int.from_bytes(hashlib.sha256(f"runwright:{name}".encode()).digest()[:8], "big") >> 1


def _answers(connection: Connection) -> bool:
    try:
        connection.scalar(text("select 1"))
    except DBAPIError:
        return False
    return True
