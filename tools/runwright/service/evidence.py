"""What is said on a pull request when its failure was seen again: ids and our own words, no byte of telemetry."""

from __future__ import annotations

from runwright.model.execution import Execution
from runwright.model.triage import Triage


def evidence_text(execution: Execution, triage: Triage) -> str:
    """A comment for one more execution; ids are plain by the time they get here."""
    version = f" (version {execution.runbook_version})" if execution.runbook_version is not None else ""
    when = f" at {execution.started_at.isoformat().replace('+00:00', 'Z')}" if execution.started_at else ""
    return (
        f"Seen again: execution `{execution.execution_id}`{when} failed in the same way{version}.\n\n"
        f"Triage: `{triage.failure_type}`, confidence {triage.confidence:.2f}, by {triage.by}."
    )
