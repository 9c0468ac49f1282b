"""The replayer: drives the engine with a recording instead of a shell, and follows both ways where it must.

At most 32 roads are followed at once; beyond that the answer is that it could not be decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.engine.params import resolve_params
from runwright.engine.result import result_of
from runwright.engine.state import Run
from runwright.engine.stepper import begin
from runwright.errors import ContentError
from runwright.model.execution import Execution
from runwright.model.insertion import Insertion, MissingValue, resolve
from runwright.model.runbook import Runbook
from runwright.model.verdict import Would
from runwright.model.walk import insertions_in
from runwright.replay.answering import Evidence
from runwright.replay.driving import Drive
from runwright.replay.road import Road
from runwright.replay.shelf import Shelf
from runwright.replay.tape import Tape, make_tape

MAX_ROADS = 32
MAX_TURNS = 4000
"""Requests answered for one recording, over all roads; a bound on time, not on sense."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """Every way that one runbook could have gone on one recording."""

    roads: tuple[Road, ...]
    gave_up: str | None = None

    @property
    def would(self) -> Would:
        """What the run would have come to, where all ways agree."""
        if self.gave_up or not self.roads:
            return "inconclusive"
        ends = {_end(road) for road in self.roads}
        return ends.pop() if len(ends) == 1 else "inconclusive"

    @property
    def followed(self) -> bool:
        """Whether every way was followed to its end."""
        return self.gave_up is None and bool(self.roads) and not any(road.undecided for road in self.roads)

    @property
    def shown(self) -> bool:
        """Whether every answer on every way was observed."""
        return bool(self.roads) and all(road.all_observed for road in self.roads)

    @property
    def hangs_on(self) -> tuple[str, ...]:
        """What an undecided replay hangs on, each once: facts as canonical paths, anything else in words."""
        return tuple(dict.fromkeys(name for road in self.roads for name in road.hangs_on))


class Replayer:
    """Replays one runbook on recordings.

    `recorded` is the version in force before; a recording that says it ran that version is believed about its
    prechecks and its verification. `others` are recordings that may tell what was seen elsewhere, `called` the
    runbooks that it may call, by id.
    """

    def __init__(
        self,
        runbook: Runbook,
        recorded: Runbook | None = None,
        others: Iterable[Execution | Tape] | Shelf = (),
        called: Mapping[str, Runbook] | None = None,
    ) -> None:
        self.runbook, self.recorded, self.called = runbook, recorded or runbook, called or {}
        self._wants = tuple(dict.fromkeys(found for found in insertions_in(runbook) if found.path[0] == "incident"))
        self._shelf = others if isinstance(others, Shelf) else Shelf(others)

    def replay(self, recording: Execution | Tape) -> Replayed:
        """Follow every way that the runbook could have gone."""
        tape = recording if isinstance(recording, Tape) else make_tape(recording)
        try:
            start = Road(begin(self._run(tape.execution)), tape.start)
        except ContentError as error:
            return Replayed((), f"cannot start: {error.message}")
        return _follow(Drive(Evidence(tape, self._shelf), self.recorded), start)

    def replay_all(self, recordings: Iterable[Execution]) -> Iterator[tuple[Execution, Replayed]]:
        """Replay many recordings, one after the other."""
        for recording in recordings:
            yield recording, self.replay(recording)

    def _run(self, recording: Execution) -> Run:
        given = {name: value for name, value in recording.params.items() if name in self.runbook.params}
        incident = _incident(self.runbook, recording)
        params = resolve_params(self.runbook, given, incident)
        for insertion in self._wants:
            _must_be_said(insertion, incident)
        return Run(self.runbook, params, incident, self.called)


def _follow(drive: Drive, start: Road) -> Replayed:
    open_roads, done, turns = [start], [], 0
    while open_roads:
        road = open_roads.pop()
        if road.state.phase == "done" or road.undecided:
            done.append(road)
            continue
        turns += 1
        open_roads.extend(reversed(drive.turn(road)))
        if len(open_roads) + len(done) > MAX_ROADS:
            return Replayed((*done, *open_roads), f"more than {MAX_ROADS} ways remained open")
        if turns > MAX_TURNS:
            return Replayed((*done, *open_roads), f"it asked for more than {MAX_TURNS} things")
    return Replayed(tuple(done))


def _incident(runbook: Runbook, recording: Execution) -> dict[str, Any]:
    """What a recording says of its incident: its own fields, and what parameters were taken from it."""
    incident: dict[str, Any] = {
        "incident_id": recording.incident_id,
        "incident_type": recording.incident_type,
        "site_id": recording.site_id,
        "client_id": recording.client_id,
        "hostname": recording.hostname,
        "platform": recording.platform,
    }
    for name, spec in runbook.params.items():
        if spec.source is not None and name in recording.params:
            _say(incident, spec.source.split(".")[1:], recording.params[name])
    return incident


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


def _end(road: Road) -> Would:
    if road.undecided:
        return "inconclusive"
    result = result_of(road.state)
    if result.success:
        return "succeed"
    return "inconclusive" if result.verified is None and result.status == "partial" else "fail"
