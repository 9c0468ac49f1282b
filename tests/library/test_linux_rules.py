"""Which runbook answers what the agent's checks find on a Linux host."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runwright.cli.wiring import corpus_from_folder
from runwright.engine.matcher import incident_scope, match
from runwright.engine.params import resolve_params
from runwright.model.incident import Incident

CORPUS = corpus_from_folder(Path(__file__).resolve().parents[2])
RULES = [entry.value for entry in CORPUS.rules]
RUNBOOKS = {entry.value.id: entry.value for entry in CORPUS.runbooks}


def incident(check_type: str, resource: str, platform: str = "linux", **facts: Any) -> Incident:
    return Incident(
        incident_id="INC-1",
        incident_type="service_stopped",
        check_type=check_type,
        status="fail",
        site_id="clinic",
        hostname="front-desk",
        platform=platform,
        resource=resource,
        detected_at=datetime(2026, 11, 21, tzinfo=UTC),
        facts=facts,
    )


@pytest.mark.parametrize(
    ("service", "runbook"),
    [
        ("web", "RB-LIN-SERVICE-001"),
        ("chrony.service", "RB-LIN-CLOCK-001"),
        ("ssh", "RB-LIN-SSH-001"),
        ("nftables", "RB-LIN-FIREWALL-001"),
        ("apt-daily-upgrade.timer", "RB-LIN-PACKAGE-001"),
    ],
)
def test_a_stopped_service_is_answered_by_the_runbook_that_knows_it_best(service: str, runbook: str) -> None:
    answers(incident("service", service, service=service, state="stopped"), runbook)


def test_a_full_journal_is_answered_by_its_own_runbook() -> None:
    facts: dict[str, Any] = {"path": "/var/log/journal", "used_percent": 95, "below_percent": 80}
    params = answers(incident("disk", "/var/log/journal", **facts), "RB-LIN-JOURNAL-001")
    assert params["below_percent"] == 80, "the run must end with the disk as the check wants it"
    del facts["below_percent"]
    assert answers(incident("disk", "/var/log/journal", **facts), "RB-LIN-JOURNAL-001")["below_percent"] == 90


def answers(found: Incident, runbook: str) -> Mapping[str, Any]:
    matched = match(RULES, found)
    assert matched.rule is not None
    assert matched.rule.runbook_id == runbook
    return resolve_params(RUNBOOKS[runbook], matched.params(found), incident_scope(found))


def test_no_rule_for_linux_answers_for_windows() -> None:
    matched = match(RULES, incident("service", "ssh", "windows", service="ssh", state="stopped"))
    assert matched.rule is None or not matched.rule.runbook_id.startswith("RB-LIN")
