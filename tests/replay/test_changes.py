"""What a success writes: values, copies, differences, conditions on a change, and members of a family."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.actions.action import FORGET, Change, Model, copied, less, sets
from runwright.actions.bound import Bound
from runwright.model.condition import UNKNOWN
from runwright.model.path import concrete_path
from runwright.replay.models import Ended, after_effects
from runwright.replay.world import Symbol, World, bounds_of, facts_by_path

PENDING = "services.web.daemon_reload_pending"
LOADED = "services.web.config"
RESTART = Model(changes=(sets(LOADED, copied("files.web.config"), only_if=(PENDING, False)),))
FREED = "disks.data.used_percent"
DELETE = Model(changes=(sets(FREED, less("old.data.percent"), only_if=("old.data.held", False)),))
RELOAD = Model(changes=(sets("tls.${{ each.host }}.days_left", 90, where=("host", "tls.*.served_by", "web")),))


def after(model: Model, success: bool = True, **facts: Any) -> World:
    before = World(facts_by_path({key.replace("__", "."): value for key, value in facts.items()}))
    return after_effects(before, Bound(model, {}), Ended(success), "1")


def fact(world: World, path: str) -> Any:
    return world.get(concrete_path(path))


def test_a_copy_takes_the_value_of_the_other_fact_as_it_was_before() -> None:
    swap = Model(changes=(sets("a.x", copied("b.x")), sets("b.x", copied("a.x"))))
    world = after(swap, a__x=1, b__x=2)
    assert (fact(world, "a.x"), fact(world, "b.x")) == (2, 1)


def test_a_copy_of_what_nobody_knows_is_the_same_unknown() -> None:
    world = after(Model(changes=(sets("a.x", copied("b.x")),)), a__x=1)
    assert fact(world, "a.x") == fact(world, "b.x") == Symbol("init", ("b", "x"))


@pytest.mark.parametrize(
    ("pending", "config"),
    [(False, "new"), (True, "old"), (UNKNOWN, Symbol("1", ("services", "web", "config")))],
    ids=["loaded", "left alone", "not known"],
)
def test_a_change_is_made_only_if_its_condition_held(pending: Any, config: Any) -> None:
    facts = {"services__web__config": "old", "files__web__config": "new"}
    if pending is not UNKNOWN:
        facts["services__web__daemon_reload_pending"] = pending
    assert fact(after(RESTART, **facts), LOADED) == config


READ_AGAIN = Model(changes=(sets("services.*.daemon_reload_pending", False),))
STOP_ONE = Model(changes=(sets("services.${{ params.service }}.state", "stopped"),))


def test_a_value_for_a_whole_family_is_written_to_every_member_that_is_known_by_name() -> None:
    world = after(READ_AGAIN, services__web__daemon_reload_pending=True, services__web__state="running")
    assert (fact(world, PENDING), fact(world, "services.web.state")) == (False, "running")
    assert isinstance(fact(world, "services.other.daemon_reload_pending"), Symbol)


def test_a_failure_writes_no_value_to_a_family() -> None:
    world = after(READ_AGAIN, success=False, services__web__daemon_reload_pending=True)
    assert isinstance(fact(world, PENDING), Symbol)


def test_a_family_that_is_meant_only_because_a_parameter_is_missing_gets_no_value() -> None:
    assert isinstance(fact(after(STOP_ONE, services__web__state="running"), "services.web.state"), Symbol)


def test_a_difference_of_known_numbers_is_a_number() -> None:
    facts = {"disks__data__used_percent": 95, "old__data__percent": 30, "old__data__held": False}
    assert fact(after(DELETE, **facts), FREED) == 65


def test_a_difference_of_an_unknown_amount_lies_below_the_old_value() -> None:
    world = after(DELETE, disks__data__used_percent=95, old__data__held=False)
    assert bounds_of(fact(world, FREED))[1] == 95


def test_what_may_be_written_is_forgotten_by_a_failure() -> None:
    facts = {"disks__data__used_percent": 95, "old__data__percent": 30, "old__data__held": False}
    assert fact(after(DELETE, success=False, **facts), FREED) == Symbol("1", ("disks", "data", "used_percent"))


def test_a_binding_writes_the_members_that_are_meant_spares_those_that_are_not_and_forgets_the_rest() -> None:
    facts = {"tls__a__served_by": "web", "tls__b__served_by": "mail"}
    days = {f"tls__{host}__days_left": 3 for host in "abc"}
    world = after(RELOAD, **facts, **days)
    assert fact(world, "tls.a.days_left") == 90
    assert fact(world, "tls.b.days_left") == 3
    assert fact(world, "tls.c.days_left") == Symbol("1", ("tls", "c", "days_left"))
    assert fact(world, "tls.never-listed.days_left") == Symbol("1", ("tls", "never-listed", "days_left"))


def test_a_change_without_conditions_is_plain() -> None:
    changes = (sets("a.x", 1), sets("a.x", FORGET), sets("a.x", copied("b.x")), sets("a.x", 1, only_if=("b.x", 1)))
    assert [change.plain for change in changes] == [True, False, False, False]
    assert all(isinstance(change, Change) for change in changes)
