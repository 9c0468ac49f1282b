"""Checks an action's parameters as they are at the moment of the run, after every insertion.

The files were checked before the release; a value that telemetry brought in could not be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runwright.actions.action import Action, Param
from runwright.model.duration import parse_duration
from runwright.model.insertion import as_text
from runwright.model.pattern import full_match

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str, int, float),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "duration": (str,),
    "strings": (list, tuple),
    "environment": (dict,),
    "text": (str,),
}


def refusal(action: Action, params: Mapping[str, Any]) -> str | None:
    """Say why an action does not accept these parameters, or None when it does."""
    unknown = sorted(params.keys() - action.params.keys())
    if unknown:
        return f"{action.name} has no parameter {unknown[0]!r}; it has: {', '.join(sorted(action.params)) or 'none'}"
    for name, spec in action.params.items():
        problem = _missing(spec) if params.get(name) is None else _problem(spec, params[name])
        if problem:
            return f"{action.name}: parameter {name!r} {problem}"
    return None


def _missing(spec: Param) -> str | None:
    return "is missing" if spec.required else None


def _problem(spec: Param, value: Any) -> str | None:
    if not isinstance(value, _TYPES[spec.type]) or (isinstance(value, bool) and spec.type != "boolean"):
        return f"is {value!r}; expected {spec.type}"
    if spec.enum and value not in spec.enum:
        return f"is {value!r}; expected one of {', '.join(spec.enum)}"
    if spec.pattern and not full_match(spec.pattern, as_text(value)):
        return f"is {str(value)[:200]!r}; expected {spec.description[:1].lower()}{spec.description[1:].rstrip('.')}"
    return _not_a_duration(value) if spec.type == "duration" else None


def _not_a_duration(value: Any) -> str | None:
    try:
        parse_duration(value)
    except ValueError as error:
        return str(error)
    return None
