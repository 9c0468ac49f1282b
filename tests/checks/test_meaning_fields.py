"""No field can be forgotten: a change of any field is told, and a new field fails here until it is tried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from runwright.checks.difference.rules import rule_changes
from runwright.checks.difference.step_risk import Around
from runwright.checks.difference.surroundings import ORIGIN
from runwright.checks.meaning import meanings, origin_changes
from runwright.corpus.order import Shape, shape_of
from runwright.model.rule import Rule, RuleMetadata, Scope
from runwright.model.runbook import (
    Limits,
    Metadata,
    ParamSpec,
    Precheck,
    Runbook,
    Secret,
    Targets,
    Verify,
    VerifyCheck,
)
from runwright.model.step import Approval, Extract, Retry, Step, Undo

NONE: Any = object()
"""The field is not given."""
Data = dict[str, Any]


def act(name: str = "b", **more: Any) -> Data:
    return {"id": name, "action": "service.start", "with": {"service": "web"}, **more}


BOOK: Data = {
    "id": "RB-LIN-X-1",
    "name": "X",
    "version": 1,
    "platform": "linux",
    "incident_types": ["t"],
    "steps": [act("a")],
    "verify": {"method": "look", "checks": [{"when": {"fine": True}, "confidence": 0.9}]},
}
RULE: Data = {"id": "L1-A", "name": "A", "check_type": "service", "action": "run_runbook:RB-LIN-X-1"}
BLOCK: Data = {"id": "s", "block": [act()]}
CASES: dict[type[BaseModel], tuple[tuple[str, ...], dict[str, tuple[Any, ...]]]] = {
    # model: (where its value stands in the file, field: (its context, old, new))
    Runbook: (
        (),
        {
            "id": ({}, "RB-LIN-X-1", "RB-LIN-X-2"),
            "name": ({}, "X", "Y"),
            "version": ({}, 1, 2),
            "status": ({"status_reason": "r"}, "deprecated", "failed"),
            "status_reason": ({"status": "failed"}, "r", "s"),
            "replaced_by": ({"status": "failed", "status_reason": "r"}, NONE, "RB-LIN-Y-1"),
            "platform": ({}, "linux", "any"),
            "incident_types": ({}, ["t"], ["t", "u"]),
            "description": ({}, "d", "e"),
            "references": ({}, NONE, ["https://example.com/"]),
            "params": ({}, NONE, {"x": {}}),
            "secrets": ({}, NONE, {"x": {}}),
            "targets": ({}, NONE, {"hosts": ["h"]}),
            "limits": ({}, NONE, {"lock": "x"}),
            "precheck": ({}, NONE, {"healthy": {"x": 1}}),
            "steps": ({}, [act("a")], [act("a"), act("b")]),
            "rescue": ({}, NONE, [act("b")]),
            "finally": ({}, NONE, [act("b")]),
            "outputs": ({}, NONE, {"x": "1"}),
            "verify": ({}, BOOK["verify"], {**BOOK["verify"], "method": "other"}),
            "metadata": ({}, NONE, {"generated_by": "runwright"}),
        },
    ),
    ParamSpec: (
        ("params", "x"),
        {
            "type": ({}, "string", "strings"),
            "pattern": ({}, "^a$", "^b$"),
            "enum": ({}, ["a"], ["a", "b"]),
            "minimum": ({"type": "integer"}, 1, 2),
            "maximum": ({"type": "integer"}, 1, 2),
            "default": ({}, "a", "b"),
            "from": ({}, "incident.resource", "incident.host"),
            "description": ({}, "a", "b"),
        },
    ),
    Secret: (("secrets", "x"), {"description": ({}, "a", "b")}),
    Targets: (
        ("targets",),
        {
            "hosts": ({}, ["a"], ["b"]),
            "groups": ({"hosts": ["a"]}, NONE, ["g"]),
            "labels": ({}, {"a": "b"}, {"a": "c"}),
        },
    ),
    Limits: (
        ("limits",),
        {"lock": ({}, "a", "b"), "once_within": ({}, "1s", "2s"), "timeout": ({}, "1s", "2s")},
    ),
    Precheck: (("precheck",), {"healthy": ({}, NONE, {"x": 1}), "unsafe": ({}, {"x": 1}, {"x": 2})}),
    Verify: (
        ("verify",),
        {
            "method": (BOOK["verify"], "look", "other"),
            "settle": (BOOK["verify"], NONE, "5s"),
            "checks": (BOOK["verify"], BOOK["verify"]["checks"], [{"when": {"fine": False}, "confidence": 0.9}]),
        },
    ),
    VerifyCheck: (
        ("verify", "checks", "0"),
        {"when": ({"confidence": 1}, {"a": 1}, {"a": 2}), "confidence": ({"when": {"a": 1}}, 0.5, 0.6)},
    ),
    Metadata: (
        ("metadata",),
        {
            "parent_runbook": ({}, NONE, "RB-LIN-X-1-v1"),
            "generated_by": ({}, "a", "b"),
            "generated_from_failure": ({}, "a", "b"),
            "generated_at": ({}, NONE, "2025-11-10T14:35:25Z"),
            "generation_model": ({}, "a", "b"),
            "requires_human_review": ({}, True, False),
            "failure_type": ({}, NONE, "wrong_runbook"),
            "reconstructed_from": ({}, "a", "b"),
            "source_recommendation": ({}, "a", "b"),
        },
    ),
    Step: (
        ("steps", "0"),
        {
            "id": (act(), "s", "t"),
            "name": (act("s"), "a", "b"),
            "action": (act("s"), "service.start", "service.restart"),
            "call": ({"id": "s"}, "RB-LIN-X-2", "RB-LIN-X-3"),
            "block": ({"id": "s"}, [act()], [act(), act("c")]),
            "parallel": ({"id": "s"}, [act(), act("c")], [act(), act("c"), act("d")]),
            "approve": ({"id": "s"}, {"message": "a"}, {"message": "b"}),
            "wait_until": ({"id": "s"}, {"a": 1}, {"a": 2}),
            "assert": ({"id": "s"}, {"a": 1}, {"a": 2}),
            "fail": ({"id": "s"}, "a", "b"),
            "with": (act("s"), {"service": "a"}, {"service": "b"}),
            "when": (act("s"), NONE, {"a": 1}),
            "foreach": (act("s"), ["a", "b"], ["b", "a"]),
            "timeout": (act("s"), "1s", "2s"),
            "every": ({"id": "s", "wait_until": {"a": 1}}, "1s", "2s"),
            "message": ({"id": "s", "assert": {"a": 1}}, "a", "b"),
            "limit": ({"id": "s", "parallel": [act(), act("c")]}, 1, 2),
            "retry": (act("s"), NONE, {"attempts": 2}),
            "success_codes": (act("s"), [0], [0, 1]),
            "changed_codes": (act("s"), [], [1]),
            "extract": (act("s"), NONE, {"x": {"json": "a"}}),
            "run_as": (act("s"), "a", "b"),
            "reads": (act("s"), ["a"], ["b"]),
            "needs": (act("s"), {"a": 1}, {"a": 2}),
            "changes": (act("s"), {"a": 1}, {"a": None}),
            "on_failure": (act("s"), "stop", "continue"),
            "rollback": (act("s"), NONE, {"action": "service.start"}),
            "rescue": (BLOCK, NONE, [act("c")]),
            "finally": (BLOCK, NONE, [act("c")]),
        },
    ),
    Retry: (
        ("steps", "0", "retry"),
        {"attempts": ({}, 1, 2), "delay": ({}, "1s", "2s"), "backoff": ({}, 1, 2)},
    ),
    Extract: (
        ("steps", "0", "extract", "x"),
        {"regex": ({}, "a", "b"), "json": ({}, "a", "b"), "default": ({"json": "a"}, NONE, "b")},
    ),
    Approval: (
        ("steps", "0", "approve"),
        {
            "message": ({}, "a", "b"),
            "who": ({"message": "a"}, ["a"], ["b"]),
            "timeout": ({"message": "a"}, "1s", "2s"),
            "default": ({"message": "a"}, "deny", "approve"),
        },
    ),
    Undo: (
        ("steps", "0", "rollback"),
        {
            "action": ({}, "service.start", "service.stop"),
            "with": ({"action": "service.start"}, {"service": "a"}, {"service": "b"}),
            "timeout": ({"action": "service.start"}, "1s", "2s"),
            "run_as": ({"action": "service.start"}, "a", "b"),
        },
    ),
    Rule: (
        (),
        {
            "id": ({}, "L1-A", "L1-B"),
            "name": ({}, "a", "b"),
            "description": ({}, "a", "b"),
            "check_type": ({}, "service", "disk"),
            "status": ({}, ["fail"], ["fail", "error"]),
            "conditions": ({}, NONE, {"a": 1}),
            "action": ({}, "run_runbook:RB-LIN-X-1", "run_runbook:RB-LIN-X-2"),
            "params": ({}, {"a": "b"}, {"a": "c"}),
            "priority": ({}, 1, 2),
            "scope": ({}, NONE, {"sites": ["a"]}),
            "mode": ({}, "act", "observe"),
            "metadata": ({}, NONE, {"promoted_by": "a"}),
        },
    ),
    Scope: (("scope",), {"partners": ({}, ["a"], ["b"]), "sites": ({}, ["a"], ["b"])}),
    RuleMetadata: (
        ("metadata",),
        {
            "pattern_signature": ({}, "a", "b"),
            "promoted_by": ({}, "a", "b"),
            "promoted_at": ({}, NONE, "2025-11-10T14:35:25Z"),
            "evidence": ({}, {"a": 1}, {"a": 2}),
        },
    ),
}
"""A change of every field of every model."""


def models(shape: Shape) -> Iterator[type[BaseModel]]:
    """Every model that a file can hold."""
    seen: list[type[BaseModel]] = []
    waiting = [shape]
    while waiting:
        here = waiting.pop()
        waiting += [shape_of(kind) for kind in (here.items, here.values) if kind is not None]
        for model in here.models:
            if model not in seen:
                seen.append(model)
                waiting += [shape_of(info.annotation) for info in model.model_fields.values()]
    yield from seen


def test_every_field_of_every_model_is_tried() -> None:
    wanted = {
        (model.__name__, info.alias or name)
        for model in models(Shape((Runbook, Rule)))
        for name, info in model.model_fields.items()
    }
    assert {(model.__name__, field) for model, (_, fields) in CASES.items() for field in fields} == wanted


@pytest.mark.parametrize(
    ("model", "field"),
    [(model, field) for model, (_, fields) in CASES.items() for field in fields if (model, field) != (Runbook, "id")],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_change_of_any_field_is_told(model: type[BaseModel], field: str) -> None:
    old, new = versions(model, field)
    assert old != new
    lines, notes = said(old, new), origin_changes(old, new)
    assert lines or notes
    origin = field in ORIGIN or model in (Metadata, RuleMetadata)
    assert bool(notes) == origin
    assert bool(lines) == (not origin)
    assert all(line.isprintable() for line in (*lines, *notes))
    assert said(new, new) == ()


def said(old: Any, new: Any) -> tuple[str, ...]:
    if isinstance(new, Rule):
        # The name of a rule is what it is: another name is another rule.
        return ("renamed",) if old.id != new.id else tuple(line.text for line in rule_changes(old, new, Around()))
    return tuple(change.text for change in meanings(old, new))


def versions(model: type[BaseModel], field: str) -> tuple[Any, Any]:
    """Two files that differ in one field."""
    place, fields = CASES[model]
    context, old, new = fields[field]
    whole, noun = (RULE, Rule) if model in (Rule, Scope, RuleMetadata) else (BOOK, Runbook)
    made = [noun.model_validate_json(json.dumps(placed(whole, place, context, field, value))) for value in (old, new)]
    return made[0], made[1]


def placed(whole: Data, place: tuple[str, ...], context: Data, field: str, value: Any) -> Data:
    inside = {**context, **({} if value is NONE else {field: value})}
    if not place:
        return {**whole, **inside}
    if place[0] == "steps":
        step = inside if len(place) == 2 else step_with(place[2:], inside)
        return {**whole, "steps": [step, act("last")]}
    if place == ("verify", "checks", "0"):
        inside = {"method": "look", "checks": [inside]}
    return {**whole, place[0]: {place[1]: inside} if len(place) == 2 else inside}


def step_with(place: tuple[str, ...], inside: Data) -> Data:
    held = {place[1]: inside} if len(place) == 2 else inside
    return {"id": "s", "approve": held} if place[0] == "approve" else act("s", **{place[0]: held})


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([1.0, 0.5, "", "a", " a", "a\n", "b\nb", "x" * 500]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "hosts", "status"]), inner),
    max_leaves=4,
)
_params = st.dictionaries(st.sampled_from(["service", "hosts", "checks", "status", "env"]), _values, max_size=3)


@settings(max_examples=300)
@given(_params, _params)
def test_parameters_that_differ_are_told_whatever_they_hold(old: Data, new: Data) -> None:
    before, after = (
        Runbook.model_validate_json(json.dumps({**BOOK, "steps": [act("a", **{"with": params})]}))
        for params in (old, new)
    )
    assert bool(said(before, after)) == (json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True))


@st.composite
def _books(draw: st.DrawFn) -> Runbook:
    names = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6, unique=True))
    kinds = st.sampled_from(
        [{"action": "service.start"}, {"action": "net.port_open"}, {"assert": {"x": 1}}, {"fail": "f"}]
    )
    lists: dict[str, list[Data]] = {"steps": [], "rescue": [], "finally": [], "block": [], "inner": []}
    for name in names:
        lists[draw(st.sampled_from(list(lists)))].append({"id": name, **draw(kinds)})
    inner, block = lists.pop("inner"), lists.pop("block")
    if block:
        held = {"id": draw(st.sampled_from(["box", "case"])), "block": block, **({"rescue": inner} if inner else {})}
        lists["steps"].insert(draw(st.integers(0, len(lists["steps"]))), held)
    lists["steps"] = lists["steps"] or [{"id": "last", "fail": "x"}]
    return Runbook.model_validate_json(json.dumps({**BOOK, **{word: steps for word, steps in lists.items() if steps}}))


@settings(max_examples=400)
@given(_books(), _books())
def test_steps_that_differ_in_any_way_are_told(old: Runbook, new: Runbook) -> None:
    assert bool(said(old, new)) == (old != new)
    assert said(old, old) == ()
