"""A healthy state: a host on which nothing was wrong, as its facts and its checks said. No rule may fire there.

Most checks say `ok`. One that says more is an alarm that people know to be none; it gives the reason. Which rule would
fire is left to `checks.healthy`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from runwright.errors import ContentError
from runwright.model.execution import Erased
from runwright.model.fields import ExecutionId, Facts, Moment, Name
from runwright.model.frozen import Telemetry
from runwright.model.telemetry import UnknownSchema, first_error, flatten

SCHEMA = "runwright.healthy/1"


class HealthyCheck(Telemetry):
    """What one check said on a healthy host."""

    check_type: Name
    status: Literal["ok", "warning", "fail", "error"] = "ok"
    """What the check said; anything but ok is an alarm that is known to be none."""
    incident_type: str | None = None
    """What an alarm of this check is called."""
    resource: str | None = None
    message: str = ""
    facts: dict[str, Any] = Field(default_factory=dict)
    """What an incident of this check would hold, by name."""
    observed: tuple[str, ...] = ()
    """The names of those facts that the check saw; the others are how it was set."""
    reason: str | None = None
    """Why an alarm is none."""

    @model_validator(mode="after")
    def _alarms_are_explained(self) -> Self:
        if self.status != "ok" and not (self.reason or "").strip():
            said = "is no `ok`, so `reason` must say why nothing is wrong"
            raise PydanticCustomError("reason", "{said}", {"said": f"status {self.status} {said}"})
        return self


class HealthyState(Telemetry):
    """One host at one moment, with nothing wrong."""

    schema_: str = Field(SCHEMA, alias="schema")
    state_id: ExecutionId
    """Names the state, and its file."""
    site_id: str
    client_id: str | None = None
    hostname: str
    platform: str
    recorded_at: Moment
    provenance: Literal["recorded", "synthetic"]
    """synthetic: written after a vendor's pages, because no such host was at hand."""
    facts: Facts = Field(default_factory=dict)
    checks: tuple[HealthyCheck, ...] = Field(min_length=1)
    erased: tuple[Erased, ...] = ()


def parse_healthy(raw: Any) -> HealthyState:
    """Read a healthy state from JSON data; raises `ContentError` with the JSON path of what is wrong."""
    if not isinstance(raw, Mapping):
        raise ContentError(f"$: expected a healthy state as a JSON object, not {type(raw).__name__}")
    schema = raw.get("schema")
    if schema != SCHEMA:
        raise UnknownSchema(f"$.schema: {schema!r:.80} is not known here; this version reads {SCHEMA}")
    facts = raw.get("facts")
    data = {**raw, **({"facts": flatten(facts)} if isinstance(facts, Mapping) else {})}
    try:
        return HealthyState.model_validate_json(json.dumps(data, allow_nan=False))
    except ValidationError as error:
        raise ContentError(first_error(error)) from error
    except (ValueError, RecursionError):
        raise ContentError("$: holds a number that JSON cannot carry, or is nested too deep") from None


def healthy_data(state: HealthyState) -> dict[str, Any]:
    """Write a healthy state as JSON data, leaving out what is not known."""
    data: dict[str, Any] = json.loads(state.model_dump_json(by_alias=True, exclude_none=True))
    return data
