"""Whether this machine is fit: Python, git, the clock, the state folder, the database.

Pure: what was found comes in as a value; finding it is left to `cli`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from runwright.checks.hosting.diagnosis import Diagnosis, good, unknown, wrong
from runwright.checks.hosting.facts import NotTold

PYTHON, GIT = (3, 11), (2, 38)
"""The oldest versions that work; git has `merge-tree --write-tree` since 2.38."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the service or the agent, and who may look into it."""

    path: str
    exists: bool
    mode: int = 0
    mine: bool = True
    writable: bool = True


@dataclass(frozen=True, slots=True)
class Store:
    """The service's database: what is wrong with it, and the revisions of its tables."""

    where: str
    trouble: str = ""
    has: str = ""
    newest: str = ""


@dataclass(frozen=True, slots=True)
class LocalFacts:
    """What was found on this machine."""

    python: tuple[int, int]
    git: str | None
    """What `git --version` printed; None where there is no git."""
    synchronised: bool | NotTold
    folders: tuple[Folder, ...] = ()
    secrets: tuple[Folder, ...] = ()
    """Files that hold a key or a token."""
    store: Store | None = None
    """None where there is none, or where none was named."""


def judge_local(facts: LocalFacts) -> Iterator[Diagnosis]:
    """Everything about this machine."""
    yield _python(facts.python)
    yield _git(facts.git)
    yield _clock(facts.synchronised)
    for folder in facts.folders:
        yield _folder(folder)
    for file in facts.secrets:
        yield _secret(file)
    if facts.store is not None:
        yield _store(facts.store)


def _python(version: tuple[int, int]) -> Diagnosis:
    said = ".".join(map(str, version))
    if version < PYTHON:
        return wrong("python", f"this is Python {said}", f"use {'.'.join(map(str, PYTHON))} or newer")
    return good("python", f"Python {said}")


def _git(said: str | None) -> Diagnosis:
    wanted = f"{'.'.join(map(str, GIT))} or newer"
    if said is None:
        return wrong("git", "there is no git", f"install git {wanted}")
    found = re.search(r"(\d+)\.(\d+)", said)
    if found is None:
        return unknown("git", "which git this is cannot be told", f"look whether `git --version` says {wanted}")
    version = (int(found[1]), int(found[2]))
    if version < GIT:
        return wrong("git", f"git {found[0]} is too old", f"install git {wanted}")
    return good("git", f"git {found[0]}")


def _clock(synchronised: bool | NotTold) -> Diagnosis:
    if isinstance(synchronised, NotTold):
        return unknown("clock", synchronised.why, "see that a service such as chrony or systemd-timesyncd runs")
    if not synchronised:
        # In a container or a virtual machine the clock may be right all the same.
        told = "nothing tells the kernel that it keeps this clock right"
        return unknown("clock", told, "switch chrony or systemd-timesyncd on, unless the machine below does that")
    return good("clock", "the clock is synchronised")


def _folder(folder: Folder) -> Diagnosis:
    key = "folder"
    if not folder.exists:
        return unknown(key, f"{folder.path} is not there yet", "it is made at the first start")
    if not folder.mine or not folder.writable:
        told = f"{folder.path} belongs to somebody else or cannot be written to"
        return wrong(key, told, "run doctor as the account that runs it, or give the folder to that account")
    if folder.mode & 0o077:
        return wrong(key, f"others may look into {folder.path} ({folder.mode:04o})", f"chmod 700 {folder.path}")
    return good(key, f"{folder.path} is open to its owner alone")


def _secret(file: Folder) -> Diagnosis:
    key = "secret"
    if not file.exists:
        return wrong(key, f"{file.path} is not there", "correct its path, or put it there")
    if file.mode & 0o077:
        return wrong(key, f"others may read {file.path} ({file.mode:04o})", f"chmod 600 {file.path}")
    return good(key, f"{file.path} is open to its owner alone")


def _store(store: Store) -> Diagnosis:
    if store.trouble:
        return wrong("database", store.trouble, "see that it runs and that its address is right")
    if not store.has:
        return unknown("database", f"{store.where} has no tables yet", "the service makes them at its first start")
    if store.has != store.newest:
        told = f"{store.where} has revision {store.has}, this version wants {store.newest}"
        return unknown("database", told, "start the service of this version, which brings it up; or use the newer one")
    return good("database", f"{store.where} opens and has revision {store.has}")
