"""Whose turn it is to propose: one decision at a time, over all replicas; what it is decided by comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, text, update

from runwright.adapters.store.database import Database
from runwright.adapters.store.tables import executions
from runwright.adapters.store.tables_review import proposal_turns
from runwright.model.pacing import Turn, Wait

KEPT = timedelta(days=2)
"""How long a turn is kept that nobody came back for."""
REMEMBERED = timedelta(days=30)
"""How long one that was granted tells whose pull request it became."""
Decide = Callable[[Turn, tuple[Turn, ...]], Wait | None]


class Turns:
    """The line of those that want to propose."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def take(self, turn: Turn, decide: Decide) -> Wait | None:
        """Ask for a turn and note what comes of it; who asks again keeps the place in the line."""
        now = turn.asked_at
        with self.database.writing() as connection:
            _one_at_a_time(connection)
            rows = [_turn(row) for row in connection.execute(select(proposal_turns))]
            before = next((row for row in rows if row.fingerprint == turn.fingerprint), None)
            mine = _again(turn, before)
            wait = decide(mine, tuple(row for row in rows if row.fingerprint != turn.fingerprint))
            _keep(connection, mine, wait, now)
            gone = (proposal_turns.c.asked_at < now - KEPT) & (proposal_turns.c.until < now - KEPT)
            connection.execute(delete(proposal_turns).where(gone | (proposal_turns.c.granted_at < now - REMEMBERED)))
        return wait

    def waiting(self) -> tuple[Turn, ...]:
        """Those that were told to wait."""
        with self.database.reading() as connection:
            rows = connection.execute(select(proposal_turns).where(proposal_turns.c.granted_at.is_(None))).all()
        return tuple(_turn(row) for row in rows)

    def sites(self) -> int:
        """How many sites have sent anything."""
        with self.database.reading() as connection:
            counted = select(func.count(func.distinct(executions.c.site_id)))
            return connection.scalar(counted) or 0

    def led_by(self, fingerprint: str) -> str:
        """The site whose failure was answered first; empty where nobody knows any more."""
        with self.database.reading() as connection:
            this = select(proposal_turns.c.site_id).where(proposal_turns.c.fingerprint == fingerprint)
            return connection.scalar(this) or ""


def _one_at_a_time(connection: Connection) -> None:
    """In SQLite one writes at a time anyhow."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("lock table proposal_turns in exclusive mode"))


def _again(turn: Turn, before: Turn | None) -> Turn:
    """The same turn, since it was asked for first; one that was granted before asks anew."""
    if before is None or before.granted_at is not None:
        return turn
    return replace(turn, asked_at=before.asked_at, until=before.until)


def _keep(connection: Connection, turn: Turn, wait: Wait | None, now: datetime) -> None:
    values: dict[str, Any] = {
        "priority": turn.priority,
        "asked_at": turn.asked_at,
        "until": wait.until if wait else None,
        "granted_at": None if wait else now,
        "site_id": turn.site_id,
    }
    this = proposal_turns.c.fingerprint == turn.fingerprint
    if not connection.execute(update(proposal_turns).where(this).values(values)).rowcount:
        connection.execute(insert(proposal_turns).values(fingerprint=turn.fingerprint, **values))


def _turn(row: Row[Any]) -> Turn:
    return Turn(row.fingerprint, row.priority, row.asked_at, row.until, row.granted_at, row.site_id)
