"""The library's own rules: a check that names its service is answered at once, one that names none is a person's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from runwright.agent.config import HttpCheck, PortCheck
from runwright.agent.detect import judge
from runwright.engine.matcher import Match, incident_scope, match
from runwright.engine.params import resolve_params
from runwright.model.incident import Incident
from tests.support.library import library

CORPUS = library()
URL = "http://127.0.0.1:8080/health"
SICK = {("http", URL, "status"): 500, ("http", URL, "ok"): False, ("endpoints", "127.0.0.1", "8080", "open"): False}
HTTP = HttpCheck(id="site", type="http", url=URL, service="appointments-web")
PORT = PortCheck(id="api", type="port", port=8080, service="appointments-web")


def found(check: HttpCheck | PortCheck) -> tuple[Incident, Match]:
    seen = judge(check, SICK.__getitem__)
    incident = Incident(
        incident_id="INC-1",
        incident_type=seen.incident_type,
        check_type=check.type,
        status="fail",
        resource=seen.resource,
        site_id="north-valley",
        hostname="nvdc01",
        detected_at=datetime(2025, 11, 10, tzinfo=UTC),
        facts=seen.facts,
    )
    return incident, match([entry.value for entry in CORPUS.rules], incident)


@pytest.mark.parametrize(
    ("check", "rule", "params"),
    [
        (HTTP, "L1-HTTP-FAILING", {"url": URL, "service": "appointments-web", "status": 200}),
        (PORT, "L1-PORT-CLOSED", {"service": "appointments-web", "host": "127.0.0.1", "port": 8080}),
    ],
    ids=["http", "port"],
)
def test_a_check_that_names_its_service_is_answered_with_parameters_that_fit(
    check: HttpCheck | PortCheck, rule: str, params: dict[str, object]
) -> None:
    incident, matched = found(check)
    assert matched.rule is not None
    assert matched.rule.id == rule
    entry = CORPUS.runbook(matched.rule.runbook_id)
    assert entry is not None
    assert incident.incident_type in entry.value.incident_types
    assert resolve_params(entry.value, matched.params(incident), incident_scope(incident)) == params


@pytest.mark.parametrize("check", [HTTP, PORT], ids=["http", "port"])
def test_a_check_that_names_no_service_is_left_to_others(check: HttpCheck | PortCheck) -> None:
    _, matched = found(check.model_copy(update={"service": None}))
    assert matched.rule is None
