"""What a run came to: from its last state to the Execution that tells it.

The verification decides: without a yes from it nothing is a success, whatever the steps say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runwright.engine.state import State
from runwright.model.condition import Truth
from runwright.model.execution import NOT_RUN, Execution, IncidentSeen, Outcome, Status, state_diff
from runwright.model.fields import Facts
from runwright.model.incident import Incident
from runwright.model.insertion import MissingValue, insert

ALREADY_HEALTHY = "already_healthy"


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a finished run."""

    status: Status
    verified: Truth
    method: str
    confidence: float
    error_step: str | None = None
    error_message: str | None = None

    @property
    def success(self) -> bool:
        """Confirmed by the verification, and no step stopped the run."""
        return self.status == "success"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the Execution says around the run itself."""

    execution_id: str
    incident: Incident
    started_at: datetime
    level: str = "L1"
    release: str | None = None


def result_of(state: State) -> Result:
    """Judge a finished run; raises `RuntimeError` when it is not finished."""
    if state.phase != "done":
        raise RuntimeError("the run is not finished")
    ending, verify = state.ending, state.run.runbook.verify
    taken_back = f"; taken back: {', '.join(state.undone)}" if state.undone else ""
    if ending is not None and not ending.verify:
        return Result(ending.status, None, NOT_RUN, 0.0, ending.step, ending.message)
    verified = _all(state.checks)
    confidence = min(check.confidence for check in verify.checks) if verified else 0.0
    if ending is not None:
        status: Status = "partial" if verified and ending.status == "failure" else ending.status
        return Result(status, verified, verify.method, confidence, ending.step, ending.message + taken_back)
    if verified:
        return Result("success", True, verify.method, confidence)
    why = (
        "could not decide whether the incident is over"
        if verified is None
        else "the verification says that the incident is not over"
    )
    return Result("partial" if verified is None else "failure", verified, verify.method, 0.0, None, why + taken_back)


def outputs_of(state: State) -> dict[str, Any]:
    """What the run gives back; a value that no step gave is left out."""
    found: dict[str, Any] = {}
    for name, written in state.run.runbook.outputs.items():
        try:
            found[name] = insert(written, state.scope())
        except MissingValue:
            continue
    return found


def execution_of(state: State, about: Circumstances, before: Facts, after: Facts) -> Execution:
    """Tell a finished run as an Execution."""
    result, runbook, incident = result_of(state), state.run.runbook, about.incident
    duration = round(state.elapsed, 3)
    fields: dict[str, Any] = {
        "execution_id": about.execution_id,
        "runbook_id": runbook.id,
        "runbook_version": runbook.version,
        "release": about.release,
        "incident_id": incident.incident_id,
        "incident_type": incident.incident_type,
        "incident": _seen(incident),
        "site_id": incident.site_id,
        "client_id": incident.client_id,
        "hostname": incident.hostname,
        "platform": incident.platform,
        "started_at": about.started_at,
        "completed_at": about.started_at + timedelta(seconds=duration),
        "duration_seconds": duration,
        "status": result.status,
        "success": result.success,
        "resolution_level": about.level,
        "verification_passed": result.verified,
        "verification_method": result.method,
        "verification_facts": state.verify_facts,
        "verification_unread": state.verify_unread,
        "confidence": result.confidence,
        "state_before": before,
        "state_after": after,
        "state_diff": state_diff(before, after),
        "params": dict(state.run.params),
        "outputs": outputs_of(state),
        "executed_steps": state.trace,
        "error_message": result.error_message,
        "error_step": result.error_step,
        "outcome": _outcome(state, result),
    }
    return Execution.model_validate({"schema": "runwright.execution/1", **fields})


def _seen(incident: Incident) -> IncidentSeen:
    return IncidentSeen(
        check_type=incident.check_type, status=incident.status, resource=incident.resource, facts=incident.facts
    )


def _outcome(state: State, result: Result) -> Outcome:
    if not result.success:
        return Outcome(status="unresolved", playbook_sufficient=False)
    by = ALREADY_HEALTHY if state.healthy else state.run.runbook.version_name()
    return Outcome(status="resolved", resolved_by=by, playbook_sufficient=True)


def _all(values: tuple[Truth, ...]) -> Truth:
    if False in values:
        return False
    return None if None in values or not values else True
