"""How a run begins, as far as a recording says: its parameters, and what is known of its incident.

What the recording does not say is not made up: a runbook that inserts it cannot start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runwright.engine.params import problem_with, resolve_params
from runwright.engine.state import Run
from runwright.errors import ContentError
from runwright.model.execution import Execution
from runwright.model.insertion import Insertion, MissingValue, resolve
from runwright.model.remembered import Remembered
from runwright.model.runbook import Runbook
from runwright.model.walk import insertions_in

INCIDENT = ("incident_id", "incident_type", "site_id", "client_id", "hostname", "platform")
"""What every recording may say of its incident."""
SEEN = {"check_type", "status", "resource", "facts"}
"""What newer ones say besides: what the check saw."""
MAX_KNOWN = 1024


def run_of(runbook: Runbook, recording: Execution, called: Mapping[str, Runbook]) -> Run:
    """The run that a recording was, of this runbook; raises `ContentError` for what the recording does not say."""
    given = {name: value for name, value in recording.params.items() if name in runbook.params}
    incident = incident_of(runbook, recording)
    params = resolve_params(runbook, given, incident)
    for insertion in wanted_of_incident(runbook):
        _must_be_said(insertion, incident)
    return Run(runbook, params, incident, called)


def refuses(runbook: Runbook, recording: Execution) -> bool:
    """Whether a runbook does not take a value that the recorded run was given; one that was erased says nothing."""
    erased = {mark.pointer.split("/")[2] for mark in recording.erased if mark.pointer.startswith("/params/")}
    given = {name: recording.params.get(name) for name in runbook.params.keys() - erased}
    return any(value is not None and problem_with(runbook.params[name], value) for name, value in given.items())


def incident_of(runbook: Runbook | None, recording: Execution) -> dict[str, Any]:
    """What a recording says of its incident: its own fields, and what parameters were taken from it."""
    incident: dict[str, Any] = {name: getattr(recording, name) for name in INCIDENT}
    if recording.incident is not None:
        incident |= recording.incident.model_dump(mode="json", include=SEEN, exclude_none=True)
    for name, spec in runbook.params.items() if runbook else ():
        if spec.source is not None and name in recording.params:
            _say(incident, spec.source.split(".")[1:], recording.params[name])
    return incident


def _wanted(runbook: Runbook) -> tuple[Insertion, ...]:
    return tuple(dict.fromkeys(found for found in insertions_in(runbook) if found.path[0] == "incident"))


wanted_of_incident = Remembered(_wanted, MAX_KNOWN)
"""What a runbook inserts of the incident, each once."""


def _say(incident: dict[str, Any], path: list[str], value: Any) -> None:
    there: Any = incident
    for name in path[:-1]:
        there = there.setdefault(name, {}) if isinstance(there, dict) else None
    if isinstance(there, dict):
        there.setdefault(path[-1], value)


def _must_be_said(insertion: Insertion, incident: dict[str, Any]) -> None:
    try:
        resolve(insertion, {"incident": incident})
    except MissingValue:
        raise ContentError(f"the recording does not say {'.'.join(insertion.path)}") from None
