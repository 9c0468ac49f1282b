"""How a run begins, as far as a recording says: its parameters, and what is known of its incident.

What the recording does not say is not made up: a runbook that inserts it cannot start.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.engine.params import problem_with, resolve_params
from runwright.engine.state import Run
from runwright.errors import ContentError
from runwright.model.execution import Execution
from runwright.model.insertion import Insertion, MissingValue, insert, resolve
from runwright.model.remembered import Remembered
from runwright.model.runbook import ParamSpec, Runbook
from runwright.model.walk import insertions_in

INCIDENT = ("incident_id", "incident_type", "site_id", "client_id", "hostname", "platform")
"""What every recording may say of its incident."""
SEEN = {"check_type", "status", "resource", "facts"}
"""What newer ones say besides: what the check saw."""
MAX_KNOWN = 1024


@dataclass(frozen=True, slots=True)
class Given:
    """What a rule gave to the runs that it started, as it is written, and what it gives to them now."""

    was: Mapping[str, Any]
    now: Mapping[str, Any]

    def to(self, recording: Execution) -> Given | None:
        """The values for one recorded run; None where it was not given the former ones."""
        scope = {"incident": incident_of(None, recording)}
        try:
            was, now = insert(dict(self.was), scope), insert(dict(self.now), scope)
        except MissingValue:
            return None
        given = bool(was) and all(recording.params.get(name) == value for name, value in was.items())
        return Given(was, now) if given else None


def run_of(
    runbook: Runbook,
    recording: Execution,
    called: Mapping[str, Runbook],
    before: Runbook | None = None,
    given: Iterable[Given] = (),
) -> Run:
    """The run that a recording was, of this runbook; raises `ContentError` for what the recording does not say.

    A value that the version `before` found by itself, from the incident or as its default, is found anew, and so is one
    that a rule gave and does not give any more; what it gives instead is taken.
    """
    changed = next((found for one in given if (found := one.to(recording)) is not None), None)
    anew, told = found_anew(runbook, before, recording), recording.params
    if changed is not None:
        anew, told = anew | (changed.was.keys() - changed.now.keys()), {**told, **changed.now}
    values = {name: value for name, value in told.items() if name in runbook.params.keys() - anew}
    incident = incident_of(runbook, recording, before, anew)
    params = resolve_params(runbook, values, incident)
    for insertion in wanted_of_incident(runbook):
        _must_be_said(insertion, incident)
    return Run(runbook, params, incident, called)


def found_anew(runbook: Runbook, before: Runbook | None, recording: Execution) -> frozenset[str]:
    """The parameters that are found otherwise than before, and that nobody gave to the recorded run."""
    if before is None or sources_of(before) == sources_of(runbook):
        return frozenset()
    incident = incident_of(None, recording)
    return frozenset(
        name
        for name, spec in runbook.params.items()
        if name in recording.params
        and (then := before.params.get(name)) is not None
        and (then.source, then.default) != (spec.source, spec.default)
        and recording.params[name] == _by_itself(then, incident, recording.params[name])
    )


def _by_itself(spec: ParamSpec, incident: Mapping[str, Any], recorded: Any) -> Any:
    """What a parameter comes to where nobody gives it; what an older recording does not say of its incident fits."""
    if spec.source is None:
        return list(spec.default) if isinstance(spec.default, tuple) else spec.default
    there: Any = incident
    for name in spec.source.split(".")[1:]:
        there = there.get(name) if isinstance(there, Mapping) else None
    return recorded if there is None else there


def _sources(runbook: Runbook) -> tuple[tuple[str, str | None, str], ...]:
    return tuple((name, spec.source, repr(spec.default)) for name, spec in sorted(runbook.params.items()))


sources_of = Remembered(_sources, MAX_KNOWN)
"""Where the parameters of a runbook come from when nobody gives them, in one value that can be compared."""


def refuses(runbook: Runbook, recording: Execution, before: Runbook | None = None) -> bool:
    """Whether a runbook does not take a value that the recorded run was given; one that was erased says nothing."""
    erased = {mark.pointer.split("/")[2] for mark in recording.erased if mark.pointer.startswith("/params/")}
    erased |= found_anew(runbook, before, recording)
    given = {name: recording.params.get(name) for name in runbook.params.keys() - erased}
    return any(value is not None and problem_with(runbook.params[name], value) for name, value in given.items())


def incident_of(
    runbook: Runbook | None, recording: Execution, before: Runbook | None = None, anew: Collection[str] = ()
) -> dict[str, Any]:
    """What a recording says of its incident: its own fields, and what parameters were taken from it.

    Those that are found anew say it by the version before alone.
    """
    incident: dict[str, Any] = {name: getattr(recording, name) for name in INCIDENT}
    if recording.incident is not None:
        incident |= recording.incident.model_dump(mode="json", include=SEEN, exclude_none=True)
    specs = [*(before.params.items() if before else ())]
    specs += [(name, spec) for name, spec in (runbook.params.items() if runbook else ()) if name not in anew]
    for name, spec in specs:
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
