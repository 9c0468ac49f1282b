"""Failures in the store: who thinks about which, since when, and what waits for the end. Meets `service.ports`.

One row a fingerprint. Whoever writes names the key under which it was thought; under another one nothing happens, so
that a late end changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select, update

from runwright.adapters.store.database import Database, if_new
from runwright.adapters.store.ends import end, work_of
from runwright.adapters.store.places import is_due, turns
from runwright.adapters.store.tables import executions, failures, proposal_links
from runwright.model.intake import Case, Finished, Hold, Orphan, Work

INNOCENT_CUT_OFFS = 4
"""So often a process may end under a failure before that rests: others were under way, and none may be to blame."""
LONGEST_REST = 300
"""Seconds that a failure rests at most after a process ended under it."""
LONGEST_LINE = 200
"""Failures of a site that are counted at most."""
REASON = 500
WITH_PROPOSAL = frozenset({"proposed", "evidence_added"})
"""Stages of what stands at a proposal."""


class Failures:
    """What is being thought about."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def claim(self, owner: str, slots: int, now: datetime) -> tuple[Case, ...]:
        """Take what is due, each site in its turn, up to so many under way at once for this owner.

        Where there are several sites, none has more than half of the places.
        """
        with self.database.reading() as connection:
            if connection.execute(select(failures.c.fingerprint).where(is_due(now)).limit(1)).first() is None:
                return ()
        with self.database.writing() as connection:
            own = (failures.c.owner == owner) & failures.c.under_way
            held = Counter(connection.scalars(select(failures.c.site_id).where(own)))
            sites = turns(connection, held, slots, now)
            claimed = [_take(connection, site, owner, now) for site in sites]
        return tuple(case for case in claimed if case is not None)

    def adopt(self, key: str, owner: str) -> Case | None:
        """Take over what is under way under a key; None when nothing is any more."""
        with self.database.writing() as connection:
            this = update(failures).where(failures.c.key == key, failures.c.open)
            connection.execute(this.values(under_way=True, owner=owner))
            row = connection.execute(select(failures).where(failures.c.key == key, failures.c.open)).first()
        return _case(row) if row is not None else None

    def under_way(self) -> tuple[tuple[str, str], ...]:
        """Who thinks about what: owners and keys."""
        asked = select(failures.c.owner, failures.c.key).where(failures.c.under_way)
        with self.database.reading() as connection:
            return tuple((row.owner, row.key) for row in connection.execute(asked))

    def release(self, keys: Sequence[str], now: datetime, *, cut_off: bool) -> int:
        """Let what was under way be due again; what was often cut off rests longer each time."""
        held = select(failures).where(failures.c.key.in_(keys), failures.c.under_way)
        with self.database.writing() as connection:
            rows = connection.execute(held.with_for_update(skip_locked=True)).all()
            for row in rows:
                count = row.cut_offs + cut_off
                rest = _rest(count) if cut_off else timedelta()
                freed = {"under_way": False, "owner": None, "cut_offs": count, "due_at": now + rest}
                connection.execute(_this(row.fingerprint).values(freed))
        return len(rows)

    def case(self, key: str) -> Case | None:
        """What is under way under a key; None when nothing is any more."""
        with self.database.reading() as connection:
            row = connection.execute(select(failures).where(failures.c.key == key, failures.c.open)).first()
        return _case(row) if row is not None else None

    def next_due(self, after: datetime | None = None) -> datetime | None:
        """When the next one that nobody has is due, of those that are due after a moment; None when there is none."""
        waiting = select(func.min(failures.c.due_at)).where(failures.c.open, ~failures.c.under_way)
        waiting = waiting.where(failures.c.due_at > after) if after is not None else waiting
        with self.database.reading() as connection:
            due: datetime | None = connection.scalar(waiting)
        return due

    def leader(self, case: Case) -> Work:
        """The Execution that leads; raises RuntimeError where there is none."""
        with self.database.reading() as connection:
            row = connection.execute(select(executions).where(executions.c.number == case.leader)).first()
        if row is None:
            raise RuntimeError(f"execution number {case.leader} is gone")
        return work_of(row)

    def waiting(self, case: Case, after: int, limit: int) -> tuple[Work, ...]:
        """What waits for the end of a case at the site that leads, in the order of receipt.

        No site's run decides for another's: of those the first one leads next.
        """
        own = executions.c.site_id == case.site_id
        asked = select(executions).where(_waits(case.fingerprint), own, executions.c.number > after)
        with self.database.reading() as connection:
            rows = connection.execute(asked.order_by(executions.c.number).limit(limit))
            return tuple(work_of(row) for row in rows)

    def finish(self, case: Case, ended: Sequence[tuple[Work, Finished]], now: datetime, *, last: bool) -> bool:
        """End some of what waits, all or nothing; with the last of it the case is closed, or begins anew.

        False, and nothing done, when it is thought about under another key.
        """
        with self.database.writing() as connection:
            if not _is_current(connection, case):
                return False
            for work, finished in ended:
                end(connection, work, finished, now)
            if last:
                _close(connection, case, now)
        return True

    def put_off(self, case: Case, hold: Hold) -> None:
        """Come back to it later; nothing happens when it is thought about under another key."""
        with self.database.writing() as connection:
            if not _is_current(connection, case):
                return
            resting = {"under_way": False, "owner": None, "due_at": hold.due_at, "reason": hold.reason[:REASON]}
            counted = {
                "attempts": case.attempts + (hold.counted == "attempt"),
                "delays": case.delays + (hold.counted == "delay"),
            }
            afresh = {"key": None, "thought_at": None} if hold.afresh else {}
            connection.execute(_this(case.fingerprint).values(resting | counted | afresh))
            told = update(executions).where(executions.c.number == case.leader)
            connection.execute(told.values(reason=hold.reason[:REASON], **counted))

    def forgive(self, case: Case) -> None:
        """Forget that processes ended under it: it has got on since."""
        with self.database.writing() as connection:
            connection.execute(_this(case.fingerprint).where(failures.c.key == case.key).values(cut_offs=0))

    def note_asked(self, case: Case, base: str) -> None:
        """Note that a model was asked about it at a state of the library."""
        with self.database.writing() as connection:
            connection.execute(_this(case.fingerprint).values(asked_base=base))

    def reopen(self, orphans: Sequence[Orphan], now: datetime) -> int:
        """Think again, once, about failures that stand at a proposal that was taken back, each by its newest run."""
        with self.database.writing() as connection:
            return sum(_reopen(connection, orphan, now) for orphan in orphans)

    def seen(self, fingerprint: str) -> int:
        """How many Executions of that fingerprint there are."""
        with self.database.reading() as connection:
            counted = select(func.count()).select_from(executions).where(executions.c.fingerprint == fingerprint)
            return connection.scalar(counted) or 0


