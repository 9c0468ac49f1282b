"""The recordings of real runs: each replays on its own runbook as it went, and holds nothing that should be erased."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest

from runwright.model.execution import Execution
from runwright.redact.redact import redact_data
from runwright.replay.judging import Pair, judge_all
from tests.library.test_library import EXCEPTIONS, corpus
from tests.support.kept_runs import FOLDER, HOST, neutral, recorded

RECORDED = [(path, run) for path, run in recorded()]
IDS = sorted({run.runbook_id for _, run in RECORDED})
OF_A_HOST = [entry.value.id for entry in corpus().runbooks if entry.value.platform != "windows"]
FIRST_RUN = {"RB-LIN-SERVICE-001"}
"""The demonstration's runbook: its first recording is the failure that the demonstration makes."""
BOTH = [
    name
    for name in OF_A_HOST
    if re.fullmatch(
        r"RB-(ANY-.*|LIN-(DISK|INODE|LOG|CERT|BACKUP|POSTGRES|MQTT|REDIS|NGINX|MEMORY|PROCESS|PIDFILE)-.*)", name
    )
]


def expected(run: Execution) -> str:
    """What replay says of a run on its own runbook, also where a rollback changed the host behind the verification."""
    return "unchanged" if run.success else "still failing"


@pytest.mark.parametrize("name", IDS)
def test_an_unchanged_runbook_replays_every_run_as_it_went(name: str) -> None:
    book = next(entry.value for entry in corpus().runbooks if entry.value.id == name)
    runs = [run for _, run in RECORDED if run.runbook_id == name]
    said = {verdict.execution_id: verdict.verdict for verdict in judge_all(Pair(book, book), runs)}
    assert said == {run.execution_id: expected(run) for run in runs}
    assert {run.runbook_version for run in runs} == {book.version}


@pytest.mark.parametrize("name", BOTH)
def test_a_runbook_has_a_run_that_repaired_and_one_that_failed(name: str) -> None:
    assert {run.success for _, run in RECORDED if run.runbook_id == name} == {True, False}


@pytest.mark.parametrize("name", sorted(set(OF_A_HOST) - EXCEPTIONS["untested"].keys() - FIRST_RUN))
def test_a_runbook_that_is_tested_has_a_recording(name: str) -> None:
    assert name in IDS, f"run `python -m tests.support.kept_runs {name}`"


def test_a_recording_holds_nothing_that_would_be_erased_and_no_name_of_a_test() -> None:
    for path, _ in RECORDED:
        text = path.read_text("utf-8")
        assert not redact_data(json.loads(text))[1], path
        assert "/tmp/rw-" not in text, path
        assert "pytest" not in text, path


def test_a_kept_run_is_redacted_and_names_neither_the_host_nor_the_folder(tmp_path: Path) -> None:
    password = "hunter2-hunter2"
    run = json.loads((RECORDED[0][0]).read_bytes())
    run |= {"hostname": socket.gethostname(), "params": {"path": f"{tmp_path}/a", "other": "/tmp/rw-pg-ab_12cd9/b"}}
    run["error_message"] = f"password={password}"
    kept = neutral(run)
    assert (kept.hostname, kept.params) == (HOST, {"path": f"{FOLDER}/a", "other": f"{FOLDER}/b"})
    assert password not in str(kept.error_message)
    assert kept.erased
