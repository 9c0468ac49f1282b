"""One run from its first request to its Execution; every answer is on the disk before the next request.

A killed agent goes on with the same run: the kept answers are fed to the engine again, and an action that was under
way is carried out again when that is harmless, else it counts as failed. A run that waits for a person, or for long, is
set aside.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from runwright.agent import wanted
from runwright.agent.aside import Resting, SetAside
from runwright.agent.carry_out import Begun, Hands, Stopping
from runwright.agent.journal import begun_in, kind_of, replayed
from runwright.agent.ports import AskPort, Clock, Emit
from runwright.agent.probe import Probe
from runwright.agent.store_ports import JournalPort
from runwright.agent.together import Pending, Several
from runwright.engine.exchange import Act, Acted, Answer, Ask, Decide, Finish, Pause, Paused, Request, Together
from runwright.engine.matcher import incident_scope
from runwright.engine.result import Circumstances, execution_of
from runwright.engine.state import Ending, Run, State
from runwright.engine.stepper import advance, begin, request
from runwright.model.execution import Execution
from runwright.model.fields import Facts, Moment
from runwright.model.frozen import Authored
from runwright.model.incident import Incident
from runwright.model.path import Path
from runwright.model.runbook import Runbook


class Started(Authored):
    """All that a run was started with; a run under way ends with this, whatever is released meanwhile."""

    execution_id: str
    check_id: str
    incident: Incident
    runbook: Runbook
    params: dict[str, Any]
    release: str | None
    lock: str
    at: Moment
    level: Literal["L1", "L2", "L3"] = "L1"
    state_before: Facts
    called: dict[str, Runbook] = Field(default_factory=dict)
    """The runbooks that may be called, by id, as they were at the start."""

    @property
    def target(self) -> tuple[str, str]:
        """What a run of the like would be kept from: the runbook's version and the lock."""
        return self.runbook.version_name(), self.lock

    def run(self) -> Run:
        """The run as the engine sees it."""
        return Run(self.runbook, self.params, incident_scope(self.incident), self.called)


