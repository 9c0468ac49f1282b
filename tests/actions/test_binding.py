"""Binding: needs, reads and changes of one run, and what is not known stays open."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from runwright.actions.action import FORGET, Exec, Model, need, paths, sets
from runwright.actions.binding import bind_operation, changes_of, covers, needs_of, reads_of
from runwright.actions.catalogue import ACTIONS
from runwright.model.condition import UNKNOWN, describe
from runwright.model.insertion import MissingValue
from runwright.model.path import Path
from tests.support import strategies

SUPERVISOR = ACTIONS["service.start"].variants["supervisor"].model
PARAMS = {"service": "web"}


def facts(**known: Any) -> Any:
    told = {("services", name.split("__")[0], name.split("__")[1]): value for name, value in known.items()}
    return lambda path: told.get(path, UNKNOWN)


def said(lookup: Any, params: dict[str, Any] | None = None) -> list[str]:
    needs = needs_of(SUPERVISOR, PARAMS if params is None else params, lookup)
    return [f"{describe(need.test)}: {need.holds(lookup)}{' (open)' if need.open_list else ''}" for need in needs]


def test_a_need_over_a_list_is_one_need_an_item() -> None:
    told = {"web__requires": ["db", "cache"], "web__known": True, "web__state": "stopped"}
    lookup = facts(**told, db__state="running", cache__state="stopped")
    assert said(lookup) == [
        "services.web.known is True: True",
        "services.db.state is running: True",
        "services.cache.state is running: False",
    ]
    items = [(need.item, need.source) for need in needs_of(SUPERVISOR, PARAMS, lookup)]
    assert items == [(None, None), ("db", ("services", "web", "requires")), ("cache", ("services", "web", "requires"))]


@pytest.mark.parametrize("members", [[], None])
def test_a_list_that_names_nobody_needs_nobody(members: Any) -> None:
    assert len(said(facts(web__requires=members))) == 1


@pytest.mark.parametrize("members", [UNKNOWN, "db", 5, True, {"db": 1}, [None], ["db", 5], [["db"]]], ids=str)
def test_a_list_that_is_not_known_or_no_list_of_names_leaves_the_need_open(members: Any) -> None:
    lookup = facts(web__requires=members)
    assert said(lookup)[1:] == ["services.*.state exists True: None (open)"]
    assert ("services", "*", "state") in reads_of(SUPERVISOR, PARAMS, lookup)


def test_reads_are_what_decides_the_outcome() -> None:
    lookup = facts(web__requires=["a.b"])
    assert reads_of(SUPERVISOR, PARAMS, lookup) == {
        ("services", "web", "state"), ("services", "web", "known"), ("services", "web", "requires"),
        ("services", "a.b", "state"),
    }  # fmt: skip


def test_a_recording_without_its_parameters_presumes_nothing() -> None:
    assert said(facts(), {}) == [
        "services.*.known exists True: None (open)",
        "services.*.state exists True: None (open)",
    ]
    assert ("services", "*", "state") in reads_of(SUPERVISOR, {}, facts())
    assert changes_of(SUPERVISOR, {}) == ((("services", "*", "state"), "running"), (("services", "*", "pid"), FORGET))


def test_a_change_to_a_value_that_is_not_there_forgets_the_fact() -> None:
    model = Model(changes=(sets("files.${{ params.path }}.mode", "${{ params.mode }}"),))
    assert changes_of(model, {"path": "/a", "mode": "0640"}) == ((("files", "/a", "mode"), "0640"),)
    assert changes_of(model, {"path": "/a"}) == ((("files", "/a", "mode"), FORGET),)


@given(strategies.names, strategies.json_values)
def test_whatever_was_recorded_the_model_can_be_bound(name: str, members: Any) -> None:
    for action in ACTIONS.values():
        for chosen in action.variants.values():
            for params in ({}, dict.fromkeys(action.params, name), dict.fromkeys(action.params, members)):
                lookup = lambda _: members  # noqa: E731
                for bound in needs_of(chosen.model, params, lookup):
                    assert bound.holds(lookup) in (True, False, None)
                reads_of(chosen.model, params, lookup)
                changes_of(chosen.model, params)


def test_a_list_becomes_several_arguments_and_an_empty_one_none() -> None:
    operation = Exec(("run", "${{ params.argv }}", "--", "${{ params.last }}"))
    assert bind_operation(operation, {"argv": ["a b", 5, True], "last": "z"}) == Exec(
        ("run", "a b", "5", "true", "--", "z")
    )
    assert bind_operation(operation, {"argv": [], "last": ["y", "z"]}) == Exec(("run", "--", "y", "z"))


def test_an_environment_takes_names_from_the_step_and_keeps_its_own() -> None:
    operation = Exec(("sh",), env={"*": "${{ params.env }}", "OWN": "${{ params.own }}"}, stdin="${{ params.script }}")
    params = {"env": {"A": 5, "OWN": "taken"}, "own": "kept", "script": "echo ${{ params.own }}"}
    assert bind_operation(operation, params) == Exec(("sh",), {"A": "5", "OWN": "kept"}, "echo ${{ params.own }}")


@pytest.mark.parametrize("params", [{}, {"env": {}}, {"script": None, "env": {}}])
def test_a_command_that_lacks_a_parameter_is_never_half_a_command(params: dict[str, Any]) -> None:
    with pytest.raises(MissingValue):
        bind_operation(ACTIONS["script.bash"].variants["linux"].operation, params)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        (("services", "*", "state"), ("services", "web", "state"), True),
        (("services", "*", "state"), ("services", "web", "pid"), False),
        (("services", "*"), ("services", "web", "state"), False),
        (("services", "web", "state"), ("services", "web", "state"), True),
        (("*", "*"), ("a", "b"), True),
        (("a", "b"), ("*", "b"), False),
    ],
)
def test_a_star_stands_for_one_segment(pattern: Path, path: Path, expected: bool) -> None:
    assert covers(pattern, path) is expected


def test_a_need_is_one_test_of_one_fact() -> None:
    with pytest.raises(RuntimeError, match="one test of one fact"):
        need("a.b", {"gt": 1, "lt": 5})
    assert paths("a.b", 'c["d.e"]') == (("a", "b"), ("c", "d.e"))
