"""Executions in the store: kept once, claimed oldest first, ended once. Meets `service.ports` by shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from runwright.adapters.store.database import Database
from runwright.adapters.store.tables import analyses, executions, proposal_links, quarantine
from runwright.model.intake import Finished, Incoming, Kept, Misfit, Work

LONGEST_DELAY = timedelta(minutes=10)
"""A due time farther away than this was set by a clock that has since been put back."""


class Executions:
    """The inbox and the backlog in one table."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def keep(self, items: Sequence[Incoming], now: datetime) -> tuple[Kept, ...]:
        """Store what is new, all in one durable transaction, and say of each whether it was; the first is kept."""
        with self.database.reading() as connection:
            known = [_known(connection, item) for item in items]
        if None not in known:
            return tuple(kept for kept in known if kept is not None)
        with self.database.writing() as connection:
            return tuple(_keep(connection, item, now) for item in items)

    def put_aside(self, items: Sequence[Misfit], now: datetime) -> None:
        """Keep what this version cannot read, once each."""
        with self.database.writing() as connection:
            for item in items:
                _put_aside(connection, item, now)

    def claim(self, now: datetime) -> Work | None:
        """Take the oldest that is due and note so durably, before anything is done; None when none is."""
        with self.database.reading() as connection:
            if connection.execute(_due(now)).first() is None:
                return None
        with self.database.writing() as connection:
            row = connection.execute(_due(now)).first()
            if row is None:
                return None
            connection.execute(update(executions).where(executions.c.number == row.number).values(under_way=True))
            return _work(row)

    def take_up(self, now: datetime) -> int:
        """Find what an earlier process left under way and let it be due again; gives how much that was.

        Whoever was cut off often waits longer each time, so that one that ends the process holds up no other.
        """
        left = select(executions.c.number, executions.c.cut_offs).where(executions.c.under_way)
        with self.database.writing() as connection:
            rows = connection.execute(left).all()
            for row in rows:
                due = now + timedelta(seconds=min(2 ** max(row.cut_offs - 1, 0) - 1, 300))
                values = {"under_way": False, "cut_offs": row.cut_offs + 1, "due_at": due}
                connection.execute(update(executions).where(executions.c.number == row.number).values(values))
        return len(rows)

    def finish(self, work: Work, finished: Finished, now: datetime) -> None:
        """End the work: its stage, the analysis and the link to the pull request, all or nothing."""
        with self.database.writing() as connection:
            ended = {"stage": finished.stage, "reason": finished.reason, "finished_at": now}
            this = update(executions).where(executions.c.number == work.number)
            connection.execute(this.values(under_way=False, attempts=work.attempts, **ended))
            if finished.triage is not None:
                _store_analysis(connection, work, finished, now)
            if finished.fingerprint is not None and finished.pull_number is not None:
                _store_link(connection, work, finished, now)

    def put_off(self, work: Work, due_at: datetime, reason: str, *, attempted: bool) -> None:
        """Come back to it later; `attempted` says whether the try counts against it."""
        changed = {"attempts": work.attempts} if attempted else {"delays": work.delays + 1}
        with self.database.writing() as connection:
            this = update(executions).where(executions.c.number == work.number)
            connection.execute(this.values(under_way=False, due_at=due_at, reason=reason, **changed))

    def next_due(self) -> datetime | None:
        """When the next one is due; None when all work is done."""
        with self.database.reading() as connection:
            soonest = select(func.min(executions.c.due_at)).where(executions.c.stage == "received")
            due: datetime | None = connection.scalar(soonest)
        return due

    def seen(self, fingerprint: str) -> int:
        """How many failures of that fingerprint were analysed."""
        with self.database.reading() as connection:
            counted = select(func.count()).select_from(analyses).where(analyses.c.fingerprint == fingerprint)
            return connection.scalar(counted) or 0

    def backlog(self) -> int:
        """How many are still to be worked on."""
        with self.database.reading() as connection:
            counted = select(func.count()).select_from(executions).where(executions.c.stage == "received")
            return connection.scalar(counted) or 0


def _known(connection: Connection, item: Incoming) -> Kept | None:
    same = (executions.c.site_id == item.site_id) & (executions.c.execution_id == item.execution_id)
    digest = connection.scalar(select(executions.c.digest).where(same))
    if digest is None:
        return None
    return "duplicate" if digest == item.digest else "conflict"


def _keep(connection: Connection, item: Incoming, now: datetime) -> Kept:
    known = _known(connection, item)
    if known is not None:
        return known
    connection.execute(
        insert(executions).values(
            site_id=item.site_id,
            execution_id=item.execution_id,
            body=item.body,
            digest=item.digest,
            received_at=now,
            due_at=now,
            stage="received",
        )
    )
    return "accepted"


def _put_aside(connection: Connection, item: Misfit, now: datetime) -> None:
    same = (quarantine.c.site_id == item.site_id) & (quarantine.c.digest == item.digest)
    if connection.scalar(select(quarantine.c.id).where(same)) is None:
        values = {"site_id": item.site_id, "digest": item.digest, "reason": item.reason, "body": item.body}
        connection.execute(insert(quarantine).values(received_at=now, **values))


def _is_due(now: datetime) -> ColumnElement[bool]:
    # The order is that of receipt; a clock that jumps must not hide what waits.
    return or_(executions.c.due_at <= now, executions.c.due_at > now + LONGEST_DELAY)


def _due(now: datetime):  # type: ignore[no-untyped-def]  # the type of a select names every column
    return (
        select(executions).where(executions.c.stage == "received", _is_due(now)).order_by(executions.c.number).limit(1)
    )


def _work(row: Row[tuple[object, ...]]) -> Work:
    return Work(row.number, row.site_id, row.execution_id, row.body, row.attempts + 1, row.delays, row.cut_offs)


def _store_analysis(connection: Connection, work: Work, finished: Finished, now: datetime) -> None:
    triage = finished.triage
    assert triage is not None
    same = (analyses.c.site_id == work.site_id) & (analyses.c.execution_id == work.execution_id)
    connection.execute(delete(analyses).where(same))
    connection.execute(
        insert(analyses).values(
            site_id=work.site_id,
            execution_id=work.execution_id,
            analyzed_at=now,
            failure_type=triage.failure_type,
            fingerprint=finished.fingerprint,
            triage=triage.model_dump(mode="json"),
            improved_runbook_generated=finished.improved_runbook_id is not None,
            improved_runbook_id=finished.improved_runbook_id,
            tried=list(finished.tried),
            missing_facts=list(finished.missing_facts),
        )
    )


def _store_link(connection: Connection, work: Work, finished: Finished, now: datetime) -> None:
    link = {"fingerprint": finished.fingerprint, "site_id": work.site_id, "execution_id": work.execution_id}
    same = [proposal_links.c[name] == value for name, value in link.items()]
    connection.execute(delete(proposal_links).where(*same))
    connection.execute(insert(proposal_links).values(pull_number=finished.pull_number, linked_at=now, **link))
