"""What agents say about themselves and their patterns, in the store. Meets `service.ports` by shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from runwright.adapters.store.database import Database
from runwright.adapters.store.tables import agents, deployments, pattern_stats
from runwright.model.intake import AgentReport
from runwright.model.pattern_stats import PatternStats, eligible

COUNTERS = (
    "total_occurrences",
    "l1_resolutions",
    "l2_resolutions",
    "l3_resolutions",
    "success_count",
    "total_resolution_time_ms",
)


class Agents:
    """The last report and the last sync of each appliance, and the audit of its deployments."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def report(self, report: AgentReport, now: datetime) -> None:
        """Keep an agent's report; a change of its release also enters the audit."""
        with self.database.writing() as connection:
            before = _agent(connection, report.site_id, report.appliance_id)
            if report.seq != (before.seq if before is not None else None):
                _audit(connection, report, now)
            _set(connection, report.site_id, report.appliance_id, seq=report.seq, report=report.body, reported_at=now)

    def reports(self, site_id: str) -> tuple[AgentReport, ...]:
        """The last report of each of a site's appliances."""
        reported = select(agents).where(agents.c.site_id == site_id, agents.c.reported_at.is_not(None))
        with self.database.reading() as connection:
            rows = connection.execute(reported.order_by(agents.c.appliance_id)).all()
        return tuple(AgentReport(row.site_id, row.appliance_id, row.seq, row.report) for row in rows)

    def sync(
        self, site_id: str, appliance_id: str, synced_at: datetime, stats: Sequence[PatternStats], now: datetime
    ) -> bool:
        """Replace an appliance's pattern statistics by a snapshot; False when a newer one is there already."""
        # A clock that runs ahead must not shut out what comes later.
        moment = min(synced_at, now)
        with self.database.writing() as connection:
            before = _agent(connection, site_id, appliance_id)
            if before is not None and before.synced_at is not None and before.synced_at > moment:
                return False
            _replace_stats(connection, site_id, appliance_id, stats)
            _set(connection, site_id, appliance_id, synced_at=moment, sync_received_at=now)
        return True

    def patterns(self, site_id: str) -> tuple[PatternStats, ...]:
        """A site's patterns, added up over its appliances."""
        with self.database.reading() as connection:
            rows = connection.execute(select(pattern_stats).where(pattern_stats.c.site_id == site_id)).all()
        return tuple(added_up(rows))


def added_up(rows: Iterable[Any]) -> Iterable[PatternStats]:
    """Add up the counters of each signature; the action is that of the appliance which saw the most."""
    by_signature: dict[str, list[Any]] = {}
    for row in rows:
        by_signature.setdefault(row.pattern_signature, []).append(row)
    for signature, group in sorted(by_signature.items()):
        sums = {name: sum(getattr(row, name) for row in group) for name in COUNTERS}
        most = max(group, key=lambda row: (row.recommended_action is not None, row.total_occurrences))
        yield PatternStats(
            pattern_signature=signature,
            **sums,
            recommended_action=most.recommended_action,
            promotion_eligible=eligible(sums["total_occurrences"], sums["success_count"]),
        )


def _of(table: Table, site_id: str, appliance_id: str) -> Any:
    return (table.c.site_id == site_id) & (table.c.appliance_id == appliance_id)


def _agent(connection: Connection, site_id: str, appliance_id: str) -> Any:
    return connection.execute(select(agents).where(_of(agents, site_id, appliance_id))).first()


def _set(connection: Connection, site_id: str, appliance_id: str, **values: Any) -> None:
    if _agent(connection, site_id, appliance_id) is None:
        connection.execute(insert(agents).values(site_id=site_id, appliance_id=appliance_id, **values))
    else:
        connection.execute(update(agents).where(_of(agents, site_id, appliance_id)).values(**values))


def _audit(connection: Connection, report: AgentReport, now: datetime) -> None:
    values = {"site_id": report.site_id, "appliance_id": report.appliance_id, "seq": report.seq}
    connection.execute(insert(deployments).values(report=report.body, at=now, **values))


def _replace_stats(connection: Connection, site_id: str, appliance_id: str, stats: Sequence[PatternStats]) -> None:
    connection.execute(delete(pattern_stats).where(_of(pattern_stats, site_id, appliance_id)))
    for item in stats:
        values = {name: getattr(item, name) for name in (*COUNTERS, "pattern_signature", "recommended_action")}
        connection.execute(insert(pattern_stats).values(site_id=site_id, appliance_id=appliance_id, **values))
