"""One run from its first request to its Execution; every answer is on the disk before the next request.

A killed agent goes on with the same run: the kept answers are fed to the engine again, and an action that was under
way is carried out again when that is harmless, else it counts as failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from runwright.actions.catalogue import find
from runwright.agent import wanted
from runwright.agent.carry_out import Begun, Hands, Stopping, answer_to
from runwright.agent.ports import Clock, Emit
from runwright.agent.store_ports import JournalPort
from runwright.engine.exchange import Act, Acted, Answer, Decided, Finish, Paused
from runwright.engine.matcher import incident_scope
from runwright.engine.result import Circumstances, execution_of
from runwright.engine.state import Ending, Run, State
from runwright.engine.stepper import advance, begin, request
from runwright.model.execution import Execution
from runwright.model.fields import Facts, Moment
from runwright.model.frozen import Authored
from runwright.model.incident import Incident
from runwright.model.runbook import Runbook

BEGUN = "begun"
_ANSWERS: Mapping[str, type[Decided] | type[Acted] | type[Paused]] = {
    "decided": Decided,
    "acted": Acted,
    "paused": Paused,
}


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

    @property
    def target(self) -> tuple[str, str]:
        """What a run of the like would be kept from: the runbook's version and the lock."""
        return self.runbook.version_name(), self.lock

    def run(self) -> Run:
        """The run as the engine sees it."""
        return Run(self.runbook, self.params, incident_scope(self.incident))


@dataclass(frozen=True)
class Runner:
    """Drives the engine on this host."""

    hands: Hands
    journal: JournalPort
    clock: Clock
    emit: Emit

    def capture(self, run: Run) -> Facts:
        """Every fact that the run may depend on or change, as it is now."""
        host = self.hands.reader.host
        return self.hands.reader.gather(lambda lookup: wanted.of_run(run, host, lookup))

    def start(self, started: Started) -> Execution:
        """Keep a new run, then carry it to its end; raises `Stopping` when the agent is asked to stop."""
        self.journal.begin_run(started.execution_id, started.target, started.at, _json(started))
        self._tell("run_started", started)
        return self._finish(started, self._drive(started, begin(started.run()), None), started.at)

    def resume(self, started: Started) -> Execution:
        """Go on with a run that was cut off; raises `Stopping`."""
        self._tell("run_resumed", started)
        try:
            state, pending = self._replayed(started)
        except (RuntimeError, ValueError, KeyError) as error:
            # Another version of the agent wrote the journal; the run is told as failed, and never lost.
            said = f"the run could not be gone on with after a restart: {error}"
            ended = State(started.run(), phase="done", ending=Ending("failure", said, verify=False))
            return self._finish(started, ended, started.at)
        return self._finish(started, self._drive(started, state, pending), started.at)

    def _replayed(self, started: Started) -> tuple[State, Begun | None]:
        state, pending = begin(started.run()), None
        for line in self.journal.journal(started.execution_id):
            if line.kind == BEGUN:
                pending = Begun.model_validate_json(line.body)
                continue
            pending, state = None, advance(state, _ANSWERS[line.kind].model_validate_json(line.body))
        return state, pending

    def _drive(self, started: Started, state: State, pending: Begun | None) -> State:
        while not isinstance(asked := request(state), Finish):
            if self.clock.stopping:
                raise Stopping
            if isinstance(asked, Act):
                answer: Answer = self._act(started, asked, pending)
                pending = None
            else:
                answer = answer_to(asked, self.hands)
            state = self._kept(started, state, answer)
        return state

    def _act(self, started: Started, asked: Act, pending: Begun | None) -> Acted:
        if pending is not None:
            return self.hands.act(pending) if find(asked.action).repeatable else self.hands.interrupted(pending)
        begun = self.hands.prepare(asked)
        self.journal.append(started.execution_id, BEGUN, _json(begun))
        self.emit("step_started", {"execution_id": started.execution_id, "step": asked.step, "action": asked.action})
        return self.hands.act(begun)

    def _kept(self, started: Started, state: State, answer: Answer) -> State:
        self.journal.append(started.execution_id, type(answer).__name__.lower(), _json(answer))
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
        return execution.model_copy(update={"completed_at": ended, "duration_seconds": lasted})

    def _tell(self, event: str, started: Started) -> None:
        runbook = started.runbook
        self.emit(event, {"execution_id": started.execution_id, "runbook": runbook.id, "version": runbook.version})


def _json(value: Authored) -> str:
    return value.model_dump_json(by_alias=True)
