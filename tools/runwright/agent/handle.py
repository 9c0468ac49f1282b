"""One incident, from the alarm to the resolution: match, limits, run, resolve. The agent's table of contents."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from runwright.agent.approve import Parked
from runwright.agent.aside import Resting, SetAside
from runwright.agent.limits import held_back, lock_name
from runwright.agent.match import Choice, Contents, choose
from runwright.agent.ports import Clock, Emit
from runwright.agent.report import Reporter
from runwright.agent.resolve import Resolver
from runwright.agent.run import Runner, Started
from runwright.agent.store_ports import ApprovalsPort, JournalPort, Opened
from runwright.agent.targets import Here, notice
from runwright.engine.exchange import Answered
from runwright.engine.matcher import incident_scope
from runwright.engine.state import Run
from runwright.errors import EdgeError, TrustError
from runwright.model.execution import Execution
from runwright.model.incident import Incident
from runwright.model.insertion import MissingValue
from runwright.model.runbook import Runbook

NewId = Callable[[datetime], str]
"""Makes an id that nobody else has."""


@dataclass(frozen=True)
class Handler:
    """Deals with incidents."""

    contents: Contents
    runner: Runner
    resolver: Resolver
    reporter: Reporter
    journal: JournalPort
    approvals: ApprovalsPort
    clock: Clock
    emit: Emit
    execution_id: NewId
    here: Here
    waiting: dict[str, str] = field(default_factory=dict)
    """The runs that wait for a person, each with its incident."""
    resting: dict[str, Resting] = field(default_factory=dict)
    """The runs that wait for time to pass."""

    def handle(self, opened: Opened) -> bool:
        """Deal with a new incident once; True when a run ended well. Raises `Stopping`."""
        incident = opened.incident
        if incident.incident_id in self.waiting.values():
            return False
        choice = self._choice(incident)
        if choice.runbook is None or not choice.runs:
            return self._escalate(incident, choice, choice.reason)
        run = Run(choice.runbook, choice.params, incident_scope(incident), choice.called)
        try:
            lock = lock_name(run, incident.resource)
        except MissingValue as error:
            return self._escalate(incident, choice, str(error))
        if self.journal.lock_holder(lock) in self.resting:
            # It ends by itself, and then this incident is looked at again: no person is needed for that.
            self.emit("deferred", {"incident_id": incident.incident_id, "lock": lock})
            return False
        reason = held_back(run, lock, self.journal, self.clock.now())
        if reason:
            return self._escalate(incident, choice, reason)
        self._tell_notice(choice.runbook, *choice.called.values())
        return self._carried_on(self._started(opened, run, choice, lock), self.runner.start)

    def resume(self) -> None:
        """Go on with the runs that were cut off; raises `Stopping`."""
        for started in self._unfinished():
            self._carried_on(started, self.runner.resume)

    def go_on(self) -> None:
        """Go on with the runs whose question is answered or has no time left; raises `Stopping`."""
        self._deny_held()
        due = self.approvals.due(self.clock.now()) & self.waiting.keys()
        for started in self._unfinished() if due else ():
            if started.execution_id in due:
                self._carried_on(started, self.runner.resume)

    def go_on_rested(self) -> tuple[str, ...]:
        """Go on with the runs whose time has passed; the checks whose run ended well. Raises `Stopping`."""
        now = self.clock.monotonic()
        due = sorted((one for one in self.resting.values() if one.until <= now), key=lambda one: one.until)
        return tuple(one.started.check_id for one in due if self._rested(one))

    def rest(self) -> float:
        """Seconds until a run that waits for time to pass goes on; infinite where none does."""
        nearest = min((one.until for one in self.resting.values()), default=math.inf)
        return max(0.0, nearest - self.clock.monotonic())

    def is_at_work_for(self, check_id: str) -> bool:
        """Whether a run that waits for time to pass was started by this check."""
        return any(one.started.check_id == check_id for one in self.resting.values())

    def _rested(self, one: Resting) -> bool:
        return self._carried_on(one.started, lambda _started: self.runner.rested(one))

    def _deny_held(self) -> None:
        """A version that is held since is not gone on with, whatever a person would say."""
        try:
            content = self.contents.current()
        except TrustError:
            return
        for question in self.approvals.open_questions():
            held = content.held(question.runbook) if content is not None else None
            if held is not None:
                no = Answered(value=False, by="the release", reason=f"{question.runbook} is held: {held}")
                self.approvals.answer(question.execution_id, question.asked.step, no, self.clock.now())

    def _unfinished(self) -> Iterator[Started]:
        for body in self.journal.unfinished_runs():
            try:
                yield Started.model_validate_json(body)
            except ValueError:
                # It stays in the file and keeps its lock, so that a person sees it.
                self.emit("trouble", {"task": "resume", "message": "a run that was cut off cannot be read"})

    def _carried_on(self, started: Started, carry: Callable[[Started], Execution]) -> bool:
        """Carry a run on until it ends, or waits for a person or for long; True when it ended well."""
        execution_id, incident_id = started.execution_id, started.incident.incident_id
        was_resting = self.resting.pop(execution_id, None) is not None
        try:
            execution = carry(started)
        except Parked:
            self.waiting[execution_id] = incident_id
            return False
        except SetAside as aside:
            self.waiting.pop(execution_id, None)
            self.resting[execution_id] = aside.resting
            if not was_resting:
                self.emit("run_set_aside", {"execution_id": execution_id, "incident_id": incident_id})
            return False
        self.waiting.pop(execution_id, None)
        return self._ended(started.incident, execution)

    def _tell_notice(self, *runbooks: Runbook) -> None:
        for runbook in runbooks:
            if said := notice(runbook):
                self.emit("deprecated", {"runbook": runbook.id, "version": runbook.version, "message": said})

    def _choice(self, incident: Incident) -> Choice:
        try:
            return choose(self.contents.current(), incident, self.here)
        except (TrustError, EdgeError) as error:
            told = {"code": error.code, "message": error.message} if isinstance(error, TrustError) else {}
            if told:
                self.emit("refused", told)
            return Choice(f"the active release cannot be used: {error.message}")

    def _started(self, opened: Opened, run: Run, choice: Choice, lock: str) -> Started:
        now = self.clock.now()
        return Started(
            execution_id=self.execution_id(now),
            check_id=opened.check_id,
            incident=opened.incident,
            runbook=run.runbook,
            params=dict(run.params),
            release=choice.release,
            lock=lock,
            at=now,
            state_before=self.runner.capture(run),
            called=dict(run.called),
        )

    def _escalate(self, incident: Incident, choice: Choice, reason: str) -> bool:
        runbook = choice.runbook
        told: Mapping[str, object] = {
            "incident_id": incident.incident_id,
            "reason": reason,
            "rule": choice.rule.id if choice.rule else None,
            "runbook": runbook.id if runbook else None,
            "version": runbook.version if runbook else None,
        }
        self.resolver.escalate(incident, runbook.id if runbook else None, reason)
        if choice.observe:
            self.emit("observed", told)
        self.emit("escalated", told)
        self.reporter.queue_stats()
        return False

    def _ended(self, incident: Incident, execution: Execution) -> bool:
        self.resolver.end_run(incident, execution)
        told = {
            "execution_id": execution.execution_id,
            "status": execution.status,
            "verification_passed": execution.verification_passed,
        }
        self.emit("run_finished", told)
        if not execution.success:
            self.emit(
                "escalated",
                {
                    "incident_id": incident.incident_id,
                    "reason": execution.error_message,
                    "execution_id": execution.execution_id,
                    "runbook": execution.runbook_id,
                    "version": execution.runbook_version,
                },
            )
        self.reporter.queue_stats()
        return execution.success
