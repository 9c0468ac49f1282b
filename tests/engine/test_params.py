"""Parameters of a run: given, from the incident, or the default; then checked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.engine.params import MAX_TEXT, resolve_params
from runwright.errors import ContentError
from tests.support.stepping import runbook


def resolved(spec: dict[str, Any], given: dict[str, Any] | None = None, incident: dict[str, Any] | None = None) -> Any:
    return resolve_params(runbook(params={"x": spec}), given or {}, incident or {})["x"]


def test_what_is_given_comes_before_the_incident_and_that_before_the_default() -> None:
    spec = {"from": "incident.facts.service", "default": "c"}
    incident = {"facts": {"service": "b"}}
    assert resolved(spec, {"x": "a"}, incident) == "a"
    assert resolved(spec, {}, incident) == "b"
    assert resolved(spec, {}, {"facts": {}}) == "c"
    assert resolved(spec, {"x": None}, {"facts": "odd"}) == "c"


@pytest.mark.parametrize("value", [0, False, "", 0.0])
def test_a_value_that_is_empty_is_a_value(value: Any) -> None:
    kind = {int: "integer", bool: "boolean", str: "string", float: "number"}[type(value)]
    assert resolved({"type": kind}, {"x": value}) == value


def test_a_missing_parameter_is_said_with_what_to_do() -> None:
    with pytest.raises(
        ContentError, match=r"parameter 'x' is missing; the incident has no resource; give --param x=VALUE or a default"
    ):
        resolved({"from": "incident.resource"})


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(ContentError, match=r"RB-LIN-X-1 has no parameter 'y'; it has: x"):
        resolved({}, {"y": 1, "x": "a"})
    with pytest.raises(ContentError, match="it has: none"):
        resolve_params(runbook(), {"y": 1}, {})


@pytest.mark.parametrize(
    ("spec", "value", "problem"),
    [
        ({"type": "string"}, 5, "is 5; expected string"),
        ({"type": "string"}, ["a"], r"is \['a'\]; expected string"),
        ({"type": "integer"}, "5", "is '5'; expected integer"),
        ({"type": "integer"}, 5.0, "is 5.0; expected integer"),
        ({"type": "integer"}, True, "is True; expected integer"),
        ({"type": "number"}, False, "is False; expected number"),
        ({"type": "boolean"}, 1, "is 1; expected boolean"),
        ({"type": "boolean"}, "true", "is 'true'; expected boolean"),
        ({"enum": ["a", "b"]}, "c", "is 'c'; expected one of a, b"),
        ({"type": "integer", "minimum": 1, "maximum": 9}, 0, r"is 0; expected 1.0 to 9.0"),
        ({"type": "integer", "maximum": 9}, 10, "expected … to 9.0"),
        ({"type": "number", "minimum": 1}, 0.5, "expected 1.0 to …"),
        ({"pattern": "[a-z]+"}, "a1", "expected text that matches"),
        ({"pattern": "^[a-z]+$"}, "a\n", "expected text that matches"),
        ({"pattern": "a|ab"}, "abc", "expected text that matches"),
        ({}, "x" * (MAX_TEXT + 1), f"at most {MAX_TEXT} are accepted"),
        ({}, "a\x00b", "holds a NUL character"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_what_fits(spec: dict[str, Any], value: Any, problem: str) -> None:
    with pytest.raises(ContentError, match=problem):
        resolved(spec, {"x": value})


def test_a_value_from_an_incident_is_checked_like_any_other() -> None:
    with pytest.raises(ContentError, match="expected text that matches"):
        resolved({"from": "incident.resource", "pattern": "[a-z]+"}, {}, {"resource": "web; reboot"})


@pytest.mark.parametrize(
    ("kind", "value"), [("string", "a"), ("integer", 5), ("number", 5), ("number", 5.5), ("boolean", True)]
)
def test_a_value_that_fits_keeps_its_type(kind: str, value: Any) -> None:
    found = resolved({"type": kind}, {"x": value})
    assert found == value
    assert type(found) is type(value)


@given(st.text(max_size=40))
def test_a_text_is_taken_as_it_is_or_refused(value: str) -> None:
    if "\x00" in value:
        with pytest.raises(ContentError):
            resolved({}, {"x": value})
    else:
        assert resolved({}, {"x": value}) == value
