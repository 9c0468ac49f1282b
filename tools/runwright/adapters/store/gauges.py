"""How much there is of what the service keeps, in numbers alone. Meets `service.ports.Counts` by shape."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.sql.elements import ColumnElement

from runwright.adapters.store.database import Database
from runwright.adapters.store.tables import agents, executions, failures

SILENT = timedelta(hours=1)
"""An agent that has not reported for so long is counted as silent."""


class Gauges:
    """Counts by indexes and in small tables, so that asking often costs little."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def numbers(self, now: datetime, newest: int | None) -> dict[str, int]:
        """Each number by its name; `newest` is the sequence number of the newest release, as far as there is one."""
        reported = agents.c.reported_at.is_not(None)
        asked: dict[str, ColumnElement[bool]] = {
            "executions_waiting": executions.c.stage == "received",
            "failures_open": failures.c.open,
            "failures_under_way": and_(failures.c.open, failures.c.under_way),
            "failures_put_off": and_(failures.c.open, failures.c.due_at > now),
            "agents": reported,
            "agents_behind": and_(reported, func.coalesce(agents.c.seq, 0) < (newest or 0)),
            "agents_silent": and_(reported, agents.c.reported_at < now - SILENT),
        }
        with self.database.reading() as connection:
            return {name: connection.scalar(select(func.count()).where(which)) or 0 for name, which in asked.items()}
