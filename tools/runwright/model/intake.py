"""What the service stores about an Execution on its way: kept, worked on, done; and who may send or review.

Telemetry's own nouns are `model.execution` and `model.pattern_stats`; how any of it is stored is left to adapters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from runwright.model.triage import Triage

Role = Literal["agent", "reviewer"]
ROLES: tuple[Role, ...] = ("agent", "reviewer")
Kept = Literal["accepted", "duplicate", "conflict"]
Stage = Literal[
    "received",
    "succeeded",
    "proposed",
    "evidence_added",
    "needs_person",
    "not_improvable",
    "refused_before",
    "fixed_already",
    "quarantined",
]
"""Where an Execution is; all but the first are ends."""


@dataclass(frozen=True, slots=True)
class Access:
    """A token that was granted; the token itself is known to its holder alone."""

    id: int
    role: Role
    site_id: str | None
    """The one site that an agent's token is for; None for a reviewer's."""
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of the work on one Execution."""

    stage: Stage
    reason: str
    triage: Triage | None = None
    fingerprint: str | None = None
    pull_number: int | None = None
    improved_runbook_id: str | None = None
    tried: tuple[str, ...] = ()
    missing_facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One redacted Execution as it is to be stored."""

    site_id: str
    execution_id: str
    digest: str
    """SHA-256 of what was sent, redacted, in canonical form: tells a repetition from a conflict."""
    body: str
    """As JSON text."""
    finished: Finished | None = None
    """Its end, where there is nothing to think about."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that cannot be read by this version: kept, and put aside."""

    site_id: str
    digest: str
    reason: str
    body: Any


@dataclass(frozen=True, slots=True)
class Work:
    """An Execution that is being worked on."""

    number: int
    """Grows in the order of receipt."""
    site_id: str
    execution_id: str
    body: dict[str, Any]
    attempts: int
    """Which attempt this is; those that broke on it count, from 1."""
    delays: int
    """How often it was put off because the world outside was not ready."""
    cut_offs: int = 0
    """How often the process ended while it was under way."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """An Execution that was looked at once: at its end already, or one more of a failure that has a name."""

    work: Work
    fingerprint: str | None = None
    finished: Finished | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A failure that is being thought about, by its fingerprint; the oldest of its Executions leads."""

    fingerprint: str
    key: str
    """Names this time of thinking; what was thought under another key is of no account any more."""
    leader: int
    """The number of the Execution that the drafts are written for."""
    site_id: str
    """The site of the leader."""
    thought_at: datetime
    """When this time of thinking began: the one moment that its drafts know."""
    attempts: int = 0
    """How often the work itself broke."""
    delays: int = 0
    """How often it was put off because the world outside was not ready."""
    cut_offs: int = 0
    """How often the process ended while it was under way."""
    asked_base: str | None = None
    """The commit of the library at which a model was last asked about it."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Until when the work on a failure rests, and why."""

    due_at: datetime
    reason: str
    counted: Literal["attempt", "delay", "neither"] = "neither"
    afresh: bool = False
    """Whether it begins again from the first step, since what it rested on has changed."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A failure whose proposal was taken back, since the library has moved on."""

    fingerprint: str
    pull_number: int


@dataclass(frozen=True, slots=True)
class AgentReport:
    """What an agent last said about itself, redacted."""

    site_id: str
    appliance_id: str
    seq: int | None
    """The sequence number of its active release; None when it has none."""
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PromotedRule:
    """A promoted rule as the latest release has it (SOURCES A.3)."""

    rule_id: str
    pattern_signature: str | None
    rule_yaml: str
    promoted_at: datetime
    promoted_by: str
    partners: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """The latest release, as far as agents are told to pull it."""

    seq: int
    tag: str
    rules: tuple[PromotedRule, ...]
