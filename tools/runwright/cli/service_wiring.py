"""Joins the service with this machine: its database, its repository, its forge and its key. Nothing else joins them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.errors import ContentError, EdgeError

if TYPE_CHECKING:
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.store.database import Database
    from runwright.release.sshkeys import SigningKey
    from runwright.service.ports import Parts

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


def open_database(url: str) -> Database:
    """Open a database and bring it to this version's schema."""
    from runwright.adapters.store.database import Database
    from runwright.adapters.store.migrate import upgrade

    database = Database(url)
    upgrade(database)
    return database


def build_parts(database: Database, forge: Path, key: Path) -> Parts:
    """Everything that the service is made of; raises ContentError for a forge or a key that cannot be used."""
    from runwright.adapters.forge_local import LocalProposals
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.keys import load_key
    from runwright.adapters.pulls_local import LocalPulls
    from runwright.adapters.release_view import GitReleases
    from runwright.adapters.store.access import Accesses
    from runwright.adapters.store.agents import Agents
    from runwright.adapters.store.executions import Executions
    from runwright.service.pipeline import Library, Pipeline
    from runwright.service.ports import Parts
    from runwright.service.worker import BacklogWorker

    if not (forge / "HEAD").is_file():
        raise ContentError(
            "this is no bare Git repository; give the one that holds main and the pull requests", path=str(forge)
        )
    repository, executions, bot = GitRepository(forge), Executions(database), load_key(key)
    _check_bot(repository, bot)
    pipeline = Pipeline(Library(repository), LocalProposals(repository, bot), executions)
    return Parts(
        inbox=executions,
        accesses=Accesses(database),
        agents=Agents(database),
        repository=repository,
        pulls=LocalPulls(repository),
        releases=GitReleases(repository),
        database=database,
        worker=BacklogWorker(executions, pipeline, clock),
        clock=clock,
    )


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
