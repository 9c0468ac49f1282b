"""Runs a test of the library with another text of its runbook, and gives the run that the product told of.

The test makes the fault, as it always does; whether it passes does not matter here, because its expectations are
those of the runbook as it should be.
"""

from __future__ import annotations

import inspect
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import pytest

from runwright.corpus.strict_yaml import load_yaml
from runwright.model.duration import parse_duration
from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.replay.judging import recorded_outcome
from tests.support import hurried
from tests.support.kept_runs import neutral, runs_of_test
from tests.support.mutations import plain
from tests.support.planted import Scenario, shape

LONGEST_SECONDS = 30
"""No step of a scenario needs longer to succeed; a mistake often waits in vain."""
QUIET = ("-q", "--no-header", "--tb=no", "-p", "no:cacheprovider")
Planting = Callable[[Runbook], Runbook]


@dataclass
class Planter:
    """A plugin of pytest that gives one run of a test another runbook, and keeps all of the test's runs."""

    runbook: str = ""
    call: int = 0
    planting: Planting = field(default=lambda book: book)
    seen: int = 0
    runs: list[Execution] = field(default_factory=list)

    def instead(self, name: str, text: str) -> str:
        """The text that a run is given."""
        if name != self.runbook:
            return text
        self.seen += 1
        book = Runbook.model_validate_json(json.dumps(load_yaml(text.encode(), name).data))
        made = self.planting(book) if self.seen == self.call + 1 else book
        return json.dumps(bounded(plain(made)), indent=1)

    def pytest_runtest_setup(self) -> None:
        """Forget what an earlier test ran."""
        runs_of_test()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what was told, whatever became of the test."""
        if report.when == "call":
            self.runs += [run for run in map(neutral, runs_of_test()) if run.runbook_id == self.runbook]


@dataclass
class Finder:
    """A plugin of pytest that runs the tests that name certain runbooks, and notes each outcome's first scenario."""

    wanted: Collection[str]
    found: dict[tuple[str, str], Scenario] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what names none of the runbooks."""
        items[:] = [item for item in items if any(name in _source(item) for name in self.wanted)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the runs of a test that passed, as they are kept as recordings."""
        if report.when == "call" and report.passed:
            for scenario in _scenarios(report.nodeid, [neutral(run) for run in runs_of_test()]):
                self.found.setdefault((scenario.runbook, scenario.was), scenario)


def carried_out(scenario: Scenario, planting: Planting) -> Execution | None:
    """Run a scenario with a mistake in its runbook; None where the test did not come to that run."""
    planter = Planter(scenario.runbook, scenario.call, planting)
    with _texts(planter.instead):
        _run(scenario.test, planter)
    return planter.runs[scenario.call] if len(planter.runs) > scenario.call else None


def found_in(folder: str, wanted: Collection[str]) -> list[Scenario]:
    """The scenarios of some runbooks, by running their tests as they are."""
    finder = Finder(wanted)
    _run(folder, finder)
    return [scenario for scenario in finder.found.values() if scenario.runbook in wanted]


def bounded(data: Any) -> Any:
    """A runbook in which no step takes longer than it ever needs; the rests between tries stay."""
    if isinstance(data, list):
        return [bounded(item) for item in data]
    if not isinstance(data, dict):
        return data
    made = {key: bounded(value) for key, value in data.items()}
    if "id" in made and ("wait_until" in made or "timeout" in made):
        lasts = parse_duration(made.get("timeout", "60s")).total_seconds()
        made["timeout"] = f"{min(lasts, LONGEST_SECONDS):g}s"
    return made


@contextmanager
def _texts(instead: Callable[[str, str], str]) -> Iterator[None]:
    """Runbooks as they are written, with their full times, and changed on their way to the host."""
    before, hurried.as_written, hurried.instead = hurried.as_written, True, instead
    try:
        yield
    finally:
        hurried.as_written, hurried.instead = before, hurried.unchanged


def _run(tests: str, plugin: object) -> None:
    """Run tests; what pytest says of them is of no interest."""
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        pytest.main([*QUIET, tests], plugins=[plugin])


def _source(item: pytest.Item) -> str:
    return inspect.getsource(item.function) if isinstance(item, pytest.Function) else ""


def _scenarios(test: str, runs: list[Execution]) -> Iterator[Scenario]:
    """The runs of a test that did something, each with its number among those of its runbook."""
    calls: Counter[str] = Counter()
    for run in runs:
        if run.executed_steps:
            yield Scenario(run.runbook_id, recorded_outcome(run), test, calls[run.runbook_id], shape(run))
        calls[run.runbook_id] += 1
