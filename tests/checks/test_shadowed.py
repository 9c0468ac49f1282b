"""Rules that answer the same incidents: which can never win, and which win by their id alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from runwright.checks import shadowed
from runwright.checks.validation import tree_of
from runwright.corpus.corpus import read_corpus
from runwright.corpus.editing import dump
from runwright.engine.matcher import match
from runwright.model.finding import Finding
from runwright.model.incident import Incident


def rule(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": f"L1-{name}", "name": name, "check_type": "service", "action": f"run_runbook:RB-A-{name}", **fields}


def found(*rules: dict[str, Any]) -> list[Finding]:
    files = {f"rules/promoted/{one['id']}.yaml": dump(one).encode() for one in rules}
    corpus = read_corpus(files)
    assert corpus.findings == ()
    return sorted(shadowed.check_tree(tree_of(corpus)), key=lambda finding: finding.path)


def said(*rules: dict[str, Any]) -> list[str]:
    return [f"{finding.severity}: {finding.message}" for finding in found(*rules)]


WEB, WORKER = {"facts.service": "web"}, {"facts.service": "worker"}


def test_a_rule_that_a_stronger_one_covers_can_never_win_and_the_overlap_is_shown() -> None:
    strong, weak = rule("A", priority=5), rule("B", priority=10, conditions=WEB, status=["fail"])
    assert said(strong, weak) == [
        "error: L1-B can never win: L1-A answers all that it answers (priority 5 < 10), "
        "which is check_type service, status fail, facts.service web at every site"
    ]


@pytest.mark.parametrize(
    ("strong", "weak"),
    [
        ({"conditions": WEB}, {"conditions": WORKER}),
        ({"conditions": WEB}, {}),
        ({"status": ["fail"]}, {"status": ["fail", "error"]}),
        ({"status": ["warning"]}, {}),
        ({"scope": {"partners": ["acme"]}}, {}),
        ({"scope": {"sites": ["a"]}}, {"scope": {"sites": ["a", "b"]}}),
        ({"check_type": "disk"}, {}),
        ({"conditions": {"facts.used": {"gte": 95}}}, {"conditions": {"facts.used": {"gte": 90}}}),
        ({"conditions": {"facts.service": "${{ incident.resource }}"}}, {"conditions": WEB}),
    ],
)
def test_a_rule_with_something_left_to_answer_is_fine(strong: dict[str, Any], weak: dict[str, Any]) -> None:
    assert said(rule("A", priority=5, **strong), rule("B", priority=10, **weak)) == []


@pytest.mark.parametrize(
    ("strong", "weak"),
    [
        ({"conditions": {"facts.used": {"gte": 90}}}, {"conditions": {"facts.used": {"gte": 95}}}),
        ({"conditions": {"any": [WEB, WORKER]}}, {"conditions": WORKER}),
        ({"conditions": {"facts.service": ["web", "worker"]}}, {"conditions": {"any": [WEB, WORKER]}}),
        ({"scope": {"partners": ["acme", "best"]}}, {"scope": {"partners": ["best"], "sites": ["one"]}}),
        ({"conditions": {"site_id": ["one", "two"]}}, {"scope": {"sites": ["two"]}}),
        ({"conditions": {"not": {"facts.quiet": True}}}, {"conditions": {"facts.quiet": False}}),
    ],
)
def test_covering_is_found_by_what_conditions_mean(strong: dict[str, Any], weak: dict[str, Any]) -> None:
    (finding,) = found(rule("A", priority=5, **strong), rule("B", priority=10, **weak))
    assert "L1-B can never win: L1-A" in finding.message


def test_two_rules_together_can_hide_a_third() -> None:
    hidden = rule("C", priority=10, status=["fail", "error"])
    (finding,) = found(rule("A", priority=5, status=["fail"]), rule("B", priority=6, status=["error"]), hidden)
    assert "L1-C can never win: L1-A and L1-B answer all that it answers (priority 5 < 10, priority 6 < 10)" in str(
        finding
    )


def test_an_overlap_that_the_priority_decides_is_fine() -> None:
    assert said(rule("A", priority=5, conditions=WEB), rule("B", priority=10)) == []


def test_of_two_equally_strong_rules_the_more_specific_one_wins_and_that_is_fine() -> None:
    assert said(rule("A"), rule("B", conditions=WEB)) == []


def test_a_tie_that_the_id_alone_decides_is_a_warning_and_the_overlap_is_shown() -> None:
    one = rule("A", conditions=WEB, status=["fail", "error"])
    other = rule("B", conditions={"facts.exit_code": 3}, status=["fail"])
    assert said(one, other) == [
        "warning: L1-A and L1-B both answer check_type service, status fail, facts.service web, facts.exit_code 3 "
        "at every site, with the same priority 100: L1-A wins by its id alone"
    ]


def test_a_tie_between_rules_that_do_the_same_is_no_matter() -> None:
    same = {"action": "run_runbook:RB-A-SAME", "params": {"service": "web"}}
    other = rule("B", conditions={"facts.exit_code": 3}, **same)
    assert said(rule("A", conditions=WEB, **same), other) == []


def test_a_tie_that_nobody_can_be_sure_of_is_not_told() -> None:
    one, other = {"facts.text": {"matches": "a"}}, {"facts.text": {"matches": "b"}}
    assert said(rule("A", conditions=one), rule("B", conditions=other)) == []


def test_a_rule_that_can_never_win_really_never_does() -> None:
    strong, weak = rule("A", priority=5, conditions=WEB), rule("B", priority=10, conditions={**WEB, "facts.up": False})
    assert len(found(strong, weak)) == 1
    rules = [
        entry.value for entry in read_corpus({f"rules/{r['id']}.yaml": dump(r).encode() for r in (strong, weak)}).rules
    ]
    for service in ("web", "worker"):
        incident = Incident(
            incident_id="i", incident_type="t", check_type="service", status="fail", site_id="s", hostname="h",
            detected_at=datetime(2026, 1, 1, tzinfo=UTC), facts={"service": service, "up": False},
        )  # fmt: skip
        won = match(rules, incident).rule
        assert won is None or won.id == "L1-A"


@pytest.mark.parametrize("kind", ["many services", "many check types", "many sites", "the same strength"])
def test_each_of_thousands_of_rules_is_compared_with_few(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    original = shadowed.covers

    def counted(*boxes: Any) -> bool:
        nonlocal compared
        compared += 1
        return original(*boxes)

    monkeypatch.setattr(shadowed, "covers", counted)
    rules = []
    for n in range(2000):
        own: dict[str, Any] = {
            "many services": {"conditions": {"facts.service": f"s{n}"}, "priority": n % 1000},
            "many check types": {"check_type": f"c{n}"},
            "many sites": {"scope": {"sites": [f"s{n}"]}, "conditions": {"facts.used": {"gte": n}}},
            "the same strength": {"conditions": {"facts.service": f"s{n}", "facts.up": False}},
        }[kind]
        rules.append(rule(f"R{n}", **own))
    assert said(*rules) == []
    assert compared < 20 * len(rules)
