"""The whole agent on a real clinic: detect, match, run, verify, record, push, pull, and once more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.agent_site import (
    SITE,
    content,
    release_again,
    released,
    releases_of,
    runbook_text,
    running_agent,
    write_config,
)
from tests.support.clinic import Clinic, running_clinic
from tests.support.forge import Forge
from tests.support.service_player import ServicePlayer, playing_service
from tests.support.until import until

CHECK = {"id": "web", "type": "service", "service": "appointments-web", "every": "300ms"}


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with running_clinic(tmp_path / "clinic") as clinic:
        yield clinic


@pytest.fixture
def service() -> Iterator[ServicePlayer]:
    with playing_service() as service:
        yield service


def config_for(folder: Path, clinic: Clinic, service: ServicePlayer, forge: Forge) -> Path:
    return write_config(
        folder,
        checks=[CHECK],
        host={"service_manager": "supervisor", "programs": {"supervisorctl": clinic.control}},
        facts={"services.appointments-web.requires": ["records-db"], "services.records-db.requires": []},
        service={"url": service.url, "token_file": "agent.token"},
        releases=releases_of(forge),
    )


def test_a_failed_fix_is_told_in_full_and_the_approved_better_one_heals(
    tmp_path: Path, clinic: Clinic, service: ServicePlayer
) -> None:
    forge = released(tmp_path, content())
    config = config_for(tmp_path, clinic, service, forge)
    with running_agent(config) as agent:
        agent.wait_for("pulled", seq=1)
        clinic.kill("records-db", "appointments-web")
        incident = agent.wait_for("incident", incident_type="service_crash")
        agent.wait_for("run_started", version=1)
        finished = agent.wait_for("run_finished", status="failure", verification_passed=False)
        agent.wait_for("pushed", execution_id=finished["execution_id"])
        failed = execution_of(service, finished)
        assert failed["incident_id"] == incident["incident_id"]
        assert failed["state_before"]["services.records-db.state"] == "failed"
        check_probe(failed["executed_steps"][0]["state_after"])

        release_again(forge, runbook_text(2, database=True))
        agent.process.send_signal(1)  # SIGHUP: pull now
        agent.wait_for("pulled", seq=2)
        clinic.ask("start", "records-db")
        clinic.ask("start", "appointments-web")
        agent.wait_for("cleared", incident_id=incident["incident_id"])

        clinic.kill("records-db", "appointments-web")
        agent.wait_for("run_started", version=2)
        healed = agent.wait_for("run_finished", status="success", verification_passed=True)
        agent.wait_for("cleared")
        agent.wait_for("pushed", execution_id=healed["execution_id"])
        assert clinic.state("appointments-web") == clinic.state("records-db") == "RUNNING"
        assert agent.stop() == 0
    check_last(execution_of(service, healed))
    assert {request.headers["Authorization"] for request in service.requests} == {"Bearer token-of-the-site"}
    assert {request.body["site_id"] for request in service.requests} == {SITE}


def execution_of(service: ServicePlayer, finished: dict[str, Any]) -> dict[str, Any]:
    found = [one for one in service.executions() if one["execution_id"] == finished["execution_id"]]
    assert len(found) == 1
    return found[0]


def check_probe(facts: dict[str, Any]) -> None:
    """What the failed step reads and needs is known, one level into what the service requires."""
    assert facts["services.appointments-web.state"] == "failed"
    assert facts["services.appointments-web.requires"] == ["records-db"]
    assert facts["services.records-db.state"] == "failed"
    assert facts["services.records-db.requires"] == []


def check_last(execution: dict[str, Any]) -> None:
    assert execution["runbook_version"] == 2
    assert execution["release"] == "rules-v2"
    assert execution["confidence"] == 0.95
    assert [step["outcome"] for step in execution["executed_steps"]] == ["success", "success"]
    assert execution["state_diff"]["after"]["services.appointments-web.state"] == "running"


def test_the_status_that_is_reported_names_the_release_and_its_key(
    tmp_path: Path, clinic: Clinic, service: ServicePlayer
) -> None:
    config = config_for(tmp_path, clinic, service, released(tmp_path, content()))
    with running_agent(config, "--once") as agent:
        events = agent.rest()
        assert agent.process.wait(20) == 0
    assert [told["event"] for told in events] == ["started", "pulled", "sent", "sent", "stopped"]
    status = next(request.body for request in service.requests if request.path == "/api/agent/status")
    assert (status["seq"], status["tag"], status["expired"]) == (1, "rules-v1", False)
    assert status["key_id"].startswith("SHA256:")
    until(lambda: "/api/agent/sync/pattern-stats" in service.paths(), what="the statistics arrived")
