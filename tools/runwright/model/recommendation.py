"""Recommendations: what the weekly analysis asks for, with evidence and expected impact (SOURCES B.4)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from runwright.model.fields import Moment, Priority
from runwright.model.frozen import Authored

RecommendationType = Literal["add_step", "modify_step", "reorder_steps", "add_skip_condition"]


class EvidencePattern(Authored):
    """What was seen again and again."""

    description: str
    first_detected: Moment | None = None
    occurrences: int = 0
    resolution: str | None = None


class Evidence(Authored):
    """What a recommendation rests on."""

    based_on_executions: int
    pattern: EvidencePattern
    supporting_failures: tuple[str, ...] = ()


class ExpectedImpact(Authored):
    """What should get better, as fractions: 0.1 is ten per cent."""

    success_rate_improvement: float = 0.0
    avg_resolution_time_reduction: float = 0.0
    escalation_rate_reduction: float = 0.0


class RecommendedChange(Authored):
    """What to do."""

    action: str
    new_step: dict[str, Any] | None = None


class ApprovalNeeded(Authored):
    """Who must agree; nothing is ever approved by time."""

    status: Literal["pending", "approved", "rejected", "archived"] = "pending"
    requires_approval_from: tuple[str, ...] = ("admin", "system_owner")
    auto_approve_if: None = None


class Recommendation(Authored):
    """One proposed improvement of one runbook."""

    id: str
    playbook_id: str
    generated_at: Moment
    recommendation_type: RecommendationType
    priority: Priority
    confidence: Annotated[float, Field(ge=0, le=1)]
    recommendation: RecommendedChange
    evidence: Evidence
    expected_impact: ExpectedImpact = ExpectedImpact()
    approval: ApprovalNeeded = ApprovalNeeded()
