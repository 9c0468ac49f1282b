"""What a change means: a line each, its risk, and a title without a foreign word."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.checks.meaning import Meaning, meanings, risk_of, title_of
from runwright.model.runbook import Runbook
from tests.support.stepping import runbook

A, B, C = {"id": "a"}, {"id": "b"}, {"id": "c"}
BASE = runbook(A, B)
STOP = {"id": "a", "action": "service.stop"}
LOOK = {"id": "look", "action": "net.port_open", "with": {"port": 80}}


def told(base: Runbook | None, head: Runbook) -> list[tuple[str, str]]:
    return [(change.text, change.risk) for change in meanings(base, head)]


def changed(**fields: Any) -> tuple[str, str]:
    (only,) = told(runbook({"id": "a"}), runbook({"id": "a", **fields}))
    return only


def test_nothing_changed_means_nothing() -> None:
    assert told(BASE, BASE) == []
    assert told(BASE, runbook(A, B, version=2, metadata={"generated_by": "runwright"})) == []
    assert title_of(BASE, BASE) == "no change in meaning"
    assert risk_of(()) == "low"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (runbook(C, A, B), [("new step c before a", "low")]),
        (runbook(A, C, B), [("new step c before b", "low")]),
        (runbook(A, B, C), [("new step c at the end", "low")]),
        (runbook(C, {"id": "d"}, A, B), [("new step c before a", "low"), ("new step d before a", "low")]),
        (runbook(A, {"id": "c", "action": "service.stop"}, B), [("new step c before b", "high")]),
        (runbook(A, {"id": "c", "action": "service.restart"}, B), [("new step c before b", "medium")]),
        (runbook(A, {"id": "c", "action": "no.such"}, B), [("new step c before b", "high")]),
        (runbook(A), [("step b removed", "medium")]),
        (runbook(B, A), [("the order of the steps changed", "medium")]),
        (runbook(B, C, A), [("new step c before a", "low"), ("the order of the steps changed", "medium")]),
    ],
)
def test_steps_that_came_went_or_moved(head: Runbook, expected: list[tuple[str, str]]) -> None:
    assert told(BASE, head) == expected


def test_a_check_that_was_removed_is_a_high_risk() -> None:
    assert told(runbook(LOOK, A), runbook(A)) == [("step look removed", "high")]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"action": "service.stop"}, ("step a changes action: service.start → service.stop", "high")),
        ({"with": {"service": "db"}}, ("step a changes params: service=web → service=db", "medium")),
        ({"when": {"x": 1}}, ("step a changes when: none → x is 1", "medium")),
        ({"timeout": "90s"}, ("step a changes timeout: none → 90s", "low")),
        (
            {"retry": {"attempts": 3, "delay": "5s"}},
            ("step a changes retry: none → attempts 3, delay 5s, backoff 1.0", "low"),
        ),
        ({"on_failure": "continue"}, ("step a changes on_failure: stop → continue", "medium")),
        ({"success_codes": [0, 1]}, ("step a changes success_codes: (0,) → (0, 1)", "medium")),
    ],
)
def test_each_field_of_a_step(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    assert changed(**fields) == expected


def test_the_guard_of_a_destructive_step_is_a_high_risk() -> None:
    guarded = {**STOP, "when": {"x": 1}}
    assert told(runbook(guarded), runbook(STOP)) == [("step a changes when: x is 1 → none", "high")]
    assert told(runbook(guarded), runbook({**STOP, "when": {"x": 2}})) == [
        ("step a changes when: x is 1 → x is 2", "high")
    ]


def test_a_check_that_stops_nothing_any_more_is_a_high_risk() -> None:
    ((text, risk),) = told(runbook(LOOK, A), runbook({**LOOK, "on_failure": "continue"}, A))
    assert (text, risk) == ("step look changes on_failure: stop → continue", "high")


VERIFY: dict[str, Any] = {"method": "look", "settle": "5s", "checks": [{"when": {"fine": True}, "confidence": 0.9}]}
TWICE = {**VERIFY, "checks": [*VERIFY["checks"], {"when": {"more": 1}, "confidence": 0.5}]}


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        (VERIFY, {**VERIFY, "settle": "9s"}, ("verification changed: settle 5s → 9s", "medium")),
        (VERIFY, {**VERIFY, "settle": "1s"}, ("verification changed: settle 5s → 1s", "high")),
        (VERIFY, {**VERIFY, "method": "other"}, ("verification changed", "medium")),
        (TWICE, VERIFY, ("verification changed", "high")),
        (VERIFY, TWICE, ("verification changed", "high")),
    ],
)
def test_a_weaker_verification_is_a_high_risk(
    base: dict[str, Any], head: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert told(runbook(verify=base), runbook(verify=head)) == [expected]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"platform": "any"}, ("platform changed", "high")),
        ({"incident_types": ["t", "u"]}, ("incident_types changed", "medium")),
        ({"params": {"x": {}}}, ("params changed", "medium")),
        ({"precheck": {"healthy": {"x": 1}}}, ("precheck changed", "high")),
        ({"limits": {"timeout": "5m"}}, ("limits changed", "medium")),
        ({"name": "Y"}, ("name reworded", "low")),
        ({"description": "why"}, ("description reworded", "low")),
    ],
)
def test_what_stands_around_the_steps(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    assert told(runbook(), runbook(**fields)) == [expected]


def test_a_new_runbook_is_as_risky_as_its_riskiest_step() -> None:
    assert told(None, runbook(A, B)) == [("new runbook with 2 steps", "low")]
    assert told(None, runbook(A, {**STOP, "id": "b"})) == [("new runbook with 2 steps", "high")]


def test_a_change_is_as_risky_as_its_riskiest_part() -> None:
    assert risk_of((Meaning("x"), Meaning("y", "high"), Meaning("z", "medium"))) == "high"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (runbook(C, A, B), "add c before a"),
        (runbook(A, {**B, "with": {"service": "@everyone fixes #1"}}), "step b changes params"),
        (runbook(A, {**B, "when": {"x": "@everyone"}}), "step b changes when"),
        (runbook(A, B, verify=VERIFY), "verification changed"),
        (runbook(A, B, name="@everyone"), "name reworded"),
    ],
)
def test_a_title_holds_ids_and_words_of_the_language_alone(head: Runbook, title: str) -> None:
    assert title_of(BASE, head) == title


@given(st.text(max_size=2000), st.text(max_size=20).filter(lambda key: "${{" not in key))
def test_a_line_is_one_line_of_plain_characters_whatever_changed(value: str, key: str) -> None:
    head = runbook({"id": "a", "action": "script.bash", "with": {"script": value, "env": {key: value}}}, B)
    for change in meanings(BASE, head):
        assert change.text.isprintable()
        assert len(change.text) < 1000
    assert "\n" not in title_of(BASE, head)
