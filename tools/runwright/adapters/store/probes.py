"""Requests for facts in the store: made once a site and failure, handed to its agents, over when they are answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update

from runwright.adapters.store.database import Database
from runwright.adapters.store.tables_review import probe_requests
from runwright.model.probe import MAX_REQUESTS, ProbeRequest

MOST = 200
"""Requests that one site can have open; what comes after that is asked for when its failure is seen again, if there is
room by then."""

MAX_AGE = timedelta(days=30)
"""What nobody could answer for so long is not asked any more."""


class Probes:
    """Reads and writes requests."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def ask(self, site_id: str, fingerprint: str, request: ProbeRequest, now: datetime) -> None:
        """Keep what is to be known of a failure; the same failure with other facts asks anew."""
        body = request.model_dump(mode="json")
        same = (probe_requests.c.site_id == site_id) & (probe_requests.c.fingerprint == fingerprint)
        fresh = {"request": body, "runbook_id": request.runbook_id, "created_at": now, "handed_at": None}
        with self.database.writing() as connection:
            row = connection.execute(select(probe_requests).where(same)).first()
            fresh_ones = probe_requests.c.created_at > now - MAX_AGE
            waiting = probe_requests.c.answered_at.is_(None) & (probe_requests.c.site_id == site_id) & fresh_ones
            if row is not None and row.request != body:
                connection.execute(update(probe_requests).where(same).values(answered_at=None, **fresh))
            elif row is None and (connection.scalar(select(func.count()).where(waiting)) or 0) < MOST:
                name = {"site_id": site_id, "fingerprint": fingerprint}
                connection.execute(insert(probe_requests).values(**name, **fresh))

    def waiting(self, site_id: str, now: datetime) -> tuple[ProbeRequest, ...]:
        """The newest requests of a site that are not answered and not too old."""
        asked = select(probe_requests.c.request).where(
            probe_requests.c.site_id == site_id,
            probe_requests.c.answered_at.is_(None),
            probe_requests.c.created_at > now - MAX_AGE,
        )
        with self.database.reading() as connection:
            bodies = connection.scalars(asked.order_by(probe_requests.c.id.desc()).limit(MAX_REQUESTS)).all()
        return tuple(ProbeRequest.model_validate({**body, "facts": tuple(body["facts"])}) for body in bodies)

    def hand(self, site_id: str, now: datetime) -> tuple[ProbeRequest, ...]:
        """Give a site's agent what waits, and note when it was handed over first."""
        found = self.waiting(site_id, now)
        names = [request.request_id for request in found]
        fresh = (probe_requests.c.site_id == site_id) & probe_requests.c.handed_at.is_(None)
        if found:
            with self.database.writing() as connection:
                rows = connection.execute(select(probe_requests.c.id, probe_requests.c.request).where(fresh)).all()
                for row in [row for row in rows if row.request["request_id"] in names]:
                    this = update(probe_requests).where(probe_requests.c.id == row.id)
                    connection.execute(this.values(handed_at=now))
        return found

    def answered(self, site_id: str, fingerprint: str, now: datetime) -> None:
        """Note that the facts came: nobody need look again."""
        same = (probe_requests.c.site_id == site_id) & (probe_requests.c.fingerprint == fingerprint)
        with self.database.writing() as connection:
            open_one = same & probe_requests.c.answered_at.is_(None)
            connection.execute(update(probe_requests).where(open_one).values(answered_at=now))

    def facts_asked(self, site_id: str, fingerprint: str) -> tuple[str, ...]:
        """What was asked of a site about a failure and is not answered."""
        asked = select(probe_requests.c.request).where(
            probe_requests.c.site_id == site_id,
            probe_requests.c.fingerprint == fingerprint,
            probe_requests.c.answered_at.is_(None),
        )
        with self.database.reading() as connection:
            body = connection.scalar(asked)
        return tuple(body["facts"]) if body else ()
