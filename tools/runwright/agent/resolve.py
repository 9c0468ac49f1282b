"""The end of every attempt: the resolution, the counters and the Execution in the queue, in one transaction.

Without exception (SOURCES A.1): also when no rule matched, and when a runbook could not be started.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from runwright.agent.ports import Clock
from runwright.agent.store_ports import ResolutionsPort
from runwright.model.execution import Execution
from runwright.model.incident import Incident
from runwright.model.pattern_stats import Level, PatternStats, pattern_signature
from runwright.model.telemetry import execution_data
from runwright.redact.redact import PLAIN, Marks, redact_data

Outcome = Literal["success", "failure", "escalated"]
_OUTCOMES: Mapping[str, Outcome] = {"success": "success", "escalated": "escalated"}


@dataclass(frozen=True, slots=True)
class Resolution:
    """How an attempt ended."""

    incident_id: str
    resolution_level: Level
    resolution_action: str | None
    outcome: Outcome
    resolution_time_ms: float
    reason: str = ""

    def count(self, stats: PatternStats) -> PatternStats:
        """Count this resolution."""
        return stats.resolved(
            self.resolution_level,
            success=self.outcome == "success",
            time_ms=self.resolution_time_ms,
            action=self.resolution_action,
        )


@dataclass(frozen=True)
class Resolver:
    """Ends attempts."""

    store: ResolutionsPort
    clock: Clock
    site_id: str
    marks: Callable[[], Marks] = lambda: PLAIN
    """How what goes is called now."""

    def escalate(self, incident: Incident, action: str | None, reason: str) -> PatternStats:
        """Nothing was run, and a person must look: level L3."""
        ended = Resolution(incident.incident_id, "L3", action, "escalated", self._milliseconds(incident), reason)
        return self.resolve_incident(incident, ended, None)

    def end_run(self, incident: Incident, execution: Execution) -> PatternStats:
        """A run has ended, well or not."""
        level: Level = execution.resolution_level or "L1"
        outcome = _OUTCOMES.get(execution.status, "failure")
        took, why = self._milliseconds(incident), execution.error_message or ""
        ended = Resolution(incident.incident_id, level, execution.runbook_id, outcome, took, why)
        return self.resolve_incident(incident, ended, execution)

    def resolve_incident(self, incident: Incident, resolution: Resolution, execution: Execution | None) -> PatternStats:
        """Keep a resolution with all that follows from it."""
        signature = pattern_signature(incident.incident_type, incident.check_type, incident.resource, incident.platform)
        run = None if execution is None else (execution.execution_id, message_of(execution, self.site_id, self.marks()))
        return self.store.settle(resolution, self.clock.now(), (signature, resolution.count), run)

    def _milliseconds(self, incident: Incident) -> float:
        return round(max(0.0, (self.clock.now() - incident.detected_at).total_seconds()) * 1000, 1)


def message_of(execution: Execution, site_id: str, marks: Marks = PLAIN) -> str:
    """The message that carries an Execution to the service; its secrets are erased, and it says where."""
    data, erased = redact_data(execution_data(execution), marks)
    places: list[Any] = [place.model_dump(mode="json") for place in erased]
    body = {**data, "erased": [*data.get("erased", []), *places]} if places else data
    return json.dumps({"site_id": site_id, "execution": body}, ensure_ascii=False, sort_keys=True)
