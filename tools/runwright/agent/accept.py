"""Checks an action's parameters as they are at the moment of the run, after every insertion.

The files were checked before the release; a value that telemetry brought in could not be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runwright.actions.acceptance import problem_with
from runwright.actions.action import Action, Param


def refusal(action: Action, params: Mapping[str, Any]) -> str | None:
    """Say why an action does not accept these parameters, or None when it does."""
    unknown = sorted(params.keys() - action.params.keys())
    if unknown:
        return f"{action.name} has no parameter {unknown[0]!r}; it has: {', '.join(sorted(action.params)) or 'none'}"
    for name, spec in action.params.items():
        problem = _missing(spec) if params.get(name) is None else problem_with(spec, params[name], inserted=True)
        if problem:
            return f"{action.name}: parameter {name!r} {problem}"
    return None


def _missing(spec: Param) -> str | None:
    return "is missing" if spec.required else None
