"""The JSON Schemas of the nouns, made from the models; `schemas/` holds what this gives."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from runwright.model.condition import OPERATORS
from runwright.model.execution import Execution
from runwright.model.facts import WELL_KNOWN, FactSpec
from runwright.model.fields import CONDITION_MARK
from runwright.model.finding import Finding
from runwright.model.incident import Incident
from runwright.model.pattern_stats import PatternStats
from runwright.model.proposal import Proposal, PullRequest
from runwright.model.recommendation import Recommendation
from runwright.model.release import ChannelDocument
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook
from runwright.model.triage import Triage
from runwright.model.verdict import ReplayReport, Verdict

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HOME = "urn:runwright:schema:"
NOUNS: dict[str, type[BaseModel]] = {
    "channel": ChannelDocument,
    "execution": Execution,
    "finding": Finding,
    "incident": Incident,
    "pattern_stats": PatternStats,
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
        "patternProperties": {_pattern(spec): _value(spec) for spec in WELL_KNOWN},
    }


def _schema(name: str, noun: type[BaseModel]) -> dict[str, Any]:
    schema = _with_conditions(noun.model_json_schema(by_alias=True, mode="validation"))
    if "#/$defs/Condition" in repr(schema):
        schema.setdefault("$defs", {})["Condition"] = _condition()
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


def _condition() -> dict[str, Any]:
    scalar = {"type": ["string", "number", "boolean", "null"]}
    several = {"type": "array", "items": scalar, "minItems": 1}
    operand: dict[str, Any] = {name: several if name in ("in", "not_in") else scalar for name in OPERATORS}
    operand["exists"] = {"type": "boolean"}
    test = {"type": "object", "properties": operand, "additionalProperties": False, "minProperties": 1}
    items = {"type": "array", "items": {"$ref": "#/$defs/Condition"}, "minItems": 1}
    return {
        "description": "Fact paths and what they must be; all must hold. A fact that is not known decides nothing.",
        "type": "object",
        "minProperties": 1,
        "properties": {"all": items, "any": items, "not": {"$ref": "#/$defs/Condition"}},
        "additionalProperties": {"anyOf": [scalar, several, test]},
        "examples": [{"services.web.state": "running"}, {'disks["/"].used_percent': {"gte": 90}}],
    }


def _pattern(spec: FactSpec) -> str:
    def segment(name: str, first: bool) -> str:
        if name != "*":
            return name if first else rf"\.{name}"
        return r'(\.[A-Za-z0-9_@:+*-]+|\["([^"\\]|\\.)*"\])'

    return "^" + "".join(segment(name, index == 0) for index, name in enumerate(spec.path)) + "$"


def _value(spec: FactSpec) -> dict[str, Any]:
    value: dict[str, Any] = {"type": spec.type, "description": f"{spec.description} ({spec.kind})"}
    return {**value, "enum": list(spec.values)} if spec.values else value
