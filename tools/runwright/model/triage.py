"""Triage: why a run failed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from runwright.model.fields import FailureType, Moment
from runwright.model.frozen import Authored


class Triage(Authored):
    """One of six failure types, or unknown, with the reasons."""

    execution_id: str
    failure_type: FailureType | Literal["unknown"]
    improvable: bool
    """Whether a better runbook would have handled it."""
    confidence: Annotated[float, Field(ge=0, le=1)]
    rationale: str
    facts: dict[str, Any] = Field(default_factory=dict)
    """The facts that the answer rests on."""
    by: str
    """built-in, or the model's name."""
    analyzed_at: Moment | None = None
