"""The L1 rule: which incident runs which runbook, without asking anybody."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from runwright.model.fields import Condition, Moment, Name, RuleId, Values
from runwright.model.frozen import Authored

RUN = "run_runbook:"


class Scope(Authored):
    """Whom a rule is for; an empty list means everyone."""

    partners: tuple[str, ...] = ()
    """The partners whose sites it is for."""
    sites: tuple[str, ...] = ()
    """The sites that it is for."""


class RuleMetadata(Authored):
    """Where a promoted rule comes from."""

    pattern_signature: str | None = None
    """The pattern that was promoted."""
    promoted_by: str | None = None
    """Who promoted it."""
    promoted_at: Moment | None = None
    """When it was promoted."""
    evidence: dict[str, Any] = Field(default_factory=dict)
    """What spoke for it, such as how often it had worked."""


class Rule(Authored):
    """One deterministic rule; of several that match, the lowest priority number wins."""

    id: RuleId
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """One line that says what the rule does."""
    description: str | None = None
    """Why the rule exists."""
    check_type: Name
    """The kind of check that found the incident, such as service or disk."""
    status: Annotated[tuple[Literal["warning", "fail", "error"], ...], Field(min_length=1)] = ("fail", "error")
    """The states of that check that the rule answers."""
    conditions: Condition | None = None
    """Further conditions on the incident, such as {facts.service: Spooler}."""
    action: Annotated[str, StringConstraints(pattern=r"^run_runbook:RB(-[A-Z0-9]+){2,6}$")]
    """What to do: run_runbook: and the runbook's id."""
    params: Values = Field(default_factory=dict)
    """Parameters for the runbook; insertions of the incident are allowed."""
    priority: Annotated[int, Field(ge=0, le=1000)] = 100
    """The lower number wins; ties by specificity, then by id."""
    scope: Scope = Scope()
    """Whom the rule is for; everyone when absent."""
    mode: Literal["act", "observe"] = "act"
    """observe: say what would have been done, and do nothing."""
    metadata: RuleMetadata = RuleMetadata()
    """Where a promoted rule comes from; written by Runwright."""

    @property
    def runbook_id(self) -> str:
        """The runbook that the rule runs."""
        return self.action.removeprefix(RUN)
