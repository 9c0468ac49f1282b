"""What a change means: a line each, its risk, its reason, and a title without a foreign word."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.checks.meaning import Around, Meaning, meanings, reasons_of, risk_of, runbook_risk, title_of
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


def why(base: Runbook | None, head: Runbook) -> tuple[str, ...]:
    return reasons_of(meanings(base, head))


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
        (runbook({**C, "when": {"x": 1}}, {"id": "d"}, A, B), "new step c before a|new step d before a"),
        (runbook(A, {"id": "c", "action": "service.stop"}, B), [("new step c before b", "high")]),
        (runbook(A, {"id": "c", "action": "service.restart"}, B), [("new step c before b", "medium")]),
        (runbook(A, {"id": "c", "action": "no.such"}, B), [("new step c before b", "high")]),
        (runbook(A), [("step b removed", "medium")]),
        (runbook(B, A), [("step a moved at the end", "medium")]),
        (runbook(B, C, A), "new step c before a|step a moved at the end"),
    ],
)
def test_steps_that_came_went_or_moved(head: Runbook, expected: Any) -> None:
    found = told(BASE, head)
    assert (found if isinstance(expected, list) else "|".join(text for text, _ in found)) == expected


def test_the_same_step_under_another_name_is_renamed() -> None:
    assert told(BASE, runbook(A, {"id": "z"})) == [("step b renamed to z", "low")]
    assert told(BASE, runbook({"id": "z"}, A)) == [
        ("step b renamed to z", "low"),
        ("step a moved at the end", "medium"),
    ]
    head = runbook(A, {"id": "z", "timeout": "5s"})
    assert [text for text, _ in told(BASE, head)] == ["new step z at the end", "step b removed"]


def test_few_steps_are_said_to_have_moved() -> None:
    steps = [{"id": name} for name in "abcdef"]
    head = runbook(steps[5], *steps[:5])
    assert told(runbook(*steps), head) == [("step f moved before a", "medium")]


def box(**lists: Any) -> dict[str, Any]:
    """A block of steps."""
    return {"id": "box", **lists}


def book(*steps: dict[str, Any], **fields: Any) -> Runbook:
    """A runbook whose steps are written out."""
    return Runbook.model_validate_json(json.dumps({**PLAIN, "steps": list(steps), **fields}))


PLAIN: dict[str, Any] = {
    "id": "RB-LIN-X-1",
    "name": "X",
    "version": 1,
    "platform": "linux",
    "incident_types": ["t"],
    "verify": {"method": "look", "checks": [{"when": {"fine": True}, "confidence": 0.9}]},
}


def act(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": name, "action": "service.start", "with": {"service": name}, **fields}


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        (book(act("a")), book(act("a"), box(block=[act("b")])), "new step box at the end with 1 steps in it"),
        (book(act("a"), box(block=[act("b")])), book(act("a")), "step box removed"),
        (
            book(act("a"), box(block=[act("b")])),
            book(box(block=[act("b"), act("a")])),
            "step a moved from the steps to the block of step box, at the end of the block of step box",
        ),
        (
            book(box(block=[act("b"), act("c")])),
            book(box(block=[act("b")], rescue=[act("c")])),
            "step c moved from the block of step box to the rescue of step box, at the end of the rescue of step box",
        ),
        (
            book(act("a"), act("b")),
            book(act("a"), **{"finally": [act("b")]}),
            "step b moved from the steps to the finally, at the end of the finally",
        ),
        (book(box(block=[act("b")])), book(box(block=[act("b", timeout="5s")])), "step b: timeout none → 5s"),
        (book(box(block=[act("b")])), book({**box(block=[act("b")]), "id": "new"}), "step box renamed to new"),
        (
            book(box(block=[act("b"), act("c")])),
            book(box(block=[act("b"), act("d", timeout="1s"), act("c")])),
            "new step d before c",
        ),
    ],
)
def test_steps_in_blocks_are_told_by_their_place(base: Runbook, head: Runbook, expected: str) -> None:
    assert [text for text, _ in told(base, head)] == [expected]


def test_a_check_that_was_removed_is_a_high_risk() -> None:
    assert told(runbook(LOOK, A), runbook(A)) == [("step look removed", "high")]
    inside = book(box(block=[{"id": "sure", "assert": {"x": 1}}, act("b")]), act("a"))
    assert why(inside, book(act("a"))) == ("high: assertion sure removed",)
    asked = book({"id": "ask", "approve": {"message": "Go on?"}}, act("a"))
    assert why(asked, book(act("a"))) == ("high: approval ask removed",)


def test_a_step_that_came_before_its_check_is_a_high_risk() -> None:
    ask = {"id": "ask", "approve": {"message": "Go on?"}}
    assert why(book(ask, act("a"), act("b")), book(act("a"), ask, act("b"))) == ("high: step a comes before check ask",)
    assert why(book(act("a"), ask), book(ask, act("a"))) == ("medium: step a moved at the end",)
    within = book(ask, act("b"), **{"finally": [act("a")]})
    assert why(book(ask, act("a"), act("b")), within) == ("high: step a comes before check ask",)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"action": "service.stop"}, ("step a: action service.start → service.stop", "high")),
        ({"with": {"service": "db"}}, ("step a: with service web → db", "medium")),
        ({"when": {"x": 1}}, ("step a: when none → x is 1", "medium")),
        ({"timeout": "90s"}, ("step a: timeout none → 90s", "low")),
        (
            {"retry": {"attempts": 3, "delay": "5s"}},
            ("step a: retry none → attempts 3, delay 5s, backoff 1.0", "low"),
        ),
        ({"on_failure": "continue"}, ("step a: on_failure stop → continue", "medium")),
        ({"success_codes": [0, 1]}, ("step a: success_codes 0 → 0, 1", "medium")),
        ({"run_as": "root"}, ("step a: run_as none → root", "high")),
        ({"run_as": "postgres"}, ("step a: run_as none → postgres", "medium")),
        ({"with": {"service": "secret://x"}}, ("step a: with service web → secret://x", "high")),
        ({"rollback": {"action": "service.stop", "with": {"service": "web"}}},
         ("step a: rollback none → action service.stop, params service=web", "high")),
        ({"foreach": ["x", "y"]}, ("step a: foreach none → x, y", "medium")),
    ],
)  # fmt: skip
def test_each_field_of_a_step(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    assert changed(**fields) == expected


def test_the_guard_of_a_destructive_step_is_a_high_risk() -> None:
    guarded = {**STOP, "when": {"x": 1}}
    assert told(runbook(guarded), runbook(STOP)) == [("step a: when x is 1 → none", "high")]
    assert told(runbook(guarded), runbook({**STOP, "when": {"x": 2}})) == [("step a: when x is 1 → x is 2", "high")]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"action": "service.start", "with": {"service": "evil"}}, "a check gives way to something else"),
        ({"when": {"x": 1}}, "a check that may be skipped"),
        ({"foreach": "${{ steps.a.output }}"}, "a check that may be skipped"),
    ],
)
def test_a_check_that_is_replaced_or_skipped_is_as_high_a_risk_as_one_removed(
    fields: dict[str, Any], reason: str
) -> None:
    assert f"high: step look: {reason}" in why(runbook(LOOK, A), runbook({**LOOK, **fields}, A))


def test_a_check_that_always_runs_now_is_no_high_risk() -> None:
    skipped = runbook({**LOOK, "when": {"x": 1}}, A)
    assert told(skipped, runbook(LOOK, A)) == [("step look: when x is 1 → none", "medium")]


def test_a_check_that_stops_nothing_any_more_is_a_high_risk() -> None:
    head = runbook({**LOOK, "on_failure": "continue"}, A)
    assert told(runbook(LOOK, A), head) == [("step look: on_failure stop → continue", "high")]
    assert why(runbook(LOOK, A), head) == ("high: step look: a check that stops nothing any more",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"all": [{"a": 1}, {"b": 2}]}, {"all": [{"b": 2}, {"a": 1}]}),
        ({"all": [{"a": 1}, {"b": 2}]}, {"b": 2, "a": 1}),
        ({"a": {"in": ["x", "y"]}}, {"a": ["y", "x"]}),
        ({"a": {"in": ["x"]}}, {"a": "x"}),
        ({"any": [{"a": 1}, {"any": [{"b": 2}, {"a": 1}]}]}, {"any": [{"b": 2}, {"a": 1}]}),
        ({"not": {"not": {"a": 1}}}, {"a": 1}),
        ({"a": {"gte": 1, "lt": 5}}, {"a": {"lt": 5.0, "gte": 1.0}}),
    ],
)
def test_conditions_that_mean_the_same_are_no_change(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert told(runbook({"id": "a", "when": before}), runbook({"id": "a", "when": after})) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": 1}, {"a": True}),
        ({"a": "1"}, {"a": 1}),
        ({"a": [1, 2]}, {"a": {"not_in": [1, 2]}}),
        ({"a": 1}, {"not": {"a": 1}}),
    ],
)
def test_conditions_that_look_alike_are_a_change(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert len(told(runbook({"id": "a", "when": before}), runbook({"id": "a", "when": after}))) == 1


VERIFY: dict[str, Any] = {"method": "look", "settle": "5s", "checks": [{"when": {"fine": True}, "confidence": 0.9}]}
TWICE = {**VERIFY, "checks": [*VERIFY["checks"], {"when": {"more": 1}, "confidence": 0.5}]}


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        (VERIFY, {**VERIFY, "settle": "9s"}, ("verification: settle 5s → 9s", "medium")),
        (VERIFY, {**VERIFY, "settle": "1s"}, ("verification: settle 5s → 1s", "high")),
        (VERIFY, {**VERIFY, "method": "other"}, ("verification: method look → other", "medium")),
        (TWICE, VERIFY, ("verification: check removed: when more is 1, confidence 0.5", "high")),
        (VERIFY, TWICE, ("verification: check added: when more is 1, confidence 0.5", "medium")),
    ],
)
def test_a_weaker_verification_is_a_high_risk(
    base: dict[str, Any], head: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert told(runbook(verify=base), runbook(verify=head)) == [expected]


def test_the_order_of_checks_means_nothing() -> None:
    turned = {**TWICE, "checks": TWICE["checks"][::-1]}
    assert told(runbook(verify=TWICE), runbook(verify=turned)) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"platform": "any"}, [("platform linux → any", "high")]),
        ({"incident_types": ["t", "u"]}, [("incident_types: u added", "medium")]),
        ({"params": {"x": {}}}, [("new param x: type string", "medium")]),
        ({"precheck": {"healthy": {"x": 1}}}, [("precheck: healthy none → x is 1", "medium")]),
        ({"limits": {"timeout": "5m"}}, [("limits: timeout none → 5m", "low")]),
        ({"name": "Y"}, [("name reworded: X → Y", "low")]),
        ({"description": "why"}, [("description reworded: none → why", "low")]),
        ({"secrets": {"db": {}}}, [("new secret db", "high")]),
        ({"targets": {"hosts": ["h1"]}}, [("targets every host → hosts h1", "medium")]),
        ({"outputs": {"size": "1"}}, [("outputs none → size=1", "medium")]),
        (
            {"status": "deprecated", "status_reason": "old"},
            [("status active → deprecated", "medium"), ("status_reason reworded: none → old", "low")],
        ),
    ],
)
def test_what_stands_around_the_steps(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told(runbook(), runbook(**fields)) == expected


@pytest.mark.parametrize(
    ("base", "head", "reason"),
    [
        ({"targets": {"hosts": ["a"]}}, {"targets": {"hosts": ["a", "b"]}}, "high: wider targets"),
        ({"targets": {"hosts": ["a"]}}, {}, "high: wider targets"),
        ({"targets": {"labels": {"x": "1", "y": "2"}}}, {"targets": {"labels": {"x": "1"}}}, "high: wider targets"),
        ({"limits": {"timeout": "5m"}}, {"limits": {"timeout": "9m"}}, "medium: limit timeout loosened"),
        ({"limits": {"once_within": "5m"}}, {}, "medium: limit once_within loosened"),
        ({"limits": {"lock": "x"}}, {}, "medium: limit lock loosened"),
        ({"precheck": {"unsafe": {"x": 1}}}, {}, "high: precheck unsafe removed"),
        ({"precheck": {"healthy": {"x": 1}}}, {"precheck": {"healthy": {"x": 2}}}, "high: precheck healthy changed"),
        ({"params": {"x": {"pattern": "^a$"}}}, {"params": {"x": {}}}, "high: a parameter's pattern may accept more"),
        (
            {"params": {"x": {"enum": ["a"]}}},
            {"params": {"x": {"enum": ["b", "a"]}}},
            "medium: a parameter's enum accepts more",
        ),
        (
            {"params": {"x": {"type": "integer", "maximum": 5}}},
            {"params": {"x": {"type": "integer", "maximum": 6}}},
            "medium: a parameter's maximum accepts more",
        ),
        ({"verify": VERIFY}, {"verify": {**VERIFY, "settle": "0s"}}, "high: shorter settle: 5s → 0s"),
        ({}, {"secrets": {"db": {}}}, "high: secret db newly used"),
        ({"verify": TWICE}, {"verify": VERIFY}, "high: a check of the verification removed"),
        ({"platform": "linux"}, {"platform": "windows"}, "high: runs on another platform"),
        ({"status": "failed", "status_reason": "r"}, {}, "high: status failed → active"),
    ],
)
def test_each_reason_is_named(base: dict[str, Any], head: dict[str, Any], reason: str) -> None:
    assert why(runbook(**base), runbook(**head)) == (reason,)


@pytest.mark.parametrize(
    ("base", "head", "reason"),
    [
        ({}, {"action": "service.stop"}, "high: step a: service.stop is destructive"),
        ({"rollback": {"action": "service.start", "with": {"service": "x"}}}, {}, "high: step a: rollback removed"),
        ({}, {"run_as": "SYSTEM"}, "high: step a: runs as SYSTEM"),
        ({"run_as": "web"}, {}, "high: step a: runs as the agent"),
        ({}, {"with": {"service": "secret://x"}}, "high: step a: a secret is newly used"),
    ],
)
def test_each_reason_of_a_step_is_named(base: dict[str, Any], head: dict[str, Any], reason: str) -> None:
    assert why(runbook({"id": "a", **base}), runbook({"id": "a", **head})) == (reason,)


def test_the_reason_for_a_destructive_step_names_it() -> None:
    assert why(BASE, runbook(A, B, {**STOP, "id": "halt"})) == ("high: destructive step halt service.stop added",)
    assert why(None, runbook({**STOP, "id": "halt"})) == ("high: new runbook with destructive step halt service.stop",)
    nested = book(act("a"), box(block=[act("b"), {**act("halt"), "action": "service.stop"}]))
    assert why(book(act("a")), nested) == ("high: destructive step halt service.stop added",)


def test_whoever_may_approve_and_what_counts_in_silence_are_high_risks() -> None:
    def asking(**fields: Any) -> Runbook:
        return book({"id": "ask", "approve": {"message": "Go on?", **fields}}, act("a"))

    assert why(asking(who=["ann"]), asking()) == ("high: step ask: other people may approve",)
    assert why(asking(who=["ann", "bob"]), asking(who=["bob", "ann"])) == ()
    assert why(asking(), asking(default="approve")) == ("high: step ask: approves itself when nobody answers",)
    assert told(asking(), asking(timeout="1h")) == [("step ask: approve timeout 30m → 1h", "medium")]


def test_a_call_is_as_risky_as_what_it_calls() -> None:
    caller = book(act("a"), {"id": "more", "call": "RB-LIN-Y-1"})
    for step, risk in ((act("b"), "medium"), ({**act("b"), "action": "service.stop"}, "high")):
        around = Around({"RB-LIN-Y-1": book(step, id="RB-LIN-Y-1")})
        assert risk_of(meanings(book(act("a")), caller, around)) == risk
        assert runbook_risk(caller, around) == risk
    assert why(book(act("a")), caller) == ("high: step more (calls RB-LIN-Y-1, which is not known here) added",)
    looped = Around({"RB-LIN-X-1": book({"id": "again", "call": "RB-LIN-X-1"})})
    assert runbook_risk(looped.runbooks["RB-LIN-X-1"], looped) == "high"


def test_a_new_form_of_command_is_named() -> None:
    def running(*argv: str) -> Runbook:
        return book({"id": "run", "action": "command.run", "with": {"argv": list(argv)}})

    texts = [text for text, _ in told(running("systemctl", "status", "web"), running("systemctl", "stop", "web"))]
    assert texts[0] == "step run: with argv systemctl, status, web → systemctl, stop, web"
    assert texts[1].startswith("step run: new form of command: run: ")
    same = [text for text, _ in told(running("systemctl", "status", "web"), running("systemctl", "status", "db"))]
    assert same == ["step run: with argv systemctl, status, web → systemctl, status, db"]


def test_a_script_is_told_by_its_lines() -> None:
    before = book({"id": "s", "action": "script.bash", "with": {"script": "echo 1\necho 2\n"}})
    after = book({"id": "s", "action": "script.bash", "with": {"script": "echo 1\necho 3\n"}})
    assert told(before, after)[0] == ("step s: with script - echo 2; + echo 3", "high")


def test_a_new_runbook_is_as_risky_as_its_riskiest_step() -> None:
    assert told(None, runbook(A, B)) == [("new runbook with 2 steps", "low")]
    assert told(None, runbook(A, {**STOP, "id": "b"})) == [("new runbook with 2 steps", "high")]


def test_a_change_is_as_risky_as_its_riskiest_part() -> None:
    changes = (Meaning("x"), Meaning("y", "high"), Meaning("z", "medium", reason="why"))
    assert risk_of(changes) == "high"
    assert reasons_of(changes) == ("high: y", "medium: why")


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (runbook(C, A, B), "add c before a"),
        (runbook(A, {**B, "with": {"service": "@everyone fixes #1"}}), "step b changes with"),
        (runbook(A, {**B, "when": {"x": "@everyone"}}), "step b changes when"),
        (runbook(A, B, verify=VERIFY), "verification changed"),
        (runbook(A, B, name="@everyone"), "name reworded"),
        (runbook(A, B, C, name="@everyone"), "add c at the end"),
        (runbook(A, B, targets={"hosts": ["h"]}), "targets changed"),
        (runbook(A, B, params={"x": {"default": "@everyone"}}), "params changed"),
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
    assert title_of(BASE, head).isprintable()
