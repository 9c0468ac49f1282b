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
from runwright.adapters.store.tables import executions, quarantine
from runwright.model.intake import Incoming, Kept, Misfit, Sorted, Work

LONGEST_DELAY = timedelta(minutes=10)
"""A due time farther away than this was set by a clock that has since been put back."""
_AT_ONCE = 400
"""Names in one question: a database takes a limited number of values in a statement."""
MISFITS_A_DAY = 100
"""So many of a site's in 24 hours are kept whole; of further ones that they came, and under which name."""
Name = tuple[str, str]


class _NotAllNew(Exception):  # no error: another way is taken
    """Something was there already."""


class Executions:
    """The inbox, and what of it nobody has looked at."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def keep(self, items: Sequence[Incoming], now: datetime) -> tuple[Kept, ...]:
        """Store what is new, all in one durable transaction, and say of each whether it was; the first is kept."""
        return self.keep_all([items], now)[0]

    def keep_all(self, posts: Sequence[Sequence[Incoming]], now: datetime) -> tuple[tuple[Kept, ...], ...]:
        """Store several posts in one durable transaction."""
        items = [item for post in posts for item in post]
        all_new: Sequence[Kept] = ["accepted"] * len(items)
        said = iter(all_new if self._all_new(items, now) else self._told_apart(items, now))
        return tuple(tuple(next(said) for _ in post) for post in posts)

    def _all_new(self, items: Sequence[Incoming], now: datetime) -> bool:
        """Store all in one statement; False, and nothing stored, where one is there already."""
        try:
            with self.database.writing() as connection:
                if put_in(connection, executions, [_row(item, now) for item in items]) != len(items):
                    raise _NotAllNew
        except _NotAllNew:
            return False
        return True

    def _told_apart(self, items: Sequence[Incoming], now: datetime) -> Sequence[Kept]:
        """Look first, then store what is new."""
        with self.database.writing() as connection:
            said = _verdicts(items, _digests(connection, items))
            new = [item for item, kept in zip(items, said, strict=True) if kept == "accepted"]
            put_in(connection, executions, [_row(item, now) for item in new])
            return _looked_at_again(connection, items, said) if new else said

    def put_aside(self, items: Sequence[Misfit], now: datetime) -> None:
        """Keep what this version cannot read, once each."""
        with self.database.writing() as connection:
            for item in items:
                _put_aside(connection, item, now)

    def unsorted(self, now: datetime, limit: int) -> tuple[Work, ...]:
        """The oldest that nobody has looked at and that are due."""
        waiting = select(executions).where(_unsorted(), _is_due(now)).order_by(executions.c.number).limit(limit)
        with self.database.reading() as connection:
            return tuple(work_of(row) for row in connection.execute(waiting))

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


def _digests(connection: Connection, items: Sequence[Incoming]) -> dict[Name, str]:
    names = list({(item.site_id, item.execution_id) for item in items})
    known: dict[Name, str] = {}
    for start in range(0, len(names), _AT_ONCE):
        some = tuple_(executions.c.site_id, executions.c.execution_id).in_(names[start : start + _AT_ONCE])
        asked = select(executions.c.site_id, executions.c.execution_id, executions.c.digest).where(some)
        known |= {(site, name): digest for site, name, digest in connection.execute(asked)}
    return known


def _verdicts(items: Sequence[Incoming], known: dict[Name, str]) -> list[Kept]:
    """What becomes of each; the first of a name is kept, in the table or in the same post."""
    said: list[Kept] = []
    for item in items:
        first = known.get((item.site_id, item.execution_id))
        if first is None:
            known[item.site_id, item.execution_id] = item.digest
            said.append("accepted")
        else:
            said.append("duplicate" if first == item.digest else "conflict")
    return said


def _looked_at_again(connection: Connection, items: Sequence[Incoming], said: list[Kept]) -> list[Kept]:
    """Two replicas may keep the same name at once: the one that came second may be a conflict after all."""
    if connection.dialect.name == "sqlite":
        return said  # there, one writes at a time
    stored = _digests(connection, items)
    first = [stored[item.site_id, item.execution_id] == item.digest for item in items]
    return [kept if own or kept != "accepted" else "conflict" for kept, own in zip(said, first, strict=True)]


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
