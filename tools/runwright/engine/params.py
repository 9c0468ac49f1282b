"""The parameters of a run: given by the caller, taken from the incident, or the default; then checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runwright.errors import ContentError
from runwright.model.pattern import full_match
from runwright.model.runbook import ParamSpec, Runbook
from runwright.model.step import MAX_ITEMS

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "strings": (list, tuple),
}
MAX_TEXT = 4096


def resolve_params(runbook: Runbook, given: Mapping[str, Any], incident: Mapping[str, Any]) -> dict[str, Any]:
    """Find and check every parameter; raises `ContentError` naming the parameter and what it accepts."""
    unknown = sorted(given.keys() - runbook.params.keys())
    if unknown:
        known = ", ".join(sorted(runbook.params)) or "none"
        raise ContentError(f"{runbook.id} has no parameter {unknown[0]!r}; it has: {known}")
    return {name: _one(runbook, name, spec, given, incident) for name, spec in runbook.params.items()}


def _one(runbook: Runbook, name: str, spec: ParamSpec, given: Mapping[str, Any], incident: Mapping[str, Any]) -> Any:
    value = given.get(name)
    if value is None and spec.source:
        value = _from_incident(spec.source, incident)
    if value is None:
        value = spec.default
    if value is None:
        hint = f"; the incident has no {spec.source.removeprefix('incident.')}" if spec.source else ""
        raise ContentError(f"{runbook.id}: parameter {name!r} is missing{hint}; give --param {name}=VALUE or a default")
    problem = problem_with(spec, value)
    if problem:
        raise ContentError(f"{runbook.id}: parameter {name!r} {problem}")
    # A list like those that are given, and like the one that a journal gives back.
    return list(value) if isinstance(value, tuple) else value


def problem_with(spec: ParamSpec, value: Any) -> str | None:
    """Say why a value is not accepted, or None when it is."""
    if not isinstance(value, _TYPES[spec.type]) or (isinstance(value, bool) and spec.type != "boolean"):
        return f"is {value!r:.200}; expected {spec.type}"
    if isinstance(value, (list, tuple)):
        return _problem_with_items(spec, value)
    if spec.enum and value not in spec.enum:
        return f"is {value!r:.200}; expected one of {', '.join(map(str, spec.enum))}"
    if isinstance(value, str):
        return _problem_with_text(spec, value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = spec.minimum, spec.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            return f"is {value}; expected {low if low is not None else '…'} to {high if high is not None else '…'}"
    return None


def _problem_with_items(spec: ParamSpec, values: list[Any] | tuple[Any, ...]) -> str | None:
    if len(values) > MAX_ITEMS:
        return f"has {len(values)} texts; at most {MAX_ITEMS} are accepted"
    one = spec.model_copy(update={"type": "string"})
    return next((said for item in values if (said := problem_with(one, item)) is not None), None)


def _problem_with_text(spec: ParamSpec, value: str) -> str | None:
    if len(value) > MAX_TEXT:
        return f"has {len(value)} characters; at most {MAX_TEXT} are accepted"
    if "\x00" in value:
        return "holds a NUL character, which no command can take"
    if spec.pattern and not full_match(spec.pattern, value):
        return f"is {value[:200]!r}; expected text that matches {spec.pattern}"
    return None


def _from_incident(source: str, incident: Mapping[str, Any]) -> Any:
    value: Any = {"incident": incident}
    for part in source.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
