"""The pipeline with a real store and a real forge, and steps that are kept in memory: nothing durable below it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from runwright.adapters.git_repository import GitRepository
from runwright.adapters.pulls_local import LocalPulls, LocalTerms
from runwright.adapters.store.database import Database
from runwright.adapters.store.executions import Executions
from runwright.adapters.store.failures import Failures
from runwright.adapters.store.migrate import upgrade
from runwright.cli.governing import build_governor
from runwright.model.intake import Access, Case
from runwright.service.asking import Asking
from runwright.service.attempts import Interrupted, attempt, is_done, result_of
from runwright.service.ending import Ending
from runwright.service.intake import read_intake
from runwright.service.library import Library
from runwright.service.pipeline import Pipeline
from runwright.service.ports import Json, Steps
from runwright.service.sorting import Sorter
from runwright.service.thinking import Thinker
from tests.support.forge import Forge
from tests.support.service_site import SITE, make_service

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Cut(BaseException):
    """The process ends here."""


@dataclass
class KeptSteps:
    """Steps that are kept as JSON; before or after one of them the process may end."""

    kept: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    """The names of the steps that were really done, in all lives."""
    cut: Callable[[str, str], bool] = lambda when, name: False
    at: int = 0

    def anew(self, cut: Callable[[str, str], bool] = lambda when, name: False) -> KeptSteps:
        """The next life: what is kept is kept; what did not come to its end is done again."""
        good = [said for said in self.kept if is_done(json.loads(said))]
        return KeptSteps(good, self.done, cut)

    def run(self, name: str, work: Callable[[], Json]) -> Json:
        """Do it, or give what is kept."""
        if self.at == len(self.kept):
            if self.cut("before", name):
                raise Cut(name)
            said = json.dumps(attempt(work))
            self.done.append(name)
            if self.cut("within", name):
                raise Cut(name)
            self.kept.append(said)
            if self.cut("after", name):
                raise Cut(name)
        self.at += 1
        return result_of(json.loads(self.kept[self.at - 1]))


@dataclass
class Desk:
    """Everything at which a failure is thought about, in this process."""

    forge: Forge
    database: Database
    sorter: Sorter
    failures: Failures
    thinker: Thinker
    now: list[datetime]

    def pass_time(self, seconds: float) -> None:
        """Let the clock go on."""
        self.now[0] += timedelta(seconds=seconds)

    def keep(self, *runs: Mapping[str, Any], site: str = SITE) -> None:
        """Keep executions as the door does, and sort them."""
        access = Access(1, "agent", site, START)
        intake = read_intake(access, {"site_id": site, "executions": [dict(run) for run in runs]})
        Executions(self.database).keep(intake.incoming, self.now[0])
        while self.sorter.sort_some():
            pass

    def claim(self) -> Case:
        """Take the one failure that is due."""
        (case,) = self.failures.claim("desk", 1, self.now[0])
        return case

    def think(self, steps: Steps | None = None) -> Json:
        """Think the next failure through."""
        return self.thinker.think(steps or KeptSteps(), self.claim().key)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Look into the database."""
        with self.database.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]

    def stages(self) -> dict[str, str]:
        """The stage of each execution."""
        return {row[0]: row[1] for row in self.rows("select execution_id, stage from executions order by number")}


def make_desk(folder: Path, asking: Asking | None = None, url: str | None = None) -> Desk:
    """Make all of it around a new forge and database."""
    forge = make_service(folder).forge
    database = Database(url or f"sqlite:///{folder / 'desk.sqlite3'}")
    upgrade(database)
    now = [START]

    def clock() -> datetime:
        return now[0]

    repository = GitRepository(forge.repository.path)
    failures = Failures(database)
    governor = build_governor(database, repository, forge.bot(), LocalTerms(repository))
    ending = Ending(failures, governor, clock)
    pipeline = Pipeline(Library(repository), LocalPulls(repository), governor, failures, ending, clock, asking)
    thinker = Thinker("desk", failures, failures, pipeline, clock)
    return Desk(forge, database, Sorter(Executions(database), clock), failures, thinker, now)


def interrupted(kind: Any, reason: str = "") -> Interrupted:
    """Why something cannot go on."""
    return Interrupted(kind, reason)