def join(connection: Connection, fingerprint: str, work: Work, now: datetime) -> None:
    """Let one more Execution wait for its failure's end; a failure that rests for good begins anew."""
    begun = {"site_id": work.site_id, "leader": work.number, "open": True, "due_at": now, **_FRESH}
    new = if_new(connection, failures).values(fingerprint=fingerprint, **begun).returning(failures.c.fingerprint)
    if connection.execute(new).first() is not None:
        return
    row = connection.execute(_locked(fingerprint)).one()
    if not row.open:
        connection.execute(_this(fingerprint).values(begun))
    elif _comes_sooner(connection, row, work):
        connection.execute(_this(fingerprint).values(site_id=work.site_id, leader=work.number))


_FRESH = {
    "key": None,
    "thought_at": None,
    "under_way": False,
    "owner": None,
    "attempts": 0,
    "delays": 0,
    "cut_offs": 0,
    "reason": "",
}


def _comes_sooner(connection: Connection, row: Row[tuple[object, ...]], work: Work) -> bool:
    """Whether a failure that nobody thought about yet has its turn sooner where this Execution leads.

    Sites take turns, so it must not stand behind all that another site sent. Nothing is won by it for a site that
    would have as many to wait for as the other one.
    """
    if row.site_id == work.site_id or row.under_way or row.key is not None or row.attempts or row.delays:
        return False
    return _in_line(connection, work.site_id) + 1 < _in_line(connection, row.site_id)


