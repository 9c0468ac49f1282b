"""What a change of a rule means: whom it reaches, when it wins, whether it acts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runwright.checks.difference.line import reasons_of
from runwright.checks.difference.rules import rule_changes
from runwright.checks.difference.step_risk import Around
from runwright.model.rule import Rule
from tests.support.stepping import runbook

KNOWN = Around({"RB-LIN-X-1": runbook({"id": "a"}), "RB-LIN-Y-1": runbook({"id": "a", "action": "service.stop"})})


def rule(**fields: Any) -> Rule:
    data = {"id": "L1-A", "name": "A", "check_type": "service", "action": "run_runbook:RB-LIN-X-1", **fields}
    return Rule.model_validate_json(json.dumps(data))


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        ({"priority": 5}, {"priority": 1}, ("priority 5 → 1 (wins earlier)", "medium")),
        ({"priority": 1}, {"priority": 5}, ("priority 1 → 5 (wins later)", "medium")),
        ({"scope": {"sites": ["a"]}}, {}, ("scope sites a → everyone (wider)", "high")),
        ({}, {"scope": {"sites": ["a"]}}, ("scope everyone → sites a (narrower)", "medium")),
        ({"scope": {"sites": ["a"]}}, {"scope": {"sites": ["b", "a"]}}, ("scope sites a → sites b, a (wider)", "high")),
        ({}, {"conditions": {"facts.x": 1}}, ("conditions none → facts.x is 1", "medium")),
        ({"conditions": {"facts.x": 1}}, {}, ("conditions facts.x is 1 → none", "high")),
        ({"mode": "observe"}, {}, ("mode observe → act", "high")),
        ({}, {"mode": "observe"}, ("mode act → observe", "low")),
        ({"status": ["fail"]}, {"status": ["fail", "error"]}, ("status fail → fail, error", "medium")),
        ({}, {"action": "run_runbook:RB-LIN-Y-1"},
         ("action run_runbook:RB-LIN-X-1 → run_runbook:RB-LIN-Y-1", "high")),
        ({"action": "run_runbook:RB-LIN-Y-1"}, {},
         ("action run_runbook:RB-LIN-Y-1 → run_runbook:RB-LIN-X-1", "medium")),
        ({}, {"name": "B"}, ("name reworded: A → B", "low")),
        ({}, {"params": {"service": "web"}}, ("params none → service=web", "medium")),
    ],
)  # fmt: skip
def test_each_field_of_a_rule(base: dict[str, Any], head: dict[str, Any], expected: tuple[str, str]) -> None:
    (only,) = rule_changes(rule(**base), rule(**head), KNOWN)
    assert (only.text, only.risk) == expected


def test_what_means_the_same_is_no_change() -> None:
    one = rule(status=["fail", "error"], conditions={"all": [{"a": 1}, {"b": [1, 2]}]}, scope={"sites": ["a", "b"]})
    other = rule(status=["error", "fail"], conditions={"b": [2, 1], "a": 1}, scope={"sites": ["b", "a"]})
    assert rule_changes(one, other, KNOWN) == ()
    assert (
        rule_changes(one, one.model_copy(update={"metadata": rule(metadata={"promoted_by": "x"}).metadata}), KNOWN)
        == ()
    )


def test_a_rule_that_came_or_went() -> None:
    (new,) = rule_changes(None, rule(conditions={"facts.x": 1}), KNOWN)
    assert (new.text, new.risk) == ("new rule: service fail, error runs RB-LIN-X-1 when facts.x is 1 (act)", "medium")
    (gone,) = rule_changes(rule(), None, KNOWN)
    assert (gone.text, gone.risk) == ("rule removed", "medium")


def test_the_reasons_are_named() -> None:
    changes = rule_changes(rule(scope={"sites": ["a"]}, mode="observe"), rule(action="run_runbook:RB-NO-1"), KNOWN)
    assert reasons_of(changes) == ("high: runs RB-NO-1, which is not known here", "high: wider scope", "high: acts now")
