"""The L1 matcher: one rule wins, and every other one says why it does not."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from runwright.engine.matcher import Match, match
from runwright.model.incident import Incident
from runwright.model.insertion import MissingValue
from runwright.model.rule import Rule
from tests.support.growth import no_runaway


def rule(name: str = "A", **fields: Any) -> Rule:
    data = {"id": f"L1-{name}", "name": name, "check_type": "service", "action": "run_runbook:RB-LIN-X", **fields}
    return Rule.model_validate_json(json.dumps(data))


def incident(**fields: Any) -> Incident:
    data = {
        "incident_id": "i", "incident_type": "service_stopped", "check_type": "service", "status": "fail",
        "resource": "web",
        "site_id": "north", "client_id": "acme", "hostname": "h1", "detected_at": datetime(2026, 1, 1, tzinfo=UTC),
        "facts": {"service": "Spooler", "exit_code": 3, "none": None, "a.b": {"c": 1}}, **fields,
    }  # fmt: skip
    return Incident.model_validate(data)


def reason(found: Match) -> str:
    return found.considered[0].reason


def test_a_rule_for_the_check_matches() -> None:
    found = match([rule()], incident())
    assert found.rule == rule()
    assert reason(found) == "matches"


def test_without_rules_nothing_matches() -> None:
    assert match([], incident()) == Match(None, ())


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"check_type": "disk"}, "answers checks of type disk"),
        ({"status": ["warning", "error"]}, "answers status warning, error"),
        ({"scope": {"sites": ["south", "west"]}}, "is for other sites"),
        ({"scope": {"partners": ["other"]}}, "is for other partners"),
        ({"conditions": {"facts.service": "Other"}}, "its conditions do not hold"),
        ({"conditions": {"facts.nobody": 1}}, "its conditions could not be decided"),
        ({"conditions": {"facts.exit_code": {"gt": 2}, "facts.nobody": 1}}, "its conditions could not be decided"),
        ({"conditions": {"facts.service": {"gt": 2}}}, "its conditions could not be decided"),
        (
            {"conditions": {"facts.service": "${{ incident.nothing }}"}},
            "its conditions could not be decided: ${{ incident.nothing }} has",
        ),
    ],
)
def test_a_rule_that_does_not_match_says_why(fields: dict[str, Any], why: str) -> None:
    found = match([rule(**fields)], incident())
    assert found.rule is None
    assert reason(found).startswith(why)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": ["fail"]},
        {"scope": {"sites": ["south", "north"]}},
        {"scope": {"partners": ["acme"], "sites": ["north"]}},
        {"conditions": {"facts.service": "Spooler"}},
        {"conditions": {"resource": ["web", "db"], "hostname": {"matches": "^h[0-9]$"}}},
        {"conditions": {'facts["a.b"].c': 1}},
        {"conditions": {"facts.none": {"exists": False}}},
        {"conditions": {"not": {"facts.exit_code": {"lt": 3}}}},
        {"conditions": {"resource": "${{ incident.resource }}"}},
        {"conditions": {'facts.${{ incident.nothing | default("service") }}': "Spooler"}},
    ],
)
def test_a_rule_matches_when_all_of_it_holds(fields: dict[str, Any]) -> None:
    assert match([rule(**fields)], incident()).rule is not None


def test_a_rule_for_partners_never_reaches_a_host_without_one() -> None:
    assert match([rule(scope={"partners": ["acme"]})], incident(client_id=None)).rule is None


def test_the_lowest_priority_number_wins_then_the_more_specific_then_the_lower_id() -> None:
    order = [
        rule("Z-FIRST", priority=1),
        rule("Y-BOTH", priority=5, scope={"sites": ["north"], "partners": ["acme"]}),
        rule("X-SITE", priority=5, scope={"sites": ["north"]}),
        rule("V-TWO", priority=5, conditions={"facts.exit_code": 3, "resource": "web"}),
        rule("W-PARTNER", priority=5, scope={"partners": ["acme"]}),
        rule("B-PLAIN", priority=5),
        rule("C-PLAIN", priority=5),
        rule("A-LAST", priority=100),
    ]
    # Two conditions weigh as much as a site: the id decides between them.
    expected = [
        "L1-Z-FIRST",
        "L1-Y-BOTH",
        "L1-V-TWO",
        "L1-X-SITE",
        "L1-W-PARTNER",
        "L1-B-PLAIN",
        "L1-C-PLAIN",
        "L1-A-LAST",
    ]
    won, left = [], order
    while left:
        winner = match(left, incident()).rule
        assert winner is not None
        won.append(winner.id)
        left = [other for other in left if other.id != winner.id]
    assert won == expected


def test_the_order_of_the_files_does_not_matter() -> None:
    rules = [rule("A", priority=5), rule("B", priority=5, conditions={"resource": "web"}), rule("C", priority=9)]
    assert len({repr(match(order, incident())) for order in itertools.permutations(rules)}) == 1


def test_a_rule_that_could_not_be_decided_does_not_hide_one_that_matches() -> None:
    found = match([rule("A", priority=1, conditions={"facts.nobody": 1}), rule("B", priority=50)], incident())
    assert found.rule is not None
    assert found.rule.id == "L1-B"
    assert [(c.rule.id, c.matches) for c in found.considered] == [("L1-A", None), ("L1-B", True)]


def test_a_rule_that_only_observes_can_win_and_says_so_by_its_mode() -> None:
    found = match([rule(mode="observe")], incident())
    assert found.rule is not None
    assert found.rule.mode == "observe"


def test_the_parameters_of_the_winner_come_from_the_incident() -> None:
    found = match(
        [rule(params={"service": "${{ incident.facts.service }}", "port": 80, "list": ["${{ incident.resource }}"]})],
        incident(),
    )
    assert found.params(incident()) == {"service": "Spooler", "port": 80, "list": ["web"]}
    assert Match(None, ()).params(incident()) == {}


@pytest.mark.parametrize("hostile", ["${{ incident.site_id }}", "$(reboot)", "a\nb", '"; drop', "🙂"])
def test_a_value_of_an_incident_is_never_expanded_again(hostile: str) -> None:
    found = match([rule(params={"service": "${{ incident.resource }}"})], incident(resource=hostile))
    assert found.params(incident(resource=hostile)) == {"service": hostile}


def test_a_parameter_that_the_incident_does_not_have_is_said() -> None:
    found = match([rule(params={"service": "${{ incident.facts.nobody }}"})], incident())
    with pytest.raises(MissingValue, match=r"facts\.nobody"):
        found.params(incident())


def test_what_a_newer_agent_says_of_an_incident_can_be_asked_for() -> None:
    assert match([rule(conditions={"weather": "rain"})], incident(weather="rain")).rule is not None


def test_two_hundred_rules_meet_a_long_message_in_bounded_time() -> None:
    rules = [rule(f"N{n}", conditions={"message": {"matches": f"(a+)+{n}$"}}) for n in range(200)]
    with no_runaway():
        assert match(rules, incident(message="a" * 65_536)).rule is None
