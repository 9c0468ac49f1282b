"""No action is left out: each has met reality, and so has every need and every condition of its model."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from runwright.actions.action import Model
from runwright.actions.catalogue import ACTIONS
from runwright.model.path import PathTemplate, concrete_path, template_text
from tests.reality.record import BY_MANAGER, LINUX, NOT_REACHED, PAGE, SCENARIOS, on_linux, opaque, text
from tests.support.reality import Scenario

NEVER_WELL = {"clock.step": "the machine has no right to set the clock of its host"}
"""Actions that could not succeed here."""
NOT_PLANTED = {
    ("mount.mount", "mounted"): "a file system in memory is mounted a second time; the machine has no other",
}
"""Needs that could not be made false here."""
CASES = [
    (name, key)
    for name, action in ACTIONS.items()
    for key in action.variants
    if key in LINUX and name not in NOT_REACHED and not opaque(action)
]
each_variant = pytest.mark.parametrize(("name", "key"), CASES, ids=[f"{name} {key}" for name, key in CASES])


def tried(name: str, key: str) -> list[Scenario]:
    return [one for one in BY_MANAGER.get(key, SCENARIOS) if one.action == name]


def model(name: str, key: str) -> Model:
    return ACTIONS[name].variants[key].model


def is_about(template: PathTemplate, fact: str) -> bool:
    """Whether a path of a model, with names in the place of its insertions, is this fact."""
    path = concrete_path(re.sub(r"\.\$[A-Z_]+", ".1", fact)) if fact else ()
    return len(path) == len(template) and all(
        part == name for part, name in zip(template, path, strict=True) if isinstance(part, str)
    )


@each_variant
def test_every_action_has_done_well_for_real(name: str, key: str) -> None:
    good = [one for one in tried(name, key) if not (one.unmet or one.blind or one.silent)]
    assert good or name in NEVER_WELL


@each_variant
def test_every_need_was_made_false_for_real(name: str, key: str) -> None:
    missing = [
        template_text(need.test.path)
        for need in model(name, key).needs
        if (name, need.test.path[-1]) not in NOT_PLANTED
        and not any(is_about(need.test.path, one.unmet) for one in tried(name, key))
    ]
    assert missing == []


def conditions(of: Model) -> Iterator[str]:
    for change in of.changes:
        if change.only_if is not None:
            test = change.only_if
            yield f"{test.path[-1]} {test.operator} {test.value}"


@each_variant
def test_every_condition_of_a_change_was_met_both_ways(name: str, key: str) -> None:
    seen = {said for one in tried(name, key) for said in one.only_if}
    wanted = {way for said in conditions(model(name, key)) for way in (said, f"not {said}")}
    assert wanted - seen == set()


def test_what_is_not_reached_is_an_action_of_linux_that_has_no_scenario() -> None:
    assert all(on_linux(ACTIONS[name]) for name in NOT_REACHED)
    assert not {one.action for one in SCENARIOS} & NOT_REACHED.keys()


def test_the_page_says_what_the_scenarios_say() -> None:
    assert PAGE.read_text("utf-8") == text(), "write it anew: python -m tests.reality.record"
