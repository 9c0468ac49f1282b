"""A real failure on a real supervisor: what the agent tells of it is enough to judge the cure by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runwright.corpus.corpus import read_corpus
from runwright.model.runbook import Runbook
from runwright.model.telemetry import parse_execution
from tests.support.agent_inside import inside
from tests.support.agent_site import content, released, releases_of, runbook_text, write_config
from tests.support.clinic import Clinic, running_clinic
from tests.support.recordings import judged, said

PATH = "runbooks/linux/RB-LIN-SERVICE-001.yaml"
FAILED = "services.records-db.state"


@pytest.fixture(scope="module")
def failure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], Clinic]]:
    folder = tmp_path_factory.mktemp("site")
    with running_clinic(folder / "clinic") as clinic:
        clinic.kill("records-db", "appointments-web")
        with inside(configured(folder, clinic)) as agent:
            agent.agent.pull()
            agent.look()
            (execution,) = agent.executions()
        yield execution, clinic


def configured(folder: Path, clinic: Clinic) -> Path:
    """Write the configuration of an agent that looks after the web service."""
    return write_config(
        folder,
        checks=[{"id": "web", "type": "service", "service": "appointments-web", "every": "1s"}],
        host={"service_manager": "supervisor", "programs": {"supervisorctl": clinic.control}},
        facts={"services.appointments-web.requires": ["records-db"], "services.records-db.requires": []},
        releases=releases_of(released(folder, content())),
    )


def version(number: int, *, database: bool) -> Runbook:
    """Read the runbook, with or without its database first."""
    corpus = read_corpus({PATH: runbook_text(number, database=database).encode()})
    found = corpus.runbook("RB-LIN-SERVICE-001")
    assert found is not None, corpus.findings
    return found.value


def test_the_failed_step_tells_what_the_service_needs_and_how_each_try_ended(failure: Any) -> None:
    execution, _ = failure
    (step,) = execution["executed_steps"]
    assert step["outcome"] == "failed"
    assert step["state_after"][FAILED] == "failed"
    assert {"memory.used_percent", "cpu.load_1m", 'disks["/"].used_percent'} <= step["state_after"].keys()
    (attempt,) = step["attempts"]
    assert attempt["exit_code"] == step["exit_code"] != 0
    assert attempt["error"] == step["error"] != ""
    assert execution["verification_facts"]["services.appointments-web.state"] in ("failed", "stopped", "starting")


def test_looking_closer_left_the_services_as_they_were(failure: Any) -> None:
    execution, clinic = failure
    assert clinic.state("records-db") == "EXITED"
    assert execution["state_after"][FAILED] == "failed"


def test_replay_judges_the_cure_by_what_was_told(failure: Any) -> None:
    run = parse_execution(failure[0])
    base = version(1, database=False)
    assert judged(base, base, run).verdict == "still failing"
    assert said(judged(base, version(2, database=True), run)) == "fixed (predicted)"
