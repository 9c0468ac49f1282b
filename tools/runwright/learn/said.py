"""The forms of a model's answers: narrower than a runbook, and such that strict structured output can carry them.

There are no free maps and no text that could be a command; conditions are small lists of tests. What is made of them is
left to `answering`. Rules of the schema: https://platform.openai.com/docs/guides/structured-outputs/supported-schemas
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from runwright.model.fields import FailureType
from runwright.model.frozen import Authored

Scalar = str | int | float | bool
MAX_WORDS = 2_000
"""Characters of one text in an answer; longer ones are no answer to what was asked."""
Words = Annotated[str, Field(max_length=MAX_WORDS)]
StepId = Annotated[str, Field(max_length=64, json_schema_extra={"runwright": "step"})]
ActionName = Annotated[str, Field(max_length=64, json_schema_extra={"runwright": "action"})]
FailureName = Literal[FailureType, "unknown"]


class TriageSaid(Authored):
    """Why a run failed, as a model says it."""

    failure_type: FailureName
    confidence: Annotated[float, Field(ge=0, le=1)]
    rationale: Words
    facts: Annotated[tuple[Words, ...], Field(max_length=20)]


class TestSaid(Authored):
    """One fact compared with values: one of them for most operators, several for `in` and `not_in`."""

    __test__ = False  # no test of pytest's
    fact: Words
    operator: Literal["eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "contains", "exists"]
    values: Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=20)]


class ConditionSaid(Authored):
    """Tests of which all or any must hold."""

    join: Literal["all", "any"]
    tests: Annotated[tuple[TestSaid, ...], Field(min_length=1, max_length=10)]


class ParamSaid(Authored):
    """One parameter of an action."""

    name: Words
    value: Scalar


class RetrySaid(Authored):
    """How often and how patiently a step is tried."""

    attempts: Annotated[int, Field(ge=1, le=20)]
    delay_seconds: Annotated[int, Field(ge=0, le=3600)]


class ActSaid(Authored):
    """A step that carries out an action of the catalogue."""

    do: Literal["action"]
    action: ActionName
    params: Annotated[tuple[ParamSaid, ...], Field(max_length=20)]
    when: ConditionSaid | None
    timeout_seconds: Annotated[int, Field(ge=1, le=86_400)] | None
    retry: RetrySaid | None


class WaitSaid(Authored):
    """A step that waits until something is so."""

    do: Literal["wait_until"]
    until: ConditionSaid
    when: ConditionSaid | None
    timeout_seconds: Annotated[int, Field(ge=1, le=86_400)]


StepSaid = Annotated[ActSaid | WaitSaid, Field(discriminator="do")]


class InsertSaid(Authored):
    """Put a step before another one; behind the last step where `before` is null."""

    edit: Literal["insert_step"]
    before: StepId | None
    step: StepSaid


class ReplaceSaid(Authored):
    """Put another step in the place of one."""

    edit: Literal["replace_step"]
    step: StepId
    by: StepSaid


class RemoveSaid(Authored):
    """Take a step away."""

    edit: Literal["remove_step"]
    step: StepId


class AdjustSaid(Authored):
    """Change the condition, the time limit or the retries of a step; null leaves what is there."""

    edit: Literal["adjust_step"]
    step: StepId
    when: ConditionSaid | None
    timeout_seconds: Annotated[int, Field(ge=1, le=86_400)] | None
    retry: RetrySaid | None


class SettleSaid(Authored):
    """Wait so long after the last step before the verification looks."""

    edit: Literal["settle"]
    seconds: Annotated[int, Field(ge=0, le=3600)]


EditSaid = InsertSaid | ReplaceSaid | RemoveSaid | AdjustSaid | SettleSaid
AnyEdit = Annotated[EditSaid, Field(discriminator="edit")]


class DraftSaid(Authored):
    """One better version: the edits, in order, and why."""

    reason: Words
    edits: Annotated[tuple[AnyEdit, ...], Field(min_length=1, max_length=10)]


class DraftsSaid(Authored):
    """The drafts, the best one first; none where nothing would help."""

    drafts: Annotated[tuple[DraftSaid, ...], Field(max_length=5)]


_DROPPED = frozenset(
    {
        *("title", "default", "discriminator", "runwright", "pattern", "minLength", "maxLength"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"),
    }
)
"""Keywords that some servers refuse; what they would say is checked when an answer is read."""


def schema_of(form: type[BaseModel], words: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """The strict schema of a form; `words` says which steps and actions there are to choose from."""
    given = {name: list(choices) for name, choices in (words or {}).items() if choices}
    made: dict[str, Any] = _strict(form.model_json_schema(mode="validation"), given)
    if "$defs" in made:
        made["$defs"] |= {name: {"type": "string", "enum": choices} for name, choices in given.items()}
    return made


def _strict(part: Any, words: Mapping[str, Sequence[str]]) -> Any:
    if isinstance(part, list):
        return [_strict(item, words) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("runwright") in words:
        return {"$ref": f"#/$defs/{part['runwright']}"}
    if "const" in part:
        return {"type": "string", "enum": [part["const"]]}
    if "properties" in part:
        named = {name: _strict(item, words) for name, item in part["properties"].items()}
        told = {key: _strict(value, words) for key, value in part.items() if key not in _DROPPED | {"properties"}}
        return {**told, "properties": named, "required": list(named), "additionalProperties": False}
    renamed = {"anyOf" if key == "oneOf" else key: value for key, value in part.items() if key not in _DROPPED}
    return {key: _strict(value, words) for key, value in renamed.items()}
