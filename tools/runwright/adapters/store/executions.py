"""Executions in the store: kept once, looked at once, ended once. Meets `service.ports` by shape.

The failures that they belong to are in `failures` beside this.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, tuple_, update

from runwright.adapters.store.database import Database
from runwright.adapters.store.ends import ending, store_analysis, work_of
from runwright.adapters.store.failures import join
from runwright.adapters.store.rows import Written, put_in
from runwright.adapters.store.standing import Writer
from runwright.adapters.store.tables import executions, quarantine
from runwright.model.intake import Incoming, Kept, Misfit, Sorted, Work

LONGEST_DELAY = timedelta(minutes=10)
"""A due time farther away than this was set by a clock that has since been put back."""
_AT_ONCE = 400
"""Names in one question: a database takes a limited number of values in a statement."""
MISFITS_A_DAY = 100
"""So many of a site's in 24 hours are kept whole; of further ones that they came, and under which name."""
Name = tuple[str, str]
NAME = ("site_id", "execution_id")


class Executions:
    """The inbox, and what of it nobody has looked at."""

    def __init__(self, database: Database, writer: Writer | None = None) -> None:
        self.database = database
        self.writer: Writer = writer or database

    def keep(self, items: Sequence[Incoming], now: datetime) -> tuple[Kept, ...]:
        """Store what is new, all in one durable transaction, and say of each whether it was; the first is kept."""
        return self.keep_all([items], now)[0]

    def keep_all(self, posts: Sequence[Sequence[Incoming]], now: datetime) -> tuple[tuple[Kept, ...], ...]:
        """Store several posts in one durable transaction."""
        items = [item for post in posts for item in post]
        said = iter(self.writer.write(lambda connection: _keep(connection, items, now)))
        return tuple(tuple(next(said) for _ in post) for post in posts)

    def put_aside(self, items: Sequence[Misfit], now: datetime) -> None:
        """Keep what this version cannot read, once each."""
        with self.database.writing() as connection:
            for item in items:
                _put_aside(connection, item, now)

    def unsorted(self, now: datetime, limit: int) -> tuple[Work, ...]:
        """What nobody has looked at and is due, each site in its turn, of each the oldest first."""
        place = func.row_number().over(partition_by=executions.c.site_id, order_by=executions.c.number).label("place")
        waiting = select(executions.c.number, place).where(_unsorted(), _is_due(now)).subquery()
        turns = select(executions).join(waiting, waiting.c.number == executions.c.number)
        first = turns.order_by(waiting.c.place, executions.c.number).limit(limit)
        with self.database.reading() as connection:
            return tuple(work_of(row) for row in connection.execute(first))

    def sort(self, items: Sequence[Sorted], now: datetime) -> None:
        """Note of each where it belongs, all or nothing; what somebody else sorted meanwhile stays as it is."""
        with self.database.writing() as connection:
            for item in items:
                this = update(executions).where(executions.c.number == item.work.number, _unsorted())
                changed = ending(item.work, item.finished, now) if item.finished else {"fingerprint": item.fingerprint}
                sorted_now = connection.execute(this.values(changed)).rowcount
                if sorted_now and item.finished and item.finished.triage is not None:
                    store_analysis(connection, item.work, item.finished, now)
                if sorted_now and item.fingerprint is not None:
                    join(connection, item.fingerprint, item.work, now)

    def hold(self, work: Work, due_at: datetime, reason: str) -> None:
        """Come back to one that could not be sorted; the try counts against it."""
        with self.database.writing() as connection:
            this = update(executions).where(executions.c.number == work.number, _unsorted())
            connection.execute(this.values(due_at=due_at, reason=reason, attempts=work.attempts))

    def next_unsorted(self) -> datetime | None:
        """When the next one is due to be looked at; None when all were."""
        with self.database.reading() as connection:
            due: datetime | None = connection.scalar(select(func.min(executions.c.due_at)).where(_unsorted()))
        return due

    def backlog(self) -> int:
        """How many have not reached their end."""
        with self.database.reading() as connection:
            counted = select(func.count()).select_from(executions).where(executions.c.stage == "received")
            return connection.scalar(counted) or 0


def _keep(connection: Connection, items: Sequence[Incoming], now: datetime) -> list[Kept]:
    """Store what is new by one statement; what is not is compared with what is stored."""
    new = put_in(connection, executions, [_row(item, now) for item in items], NAME)
    if len(new) == len(items):
        return ["accepted"] * len(items)
    return _told_apart(items, new, _digests(connection, items))


def _digests(connection: Connection, items: Sequence[Incoming]) -> dict[Name, str]:
    names = list({(item.site_id, item.execution_id) for item in items})
    known: dict[Name, str] = {}
    for start in range(0, len(names), _AT_ONCE):
        some = tuple_(executions.c.site_id, executions.c.execution_id).in_(names[start : start + _AT_ONCE])
        asked = select(executions.c.site_id, executions.c.execution_id, executions.c.digest).where(some)
        known |= {(site, name): digest for site, name, digest in connection.execute(asked)}
    return known


def _told_apart(items: Sequence[Incoming], new: set[Name], stored: dict[Name, str]) -> list[Kept]:
    """What became of each; the first of a name is kept, whoever sent it: an earlier post, this one, another replica."""
    said: list[Kept] = []
    for item in items:
        name = (item.site_id, item.execution_id)
        if stored[name] != item.digest:
            said.append("conflict")
        else:
            said.append("accepted" if name in new else "duplicate")
            new.discard(name)
    return said


def _row(item: Incoming, now: datetime) -> dict[str, Any]:
    done = item.finished
    return {
        "site_id": item.site_id,
        "execution_id": item.execution_id,
        "body": Written(item.body),
        "digest": item.digest,
        "received_at": now,
        "due_at": now,
        "stage": done.stage if done else "received",
        "reason": done.reason if done else "",
        "finished_at": now if done else None,
        "attempts": 0,
        "delays": 0,
        "cut_offs": 0,
        "under_way": False,
    }


def _put_aside(connection: Connection, item: Misfit, now: datetime) -> None:
    same = (quarantine.c.site_id == item.site_id) & (quarantine.c.digest == item.digest)
    if connection.scalar(select(quarantine.c.id).where(same)) is None:
        body = item.body if _has_room(connection, item.site_id, now) else _named(item.body)
        values = {"site_id": item.site_id, "digest": item.digest, "reason": item.reason, "body": body}
        connection.execute(insert(quarantine).values(received_at=now, **values))


def _has_room(connection: Connection, site: str, now: datetime) -> bool:
    """Whether a site may have one more kept whole: none fills the disk with what nobody can read."""
    recent = (quarantine.c.site_id == site) & (quarantine.c.received_at > now - timedelta(days=1))
    some = select(quarantine.c.id).where(recent).limit(MISFITS_A_DAY)
    return (connection.scalar(select(func.count()).select_from(some.subquery())) or 0) < MISFITS_A_DAY


def _named(body: Any) -> dict[str, Any]:
    """What is left of a body that is not kept."""
    name = body.get("execution_id") if isinstance(body, dict) else None
    return {"execution_id": name[:128] if isinstance(name, str) else None, "withheld": True}


def _unsorted() -> ColumnElement[bool]:
    return (executions.c.stage == "received") & executions.c.fingerprint.is_(None)


def _is_due(now: datetime) -> ColumnElement[bool]:
    # The order is that of receipt; a clock that jumps must not hide what waits.
    return or_(executions.c.due_at <= now, executions.c.due_at > now + LONGEST_DELAY)
