"""The queue of messages to the service, in the agent's file: in order, kept until the service has them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from runwright.adapters.agent_database import Database


@dataclass(frozen=True, slots=True)
class Message:
    """One message that waits to be sent."""

    number: int
    kind: str
    key: str
    body: str


@dataclass(frozen=True, slots=True)
class QueueState:
    """How full the queue is."""

    depth: int
    oldest: datetime | None
    rejected: int


class Outbox:
    """The queue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, kind: str, key: str, body: str, at: datetime) -> None:
        """Queue a message; it takes the place of a waiting one with the same kind and key."""
        with self._database.change() as change:
            put(change, (kind, key, body), at)

    def head(self) -> Message | None:
        """The message that is next."""
        query = "SELECT number, kind, key, body FROM outbox WHERE rejected_at IS NULL ORDER BY number LIMIT 1"
        found = self._database.rows(query)
        return Message(*found[0]) if found else None

    def delivered(self, number: int) -> None:
        """The service has it."""
        with self._database.change() as change:
            change.execute("DELETE FROM outbox WHERE number = ?", (number,))

    def reject(self, number: int, reason: str, at: datetime) -> None:
        """Put a message aside that the service will never take; it stays in the file with the reason."""
        with self._database.change() as change:
            change.execute(
                "UPDATE outbox SET rejected_at = ?, reason = ? WHERE number = ?", (at.isoformat(), reason, number)
            )

    def queue(self) -> QueueState:
        """How full the queue is."""
        query = (
            "SELECT coalesce(sum(rejected_at IS NULL), 0) AS waiting, coalesce(sum(rejected_at IS NOT NULL), 0) AS "
            "rejected, min(CASE WHEN rejected_at IS NULL THEN queued_at END) AS oldest FROM outbox"
        )
        row = self._database.rows(query)[0]
        oldest = datetime.fromisoformat(row["oldest"]) if row["oldest"] else None
        return QueueState(row["waiting"], oldest, row["rejected"])


def put(change: sqlite3.Connection, message: tuple[str, str, str], at: datetime) -> None:
    """Queue a message within a transaction of the caller."""
    kind, key, body = message
    change.execute("DELETE FROM outbox WHERE kind = ? AND key = ? AND rejected_at IS NULL", (kind, key))
    change.execute(
        "INSERT INTO outbox (kind, key, body, queued_at) VALUES (?, ?, ?, ?)", (kind, key, body, at.isoformat())
    )
