"""Actions read backward: with which parameters would they write what a goal asks for."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.actions.action import (
    FORGET,
    Action,
    Change,
    Exec,
    Model,
    Param,
    Variant,
    copied,
    less,
    read_exit_code,
    sets,
)
from runwright.actions.catalogue import ACTIONS, Host
from runwright.learn.inverting import Inverted, inverted, writes
from runwright.learn.planner import Situation, open_facts, plans_for
from runwright.replay.models import model_of
from runwright.replay.world import World, facts_by_path
from tests.learn.test_planner import goal, told
from tests.support.recordings import Facts

SYSTEMD = Host("linux", "systemd")


def world(facts: Facts) -> World:
    return World(facts_by_path(facts))


def only(change: Change, **params: Param) -> Action:
    """An action that makes one change."""
    variant = Variant(Exec(("x",)), Model(changes=(change,)), read_exit_code)
    return Action("made.up", "Only here.", params, {"any": variant})


def found(change: Change, path: str, wanted: Any, facts: Facts, **params: Param) -> Inverted | None:
    return inverted(only(change, **params), change, goal(path, wanted).test, world(facts))


PORT = Param("A port.", type="integer", pattern="[1-9][0-9]{0,4}")
NAME = Param("A name.", pattern="[a-z][a-z-]*")
LIMIT = 'redis["127.0.0.1"]["33453"].memory_limit_bytes'


def test_a_segment_that_stands_for_a_number_becomes_a_number() -> None:
    facts = {LIMIT: 1, 'redis["127.0.0.1"]["33453"].answers': True}
    plans = plans_for([(goal(LIMIT, 8388608),)], Situation(world(facts), SYSTEMD))
    assert [told(plan) for plan in plans] == [[("cache.set_memory_limit", "127.0.0.1", "33453", "8388608")]]
    assert plans[0][0].params["port"] == 33453


@pytest.mark.parametrize("segment", ["port", "-1", "٣", "1" * 400, "0", "1e3"])
def test_a_segment_that_is_no_such_number_is_no_parameter(segment: str) -> None:
    change = sets("ports.${{ params.port }}.open", True)
    assert found(change, f'ports["{segment}"].open', True, {}, port=PORT) is None


SERVED = sets(
    "tls.${{ each.host }}.days_left",
    copied("files.${{ each.host }}.days_left"),
    where=("host", "tls.*.server", "${{ params.service }}"),
)


def test_whom_an_action_is_about_is_named_by_a_fact_that_was_looked_at() -> None:
    facts = {"tls.shop.days_left": 2, "files.shop.days_left": 89, "tls.shop.server": "nginx"}
    way = found(SERVED, "tls.shop.days_left", {"gte": 20}, facts, service=NAME)
    assert way == Inverted({"service": "nginx"})


def test_what_nobody_looked_at_is_named_and_chooses_no_parameter() -> None:
    facts = {"tls.shop.days_left": 2, "tls.shop.server": "nginx"}
    way = found(SERVED, "tls.shop.days_left", {"gte": 20}, facts, service=NAME)
    assert way is not None
    assert way.open_facts == (("files", "shop", "days_left"),)
    without = {"tls.shop.days_left": 2, "files.shop.days_left": 89}
    assert found(SERVED, "tls.shop.days_left", {"gte": 20}, without, service=NAME) is None


def test_a_copy_that_would_not_do_is_no_way() -> None:
    facts = {"tls.shop.days_left": 2, "files.shop.days_left": 1, "tls.shop.server": "nginx"}
    assert found(SERVED, "tls.shop.days_left", {"gte": 20}, facts, service=NAME) is None


def test_a_member_that_is_known_not_to_be_meant_is_no_way() -> None:
    change = sets("a.${{ each.x }}.on", True, where=("x", "a.*.kind", "good"))
    assert found(change, "a.one.on", True, {"a.one.kind": "bad"}) is None
    assert found(change, "a.one.on", True, {"a.one.kind": "good"}) == Inverted({})


FREED = sets(
    "disks.${{ each.mount }}.used_percent",
    less("deleted.${{ each.mount }}.percent"),
    where=("mount", "deleted.*.holder", "${{ params.service }}"),
)


@pytest.mark.parametrize(("amount", "does"), [(40, True), (5, False)])
def test_what_is_taken_away_must_be_enough(amount: int, does: bool) -> None:
    facts = {"disks.srv.used_percent": 95, "deleted.srv.percent": amount, "deleted.srv.holder": "rsyslog"}
    way = found(FREED, "disks.srv.used_percent", {"lt": 90}, facts, service=NAME)
    assert way == (Inverted({"service": "rsyslog"}) if does else None)


@pytest.mark.parametrize("holder", ["a b", "x; reboot", "--all", "\u202eweb", "", 7, None, ["web"]])
def test_a_captured_name_that_the_action_does_not_accept_is_no_parameter(holder: Any) -> None:
    facts = {"disks.srv.used_percent": 95, "deleted.srv.percent": 40, "deleted.srv.holder": holder}
    assert found(FREED, "disks.srv.used_percent", {"lt": 90}, facts, service=NAME) is None


def test_what_is_forgotten_is_no_way() -> None:
    assert found(sets("a.b", FORGET), "a.b", True, {}) is None


def test_two_names_for_one_parameter_are_no_way() -> None:
    change = sets("a.${{ params.x }}.${{ params.x }}", True)
    assert found(change, "a.one.two", True, {}, x=NAME) is None
    assert found(change, "a.one.one", True, {}, x=NAME) == Inverted({"x": "one"})


def test_a_whole_family_that_gets_a_value_covers_its_members() -> None:
    path = "services.web.daemon_reload_pending"
    plans = plans_for([(goal(path, False),)], Situation(world({path: True}), SYSTEMD))
    assert [told(plan) for plan in plans] == [[("unit.reload",)]]


def test_the_facts_on_which_a_way_hangs_are_named() -> None:
    """Nobody looked who holds the deleted files."""
    situation = Situation(world({'disks["/"].used_percent': 99}), SYSTEMD)
    assert open_facts([goal('disks["/"].used_percent', {"lt": 90})], situation) == ()


def test_what_a_success_writes_is_told_where_it_is_sure() -> None:
    facts = {"services.web.start_leaves": "running", "services.web.starts_others": False}
    model = model_of(ACTIONS["service.start"], SYSTEMD)
    told_facts = writes(model, {"service": "web"}, world(facts))
    assert told_facts[("services", "web", "state")] == "running"
    assert ("services", "web", "pid") not in told_facts
    assert ("services", "web", "state") not in writes(model, {"service": "web"}, world({}))
