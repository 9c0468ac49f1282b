"""How often failures were seen and how runbooks have done, counted from the executions; and what of it was told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, insert, select, update

from runwright.adapters.store.database import Database
from runwright.adapters.store.failures import WITH_PROPOSAL
from runwright.adapters.store.tables import executions, failures
from runwright.adapters.store.tables_review import evidence_told
from runwright.learn.background import VersionRate
from runwright.model.review import Run, Seen

NEWEST, BUSIEST = 10, 5
"""Executions and sites that are named."""
RECENT = 5_000
"""How far back, in executions, rates are counted: a full table is not read for one draft."""
VIEW = 20_000
"""How far back, in executions, the effect of a merge is counted."""


class Counts:
    """Counts."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def seen(self, fingerprint: str) -> Seen:
        """How often and where a failure was recorded that its proposal answers, and when any of its name was."""
        named = executions.c.fingerprint == fingerprint
        mine = named & _vouches()
        sums = select(func.count(), func.count(func.distinct(executions.c.site_id))).where(mine)
        times = select(func.min(executions.c.received_at), func.max(executions.c.received_at)).where(named)
        newest = select(executions.c.execution_id).where(mine).order_by(executions.c.number.desc()).limit(NEWEST)
        often = func.count().label("often")
        sites = select(executions.c.site_id, often).where(mine).group_by(executions.c.site_id)
        with self.database.reading() as connection:
            count, places = connection.execute(sums).one()
            first, last = connection.execute(times).one()
            names = tuple(connection.scalars(newest))
            busiest = connection.execute(sites.order_by(often.desc(), executions.c.site_id).limit(BUSIEST)).all()
        return Seen(count, places, first, last, names, tuple((row.site_id, row.often) for row in busiest))

    def counts(self, fingerprints: Sequence[str]) -> dict[str, int]:
        """How often each of some failures was recorded that its proposal answers."""
        mine = executions.c.fingerprint.in_(fingerprints) & _vouches()
        often = func.count().label("often")
        counted = select(executions.c.fingerprint, often).where(mine).group_by(executions.c.fingerprint)
        with self.database.reading() as connection:
            rows = connection.execute(counted).all() if fingerprints else []
        return {row.fingerprint: row.often for row in rows}

    def rates(self, runbook_id: str) -> tuple[VersionRate, ...]:
        """How each version of a runbook did lately, oldest version first."""
        body = executions.c.body
        last = select(func.max(executions.c.number)).scalar_subquery()
        told = select(
            body["runbook_version"].as_integer().label("version"),
            body["status"].as_string().label("status"),
            body["success"].as_boolean().label("success"),
        )
        told = told.where(executions.c.number > last - RECENT, body["runbook_id"].as_string() == runbook_id)
        with self.database.reading() as connection:
            rows = connection.execute(told).all()
        return _rates([(row.version, _went_well(row)) for row in rows if row.version is not None])

    def good_since(self, runbook_id: str, moment: datetime) -> int:
        """How many runs of a runbook went well since a moment, as far back as rates are counted."""
        body = executions.c.body
        last = select(func.max(executions.c.number)).scalar_subquery()
        well = select(func.count()).where(
            executions.c.number > last - RECENT,
            executions.c.received_at > moment,
            body["runbook_id"].as_string() == runbook_id,
            body["success"].as_boolean(),
        )
        with self.database.reading() as connection:
            return connection.scalar(well) or 0

    def runs(self, runbook_ids: Collection[str]) -> tuple[Run, ...]:
        """How the newest runs of some runbooks ended, oldest first; a dry run is none."""
        body = executions.c.body
        told = select(
            body["runbook_id"].as_string().label("runbook_id"),
            body["runbook_version"].as_integer().label("version"),
            body["verification_passed"].as_boolean().label("verified"),
            body["status"].as_string().label("status"),
            executions.c.received_at,
        )
        last = select(func.max(executions.c.number)).scalar_subquery()
        mine = body["runbook_id"].as_string().in_(sorted(runbook_ids))
        told = told.where(executions.c.number > last - VIEW, mine).order_by(executions.c.number)
        with self.database.reading() as connection:
            rows = connection.execute(told) if runbook_ids else ()
            return tuple(
                Run(row.runbook_id, row.version, row.verified is True, row.received_at)
                for row in rows
                if row.version is not None and row.status != "dry_run"
            )

    def told(self) -> dict[int, tuple[int, datetime]]:
        """The count that each pull request was last given, and when."""
        with self.database.reading() as connection:
            rows = connection.execute(select(evidence_told)).all()
        return {row.pull_number: (row._mapping["count"], row.told_at) for row in rows}

    def tell(self, pull_number: int, count: int, now: datetime) -> None:
        """Note the count that a pull request was given."""
        values: dict[str, Any] = {"count": count, "told_at": now}
        with self.database.writing() as connection:
            this = update(evidence_told).where(evidence_told.c.pull_number == pull_number)
            if not connection.execute(this.values(values)).rowcount:
                connection.execute(insert(evidence_told).values(pull_number=pull_number, **values))


def _vouches() -> ColumnElement[bool]:
    """Whether an Execution stands at a proposal, or waits for one that its own site leads.

    What came to another end has the name in common and no more; what another site's run leads is not known yet.
    """
    led = (failures.c.fingerprint == executions.c.fingerprint) & (failures.c.site_id != executions.c.site_id)
    waits = (executions.c.stage == "received") & ~exists().where(led)
    return executions.c.stage.in_(WITH_PROPOSAL) | waits


def _went_well(row: Any) -> bool:
    return row.status == "success" if row.status is not None else bool(row.success)


def _rates(runs: Sequence[tuple[int, bool]]) -> tuple[VersionRate, ...]:
    versions = sorted({version for version, _ in runs})
    return tuple(
        VersionRate(
            version,
            sum(other == version for other, _ in runs),
            sum(other == version and success for other, success in runs),
        )
        for version in versions
    )
