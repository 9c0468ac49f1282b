"""Access tokens in the store: only their SHA-256 is kept. Meets `service.ports` by shape."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Row, insert, select, update

from runwright.adapters.store.database import Database
from runwright.adapters.store.tables import tokens
from runwright.model.intake import Access, Role


class Accesses:
    """Who may send, and who may review."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def find(self, token_hash: str) -> tuple[str, Access] | None:
        """The stored hash and what it grants, revoked or not; None when there is none."""
        with self.database.reading() as connection:
            row = connection.execute(select(tokens).where(tokens.c.token_hash == token_hash)).first()
        return (row.token_hash, _access(row)) if row is not None else None

    def grant(self, token_hash: str, role: Role, site_id: str | None, now: datetime) -> Access:
        """Store a new token's hash."""
        with self.database.writing() as connection:
            values = {"token_hash": token_hash, "role": role, "site_id": site_id, "created_at": now}
            number = connection.execute(insert(tokens).values(values)).inserted_primary_key
        assert number is not None
        return Access(int(number[0]), role, site_id, now)

    def all(self) -> tuple[Access, ...]:
        """Every token that was ever granted, oldest first."""
        with self.database.reading() as connection:
            return tuple(_access(row) for row in connection.execute(select(tokens).order_by(tokens.c.id)))

    def revoke(self, number: int, now: datetime) -> bool:
        """End a token at once; False when there is none of that id. The first time stays."""
        with self.database.writing() as connection:
            found = connection.scalar(select(tokens.c.id).where(tokens.c.id == number)) is not None
            unrevoked = (tokens.c.id == number) & tokens.c.revoked_at.is_(None)
            connection.execute(update(tokens).where(unrevoked).values(revoked_at=now))
        return found


def _access(row: Row[tuple[object, ...]]) -> Access:
    return Access(row.id, row.role, row.site_id, row.created_at, row.revoked_at)