@dataclass(frozen=True)
class Runner:
    """Drives the engine on this host."""

    hands: Hands
    journal: JournalPort
    asks: AskPort
    clock: Clock
    emit: Emit
    asked: Callable[[str, Mapping[str, Any]], Iterable[Path]] = lambda _runbook_id, _params: ()
    """The facts that somebody wants to know when a run of this runbook fails."""
    patience: float = math.inf
    """Seconds that a run may wait in one piece; one that must wait longer is set aside."""

    def capture(self, run: Run) -> Facts:
        """Every fact that the run may depend on or change, as it is now."""
        host = self.hands.reader.host
        facts = self.hands.reader.gather(lambda lookup: wanted.of_run(run, host, lookup))
        return self.hands.vault.hidden_facts(facts)

    def start(self, started: Started) -> Execution:
        """Keep a new run, then carry it to its end; raises `Stopping`.

        Raises `Parked` while it waits for a person, and `SetAside` while it waits for longer than this has patience.
        """
        self.journal.begin_run(started.execution_id, started.target, started.at, _json(started))
        self._tell("run_started", started)
        return self._finish(started, self._drive(started, begin(started.run()), Pending()), started.at)

    def resume(self, started: Started) -> Execution:
        """Go on with a run that was cut off or waited for a person; raises `Stopping`, `Parked` and `SetAside`."""
        self._tell("run_resumed", started)
        lines = self.journal.journal(started.execution_id)
        try:
            state, pending = replayed(begin(started.run()), lines)
            for begun in begun_in(lines):
                self.hands.recall(begun)
        except (RuntimeError, ValueError, KeyError) as error:
            # Another version of the agent wrote the journal; the run is told as failed, and never lost.
            said = f"the run could not be gone on with after a restart: {error}"
            ended = State(started.run(), phase="done", ending=Ending("failure", said, verify=False))
            return self._finish(started, ended, started.at)
        return self._finish(started, self._drive(started, state, pending), started.at)

    def rested(self, resting: Resting) -> Execution:
        """Go on with a run whose time has passed, however late; raises `Stopping`, `Parked` and `SetAside`."""
        started = resting.started
        paused = Paused(duration=round(max(0.0, self.clock.monotonic() - resting.since), 3))
        state = self._kept(started, resting.state, paused)
        return self._finish(started, self._drive(started, state, Pending(), self.patience), started.at)

    def _drive(self, started: Started, state: State, pending: Pending, waited: float = 0.0) -> State:
        while not isinstance(asked := request(state), Finish):
            if self.clock.stopping:
                raise Stopping
            waited = _waited(waited, asked)
            if waited > self.patience and isinstance(asked, Pause):
                now = self.clock.monotonic()
                raise SetAside(Resting(started, state, now, now + asked.seconds))
            state = self._kept(started, state, self._answer(started, asked, pending))
            pending = Pending()
        return state

    def _answer(self, started: Started, asked: Request, pending: Pending) -> Answer:
        if isinstance(asked, Act):
            return self._act(started, asked, pending)
        if isinstance(asked, Together):
            return self._several(started).answer(asked, pending)
        if isinstance(asked, Ask):
            return self.asks.ask(started.execution_id, started.runbook.version_name(), asked)
        if isinstance(asked, Decide):
            return self.hands.decide(asked)
        if isinstance(asked, Pause):
            return self.hands.pause(asked)
        raise RuntimeError(f"{type(asked).__name__} is not answered here")

    def _several(self, started: Started) -> Several:
        def keep(line: Authored) -> None:
            self.journal.append(started.execution_id, kind_of(line), _json(line))

        return Several(self.hands, lambda act: self._begin(started, act), keep)

    def _act(self, started: Started, asked: Act, pending: Pending) -> Acted:
        begun = pending.begun.get(asked.step)
        return self.hands.again(begun) if begun is not None else self.hands.act(self._begin(started, asked))

    def _begin(self, started: Started, asked: Act) -> Begun:
        begun = self.hands.prepare(asked)
        self.journal.append(started.execution_id, kind_of(begun), _json(begun))
        self.emit("step_started", {"execution_id": started.execution_id, "step": asked.step, "action": asked.action})
        return begun

    def _kept(self, started: Started, state: State, answer: Answer) -> State:
        answer = Probe(self.hands.reader, self.hands.vault, self.clock, self.asked).added(state, answer)
        self.journal.append(started.execution_id, kind_of(answer), _json(answer))
        moved = advance(state, answer)
        for step in moved.trace[len(state.trace) :]:
            fields = {"execution_id": started.execution_id, "step": step.step, "outcome": step.outcome}
            self.emit("step", fields)
        return moved

    def _finish(self, started: Started, state: State, at: datetime) -> Execution:
        about = Circumstances(started.execution_id, started.incident, at, started.level, started.release)
        execution = execution_of(state, about, started.state_before, self.capture(started.run()))
        # The engine counts the answers' own time; gathering facts and being switched off took time as well.
        ended = max(self.clock.now(), at + timedelta(seconds=state.elapsed))
        lasted = round((ended - at).total_seconds(), 3)
        told = execution.model_copy(update={"completed_at": ended, "duration_seconds": lasted})
        return self.hands.vault.hidden_execution(told)

    def _tell(self, event: str, started: Started) -> None:
        runbook = started.runbook
        self.emit(event, {"execution_id": started.execution_id, "runbook": runbook.id, "version": runbook.version})


def _waited(before: float, asked: Request) -> float:
    """Seconds since the run last did anything but wait and look, with those that are asked for now."""
    if isinstance(asked, Pause):
        return before + asked.seconds
    return before if isinstance(asked, Decide) else 0.0


def _json(value: Authored) -> str:
    # What was not written stays unwritten: a step refuses keys that belong to another kind of step.
    return value.model_dump_json(by_alias=True, exclude_unset=True)
