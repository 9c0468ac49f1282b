"""Keeps runs of the library's tests as recordings: real faults, real programs, and what the product told of them.

`python -m tests.support.kept_runs` runs tests/library and writes tests/recordings anew, for every runbook or for those
that are named. Of each runbook it keeps the first run that repaired and the first that failed, of tests that passed. It
needs what those tests need, and writes nothing when one of them fails.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from runwright.cli.evidence_folder import EvidenceFolder
from runwright.corpus.evidence import recording_path
from runwright.model.execution import Execution
from runwright.model.telemetry import canonical, execution_data, is_synthetic, parse_execution
from runwright.redact.redact import redact_data
from runwright.replay.judging import recorded_outcome
from tests.support import hurried

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = ROOT / "tests" / "recordings"
HOST, FOLDER = "bench", "/srv/bench"
"""What stands for this host's name and for the test's own folder: both tell nothing of the fault."""
_TEMPORARY = "|".join(map(re.escape, sorted({"/tmp", tempfile.gettempdir()}, key=len, reverse=True)))
_FOLDER = (
    rf"(?:{_TEMPORARY})" + r"/(?:pytest-of-[^/\"\s]+/pytest-\d+/(?:popen-gw\d+/)?[^/\"\s\]]+|rw-[a-z]+-[a-z0-9_]{8})"
)
_told: list[dict[str, Any]] = []


def told(execution: Mapping[str, Any]) -> None:
    """Take note of a run, which is kept when its test passes and it is wanted."""
    if execution.get("runbook_id"):
        _told.append(dict(execution))


def runs_of_test() -> list[dict[str, Any]]:
    """Take the runs that were told since this was asked last."""
    runs = _told.copy()
    _told.clear()
    return runs


class Keeper:
    """A plugin of pytest that collects the runs of the tests that pass."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self.wanted = frozenset(wanted)
        self.runs: dict[tuple[str, str], Execution] = {}

    def pytest_runtest_setup(self) -> None:
        """Forget what a fixture ran."""
        _told.clear()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Choose among the runs of a test that passed."""
        if report.when == "call" and report.passed:
            for run in map(neutral, _told):
                if self._is_wanted(run):
                    self.runs.setdefault((run.runbook_id, recorded_outcome(run)), run)

    def _is_wanted(self, run: Execution) -> bool:
        """A run that found nothing to do, or was refused, repaired nothing and shows no failure."""
        return bool(run.executed_steps) and (not self.wanted or run.runbook_id in self.wanted)


def neutral(run: Mapping[str, Any]) -> Execution:
    """A run as the service would keep it: redacted, and without the names of this host and of the test's folder."""
    text = re.sub(_FOLDER, FOLDER, json.dumps(run))
    text = re.sub(rf'"{re.escape(socket.gethostname())}"', f'"{HOST}"', text)
    clean, erased = redact_data(json.loads(text))
    execution = parse_execution(clean)
    return execution.model_copy(update={"erased": (*execution.erased, *erased)})


def recorded(folder: Path = RECORDINGS) -> Iterator[tuple[Path, Execution]]:
    """The recordings of real runs, each with its file."""
    for path in sorted(folder.glob("RB-*/*.json")):
        execution = parse_execution(json.loads(path.read_bytes()))
        if not is_synthetic(execution):
            yield path, execution


def write(runs: Mapping[tuple[str, str], Execution], root: Path = ROOT) -> None:
    """Write runs in the place of those that were kept of the same runbook with the same outcome."""
    folder = EvidenceFolder(root)
    for path, old in recorded(root / "tests" / "recordings"):
        new = runs.get((old.runbook_id, recorded_outcome(old)))
        if new is not None:
            folder.take_away(path.relative_to(root).as_posix(), f"made anew as {new.execution_id}")
    for run in runs.values():
        folder.put(recording_path(run.runbook_id, run.execution_id), canonical(execution_data(run)))


def main(words: list[str]) -> int:
    """Run the tests and write what was kept; words that are no ids of runbooks go to pytest."""
    ids = [word for word in words if word.startswith("RB-")]
    others = [word for word in words if word not in ids]
    keeper, hurried.as_written = Keeper(ids), True
    code = int(pytest.main(["-q", *(others or ["tests/library"])], plugins=[keeper]))
    if code == 0:
        write(keeper.runs)
    for name, outcome in sorted(keeper.runs):
        sys.stdout.write(f"{name}: {outcome} {keeper.runs[name, outcome].execution_id}\n")
    return code


if __name__ == "__main__":
    # The tests must find this module under its own name, not under `__main__`.
    sys.exit(import_module("tests.support.kept_runs").main(sys.argv[1:]))
