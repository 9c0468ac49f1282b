"""How an Execution comes to its end in the store: its stage, what was thought about it, and its pull request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, update

from runwright.adapters.store.tables import analyses, executions, proposal_links
from runwright.model.intake import Finished, Work


def work_of(row: Row[tuple[object, ...]]) -> Work:
    """A row as what is worked on."""
    return Work(row.number, row.site_id, row.execution_id, row.body, row.attempts + 1, row.delays, row.cut_offs)


def end(connection: Connection, work: Work, finished: Finished, now: datetime) -> bool:
    """Note the end of one Execution with its analysis and its link; False when it was at its end already."""
    this = update(executions).where(executions.c.number == work.number, executions.c.stage == "received")
    if not connection.execute(this.values(ending(work, finished, now))).rowcount:
        return False
    if finished.triage is not None:
        store_analysis(connection, work, finished, now)
    if finished.fingerprint is not None and finished.pull_number is not None:
        _store_link(connection, work, finished, now)
    return True


def store_analysis(connection: Connection, work: Work, finished: Finished, now: datetime) -> None:
    """Keep what was thought about one Execution; the last thought stands."""
    triage = finished.triage
    if triage is None:
        raise RuntimeError("an analysis without a triage")
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


def ending(work: Work, finished: Finished, now: datetime) -> dict[str, Any]:
    """The columns of one that has come to its end."""
    return {
        "stage": finished.stage,
        "reason": finished.reason,
        "finished_at": now,
        "attempts": work.attempts,
        "under_way": False,
    }
