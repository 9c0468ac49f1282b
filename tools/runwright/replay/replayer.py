"""The replayer: drives the engine with a recording instead of a shell, and follows both ways where it must.

At most 32 roads are followed at once; beyond that the answer is that it could not be decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from runwright.engine.result import result_of
from runwright.engine.state import Run
from runwright.engine.stepper import begin, entering
from runwright.errors import ContentError
from runwright.model.execution import Execution
from runwright.model.frozen import Kept
from runwright.model.runbook import Runbook
from runwright.model.telemetry import read_again
from runwright.model.verdict import Would
from runwright.replay.answering import Evidence
from runwright.replay.beginning import Given, refuses, run_of, sources_of
from runwright.replay.driving import Drive
from runwright.replay.looking import Looks
from runwright.replay.plan import Plan
from runwright.replay.road import Command, Road, setting_out
from runwright.replay.shelf import Shelf
from runwright.replay.stretch import Stretch
from runwright.replay.tape import Tape, make_tape
from runwright.replay.unchanged import followed, plan_along

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

    @Kept
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
        late += tuple(f"how long the called {road.cut_short} takes" for road in self.roads if road.cut_short)
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
        self.given: tuple[Given, ...] = ()
        """What rules gave to recorded runs and give otherwise now."""
        self._shelf = others if isinstance(others, Shelf) else Shelf(others)

    def replay(self, recording: Execution | Tape | bytes) -> Replayed:
        """Follow every way that the runbook could have gone; bytes are those of a recording that was read before."""
        recording = read_again(recording) if isinstance(recording, bytes) else recording
        tape = recording if isinstance(recording, Tape) else make_tape(recording)
        plan = self._plan(tape.execution)
        try:
            run = run_of(self.runbook, tape.execution, self.called, self.recorded, self.given)
            start = _start(run, plan, tape)
        except ContentError as error:
            refused = refuses(self.runbook, tape.execution, self.recorded)
            return Replayed((), f"cannot start: {error.message}", refused=refused)
        evidence = Evidence(tape, self._shelf)
        stretch = Stretch(plan, evidence) if plan is not None else None
        return _follow(Drive(Looks(evidence, self.recorded, self.recorded_called)), start, stretch)

    def _plan(self, recording: Execution) -> Plan | None:
        """What the run does where all goes well; None too where it is given other values than the recorded run was."""
        same = not self.given and sources_of(self.runbook) == sources_of(self.recorded)
        return plan_along(self.runbook, recording) if same and not self.whole else None

    def replay_all(self, recordings: Iterable[Execution]) -> Iterator[tuple[Execution, Replayed]]:
        """Replay many recordings, one after the other."""
        for recording in recordings:
            yield recording, self.replay(recording)


def _start(run: Run, plan: Plan | None, tape: Tape) -> Road:
    """Where the simulation begins: behind the first commands that go as they were recorded."""
    found = followed(plan, tape.execution) if plan is not None else None
    if found is None:
        return setting_out(begin(run), tape.start)
    state = entering(run, found.steps, found.elapsed)
    world = tape.before[found.steps] if found.steps < len(tape.before) else tape.last
    commands = tuple([Command(line.key, line.verb, False, frozenset()) for line in found.commands])
    return setting_out(state, world).but(cursor=found.steps, answers=found.said, commands=commands)


def _follow(drive: Drive, start: Road, stretch: Stretch | None) -> Replayed:
    open_roads, done, turns = [start], [], 0
    while open_roads:
        road = open_roads.pop()
        if road.state.phase == "done" or road.undecided:
            done.append(road)
            continue
        ways, count = stretch.along(road, MAX_TURNS + 1 - turns) if stretch is not None else ([], 0)
        turns += count if ways else 1
        open_roads.extend(reversed(ways or drive.turn(road)))
        if len(open_roads) + len(done) > MAX_ROADS:
            return Replayed((*done, *open_roads), f"more than {MAX_ROADS} ways remained open")
        if turns > MAX_TURNS:
            return Replayed((*done, *open_roads), f"it asked for more than {MAX_TURNS} things")
    return Replayed(tuple(done))


def _end(road: Road) -> Would:
    # A call that was cut short may have led anywhere: its caller can go on, or mend what it left.
    if road.undecided or road.cut_short:
        return "inconclusive"
    result = result_of(road.state)
    if result.success:
        return "inconclusive" if road.may_be_late or road.disputed else "succeed"
    return "inconclusive" if result.verified is None and result.status == "partial" else "fail"
