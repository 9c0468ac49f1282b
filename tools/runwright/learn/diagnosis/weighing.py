"""Weighs clues: the odds of the failure types, the one that they favour, and how sure that is.

The points of the clues add up as logarithms of odds do. The answer's confidence is its share, softened because clues
are seldom independent, and because the tables know the failures that they were written with better than those to come.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import get_args

from runwright.learn.diagnosis.clues import Clue
from runwright.model.fields import IMPROVABLE, FailureType

TYPES: tuple[FailureType, ...] = get_args(FailureType)
SOFTENING = 1.75
"""What the points are divided by before they become shares: fitted so that the mean confidence is the accuracy that the
first looks at unseen failures had (`make bench` prints both)."""
REASONS = 2
"""How many clues a rationale repeats at most."""


def shares(clues: Sequence[Clue]) -> Mapping[FailureType, float]:
    """The share of each failure type; they add up to 1."""
    points = {name: sum(clue.points.get(name, 0.0) for clue in clues) for name in TYPES}
    top = max(points.values())
    odds = {name: math.exp((value - top) / SOFTENING) for name, value in points.items()}
    whole = sum(odds.values())
    return {name: value / whole for name, value in odds.items()}


def favoured(shared: Mapping[FailureType, float]) -> FailureType:
    """The failure type with the largest share."""
    return max(TYPES, key=lambda name: shared[name])


def improvable_share(shared: Mapping[FailureType, float]) -> float:
    """How likely a better runbook would have handled it."""
    return sum(share for name, share in shared.items() if name in IMPROVABLE)


def reasons(clues: Sequence[Clue], chosen: FailureType) -> tuple[Clue, ...]:
    """The clues that speak most for an answer, the strongest first; none that is weak beside it."""
    most = max((clue.points.get(chosen, 0.0) for clue in clues), default=0.0)
    speaking = [clue for clue in clues if clue.points.get(chosen, 0.0) > most / 3]
    return tuple(sorted(speaking, key=lambda clue: -clue.points[chosen])[:REASONS])
