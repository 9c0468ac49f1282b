"""Planning backward from what was not so."""

from __future__ import annotations

import pytest

from runwright.actions.action import Risk
from runwright.actions.binding import BoundNeed
from runwright.actions.catalogue import ACTIONS, Host
from runwright.learn.planner import MAX_GOALS, MAX_PLANS, Plan, Situation, plans_for, unmet
from runwright.model import condition
from runwright.model.path import concrete_path
from runwright.replay.world import World, facts_by_path
from tests.support.growth import no_runaway
from tests.support.recordings import Facts, service

SUPERVISOR = Host("linux", "supervisor")
SYSTEMD = Host("linux", "systemd")


def goal(path: str, wanted: object) -> BoundNeed:
    test = condition.parse_condition({path: wanted})
    assert isinstance(test, condition.Test)
    return BoundNeed(condition.Test(concrete_path(path), test.operator, test.value))


def plans(facts: Facts, *goals: BoundNeed, host: Host = SUPERVISOR) -> list[list[tuple[str, ...]]]:
    return [told(plan) for plan in plans_for([goals], Situation(World(facts_by_path(facts)), host))]


def told(plan: Plan) -> list[tuple[str, ...]]:
    return [(remedy.action, *map(str, remedy.params.values())) for remedy in plan]


DB_RUNS = goal("services.db.state", "running")


def test_the_action_that_writes_the_goal_is_the_remedy_and_the_least_risky_comes_first() -> None:
    found = plans_for([(DB_RUNS,)], Situation(World(facts_by_path(service("db", "stopped"))), SUPERVISOR))
    assert [told(plan) for plan in found] == [[("service.restart", "db")], [("service.start", "db")]]
    risks: list[Risk] = [ACTIONS[plan[0].action].risk for plan in found]
    assert sorted(risks) == ["low", "medium"]


def test_what_the_remedy_lacks_is_made_so_before_it() -> None:
    facts = {**service("db", "stopped", "disk"), **service("disk", "stopped")}
    assert [("service.start", "disk"), ("service.start", "db")] in plans(facts, DB_RUNS)


def test_three_levels_are_planned_and_a_fourth_is_left_to_a_person() -> None:
    chain = {**service("a", "stopped", "b"), **service("b", "stopped", "c"), **service("c", "stopped")}
    wanted = goal("services.a.state", "running")
    assert [("service.start", name) for name in "cba"] in plans(chain, wanted)
    longer = {**chain, **service("c", "stopped", "d"), **service("d", "stopped")}
    assert plans(longer, wanted) == []


def test_services_that_need_each_other_are_left_to_a_person() -> None:
    assert (
        plans({**service("a", "stopped", "b"), **service("b", "stopped", "a")}, goal("services.a.state", "running"))
        == []
    )


def test_a_mask_is_lifted_where_there_are_masks() -> None:
    masked = goal("services.web.masked", False)
    assert plans({"services.web.masked": True}, masked, host=SYSTEMD) == [[("service.unmask", "web")]]
    assert plans({"services.web.masked": True}, masked, host=SUPERVISOR) == []


def test_nothing_destructive_is_planned() -> None:
    assert plans(service("old", "running"), goal("services.old.state", "stopped")) == []
    assert plans({'files["/x"].exists': True}, goal('files["/x"].exists', False)) == []


def test_a_forgotten_fact_and_an_opaque_action_bring_nothing_about() -> None:
    assert plans({'disks["/"].used_percent': 99}, goal('disks["/"].used_percent', {"lt": 90})) == []
    assert plans({"anything": 1}, goal("anything", 2)) == []


@pytest.mark.parametrize("name", ["db; reboot", "$(reboot)", "a b", "x" * 300, "--all\n", "../db"])
def test_a_name_that_the_action_does_not_accept_is_never_a_parameter(name: str) -> None:
    test = condition.Test(("services", name, "state"), "eq", "running")
    assert plans({}, BoundNeed(test)) == []


def test_too_many_goals_are_left_to_a_person() -> None:
    goals = [goal(f"services.s{number}.state", "running") for number in range(MAX_GOALS + 1)]
    assert plans({}, *goals) == []
    assert 0 < len(plans({}, *goals[:MAX_GOALS])) <= MAX_PLANS


def test_a_telemetry_that_names_everything_as_needed_by_everything_ends_soon() -> None:
    names = [f"s{number}" for number in range(MAX_GOALS)]
    facts: Facts = {}
    for name in names:
        facts |= service(name, "stopped", *(other for other in names if other != name))
    with no_runaway():
        assert plans(facts, goal("services.s0.state", "running")) == []


def test_what_was_done_in_vain_is_not_done_again() -> None:
    world = World(facts_by_path(service("db", "stopped")))
    found = plans_for([(DB_RUNS,)], Situation(world, SUPERVISOR, lambda remedy: remedy.action == "service.start"))
    assert [told(plan) for plan in found] == [[("service.restart", "db")]]


def test_only_what_is_known_not_to_hold_is_unmet() -> None:
    world = World(facts_by_path({"services.db.state": "stopped"}))
    needs = (DB_RUNS, goal("services.web.state", "running"), goal("services.db.state", "stopped"), DB_RUNS)
    assert unmet(needs, world) == (DB_RUNS,)
