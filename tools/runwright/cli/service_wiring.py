"""Joins the service with this machine: its database and its forge. Nothing else joins them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from runwright.errors import ContentError, EdgeError
from runwright.model.policy import FILE

if TYPE_CHECKING:
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.store.database import Database
    from runwright.adapters.store.failures import Failures
    from runwright.cli.service_sides import Side
    from runwright.service.governing import Governor
    from runwright.service.ports import Parts
    from runwright.service.reconciling import Reconciler
    from runwright.service.staff import Staff
    from runwright.service.stewarding import Steward

DATABASE = "runwright.sqlite3"


def database_url(state: Path, url: str | None) -> str:
    """The database's URL: the one that is given, or a file in the state folder, which is made here."""
    if url is not None:
        return url
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EdgeError(f"the state folder {state} cannot be made: {error.strerror}", retryable=False) from error
    return f"sqlite:///{(state / DATABASE).absolute()}"


def known_database_url(state: Path, url: str | None) -> str:
    """The URL of a service's database that is there already, for verbs that only look into it.

    Raises ContentError where there is none: an empty one, made here, would look like a service that knows nothing.
    """
    if url is None and not os.path.isfile(state / DATABASE):  # a name that no system takes is no file
        raise ContentError(
            "there is no database of a service in this folder; name the service's folder with --state, or its database "
            "with --database",
            path=str(state),
        )
    return database_url(state, url)


def open_database(url: str) -> Database:
    """Open a database and bring it to this version's schema."""
    from runwright.adapters.store.database import Database
    from runwright.adapters.store.migrate import upgrade
    from runwright.adapters.store.soundness import look_at

    database = Database(url)
    look_at(url)
    upgrade(database)
    return database


def build_parts(database: Database, side: Side) -> Parts:
    """Everything that the service is made of."""
    from runwright.adapters.release_view import GitReleases
    from runwright.adapters.store.access import Accesses
    from runwright.adapters.store.agents import Agents
    from runwright.adapters.store.executions import Executions
    from runwright.adapters.store.gauges import Gauges
    from runwright.adapters.store.opinions import Opinions
    from runwright.adapters.store.past_runs import PastRuns
    from runwright.adapters.store.probes import Probes
    from runwright.adapters.store.standing import standing
    from runwright.adapters.store.together import Together
    from runwright.service.ports import Parts

    return Parts(
        inbox=Together(Executions(database, standing(database))),
        accesses=Accesses(database),
        agents=Agents(database),
        repository=side.repository,
        pulls=side.pulls,
        releases=GitReleases(side.repository),
        database=database,
        worker=build_staff(database, side),
        opinions=Opinions(database),
        probes=Probes(database),
        clock=clock,
        redaction_key=side.redaction_key,
        hosting=side.hosting,
        past=PastRuns(database),
        counts=Gauges(database),
        reviewers=side.reviewers,
    )


def build_staff(database: Database, side: Side) -> Staff:
    """Whoever works through the backlog: the pipeline with its durable steps, and what looks after its requests."""
    from runwright.adapters.durable_dbos import DbosDurable
    from runwright.adapters.store.answers import Answers
    from runwright.adapters.store.executions import Executions
    from runwright.adapters.store.failures import Failures
    from runwright.adapters.store.liveness import Liveness
    from runwright.adapters.store.soundness import STEPS, look_at
    from runwright.cli.governing import build_governor
    from runwright.cli.model_wiring import build_asker, model_settings
    from runwright.service import attempts
    from runwright.service.ending import Ending
    from runwright.service.library import Library
    from runwright.service.pipeline import Pipeline
    from runwright.service.sorting import Sorter
    from runwright.service.staff import Staff
    from runwright.service.thinking import Thinker
    from runwright.service.worker import BacklogWorker

    look_at(durable_url(database), STEPS)
    failures, governor = Failures(database), build_governor(database, side.repository, side.forge, side.terms)
    ending = Ending(failures, governor, clock)
    asker = build_asker(database, model_settings(_settings(side.repository), os.environ), os.environ)
    library = Library(side.repository)
    pipeline = Pipeline(library, side.pulls, governor, failures, ending, clock, asker, Answers(database))
    durable = DbosDurable(durable_url(database), Liveness(database, uuid4().hex), attempts)
    thinker = Thinker(durable.owner, failures, failures, pipeline, clock)
    worker = BacklogWorker(Sorter(Executions(database), clock), failures, thinker, durable, clock)
    staff = Staff(worker, build_steward(governor, failures, side.reconciler))
    durable.work, durable.ended = thinker.think, staff.ended
    return staff


def build_steward(governor: Governor, failures: Failures, reconciler: Reconciler | None) -> Steward:
    """Whoever looks after open requests, and keeps up with a forge that is elsewhere."""
    from runwright.service.stewarding import Steward

    if reconciler is None:
        return Steward(governor, failures, clock)
    steward = Steward(governor, failures, clock, reconciler)
    reconciler.wake = steward.wake
    return steward


def _settings(repository: GitRepository) -> dict[str, bytes]:
    """The settings of the base branch; none before its first commit."""
    main = repository.resolve("refs/heads/main")
    text = repository.read_file(main, FILE) if main is not None else None
    return {FILE: text} if text is not None else {}


def durable_url(database: Database) -> str:
    """Where the steps are kept: on a server in a schema of its own, else in a file beside the database's."""
    url = database.engine.url
    if url.get_backend_name() != "sqlite" or url.database is None:
        return url.render_as_string(hide_password=False)
    path = Path(url.database).absolute()
    return f"sqlite:///{path.with_name(f'{path.stem}.durable{path.suffix}')}"


def clock() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)
