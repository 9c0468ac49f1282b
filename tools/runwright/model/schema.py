"""The JSON Schemas of the nouns, made from the models; `schemas/` holds what this gives."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, TypeAdapter

from runwright.model.condition import OPERATORS
from runwright.model.duration import format_duration
from runwright.model.examples import EXAMPLES
from runwright.model.execution import Execution
from runwright.model.facts import WELL_KNOWN, FactSpec
from runwright.model.fields import CONDITION_MARK
from runwright.model.finding import Finding
from runwright.model.guard_forms import GuardForms
from runwright.model.healthy import HealthyState
from runwright.model.incident import Incident
from runwright.model.pattern_stats import PatternStats
from runwright.model.policy import PolicyFile
from runwright.model.proposal import Proposal, PullRequest
from runwright.model.recommendation import Recommendation
from runwright.model.release import ChannelDocument
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook
from runwright.model.triage import Triage
from runwright.model.verdict import ReplayReport, Verdict

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ISO_DURATION = re.compile(r"P(T[0-9HMS.]+|[0-9]+D.*)")
HOME = "urn:runwright:schema:"
NOUNS: dict[str, type[BaseModel]] = {
    "channel": ChannelDocument,
    "execution": Execution,
    "finding": Finding,
    "guard_forms": GuardForms,
    "healthy": HealthyState,
    "incident": Incident,
    "pattern_stats": PatternStats,
    "policy": PolicyFile,
    "proposal": Proposal,
    "pull_request": PullRequest,
    "recommendation": Recommendation,
    "replay_report": ReplayReport,
    "rule": Rule,
    "runbook": Runbook,
    "triage": Triage,
    "verdict": Verdict,
}


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by its file name."""
    found = {f"{name}.schema.json": _schema(name, noun) for name, noun in NOUNS.items()}
    return {**found, "facts.schema.json": facts_schema()}


def facts_schema() -> dict[str, Any]:
    """The facts' dictionary as a schema of a flat mapping of paths to values; unknown paths are allowed."""
    return {
        "$schema": DIALECT,
        "$id": f"{HOME}facts",
        "title": "Facts",
        "description": "Fact values by the canonical form of their path; other paths are allowed.",
        "type": "object",
        "patternProperties": {f"^{_pattern(spec)}$": _value(spec) for spec in WELL_KNOWN},
    }


def _schema(name: str, noun: type[BaseModel]) -> dict[str, Any]:
    schema = _with_conditions(noun.model_json_schema(by_alias=True, mode="validation"))
    _show_examples(noun.__name__, schema)
    for model, shape in schema.get("$defs", {}).items():
        _show_examples(model, shape)
    if "#/$defs/Condition" in repr(schema):
        schema.setdefault("$defs", {}).update(_condition())
    return {"$schema": DIALECT, "$id": f"{HOME}{name}", **schema}


def _with_conditions(schema: Any) -> Any:
    """Put a reference to the condition's shape wherever pydantic left the mark."""
    if isinstance(schema, list):
        return [_with_conditions(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("title") == CONDITION_MARK:
        rest = {key: value for key, value in schema.items() if key not in ("title", "type")}
        return {"$ref": "#/$defs/Condition", **rest}
    return {key: _with_conditions(value) for key, value in schema.items()}


def _show_examples(model: str, shape: dict[str, Any]) -> None:
    for key, example in EXAMPLES.get(model, {}).items():
        field = shape["properties"][key]
        field.setdefault("examples", [example])
        field.update(_plain_default(field.get("default")))


def _plain_default(default: Any) -> dict[str, Any]:
    """A default as an author would write it; pydantic tells durations in its own form."""
    if not isinstance(default, str) or not _ISO_DURATION.fullmatch(default):
        return {}
    return {"default": format_duration(TypeAdapter(timedelta).validate_python(default))}


_OPERAND = {"$ref": "#/$defs/Operand"}
HINTS = {
    "eq": "Equal to this.",
    "ne": "Not equal to this.",
    "in": "One of these.",
    "not_in": "None of these.",
    "gt": "Greater than this number.",
    "gte": "This number or greater.",
    "lt": "Less than this number.",
    "lte": "This number or less.",
    "contains": "A list that holds this, or a text in which it occurs.",
    "matches": "A text in which this linear-time regular expression occurs.",
    "exists": "true: there is a value; false: there is none.",
}
"""What each operator of a condition means."""


def _condition() -> dict[str, dict[str, Any]]:
    """The shapes that make a condition, by name."""
    items = {"type": "array", "items": {"$ref": "#/$defs/Condition"}, "minItems": 1}
    condition = {
        "description": "Fact paths and what they must be; all must hold. A fact that is not known decides nothing.",
        "type": "object",
        "minProperties": 1,
        "properties": {
            "all": {"description": "All of these must hold.", **items},
            "any": {"description": "One of these must hold.", **items},
            "not": {"description": "This must not hold.", "$ref": "#/$defs/Condition"},
        },
        "patternProperties": {f"^{_pattern(spec)}$": _compared(spec) for spec in WELL_KNOWN},
        "additionalProperties": _OPERAND,
        "examples": [{"services.web.state": "running"}, {'disks["/"].used_percent': {"gte": 90}}],
    }
    return {"Condition": condition, "Operand": _operand()}


def _operand() -> dict[str, Any]:
    scalar = {"type": ["string", "number", "boolean", "null"]}
    several = {"type": "array", "items": scalar, "minItems": 1}
    taken: dict[str, Any] = {name: several if name in ("in", "not_in") else scalar for name in OPERATORS}
    taken["exists"] = {"type": "boolean"}
    told = {name: {"description": HINTS[name], **shape} for name, shape in taken.items()}
    test = {"type": "object", "properties": told, "additionalProperties": False, "minProperties": 1}
    return {"description": "A value, a list of values, or operators.", "anyOf": [scalar, several, test]}


def _compared(spec: FactSpec) -> dict[str, Any]:
    """What an editor shows and offers for a fact; anything else is accepted as well."""
    offered = [{"enum": list(spec.values)}] if spec.values else [{"type": "boolean"}] if spec.type == "boolean" else []
    return {"description": _told(spec), **({"anyOf": [*offered, _OPERAND]} if offered else _OPERAND)}


def _pattern(spec: FactSpec) -> str:
    def segment(name: str, first: bool) -> str:
        if name != "*":
            return name if first else rf"\.{name}"
        return r'(\.([A-Za-z0-9_@:+*-]+|\$\{\{[^{}]*\}\})|\["([^"\\]|\\.)*"\])'

    return "".join(segment(name, index == 0) for index, name in enumerate(spec.path))


def _told(spec: FactSpec) -> str:
    return f"{spec.description} ({spec.kind})"


def _value(spec: FactSpec) -> dict[str, Any]:
    value: dict[str, Any] = {"type": spec.type, "description": _told(spec)}
    return {**value, "enum": list(spec.values)} if spec.values else value
