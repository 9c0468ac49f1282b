"""No rule fires on a healthy host: those of the library are silent there, and a rule that is too wide is caught."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runwright.checks.validation import validate
from runwright.cli.wiring import corpus_from_folder
from runwright.corpus.corpus import Corpus, read_corpus
from runwright.engine.healthy import fires, incident_of
from runwright.engine.matcher import match
from runwright.model.healthy import HealthyState, healthy_data, parse_healthy
from runwright.model.rule import Rule
from runwright.model.telemetry import canonical

ROOT = Path(__file__).parents[2]
LIBRARY = corpus_from_folder(ROOT)
STATES = [found.state for found in LIBRARY.healthy]
PLANTED = "rules/promoted/L1-PLANTED.yaml"


def planted(**fields: Any) -> list[str]:
    """What is said of the library with one rule more."""
    data = {
        "id": "L1-PLANTED",
        "name": "Planted",
        "check_type": "service",
        "action": "run_runbook:RB-LIN-SERVICE-001",
        "params": {"service": "${{ incident.resource }}"},
        **fields,
    }
    head = read_corpus({**LIBRARY.files, PLANTED: json.dumps(data).encode()})
    return [finding.message for finding in validate(head, LIBRARY) if finding.rule == "healthy"]


def test_the_rules_of_the_library_are_silent_on_healthy_hosts() -> None:
    assert [finding for finding in validate(LIBRARY, LIBRARY) if finding.rule == "healthy"] == []


@pytest.mark.parametrize("entry", LIBRARY.rules, ids=lambda entry: entry.value.id)
def test_every_rule_of_the_library_is_tried_where_its_conditions_hold(entry: Any) -> None:
    rule: Rule = entry.value
    tried = [
        check
        for state in STATES
        for check in state.checks
        if match([rule], incident_of(state, check, rule.status[0])).rule is not None
    ]
    assert tried, f"no healthy state has a check that {rule.id} could answer"


def test_there_are_real_and_played_hosts_and_each_has_an_alarm_that_is_none() -> None:
    assert {(state.platform, state.provenance) for state in STATES} == {("linux", "recorded"), ("windows", "synthetic")}
    assert all(any(check.status != "ok" for check in state.checks) for state in STATES)
    assert {check.check_type for state in STATES for check in state.checks} == {"service", "port", "http", "disk"}


def test_a_rule_that_answers_warnings_fires_on_alarms_that_are_none() -> None:
    found = planted(status=["warning", "fail", "error"])
    assert len(found) == 3, "one on each healthy host"
    assert "its alarm (warning) is known to be none: Windows starts it when it is needed" in "".join(found)


def test_a_rule_that_only_observes_is_caught_as_well() -> None:
    assert len(planted(status=["warning"], mode="observe")) == 3


def test_a_rule_whose_conditions_hold_of_what_a_content_check_sees_is_caught() -> None:
    found = planted(conditions={"facts.state": {"in": ["running", "stopped"]}})
    assert any("the check is content, and yet the rule's conditions hold: facts.state is 'running'" in f for f in found)
    disk = {"check_type": "disk", "action": "run_runbook:RB-LIN-JOURNAL-001", "params": {}}
    (said,) = planted(**disk, conditions={"facts.used_percent": {"gt": 20}, "resource": "/", "site_id": "workshop"})
    assert "facts.used_percent is" in said


def test_a_rule_whose_conditions_hold_of_a_fault_alone_is_silent() -> None:
    assert planted(conditions={"facts.state": {"in": ["stopped", "failed"]}}) == []


def test_a_rule_whose_runbook_would_act_on_a_healthy_host_is_caught() -> None:
    wrong = {"action": "run_runbook:RB-LIN-FIREWALL-001", "params": {}, "conditions": {"facts.service": "nftables"}}
    assert planted(**wrong) == []
    # A host whose facts say that something is missing, though no check does.
    state = next(state for state in STATES if "firewall.filters_input" in state.facts)
    other = state.model_copy(update={"facts": {**state.facts, "firewall.filters_input": False}})
    rule = next(entry.value for entry in LIBRARY.rules if entry.value.id == "L1-FIREWALL-OFF")
    book = LIBRARY.runbook(rule.runbook_id)
    assert book is not None
    (firing,) = fires(rule, other, book.value)
    assert firing.reason == "the precheck of RB-LIN-FIREWALL-001 does not see that nothing is wrong"


def test_a_runbook_without_a_precheck_would_act_whenever_a_check_is_mistaken() -> None:
    book = LIBRARY.runbook("RB-LIN-SERVICE-001")
    rule = next(entry.value for entry in LIBRARY.rules if entry.value.id == "L1-SERVICE-DOWN")
    assert book is not None
    bare = book.value.model_copy(update={"precheck": book.value.precheck.model_copy(update={"healthy": None})})
    state = next(state for state in STATES if state.platform == "linux")
    assert "has no precheck" in next(fires(rule, state, bare)).reason


def test_what_was_not_recorded_proves_nothing() -> None:
    state = next(state for state in STATES if state.platform == "linux")
    rule = next(entry.value for entry in LIBRARY.rules if entry.value.id == "L1-SERVICE-DOWN")
    book = LIBRARY.runbook(rule.runbook_id)
    assert book is not None
    assert [*fires(rule, state.model_copy(update={"facts": {}}), book.value)] == []


def test_a_rule_for_other_sites_is_silent() -> None:
    assert planted(status=["warning"], scope={"sites": ["elsewhere"]}) == []


def test_the_finding_stands_at_the_rule_and_names_the_state() -> None:
    data = {
        "id": "L1-PLANTED", "name": "P", "check_type": "service", "status": ["warning"],
        "action": "run_runbook:RB-LIN-SERVICE-001", "params": {"service": "${{ incident.resource }}"},
    }  # fmt: skip
    head = read_corpus({**LIBRARY.files, PLANTED: json.dumps(data).encode()})
    found = [finding for finding in validate(head) if finding.rule == "healthy"]
    assert {finding.path for finding in found} == {PLANTED}
    assert any(
        "tests/recordings/_healthy/debian-12-systemd.json ('service apt-daily.service')" in f.message for f in found
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"schema": "runwright.healthy/2"}, "$.schema: 'runwright.healthy/2' is not known here"),
        ({"schema": None}, "$.schema: None is not known here"),
        ({"checks": []}, "$.checks: Tuple should have at least 1 item"),
        ({"checks": [{"check_type": "service", "status": "fail"}]}, "$.checks[0]: status fail is no `ok`"),
        ({"facts": {"services.web.state": 7}}, "$.facts.services.web.state: expected string, not int"),
        ({"state_id": "other"}, "$.state_id: other belongs into tests/recordings/_healthy/other.json"),
    ],
)
def test_a_healthy_state_that_cannot_be_read_is_a_finding(fields: dict[str, Any], said: str) -> None:
    corpus = _with({**healthy_data(_small()), **fields})
    (finding,) = corpus.findings
    assert finding.message.startswith(said)
    assert corpus.healthy == ()


def test_a_healthy_state_is_read_as_it_was_written() -> None:
    assert _with(healthy_data(_small())).healthy[0].state == _small()


def _with(data: dict[str, Any]) -> Corpus:
    return read_corpus({"tests/recordings/_healthy/web-1.json": canonical(data)})


def _small() -> HealthyState:
    return parse_healthy(
        {
            "schema": "runwright.healthy/1",
            "state_id": "web-1",
            "site_id": "clinic",
            "hostname": "web-1",
            "platform": "linux",
            "recorded_at": "2026-11-21T12:00:00Z",
            "provenance": "recorded",
            "facts": {"services.web.state": "running"},
            "checks": [{"check_type": "service", "resource": "web"}],
        }
    )