def _in_line(connection: Connection, site: str) -> int:
    """How many failures a site leads; beyond `LONGEST_LINE` it makes no difference."""
    one = select(failures.c.fingerprint).where(failures.c.site_id == site, failures.c.open).limit(LONGEST_LINE)
    return connection.scalar(select(func.count()).select_from(one.subquery())) or 0


def _rest(cut_offs: int) -> timedelta:
    return timedelta(seconds=min(2 ** max(cut_offs - INNOCENT_CUT_OFFS, 0) - 1, LONGEST_REST))


def _close(connection: Connection, case: Case, now: datetime) -> None:
    left = select(executions.c.number, executions.c.site_id).where(_waits(case.fingerprint))
    row = connection.execute(left.order_by(executions.c.number).limit(1)).first()
    if row is None:
        connection.execute(_this(case.fingerprint).values(open=False, **_FRESH))
    else:
        anew = {"leader": row.number, "site_id": row.site_id, "due_at": now, **_FRESH}
        connection.execute(_this(case.fingerprint).values(anew))


def _reopen(connection: Connection, orphan: Orphan, now: datetime) -> int:
    row = connection.execute(_locked(orphan.fingerprint)).first()
    execution = _newest_linked(connection, orphan.fingerprint)
    if execution is None or (row is not None and row.open):
        return 0
    # State instead of a moment: what was thought about since has another end, or stands at another proposal.
    if execution.stage not in WITH_PROPOSAL or execution.pull_number != orphan.pull_number:
        return 0
    this = update(executions).where(executions.c.number == execution.number)
    connection.execute(this.values(stage="received", finished_at=None, attempts=0))
    join(connection, orphan.fingerprint, work_of(execution), now)
    # A model may be asked once more: what people said since, or the library, is another question.
    connection.execute(_this(orphan.fingerprint).values(asked_base=None))
    return 1


def _newest_linked(connection: Connection, fingerprint: str) -> Row[tuple[object, ...]] | None:
    """The newest Execution of a failure that ever stood at a proposal, and at which."""
    same = [proposal_links.c[name] == executions.c[name] for name in ("site_id", "execution_id")]
    linked = select(executions, proposal_links.c.pull_number).join(proposal_links, and_(*same))
    own = linked.where(proposal_links.c.fingerprint == fingerprint)
    return connection.execute(own.order_by(executions.c.number.desc()).limit(1)).first()


def _take(connection: Connection, site: str, owner: str, now: datetime) -> Case | None:
    oldest = select(failures).where(is_due(now), failures.c.site_id == site).order_by(failures.c.leader).limit(1)
    row = connection.execute(oldest.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    begun = {"key": f"{row.fingerprint[:32]}.{row.leader}.{now:%Y%m%dT%H%M%S.%f}", "thought_at": now}
    taken = {"under_way": True, "owner": owner, "claimed_at": now, **(begun if row.key is None else {})}
    connection.execute(_this(row.fingerprint).values(taken))
    return _case(connection.execute(select(failures).where(failures.c.fingerprint == row.fingerprint)).one())


def _case(row: Row[tuple[object, ...]]) -> Case:
    return Case(
        fingerprint=row.fingerprint,
        key=row.key,
        leader=row.leader,
        site_id=row.site_id,
        thought_at=row.thought_at,
        attempts=row.attempts,
        delays=row.delays,
        cut_offs=row.cut_offs,
        asked_base=row.asked_base,
    )


def _is_current(connection: Connection, case: Case) -> bool:
    row = connection.execute(_locked(case.fingerprint)).first()
    return row is not None and bool(row.open) and row.key == case.key


def _locked(fingerprint: str) -> Select[tuple[object, ...]]:
    return select(failures).where(failures.c.fingerprint == fingerprint).with_for_update()


def _this(fingerprint: str):  # type: ignore[no-untyped-def]  # the type of an update names every column
    return update(failures).where(failures.c.fingerprint == fingerprint)


def _waits(fingerprint: str) -> ColumnElement[bool]:
    return (executions.c.fingerprint == fingerprint) & (executions.c.stage == "received")
