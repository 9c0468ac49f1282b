"""What people said about runs, what they changed before a merge, and the analyses, in the store.

Nothing is overwritten: every opinion stays, with who gave it and when; that is its audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, tuple_

from runwright.adapters.store.database import Database
from runwright.adapters.store.tables import analyses, executions
from runwright.adapters.store.tables_review import amendments, feedback
from runwright.learn.background import Amendment
from runwright.model.review import Analysis, Opinion

MAX_AMENDMENTS = 10
MAX_OPINIONS = 10


class Opinions:
    """Reads and adds."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def sites_of(self, execution_id: str) -> tuple[str, ...]:
        """The sites that sent an execution of that name."""
        with self.database.reading() as connection:
            named = select(executions.c.site_id).where(executions.c.execution_id == execution_id)
            return tuple(connection.scalars(named.order_by(executions.c.site_id)))

    def give(self, opinion: Opinion) -> None:
        """Keep an opinion beside those that are there."""
        values = {name: getattr(opinion, name) for name in Opinion.__dataclass_fields__}
        with self.database.writing() as connection:
            connection.execute(insert(feedback).values(values))

    def of(self, site_id: str, execution_id: str) -> tuple[Opinion, ...]:
        """What was said of one run, oldest first."""
        with self.database.reading() as connection:
            return _opinions(connection, [(site_id, execution_id)]).get((site_id, execution_id), ())

    def about(self, fingerprint: str) -> tuple[Opinion, ...]:
        """What was said of the runs of one failure, newest first."""
        same = (executions.c.site_id == feedback.c.site_id) & (executions.c.execution_id == feedback.c.execution_id)
        said = select(feedback).join(executions, same).where(executions.c.fingerprint == fingerprint)
        with self.database.reading() as connection:
            rows = connection.execute(said.order_by(feedback.c.id.desc()).limit(MAX_OPINIONS)).all()
        return tuple(_opinion(row) for row in rows)

    def analyses(
        self,
        execution_id: str | None = None,
        failure_type: str | None = None,
        limit: int = 50,
        *,
        site_id: str | None = None,
    ) -> tuple[Analysis, ...]:
        """The newest analyses, all or those of one execution, type or site."""
        asked = _analyses()
        if execution_id is not None:
            asked = asked.where(analyses.c.execution_id == execution_id)
        if failure_type is not None:
            asked = asked.where(analyses.c.failure_type == failure_type)
        if site_id is not None:
            asked = asked.where(analyses.c.site_id == site_id)
        with self.database.reading() as connection:
            rows = connection.execute(asked.limit(limit)).all()
            said = _opinions(connection, [(row.site_id, row.execution_id) for row in rows])
        return tuple(_analysis(row, said.get((row.site_id, row.execution_id), ())) for row in rows)

    def noted(self) -> frozenset[int]:
        """The pull requests whose changes before the merge are noted."""
        with self.database.reading() as connection:
            return frozenset(connection.scalars(select(amendments.c.pull_number)))

    def note(self, runbook_id: str, amendment: Amendment, now: datetime) -> None:
        """Keep what a person changed before a merge, once; nothing is kept, too, where nothing was changed."""
        values = {"pull_number": amendment.pull_number, "runbook_id": runbook_id, "noted_at": now}
        with self.database.writing() as connection:
            known = select(amendments.c.pull_number).where(amendments.c.pull_number == amendment.pull_number)
            if connection.scalar(known) is None:
                connection.execute(insert(amendments).values(changes=list(amendment.changes), **values))

    def amendments(self, runbook_id: str) -> tuple[Amendment, ...]:
        """What people changed in proposals for a runbook, newest first."""
        noted = select(amendments).where(amendments.c.runbook_id == runbook_id)
        with self.database.reading() as connection:
            rows = connection.execute(noted.order_by(amendments.c.pull_number.desc()).limit(50)).all()
        changed = [Amendment(row.pull_number, tuple(row.changes)) for row in rows if row.changes]
        return tuple(changed[:MAX_AMENDMENTS])


def _analyses() -> Select[Any]:
    same = (executions.c.site_id == analyses.c.site_id) & (executions.c.execution_id == analyses.c.execution_id)
    told = select(analyses, executions.c.stage, executions.c.reason).join(executions, same)
    return told.order_by(analyses.c.analyzed_at.desc(), executions.c.number.desc())


def _opinions(connection: Connection, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[Opinion, ...]]:
    named = tuple_(feedback.c.site_id, feedback.c.execution_id).in_(names)
    found: dict[tuple[str, str], tuple[Opinion, ...]] = {}
    for row in connection.execute(select(feedback).where(named).order_by(feedback.c.id)) if names else ():
        name = (row.site_id, row.execution_id)
        found[name] = (*found.get(name, ()), _opinion(row))
    return found


def _opinion(row: Row[Any]) -> Opinion:
    return Opinion(**{name: row._mapping[name] for name in Opinion.__dataclass_fields__})


def _analysis(row: Row[Any], opinions: tuple[Opinion, ...]) -> Analysis:
    return Analysis(
        site_id=row.site_id,
        execution_id=row.execution_id,
        analyzed_at=row.analyzed_at,
        failure_type=row.failure_type,
        stage=row.stage,
        reason=row.reason,
        fingerprint=row.fingerprint,
        triage=row.triage,
        improved_runbook_generated=row.improved_runbook_generated,
        improved_runbook_id=row.improved_runbook_id,
        tried=tuple(row.tried),
        missing_facts=tuple(row.missing_facts),
        opinions=opinions,
    )
