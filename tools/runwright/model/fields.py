"""Fields with a meaning of their own, shared by several nouns: ids, moments, conditions, parameter values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field, GetPydanticSchema, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError, core_schema

from runwright.model.condition import Condition as ConditionTree
from runwright.model.condition import condition_data, recorded, validated
from runwright.model.insertion import parse_template
from runwright.model.path import parse_path

RunbookId = Annotated[
    str,
    StringConstraints(pattern=r"^RB(-[A-Z0-9]+){2,6}$", max_length=64),
    Field(
        description="Upper-case words and digits after RB-, such as RB-LIN-SERVICE-001.",
        examples=["RB-LIN-SERVICE-001"],
    ),
]
RuleId = Annotated[
    str,
    StringConstraints(pattern=r"^L1(-[A-Z0-9]+){1,8}$", max_length=64),
    Field(description="Upper-case words and digits after L1-, such as L1-SERVICE-DOWN.", examples=["L1-SERVICE-DOWN"]),
]
Name = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64),
    Field(description="Lower-case letters, digits, - and _, starting with a letter."),
]
ExecutionId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$"),
    Field(description="Names one run; plain characters only, because it becomes a file name."),
]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Pattern = Annotated[str, StringConstraints(max_length=512)]
"""A regular expression; that it is linear-time is checked by `checks`."""
Platform = Literal["linux", "windows", "any"]
FailureType = Literal[
    "wrong_diagnosis",
    "wrong_runbook",
    "runbook_insufficient",
    "environment_difference",
    "external_dependency",
    "permission_denied",
]
IMPROVABLE: frozenset[str] = frozenset({"runbook_insufficient", "environment_difference"})
"""The failure types that a better runbook can cure (SOURCES A.4)."""
Priority = Literal["high", "medium", "low"]
Risk = Literal["low", "medium", "high"]
RISKS: tuple[Risk, ...] = ("low", "medium", "high")
"""The risk classes, the lowest first."""
Facts = dict[str, Any]
"""Fact values by the canonical form of their path."""


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Moment = Annotated[
    AwareDatetime,
    AfterValidator(_utc),
    PlainSerializer(lambda moment: moment.isoformat().replace("+00:00", "Z"), return_type=str, when_used="json"),
]
"""A moment with its offset; kept and written in UTC (RFC 3339)."""


SCRIPT = "script"
"""The parameter whose text is never searched for insertions: it is code."""


def _readable(value: Any) -> Any:
    for at, text, is_key in _texts(value, (), False):
        try:
            parts = parse_template(text)
        except ValueError as error:
            raise PydanticCustomError("insertion", "{reason}", {"reason": str(error), "at": list(at)}) from None
        if is_key and parts != (text,):
            reason = f"{text!r:.80} is a name, and names hold no insertion; only values do"
            raise PydanticCustomError("insertion", "{reason}", {"reason": reason, "at": list(at)})
    return value


def _texts(value: Any, at: tuple[str | int, ...], is_key: bool) -> Iterator[tuple[tuple[str | int, ...], str, bool]]:
    if isinstance(value, str) and "${{" in value:
        yield at, value, is_key
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(key, (*at, key), True)
            if at or key != SCRIPT:
                yield from _texts(item, (*at, key), False)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*at, index), False)


Values = Annotated[dict[str, Any], AfterValidator(_readable)]
"""Parameters by name, as a file gives them: every insertion in their values can be read."""
Text = Annotated[str, AfterValidator(_readable)]
"""A text in which every insertion can be read."""


def _fact_path(text: str) -> str:
    try:
        parse_path(text)
    except ValueError as error:
        raise PydanticCustomError("path", "{reason}", {"reason": str(error)}) from None
    return text


FactPath = Annotated[
    str,
    AfterValidator(_fact_path),
    Field(
        description="The path of a fact; an insertion may be a whole name in it, without brackets and quotes.",
        examples=["services.web.state"],
    ),
]


CONDITION_MARK = "runwright condition"
"""Stands in a generated schema where a condition belongs."""


def _read_by(read: Callable[[Any], ConditionTree]) -> Callable[[Any, Any], core_schema.CoreSchema]:
    written = core_schema.plain_serializer_function_ser_schema(condition_data)
    return lambda _source, _handler: core_schema.no_info_plain_validator_function(read, serialization=written)


def _condition_json_schema(_schema: Any, _handler: Any) -> dict[str, Any]:
    # The shape refers to itself, which pydantic cannot say here; `model.schema` puts it in this place.
    return {"type": "object", "title": CONDITION_MARK}


Condition = Annotated[ConditionTree, GetPydanticSchema(_read_by(validated), _condition_json_schema)]
RecordedCondition = Annotated[ConditionTree, GetPydanticSchema(_read_by(recorded), _condition_json_schema)]
"""A condition as a run used it: its insertions are bound, and a name in it may be any text that the host told."""
