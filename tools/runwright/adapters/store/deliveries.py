"""Deliveries of webhooks, each taken once, and the pauses that a hosting service asked for. Meets ports by shape.

Of a payload nothing is kept but where it says that something changed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from runwright.adapters.store.database import Database, if_new
from runwright.adapters.store.tables_hosting import deliveries, pauses
from runwright.model.delivery import Delivery, Taken

KEPT = timedelta(days=30)
"""How long a delivery is remembered; GitHub sends one again for 3 days, older pages of its say 30."""


class Deliveries:
    """Which deliveries came, and which of them were heeded."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def take(self, delivery: Delivery, now: datetime) -> Taken:
        """Note a delivery; a duplicate is one that came before, or says what one says that nobody has heeded yet.

        The hooks of an App and of a repository tell of one event twice, under ids that may differ.
        """
        with self.database.writing() as connection:
            twin = _is_waiting(connection, delivery)
            values = {
                "id": delivery.id,
                "event": delivery.event,
                "action": delivery.action,
                "repository": delivery.repository,
                "number": delivery.number,
                "sha": delivery.sha,
                "received_at": now,
                "done_at": now if twin else None,
            }
            new = connection.execute(if_new(connection, deliveries).values(values)).rowcount == 1
        return "accepted" if new and not twin else "duplicate"

    def heed(self, now: datetime) -> int:
        """Note that all deliveries up to now are about to be heeded; how many there were."""
        waiting = deliveries.c.done_at.is_(None) & (deliveries.c.received_at <= now)
        with self.database.writing() as connection:
            return connection.execute(update(deliveries).where(waiting).values(done_at=now)).rowcount

    def prune(self, now: datetime) -> None:
        """Forget what is too old to come again."""
        with self.database.writing() as connection:
            connection.execute(delete(deliveries).where(deliveries.c.received_at < now - KEPT))


class Pauses:
    """Until when somebody outside wants to be left alone; a restart waits, too."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def until(self, name: str) -> datetime | None:
        """The end of the last pause of that name."""
        with self.database.reading() as connection:
            found: datetime | None = connection.scalar(select(pauses.c.until).where(pauses.c.name == name))
        return found

    def pause(self, name: str, until: datetime, reason: str) -> None:
        """Keep a pause; one that lasts longer stays."""
        values = {"until": until, "reason": reason[:500]}
        with self.database.writing() as connection:
            connection.execute(if_new(connection, pauses).values(name=name, **values))
            shorter = (pauses.c.name == name) & (pauses.c.until < until)
            connection.execute(update(pauses).where(shorter).values(values))


def _is_waiting(connection: Connection, delivery: Delivery) -> bool:
    same = (
        deliveries.c.done_at.is_(None)
        & (deliveries.c.id != delivery.id)
        & (deliveries.c.event == delivery.event)
        & (deliveries.c.action == delivery.action)
        & (deliveries.c.repository == delivery.repository)
        & (deliveries.c.number == delivery.number)
        & (deliveries.c.sha == delivery.sha)
    )
    return connection.scalar(select(deliveries.c.id).where(same).limit(1)) is not None
