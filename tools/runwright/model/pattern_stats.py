"""Pattern statistics: how often a pattern of incidents occurred and at which level it was resolved (SOURCES A.1)."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from runwright.model.frozen import Telemetry

Level = Literal["L1", "L2", "L3"]
ELIGIBLE_OCCURRENCES = 5
ELIGIBLE_SUCCESS_RATE = 0.90
Count = Annotated[int, Field(ge=0)]


class PatternStats(Telemetry):
    """The counters of one pattern."""

    pattern_signature: str
    total_occurrences: Count = 0
    l1_resolutions: Count = 0
    l2_resolutions: Count = 0
    l3_resolutions: Count = 0
    success_count: Count = 0
    total_resolution_time_ms: Annotated[float, Field(ge=0)] = 0.0
    recommended_action: str | None = None
    promotion_eligible: bool = False

    def resolved(self, level: Level, *, success: bool, time_ms: float, action: str | None) -> PatternStats:
        """Count one more resolution."""
        counter = f"{level.lower()}_resolutions"
        total, good = self.total_occurrences + 1, self.success_count + success
        return self.model_copy(
            update={
                "total_occurrences": total,
                counter: getattr(self, counter) + 1,
                "success_count": good,
                "total_resolution_time_ms": self.total_resolution_time_ms + time_ms,
                "recommended_action": action if success and action else self.recommended_action,
                "promotion_eligible": eligible(total, good),
            }
        )


def eligible(total: int, successes: int) -> bool:
    """Whether a pattern may be promoted: at least 5 occurrences and at least 90 % success."""
    return total >= ELIGIBLE_OCCURRENCES and successes >= ELIGIBLE_SUCCESS_RATE * total


def pattern_signature(incident_type: str, check_type: str, resource: str | None, platform: str) -> str:
    """Name a pattern by a digest of what makes two incidents the same: 16 hexadecimal digits."""
    return hashlib.sha256("\n".join((incident_type, check_type, resource or "", platform)).encode()).hexdigest()[:16]
