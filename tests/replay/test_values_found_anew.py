"""A change of where a value comes from is replayed: a default, its place in the incident, what a rule gives."""

from __future__ import annotations

import json
from typing import Any

from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.verdict import Verdict
from runwright.replay.gate import Change, replay_change
from tests.support.recordings import judged, ran, recording, runbook, said, service, start, started, step, tree

DOWN = {**service("web", "stopped"), **service("db", "stopped")}
TIDY = step("tidy", "file.remove", path="${{ params.folder }}")
SEEN = {"check_type": "service", "status": "fail", "resource": "web", "facts": {}}


def tidying(version: int = 1, **spec: Any) -> Runbook:
    return runbook(start("web"), TIDY, version=version, params={"folder": {"type": "string", **spec}})


def tidied(**fields: Any) -> Execution:
    removed = ran("tidy", "file.remove", path="/srv/tmp")
    told = {"params": {"folder": "/srv/tmp"}, "incident": SEEN, "incident_type": "service_stopped", "site_id": "north"}
    return recording(started("web"), removed, before=DOWN, **{**told, **fields})


def refused(verdict: Verdict) -> bool:
    return verdict.verdict == "regressed" and "file.remove is destructive" in verdict.reasons[0]


def test_another_default_of_what_is_destroyed_is_a_regression() -> None:
    assert refused(judged(tidying(default="/srv/tmp"), tidying(2, default="/srv"), tidied()))
    assert said(judged(tidying(default="/srv/tmp"), tidying(2, default="/srv/tmp"), tidied())) == "unchanged (shown)"


def test_a_value_that_was_given_stays_whatever_the_default_becomes() -> None:
    assert said(judged(tidying(default="/tmp"), tidying(2, default="/srv"), tidied())) == "unchanged (shown)"


def test_a_value_from_another_place_of_the_incident_is_taken_from_there() -> None:
    base, head = tidying(**{"from": "incident.resource"}), tidying(2, **{"from": "incident.facts.folder"})
    said_so = {"incident": {**SEEN, "resource": "/srv/tmp", "facts": {"folder": "/srv"}}}
    assert refused(judged(base, head, tidied(**said_so)))
    older = tidied(incident=None, hostname="/etc")  # an older agent does not say what the check saw
    assert refused(judged(base, tidying(2, **{"from": "incident.hostname"}), older))


def test_another_default_of_a_harmless_value_is_replayed_too() -> None:
    def starting(version: int, name: str) -> Runbook:
        params = {"name": {"type": "string", "default": name}}
        return runbook(step("up", "service.start", service="${{ params.name }}"), version=version, params=params)

    run = recording(started("web", id="up"), before=DOWN, params={"name": "web"})
    assert judged(starting(1, "web"), starting(2, "db"), run).verdict == "regressed"


def test_a_parameter_with_another_name_finds_its_value_in_the_incident() -> None:
    def starting(version: int, name: str) -> Runbook:
        up = step("up", "service.start", service=f"${{{{ params.{name} }}}}")
        return runbook(up, version=version, params={name: {"type": "string", "from": "incident.resource"}})

    run = recording(started("web", id="up"), before=DOWN, params={"service": "web"})
    assert said(judged(starting(1, "service"), starting(2, "unit"), run)) == "unchanged (shown)"


# What a rule gives.


def rule(**params: Any) -> dict[str, bytes]:
    data = {"id": "L1-DOWN", "name": "Down", "check_type": "service", "action": "run_runbook:RB-LIN-SERVICE-001"}
    return {"rules/promoted/L1-DOWN.yaml": json.dumps({**data, "params": params}).encode()}


def gate(before: dict[str, bytes], after: dict[str, bytes], run: Execution) -> tuple[bool, str]:
    book = tidying()
    report = replay_change(Change(tree(book, run, **before), tree(book, run, **after)))
    return report.passed, report.failures[0] if report.failures else ""


def test_a_rule_that_gives_another_value_to_what_is_destroyed_does_not_pass() -> None:
    passed, why = gate(rule(folder="/srv/tmp"), rule(folder="/srv"), tidied())
    assert not passed
    assert "file.remove is destructive and did not run before" in why


def test_a_rule_that_takes_its_value_from_elsewhere_in_the_incident_does_not_pass() -> None:
    incident = {**SEEN, "resource": "/srv/tmp", "facts": {"folder": "/srv"}}
    before, after = rule(folder="${{ incident.resource }}"), rule(folder="${{ incident.facts.folder }}")
    passed, why = gate(before, after, tidied(incident=incident))
    assert not passed
    assert "file.remove is destructive and did not run before" in why


def test_a_rule_that_gives_another_value_says_nothing_of_runs_that_others_started() -> None:
    assert gate(rule(folder="/var/tmp"), rule(folder="/srv"), tidied())[0]
