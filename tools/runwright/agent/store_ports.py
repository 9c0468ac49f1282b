"""What the agent keeps on this host, as narrow protocols: incidents, runs, resolutions, counters, the queue, notes.

Every call is one transaction, and what it wrote is on the disk when it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from runwright.engine.exchange import Answered, Ask
from runwright.model.incident import Incident
from runwright.model.pattern_stats import PatternStats


class Opened(Protocol):
    """An incident that is open, and how far it was dealt with."""

    @property
    def check_id(self) -> str:
        """The check that found it."""
        ...

    @property
    def incident(self) -> Incident:
        """What was found."""
        ...

    @property
    def state(self) -> str:
        """One of new, failed, healed."""
        ...


class IncidentsPort(Protocol):
    """The open incidents."""

    def open_incidents(self) -> Sequence[Opened]:
        """Every open incident, oldest first."""
        ...

    def open_incident(self, check_id: str, incident: Incident) -> None:
        """Keep a new incident."""
        ...

    def close_incident(self, incident_id: str, at: datetime) -> None:
        """The incident is over."""
        ...


class Line(Protocol):
    """One line of a run's journal."""

    @property
    def kind(self) -> str:
        """What the line holds: an answer's name, or `begun` before an action starts."""
        ...

    @property
    def body(self) -> str:
        """The content, as JSON."""
        ...


class JournalPort(Protocol):
    """The runs and everything they were told; what is written here is on the disk when the call returns."""

    def begin_run(self, execution_id: str, target: tuple[str, str], at: datetime, body: str) -> None:
        """Keep a new run; `target` is the runbook's version name and the name of its lock."""
        ...

    def append(self, execution_id: str, kind: str, body: str) -> None:
        """Add a line to a run's journal."""
        ...

    def journal(self, execution_id: str) -> Sequence[Line]:
        """The lines of a run, in order."""
        ...

    def unfinished_runs(self) -> Sequence[str]:
        """The bodies of the runs that have not ended, oldest first."""
        ...

    def lock_holder(self, lock: str) -> str | None:
        """The run that holds a lock."""
        ...

    def last_end(self, target: tuple[str, str]) -> datetime | None:
        """When a runbook version last ended a run with this lock."""
        ...


class Settled(Protocol):
    """How an incident's attempt ended, as the store keeps it."""

    @property
    def incident_id(self) -> str:
        """The incident."""
        ...

    @property
    def resolution_level(self) -> str:
        """L1, L2 or L3."""
        ...

    @property
    def resolution_action(self) -> str | None:
        """The runbook, if one was meant."""
        ...

    @property
    def outcome(self) -> str:
        """Success, failure or escalated."""
        ...

    @property
    def resolution_time_ms(self) -> float:
        """Milliseconds since the incident was detected."""
        ...

    @property
    def reason(self) -> str:
        """Why, in words."""
        ...


class ResolutionsPort(Protocol):
    """Everything that follows from one attempt, kept in one transaction."""

    def settle(
        self,
        settled: Settled,
        at: datetime,
        count: tuple[str, Callable[[PatternStats], PatternStats]],
        run: tuple[str, str] | None,
    ) -> PatternStats:
        """Keep the resolution, count it, end the run and queue its Execution.

        `count` is the pattern's signature and what counting does; `run` is the execution's id and its JSON body.
        """
        ...


class StatsPort(Protocol):
    """The pattern statistics."""

    def pattern_stats(self) -> Sequence[PatternStats]:
        """Every pattern's counters, by signature."""
        ...


class Outgoing(Protocol):
    """One message that waits to be sent."""

    @property
    def number(self) -> int:
        """Its place in the queue."""
        ...

    @property
    def kind(self) -> str:
        """One of execution, pattern_stats, status."""
        ...

    @property
    def key(self) -> str:
        """What it is about, such as the execution's id."""
        ...

    @property
    def body(self) -> str:
        """The JSON body."""
        ...


class Queue(Protocol):
    """How full the queue is."""

    @property
    def depth(self) -> int:
        """How many messages wait."""
        ...

    @property
    def oldest(self) -> datetime | None:
        """Since when the first one waits."""
        ...

    @property
    def rejected(self) -> int:
        """How many messages the service refused for good."""
        ...


class OutboxPort(Protocol):
    """The queue of messages to the service."""

    def put(self, kind: str, key: str, body: str, at: datetime) -> None:
        """Queue a message; it takes the place of a waiting one with the same kind and key."""
        ...

    def head(self) -> Outgoing | None:
        """The message that is next."""
        ...

    def delivered(self, number: int) -> None:
        """The service has it."""
        ...

    def reject(self, number: int, reason: str, at: datetime) -> None:
        """Put a message aside that the service will never take."""
        ...

    def queue(self) -> Queue:
        """How full the queue is."""
        ...


class NotesPort(Protocol):
    """Small values that outlive the agent, as text by name."""

    def note(self, name: str) -> str | None:
        """The value of that name."""
        ...

    def set_note(self, name: str, value: str | None) -> None:
        """Keep a value; None forgets it."""
        ...


class Question(Protocol):
    """A question to a person, as it was kept first."""

    @property
    def execution_id(self) -> str:
        """The run that asks."""
        ...

    @property
    def runbook(self) -> str:
        """The version name of its runbook."""
        ...

    @property
    def asked(self) -> Ask:
        """What is asked."""
        ...

    @property
    def asked_at(self) -> datetime:
        """When it was asked first."""
        ...

    @property
    def expires_at(self) -> datetime:
        """Until when it waits for an answer."""
        ...


class ApprovalsPort(Protocol):
    """The questions of runs, and what people answered."""

    def ask(self, execution_id: str, runbook: str, asked: Ask, now: datetime) -> tuple[Question, bool]:
        """Keep a question, once; give it as it was kept first, and whether that was now."""
        ...

    def answer_of(self, execution_id: str, step: str) -> Answered | None:
        """The answer, if somebody gave one."""
        ...

    def answer(self, execution_id: str, step: str, answered: Answered, now: datetime) -> bool:
        """Keep an answer; False when there is no such question that is still open."""
        ...

    def open_questions(self) -> Sequence[Question]:
        """The questions that nobody has answered yet, oldest first."""
        ...

    def close(self, execution_id: str, step: str, now: datetime) -> Answered | None:
        """The time is over: from now on nobody answers; an answer that came before counts."""
        ...

    def due(self, now: datetime) -> frozenset[str]:
        """The runs whose last question is answered, or has no time left."""
        ...
