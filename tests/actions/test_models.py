"""The models of the actions: facts of the dictionary, which can be read, and changes that make sense."""

from __future__ import annotations

from runwright.actions.action import FORGET, Action
from runwright.actions.binding import ANY, changes_of, needs_of, reads_of
from runwright.actions.facts import plan_reads
from runwright.model.condition import UNKNOWN, concrete
from runwright.model.facts import spec_of
from runwright.model.path import Path, str_path
from tests.support.actions import HOSTS, each_variant, example


@each_variant
def test_every_fact_of_a_model_stands_in_the_dictionary(action: Action, key: str) -> None:
    for path in facts_of(action, key):
        assert spec_of(path) is not None, str_path(path)


def facts_of(action: Action, key: str) -> frozenset[Path]:
    model, params = action.variants[key].model, example(action)
    changed = {path for path, _ in changes_of(model, params)}
    # A list that names nobody opens its family; one that names a service gives its facts.
    closed = reads_of(model, params, lambda _: ["db"])
    return frozenset(path for path in closed | reads_of(model, params, lambda _: UNKNOWN) | changed)


@each_variant
def test_what_a_success_writes_fits_the_dictionary(action: Action, key: str) -> None:
    for path, value in changes_of(action.variants[key].model, example(action)):
        spec = spec_of(path)
        assert spec is not None
        if value is not FORGET:
            assert isinstance(value, {"string": str, "boolean": bool, "integer": int}[spec.type])
            assert not spec.values or value in spec.values


UNREADABLE = {("supervisor", "services.*.requires")}
"""What no command tells on a platform, and the site must declare; nothing else may be in here."""


@each_variant
def test_every_fact_that_a_model_rests_on_has_a_reader_there(action: Action, key: str) -> None:
    hosts = [HOSTS["systemd"], HOSTS["windows"]] if key == "any" else [HOSTS[key]]
    for host in hosts:
        for path in facts_of(action, key):
            readable = bool(plan_reads([path], host)) or ANY in path
            family = str_path(tuple(ANY if n == 1 else part for n, part in enumerate(path)))
            assert readable or (host.service_manager, family) in UNREADABLE, f"{str_path(path)} on {host}"


@each_variant
def test_a_check_changes_nothing_and_what_is_opaque_says_so(action: Action, key: str) -> None:
    model = action.variants[key].model
    assert not (action.check and model.changes)
    assert model.opaque == (action.name.split(".", maxsplit=1)[0] in ("command", "script"))
    if action.check:
        assert model.fails_clean


@each_variant
def test_a_fact_that_an_action_sets_is_true_after_it(action: Action, key: str) -> None:
    model, params = action.variants[key].model, example(action)
    written = {path: value for path, value in changes_of(model, params) if value is not FORGET}
    for need in needs_of(model, params, lambda path: written.get(path, UNKNOWN)):
        # An action that undid what it needs could not be repeated.
        if concrete(need.test) in written and action.repeatable:
            assert need.holds(lambda path: written.get(path, UNKNOWN)) is not False
