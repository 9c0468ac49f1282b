"""A clue: what one observation adds to the odds of the failure types, and why, in our own words.

How the clues of a run are found is left to `course`, `premise` and `sayings`; how they are weighed to `weighing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runwright.model.fields import FailureType

_PLAIN = re.compile(r"[A-Za-z0-9_.:/ -]{1,60}")


@dataclass(frozen=True, slots=True)
class Clue:
    """One observation."""

    why: str
    points: Mapping[FailureType, float]
    """Logarithms of odds, by failure type."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """The facts that it rests on."""


def clue(why: str, facts: Mapping[str, Any] | None = None, **points: float) -> Clue:
    """A clue, with the points named by their failure types."""
    return Clue(why, points, facts or {})  # type: ignore[arg-type]  # the names are the failure types


def speaks_for(failure_type: FailureType, why: str, points: float) -> Clue:
    """A clue for one failure type."""
    return Clue(why, {failure_type: points})


def named(name: str) -> str:
    """A name from telemetry as a rationale may repeat it: plain ones alone, because it may be hostile."""
    return name if _PLAIN.fullmatch(name) else "one with a strange name"
