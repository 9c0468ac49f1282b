"""Why a run failed, without a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.learn.triage import triage
from runwright.learn.wordings import EXPIRED, FINE, WORDINGS
from runwright.model.telemetry import parse_execution
from tests.support.recordings import ran, recording, service, started

CASES = Path(__file__).parent.parent / "cases" / "triage" / "triage-dev.jsonl"
DOWN = {**service("web", "stopped", "db"), **service("db", "stopped")}


def test_an_unmet_need_says_more_than_any_wording() -> None:
    run = recording(
        started("web", "failed", error="Permission denied: rate limit, not installed"), before=DOWN, verified=False
    )
    found = triage(run)
    assert (found.failure_type, found.improvable) == ("runbook_insufficient", True)
    assert found.facts == {"services.db.state": "stopped"}
    assert "services.db.state is running" in found.rationale


def test_a_need_that_is_met_or_not_known_leaves_the_word_to_the_error() -> None:
    up = {**DOWN, "services.db.state": "running"}
    for before in (up, {}):
        run = recording(started("web", "failed", error="Permission denied"), before=before, verified=False)
        assert triage(run).failure_type == "permission_denied"


@pytest.mark.parametrize(
    ("error", "failure_type"),
    [
        ("bash: nosuch: command not found", "environment_difference"),
        ("Unit foo.service not found.", "environment_difference"),
        ("curl: (6) Could not resolve host: example.org", "external_dependency"),
        ("HTTP 503 Service Unavailable", "external_dependency"),
        ("sudo: you must be root", "permission_denied"),
    ],
)
def test_a_mechanism_is_known_by_its_wording(error: str, failure_type: str) -> None:
    run = recording(ran("x", "command.run", "failed", argv=["x"], error=error), verified=False)
    assert triage(run).failure_type == failure_type


def test_a_verification_that_says_no_after_good_steps_means_that_a_step_is_missing() -> None:
    assert triage(recording(started("web"), verified=False)).failure_type == "runbook_insufficient"


def test_where_nothing_speaks_the_answer_is_unknown() -> None:
    found = triage(recording(ran("x", "command.run", "failed", argv=["x"], error="hm"), verified=False))
    assert (found.failure_type, found.improvable, found.confidence) == ("unknown", False, 0.0)


def test_a_step_without_its_parameters_is_no_obstacle() -> None:
    run = recording(ran("start", "service.start", "failed", unit="web"), before=DOWN, verified=False)
    assert triage(run).failure_type == "unknown"


@pytest.mark.parametrize(
    "line",
    CASES.read_text(encoding="utf-8").splitlines(),
    ids=lambda line: json.loads(line)["execution"]["execution_id"],
)
def test_every_recorded_failure_is_triaged(line: str) -> None:
    found = triage(parse_execution(json.loads(line)["execution"]))
    assert 0 <= found.confidence <= 1
    assert found.rationale


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda items: st.lists(items, max_size=3),
    max_leaves=4,
)
ACTIONS = st.sampled_from(
    ["service.start", "service.restart", "http.get", "file.remove", "disk.has_room", "nosuch.action"]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    ACTIONS,
    st.dictionaries(st.sampled_from(["service", "url", "path"]), JSON),
    st.dictionaries(st.text(max_size=12), JSON),
)
def test_no_telemetry_makes_triage_fail(action: str, params: dict[str, Any], facts: dict[str, Any]) -> None:
    facts = {**facts, "services.web.requires": next(iter(facts.values()), ["db"])}
    run = recording(ran("s", action, "failed", state_before=facts, **params), before=facts, after=facts, verified=False)
    assert triage(run).execution_id == "exec-1"


@pytest.mark.timeout(5)
def test_hostile_errors_are_read_in_linear_time() -> None:
    texts = (
        "unit ",
        "could ",
        "u",
        "not ",
        "certificate ",
        "is not a ",
        "invalid ",
        "source location ",
        "succeeded : ",
    )
    patterns = [wording.pattern for wording in WORDINGS] + [EXPIRED, FINE]
    for text in texts:
        assert not any(pattern.search(text * (8_000 // len(text))) for pattern in patterns)


def test_a_denial_on_a_host_that_enforces_a_policy_is_a_difference_of_the_host() -> None:
    step = ran("x", "command.run", "failed", argv=["x"], error="bind: Permission denied")
    run = recording(step, before={"selinux": "Enforcing"}, verified=False)
    assert triage(run).failure_type == "environment_difference"


def test_a_check_that_fails_after_a_good_remedy_means_another_runbook() -> None:
    steps = (started("web"), ran("look", "net.port_open", "failed", port=80, error="refused"))
    assert triage(recording(*steps, verified=None)).failure_type == "wrong_runbook"


def test_an_old_certificate_after_its_renewal_means_that_a_step_is_missing() -> None:
    renew = ran("renew", "command.run", argv=["renew"])
    look = ran("look", "net.port_open", "failed", port=443, error="certificate has expired")
    assert triage(recording(renew, look, verified=None)).failure_type == "runbook_insufficient"


def test_the_same_failure_twice_means_another_runbook() -> None:
    one, two = (ran(name, "command.run", "failed", argv=["mend"], error=f"code {name}: hm") for name in ("1", "2"))
    assert triage(recording(one, two, verified=None)).failure_type == "wrong_runbook"


def test_good_steps_that_changed_nothing_and_found_all_well_mean_another_diagnosis() -> None:
    ping = ran("ping", "command.run", argv=["ping"], output="20 packets, 0% packet loss")
    run = recording(ping, before={"link": "up"}, after={"link": "up"}, verified=False)
    assert triage(run).failure_type == "wrong_diagnosis"
