"""The schemas of `model` with the catalogue in them: an editor completes the actions and their parameters.

What a parameter accepts is said once, in `acceptance`; here it is told to an editor as far as a schema can.
"""

from __future__ import annotations

from typing import Any

from runwright.actions.action import Action, Param
from runwright.actions.catalogue import ACTIONS
from runwright.model.schema import schemas as plain_schemas

_INSERTION = {"type": "string", "pattern": r"\$\{\{"}
_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "text": {"type": "string"},
    "duration": {"type": "string"},
    "integer": {"anyOf": [{"type": "integer"}, _INSERTION]},
    "number": {"anyOf": [{"type": "number"}, _INSERTION]},
    "boolean": {"anyOf": [{"type": "boolean"}, _INSERTION]},
    "strings": {"anyOf": [{"type": "array", "minItems": 1}, _INSERTION]},
    "environment": {"anyOf": [{"type": "object"}, _INSERTION]},
}


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by its file name; that of a runbook knows the catalogue."""
    made = plain_schemas()
    shapes = made["runbook.schema.json"]["$defs"]
    for name in ("Step", "Undo"):
        _complete(shapes[name])
    shapes.update({_shape_name(action): _shape(action) for action in ACTIONS.values()})
    return made


def _complete(shape: dict[str, Any]) -> None:
    field = shape["properties"]["action"]
    known = [{"const": action.name, "description": _told(action)} for _, action in sorted(ACTIONS.items())]
    kept = {key: field[key] for key in ("description", "examples") if key in field}
    shape["properties"]["action"] = {**kept, "oneOf": known}
    shape["allOf"] = [*shape.get("allOf", ()), *(_with(action) for _, action in sorted(ACTIONS.items()))]


def _with(action: Action) -> dict[str, Any]:
    """What stands behind `with` when a step carries out this action."""
    needed = any(param.required for param in action.params.values())
    taken = {"properties": {"with": {"$ref": f"#/$defs/{_shape_name(action)}"}}}
    then = {**taken, **({"required": ["with"]} if needed else {})}
    return {"if": {"properties": {"action": {"const": action.name}}, "required": ["action"]}, "then": then}


def _shape(action: Action) -> dict[str, Any]:
    taken = {"type": "object", "properties": {name: _value(param) for name, param in action.params.items()}}
    required = [name for name, param in action.params.items() if param.required]
    return {**taken, "additionalProperties": False, **({"required": required} if required else {})}


def _shape_name(action: Action) -> str:
    return f"with.{action.name}"


def _value(param: Param) -> dict[str, Any]:
    told: dict[str, Any] = {"description": param.description, **_TYPES[param.type]}
    if param.enum:
        told = {"description": param.description, "anyOf": [{"enum": list(param.enum)}, _INSERTION]}
    return {**told, "default": param.default} if param.default is not None else told


def _told(action: Action) -> str:
    marks = [f"risk {action.risk}"]
    marks += ["destructive"] if action.destructive else []
    marks += ["only looks"] if action.check else []
    return f"{action.summary} ({', '.join(marks)}; {', '.join(sorted(action.variants))})"
