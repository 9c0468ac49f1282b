"""How the runs of a runbook's version went, from the executions; a dry run is none."""

from __future__ import annotations

from sqlalchemy import func, select

from runwright.adapters.store.counts import VIEW
from runwright.adapters.store.database import Database
from runwright.adapters.store.tables import executions
from runwright.model.review import PastRun

FIELDS = ("status", "error_step", "error_message")


class PastRuns:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def runs_of(self, runbook_id: str, version: int, limit: int) -> tuple[PastRun, ...]:
        """The newest runs of a version, newest first, as far back as effects are counted."""
        body = executions.c.body
        last = select(func.max(executions.c.number)).scalar_subquery()
        told = select(
            *(executions.c[name] for name in ("execution_id", "site_id", "received_at")),
            *(body[name].as_string().label(name) for name in FIELDS),
            body["success"].as_boolean().label("success"),
            body["verification_passed"].as_boolean().label("verification_passed"),
            body["duration_seconds"].as_float().label("duration_seconds"),
        )
        mine = (
            (executions.c.number > last - VIEW)
            & (body["runbook_id"].as_string() == runbook_id)
            & (body["runbook_version"].as_integer() == version)
            & (func.coalesce(body["status"].as_string(), "") != "dry_run")
        )
        with self.database.reading() as connection:
            rows = connection.execute(told.where(mine).order_by(executions.c.number.desc()).limit(limit)).all()
        return tuple(
            PastRun(
                execution_id=row.execution_id,
                site_id=row.site_id,
                version=version,
                status=row.status,
                success=bool(row.success),
                verification_passed=row.verification_passed,
                duration_seconds=row.duration_seconds,
                error_step=row.error_step,
                error_message=row.error_message,
                at=row.received_at,
            )
            for row in rows
        )
