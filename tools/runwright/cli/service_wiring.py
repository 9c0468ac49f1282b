"""Joins the service with this machine: its database, its repository, its forge and its key. Nothing else joins them."""

from __future__ import annotations

import hashlib
import hmac
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
    from runwright.release.sshkeys import SigningKey
    from runwright.service.ports import Parts
    from runwright.service.staff import Staff

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
    if url is None and not (state / DATABASE).is_file():
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


def build_parts(database: Database, forge: Path, key: Path) -> Parts:
    """Everything that the service is made of; raises ContentError for a forge or a key that cannot be used."""
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.keys import load_key
    from runwright.adapters.pulls_local import LocalPulls
    from runwright.adapters.release_view import GitReleases
    from runwright.adapters.store.access import Accesses
    from runwright.adapters.store.agents import Agents
    from runwright.adapters.store.executions import Executions
    from runwright.adapters.store.opinions import Opinions
    from runwright.adapters.store.probes import Probes
    from runwright.adapters.store.together import Together
    from runwright.service.ports import Parts

    if not (forge / "HEAD").is_file():
        raise ContentError(
            "this is no bare Git repository; give the one that holds main and the pull requests", path=str(forge)
        )
    repository, bot = GitRepository(forge), load_key(key)
    _check_bot(repository, bot)
    return Parts(
        inbox=Together(Executions(database)),
        accesses=Accesses(database),
        agents=Agents(database),
        repository=repository,
        pulls=LocalPulls(repository),
        releases=GitReleases(repository),
        database=database,
        worker=build_staff(database, repository, bot),
        opinions=Opinions(database),
        probes=Probes(database),
        clock=clock,
        redaction_key=redaction_key(key),
    )


def redaction_key(key: Path) -> bytes:
    """The key of this installation's marks: made from the bot's, which all its replicas have and nobody else."""
    return hmac.new(key.read_bytes(), b"runwright-redaction-key", hashlib.sha256).digest()


def build_staff(database: Database, repository: GitRepository, bot: SigningKey) -> Staff:
    """Whoever works through the backlog: the pipeline with its durable steps, and what looks after its requests."""
    from runwright.adapters.durable_dbos import DbosDurable
    from runwright.adapters.pulls_local import LocalPulls
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
    from runwright.service.stewarding import Steward
    from runwright.service.thinking import Thinker
    from runwright.service.worker import BacklogWorker

    look_at(durable_url(database), STEPS)
    failures, governor = Failures(database), build_governor(database, repository, bot)
    ending = Ending(failures, governor, clock)
    asker = build_asker(database, model_settings(_settings(repository), os.environ), os.environ)
    pipeline = Pipeline(
        Library(repository), LocalPulls(repository), governor, failures, ending, clock, asker, Answers(database)
    )
    durable = DbosDurable(durable_url(database), Liveness(database, uuid4().hex), attempts)
    thinker = Thinker(durable.owner, failures, failures, pipeline, clock)
    worker = BacklogWorker(Sorter(Executions(database), clock), failures, thinker, durable, clock)
    staff = Staff(worker, Steward(governor, failures, clock))
    durable.work, durable.ended = thinker.think, staff.ended
    return staff


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


def _check_bot(repository: GitRepository, bot: SigningKey) -> None:
    """Refuse a key that may not propose, at the start and not at the first failure; raises TrustError."""
    from runwright.release.signers import PROPOSAL, parse_allowed_signers

    main = repository.resolve("refs/heads/main")
    if main is not None:
        text = repository.read_file(main, ".github/allowed_signers") or b""
        parse_allowed_signers(text.decode(), ".github/allowed_signers").identify(bot.public, PROPOSAL, clock())


def clock() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)
