"""How many proposals people are asked to look at: the limits in `runwright.toml`, and who waits for a turn.

What follows from them is decided in `learn.pacing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from runwright.model.fields import Priority
from runwright.model.frozen import Authored


class ProposalLimits(Authored):
    """How many improvements are proposed; a rollback is never held up."""

    per_hour: Annotated[int, Field(ge=1, le=60)] = 2
    """How many are opened an hour; fewer when few of them are merged."""
    open: Annotated[int, Field(ge=1, le=100)] = 5
    """How many wait for a decision at the same time."""
    per_approver_a_day: Annotated[int, Field(ge=1, le=100)] = 10
    """How many a day for each person who may approve; what comes after that waits, gathered by its failure."""
    cool_down_hours: Annotated[int, Field(ge=0, le=720)] = 24
    """How long nothing is proposed for a failure after a person has closed its proposal without saying no to it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A proposal that is ready and asks for its turn."""

    fingerprint: str
    priority: Priority
    asked_at: datetime
    """When it asked first."""
    until: datetime | None = None
    """Until when it was told to wait; None before its first answer."""
    granted_at: datetime | None = None
    """When it was told to go ahead."""
    site_id: str = ""
    """The site whose failure it answers first; empty where nobody knows."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now."""

    until: datetime
    reason: str
    """In our own words."""
