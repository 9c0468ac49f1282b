"""Joins the service with a repository at GitHub: who speaks, the mirror, the secrets, what is kept of its pauses."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.cli.service_sides import Side
from runwright.cli.wiring import now
from runwright.errors import ContentError, EdgeError, RunwrightError

if TYPE_CHECKING:
    from runwright.adapters.forge_github import Connection, Place
    from runwright.adapters.forge_github.kept import Shelf
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.store.database import Database
    from runwright.service.patience import PatientMirror

SECRET, REDACTION = "RUNWRIGHT_GITHUB_WEBHOOK_SECRET", "RUNWRIGHT_REDACTION_KEY"
LEAST = 16
"""Characters that a secret has at least: with fewer it can be found by trying."""
MOST = 4_096
KEY_BYTES = 32
BASE = "main"
"""The branch that everything is proposed for and released from."""


@dataclass(frozen=True, slots=True)
class GitHubSettings:
    """Which repository, where the service keeps its files, and how often everything is read anew."""

    repository: str
    state: Path
    every: timedelta


def github_side(settings: GitHubSettings, database: Database, environ: Mapping[str, str]) -> Side:
    """A repository at GitHub; raises EdgeError where nothing of it is here yet.

    Raises ContentError for settings, and for who is not let in.
    """
    from runwright.adapters.forge_github import GitHubProposals, GitHubPulls, GitHubTerms
    from runwright.adapters.forge_github.deciders import GitHubReviewers
    from runwright.adapters.mirror import Mirror
    from runwright.adapters.store.deliveries import Deliveries, Pauses
    from runwright.cli.github_wiring import connect, pace_of
    from runwright.cli.service_admission import check_admission
    from runwright.service.boxes import BoxedForge
    from runwright.service.hosting import Hosting
    from runwright.service.patience import Patience, PatientForge, PatientMirror, PatientPulls
    from runwright.service.reconciling import Known, Reconciler

    secret, key = webhook_secret(environ), redaction_key(settings.state, database, environ)
    connection = connect(settings.repository, environ)
    claim(settings.state, connection.place)
    deliveries, patience = Deliveries(database), Patience(Pauses(database), now)
    check_admission(connection, patience.call)
    mirror = Mirror(settings.state / "mirror.git", connection.place.git_url, connection.credentials.token)
    repository, patient = mirror.repository, PatientMirror(mirror, patience)
    if not patience.left() > timedelta():
        check_base(connection)
    _first_fetch(patient, repository)
    pulls = GitHubPulls(connection, repository, shelf=_shelf(settings.state, connection))
    reconciler = Reconciler(Known(patient, pulls, deliveries), settings.every)
    return Side(
        repository=repository,
        forge=PatientForge(BoxedForge(GitHubProposals(connection, repository, pulls), pulls), patience),
        pulls=PatientPulls(pulls, patience),
        terms=GitHubTerms(connection, repository),
        redaction_key=key,
        hosting=Hosting(settings.repository, secret, deliveries, reconciler),
        reconciler=reconciler,
        reviewers=GitHubReviewers(
            connection.place,
            repository,
            lambda number: patience.call(lambda: mirror.bring(number)),
            pulls.stale,
            pace_of(environ).gaps,
        ),
    )


def _shelf(state: Path, connection: Connection) -> Shelf:
    """Where what was said about proposals that are over is kept; bound to the repository and to who reads it."""
    from runwright.adapters.forge_github.kept import Shelf

    place = connection.place
    return Shelf(state / "pulls", lambda: f"{place.web} {place.repository} {connection.login}")


def claim(state: Path, place: Place) -> None:
    """Note whose state folder this is; raises ContentError where it is another repository's.

    What was fetched and what is remembered in it are of that one, and would be told of this one.
    """
    mine, note = f"{place.web}/{place.repository}", state / "repository"
    try:
        if not note.is_file():
            note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_once(note, f"{mine}\n")
        owner = note.read_text("utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise EdgeError(f"the note {note} cannot be read or made ({type(error).__name__})", retryable=False) from error
    if owner.casefold() != mine.casefold():
        raise ContentError(
            f"the folder {state} belongs to {owner}, not to {mine}; name another one with --state, or delete {note} "
            "where the repository was renamed"
        )


def webhook_secret(environ: Mapping[str, str]) -> bytes:
    """The secret that webhooks are signed with, given as it is or as the file that holds it; empty without one.

    Raises ContentError for one that is too short to be one.
    """
    given = environ.get(SECRET, "").strip()
    secret = _file_text(SECRET, Path(given)) if given.startswith("/") else given
    if given and len(secret) < LEAST:
        raise ContentError(f"{SECRET} holds {len(secret)} characters; expected at least {LEAST}, made at random")
    return secret.encode()


def redaction_key(state: Path, database: Database, environ: Mapping[str, str]) -> bytes:
    """The key of this installation's marks, from the file that is named, or from the state folder's own.

    Several services on one database must mark alike, so theirs has to be given: ContentError.
    """
    given = environ.get(REDACTION, "").strip()
    if given:
        text = _file_text(REDACTION, Path(given))
        if len(text) < LEAST:
            raise ContentError(f"{REDACTION}: {given} holds {len(text)} characters; expected at least {LEAST}")
        return text.encode()
    if database.engine.url.get_backend_name() != "sqlite":
        raise ContentError(f"{REDACTION} is missing: name a file with a random key, the same for all replicas")
    return _own_key(state / "redaction.key")


def _own_key(path: Path) -> bytes:
    """The key in the state folder, made at the first start."""
    try:
        if not path.is_file():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_once(path, secrets.token_hex(KEY_BYTES))
        return _file_text(REDACTION, path).encode()
    except OSError as error:
        raise EdgeError(f"the redaction key {path} cannot be made: {error.strerror}", retryable=False) from error


def _write_once(path: Path, text: str) -> None:
    """Write a file that only the service can read, whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    part.rename(path)


def _file_text(name: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MOST).decode("ascii").strip()
    except (OSError, UnicodeError) as error:
        raise ContentError(f"{name}: {path} cannot be read ({type(error).__name__})") from error


def check_base(connection: Connection) -> None:
    """Refuse (ContentError) a repository whose default branch is another than main.

    GitHub runs workflows on a schedule, and tells of checks, for the default branch alone.
    """
    try:
        data = connection.get("")
    except EdgeError:
        return  # it is away; what was fetched before is worked on until it is back
    found = data.get("default_branch") if isinstance(data, dict) else None
    if isinstance(found, str) and found != BASE:
        raise ContentError(
            f"the default branch of {connection.place.repository} is {found!a}, and Runwright works on {BASE}; rename "
            f"it at {connection.place.web}/{connection.place.repository}/settings/branches"
        )


def _first_fetch(mirror: PatientMirror, repository: GitRepository) -> None:
    """Fetch at the start; what cannot be fetched now is fetched later, unless there is nothing here at all."""
    try:
        mirror.refresh()
    except RunwrightError as error:
        if repository.resolve("refs/heads/main") is None:
            raise EdgeError(f"the repository was never fetched, and cannot be now: {error}") from error
