"""What the doctor finds on this machine: Python, git, the clock, folders, key files, the database, an agent's pins.

Nothing is made and nothing is migrated: a database that is not there stays so.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.errors import ContentError, EdgeError, RunwrightError

if TYPE_CHECKING:
    from runwright.checks.hosting.diagnosis import Diagnosis
    from runwright.checks.hosting.facts import NotTold
    from runwright.checks.hosting.judge_local import Folder, Store
    from runwright.cli.agent_wiring import Settings

KEY_FILES = ("RUNWRIGHT_BOT_KEY", "RUNWRIGHT_GITHUB_APP_KEY")
"""Variables that name a file with a private key."""


def of_machine(state: Path, database: str | None, config_path: Path | None) -> Iterator[Diagnosis]:
    """Everything about this machine; raises ContentError for a configuration that cannot be read."""
    from runwright.checks.hosting.judge_local import LocalFacts, judge_local

    settings = _settings(config_path)
    agent = (settings.state,) if settings else ()
    service = (state,) if os.path.lexists(state) else ()
    named = (Path(os.environ[name]) for name in KEY_FILES if os.environ.get(name))
    secrets = (*named, *(_token_files(settings) if settings else ()))
    yield from judge_local(
        LocalFacts(
            python=sys.version_info[:2],
            git=_git(),
            synchronised=_clock(),
            folders=tuple(_look(path) for path in (*service, *agent)),
            secrets=tuple(_look(path) for path in secrets),
            store=_store(state, database),
        )
    )


def _settings(config_path: Path | None) -> Settings | None:
    if config_path is None:
        return None
    from runwright.cli.agent_wiring import read_settings

    return read_settings(config_path)


def _token_files(settings: Settings) -> Iterator[Path]:
    """The files of an agent's configuration that hold a token."""
    config = settings.config
    written = (config.service, config.releases, *config.notify.values())
    yield from (settings.resolved(one.token_file) for one in written if one is not None and one.token_file)


def _git() -> str | None:
    from runwright.adapters import git

    try:
        return git.run(Path("/"), ["--version"]).text.strip()
    except EdgeError:
        return None


def _clock() -> bool | NotTold:
    """Whether something keeps the clock right, as far as this system tells."""
    from runwright.adapters.clock_kept import is_kept
    from runwright.checks.hosting.facts import NotTold

    kept = is_kept()
    return NotTold("whether something keeps this clock right cannot be told") if kept is None else kept


def _look(path: Path) -> Folder:
    from runwright.checks.hosting.judge_local import Folder

    try:
        found = path.stat()
    except OSError:
        return Folder(str(path), exists=False)
    mine = found.st_uid == os.geteuid()
    return Folder(str(path), True, found.st_mode & 0o7777, mine, os.access(path, os.W_OK))


def _store(state: Path, database: str | None) -> Store | None:
    """The service's database, looked at and left as it is."""
    from runwright.cli.service_wiring import DATABASE

    file = state / DATABASE
    if database is None and not os.path.isfile(file):
        return None
    from runwright.adapters.store.revisions import revisions_of
    from runwright.checks.hosting.judge_local import Store

    where = str(file) if database is None else "the database"
    try:
        has, newest = revisions_of(database or f"sqlite:///{file.absolute()}")
    except RunwrightError as error:
        return Store(where, trouble=str(error))
    return Store(where, has=has, newest=newest)


def of_agent(config_path: Path, signers: str | None) -> Iterator[Diagnosis]:
    """Whether an agent's pinned keys fit those that are published."""
    from runwright.checks.hosting.diagnosis import unknown, wrong
    from runwright.checks.hosting.judge_release import judge_pins
    from runwright.cli.agent_wiring import read_settings
    from runwright.cli.wiring import now

    settings = read_settings(config_path)
    releases = settings.config.releases
    if releases is None:
        told = "the agent pulls no releases; it runs what is on its disk"
        yield unknown("agent.keys", told, "give it `releases:` with remote and trusted_keys")
        return
    try:
        pins = settings.text(releases.trusted_keys, ("releases", "trusted_keys"), "the file of trusted keys")
    except ContentError as error:
        yield wrong("agent.keys", str(error), "put the release key's line there, by a way that is not the network")
        return
    yield judge_pins(pins, signers, now())
