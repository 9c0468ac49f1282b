"""A forge with one runbook, a real store, and the governor over both; failures are counted straight in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from runwright.adapters.pulls_local import LocalTerms
from runwright.adapters.store.database import Database
from runwright.adapters.store.migrate import upgrade
from runwright.adapters.store.tables import executions
from runwright.cli.governing import build_governor
from runwright.learn.background import Background
from runwright.learn.body import body, labels, title
from runwright.learn.fingerprint import fingerprint
from runwright.learn.story import Story
from runwright.learn.triage import triage
from runwright.model.execution import Execution
from runwright.model.proposal import Proposal, PullRequest
from runwright.model.runbook import Runbook
from runwright.model.verdict import ReplayReport
from runwright.service.governing import Governor
from tests.support.forge import NOW, Forge, make_forge
from tests.support.recordings import PATH, RUNBOOK_ID, recording, runbook, start, started

REPORT = ReplayReport(base="main", head="v2", passed=True, headline="1 fixed")


@dataclass(frozen=True)
class Governed:
    """The parts that a test asks."""

    forge: Forge
    database: Database
    governor: Governor

    def seen(self, name: str, *execution_ids: str, site: str = "north-valley", at: datetime = NOW, **more: Any) -> None:
        """Count executions of a failure as the service does."""
        rows = [
            {
                "site_id": site,
                "execution_id": execution_id,
                "body": {"runbook_id": RUNBOOK_ID, **more},
                "digest": "0" * 64,
                "received_at": at,
                "due_at": at,
                "stage": "received",
                "fingerprint": name,
            }
            for execution_id in execution_ids
        ]
        with self.database.writing() as connection:
            connection.execute(insert(executions), rows)

    def pull(self, number: int) -> PullRequest:
        """One pull request as it is now."""
        return self.forge.reviews().show(number)


def make_governed(folder: Path) -> Governed:
    """Make all of it; the library is one runbook."""
    forge = make_forge(folder)
    forge.push({PATH: written(runbook(start("web"))).encode()})
    database = Database(f"sqlite:///{folder}/store.sqlite3")
    upgrade(database)
    governor = build_governor(database, forge.repository, forge.bot(), LocalTerms(forge.repository))
    return Governed(forge, database, governor)


def failed(what: str = "web", execution_id: str = "exec-1", **more: Any) -> Execution:
    """A failed run; each error is a failure of its own at the same step."""
    step = started("web", "failed", error=f"it broke at {what}")
    return recording(step, verified=False, execution_id=execution_id, incident_type="nightly_report", **more)


def proposed(
    run: Execution, *first: str, head: Runbook | None = None, background: Background | None = None
) -> Proposal:
    """A proposal that starts other services before."""
    base, head = runbook(start("web")), head or runbook(*map(start, first or ("db",)), start("web"), version=2)
    name = fingerprint(run)
    story = Story(base, head, run, triage(run), REPORT, name, background=background or Background())
    return Proposal(
        runbook_id=RUNBOOK_ID,
        fingerprint=name,
        title=title(story),
        body=body(story),
        labels=labels(story),
        evidence=(run.execution_id,),
        files={PATH: written(head)},
    )


def written(book: Runbook) -> str:
    """A runbook as JSON, which is YAML too."""
    return book.model_dump_json(by_alias=True, exclude_none=True, exclude_defaults=True)
