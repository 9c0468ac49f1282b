"""Leaves out the tests whose need this machine does not meet, and says so; in CI it fails instead."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

import tests.support.repeat  # noqa: F401  settings for all tests that make values up
from tests.support.system_packages import NEEDS, describe, missing, nothing_may_be_left_out

if TYPE_CHECKING:
    from xdist.remote import Producer

    from tests.support.github.site import GitHubSite
    from tests.support.postgres import Postgres
    from tests.support.spread import Spread

LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the cache and the model of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith(("OPENAI_", "RUNWRIGHT_MODEL_"))]:
        del os.environ[name]
    folder = tempfile.TemporaryDirectory(prefix="runwright-cache-")
    config.add_cleanup(folder.cleanup)
    os.environ["XDG_CACHE_HOME"] = folder.name


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """How many processes `--numprocesses auto` means, unless whoever runs the tests says so."""
    if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return None
    from tests.support.spread import workers

    return workers()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Spread | None:
    """Hand the files out in an order of our own."""
    from tests.support.spread import scheduler

    return scheduler(config, log)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One real PostgreSQL for all tests that ask for it; each takes databases of its own."""
    from tests.support.postgres import postgres

    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def github_server() -> Iterator[None]:
    """The process behind all sites of GitHub in this session; it starts with the first of them."""
    from tests.support.github.emulator import stop_emulators

    yield
    stop_emulators()


@pytest.fixture
def github_site(github_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubSite]:
    """A GitHub of its own for one test: one repository, some people, an App."""
    from tests.support.github.open_site import github_site

    with github_site(tmp_path_factory.mktemp("github")) as site:
        yield site


def names_of(item: pytest.Item) -> set[str]:
    """Give the needs that a test states."""
    return {name for mark in item.iter_markers("needs") for name in mark.args}


def refuse_unknown_needs(items: list[pytest.Item]) -> None:
    """Stop at a need that the table does not have: it would never be met or never be checked."""
    for item in items:
        if unknown := names_of(item) - NEEDS.keys():
            known = ", ".join(sorted(NEEDS))
            raise pytest.UsageError(
                f"{item.nodeid} needs {sorted(unknown)}; tests/support/system_packages.py has {known}"
            )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Part the tests by what the machine offers."""
    refuse_unknown_needs(items)
    absent = missing().keys()
    config.stash[LEFT_OUT] = counts = Counter(name for item in items for name in names_of(item) & absent)
    if counts and nothing_may_be_left_out():
        raise pytest.UsageError("\n".join(["CI=true: no test may be left out, but:", *notices(counts)]))
    config.hook.pytest_deselected(items=[item for item in items if names_of(item) & absent])
    items[:] = [item for item in items if not names_of(item) & absent]


def notices(counts: Counter[str]) -> list[str]:
    """Say for each absent need how many tests it costs."""
    return [f"left out: {number} test(s), no {describe(name, NEEDS[name])}" for name, number in sorted(counts.items())]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what was left out next to the results."""
    if counts := config.stash.get(LEFT_OUT, Counter()):
        terminalreporter.section("left out")
        for line in notices(counts):
            terminalreporter.line(line)
