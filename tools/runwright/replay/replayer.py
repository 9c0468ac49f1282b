"""The replayer: drives the engine with a recording instead of a shell, and follows both ways where it must.

At most 32 roads are followed at once; beyond that the answer is that it could not be decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from runwright.engine.result import result_of
from runwright.engine.state import Run
from runwright.engine.stepper import begin, begin_later
from runwright.errors import ContentError
from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.telemetry import read_again
from runwright.model.verdict import Would
from runwright.replay.answering import Evidence
from runwright.replay.beginning import refuses, run_of
from runwright.replay.driving import Drive
from runwright.replay.road import Command, Road
from runwright.replay.shelf import Shelf
from runwright.replay.tape import Tape, make_tape
from runwright.replay.unchanged import followed

MAX_ROADS = 32
MAX_TURNS = 4000
"""Requests answered for one recording, over all roads; a bound on time, not on sense."""


@dataclass(frozen=True)
class Replayed:
    """Every way that one runbook could have gone on one recording."""

    roads: tuple[Road, ...]
    gave_up: str | None = None
    refused: bool = False
    """The run would not even have started: it is given values that the runbook does not take."""

    @cached_property
    def would(self) -> Would:
        """What the run would have come to, where all ways agree."""
        if self.refused:
            return "fail"
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
        late: tuple[str, ...] = ("how long the run takes",) if any(road.may_be_late for road in self.roads) else ()
        late += ("what the verification before this change says",) if any(road.disputed for road in self.roads) else ()
        return tuple(dict.fromkeys((*(name for road in self.roads for name in road.hangs_on), *late)))


class Replayer:
    """Replays one runbook on recordings.

    `recorded` is the version in force before; a recording that says it ran that version is believed about its
    prechecks and its verification. `others` are recordings that may tell what was seen elsewhere, `called` the
    runbooks that it may call, by id. `whole` asks the engine from the first step on, also where it is certain what it
    says; that comes to the same.
    """

    def __init__(
        self,
        runbook: Runbook,
        recorded: Runbook | None = None,
        others: Iterable[Execution | Tape] | Shelf = (),
        called: Mapping[str, Runbook] | None = None,
        *,
        recorded_called: Mapping[str, Runbook] | None = None,
        whole: bool = False,
    ) -> None:
        self.runbook, self.recorded, self.called = runbook, recorded or runbook, called or {}
        self.recorded_called = self.called if recorded_called is None else recorded_called
        self.whole = whole
        self._shelf = others if isinstance(others, Shelf) else Shelf(others)

    def replay(self, recording: Execution | Tape | bytes) -> Replayed:
        """Follow every way that the runbook could have gone; bytes are those of a recording that was read before."""
        recording = read_again(recording) if isinstance(recording, bytes) else recording
        tape = recording if isinstance(recording, Tape) else make_tape(recording)
        try:
            start = self._start(run_of(self.runbook, tape.execution, self.called), tape)
        except ContentError as error:
            return Replayed((), f"cannot start: {error.message}", refused=refuses(self.runbook, tape.execution))
        return _follow(Drive(Evidence(tape, self._shelf), self.recorded, self.recorded_called), start)

    def _start(self, run: Run, tape: Tape) -> Road:
        """Where the simulation begins: behind the first commands that go as they were recorded."""
        found = None if self.whole else followed(self.runbook, tape.execution)
        if found is None:
            return Road(begin(run), tape.start)
        state = begin_later(run, tape.steps[: found.steps], found.elapsed)
        world = tape.before[found.steps] if found.steps < len(tape.before) else tape.after[-1]
        commands = tuple([Command(line.key, line.verb, False, frozenset()) for line in found.commands])
        return Road(state, world, found.steps, answers=found.said, commands=commands)

    def replay_all(self, recordings: Iterable[Execution]) -> Iterator[tuple[Execution, Replayed]]:
        """Replay many recordings, one after the other."""
        for recording in recordings:
            yield recording, self.replay(recording)


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


def _end(road: Road) -> Would:
    if road.undecided:
        return "inconclusive"
    result = result_of(road.state)
    if result.success:
        return "inconclusive" if road.may_be_late or road.disputed else "succeed"
    return "inconclusive" if result.verified is None and result.status == "partial" else "fail"
