"""What the agent keeps between two moments: incidents, runs and their journal, resolutions, counters, the queue.

One file, one transaction a call. What the values mean is left to the agent; the file itself to `agent_database`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from runwright.adapters.agent_approvals import Approvals
from runwright.adapters.agent_database import FILE_NAME, Database, damaged, open_database
from runwright.adapters.agent_outbox import Outbox, put
from runwright.model.incident import Incident
from runwright.model.pattern_stats import PatternStats

EXECUTION = "execution"
_AFTERWARDS = {"success": "healed"}
"""The state of an incident after an attempt; anything but a success leaves it to a person."""


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident that is open, and how far it was dealt with: new, failed or healed."""

    check_id: str
    incident: Incident
    state: str


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of a run's journal."""

    kind: str
    body: str


class Settled(Protocol):
    """How an attempt ended."""

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


class AgentRecords:
    """Incidents, runs, resolutions, counters and notes in the agent's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @property
    def approvals(self) -> Approvals:
        """The questions to people, in the same file."""
        return Approvals(self._database)

    def open_incidents(self) -> Sequence[OpenIncident]:
        """Every open incident, oldest first."""
        query = "SELECT check_id, body, state FROM incidents WHERE closed_at IS NULL ORDER BY opened_at, incident_id"
        return tuple(
            OpenIncident(row["check_id"], Incident.model_validate_json(row["body"]), row["state"])
            for row in self._database.rows(query)
        )

    def open_incident(self, check_id: str, incident: Incident) -> None:
        """Keep a new incident."""
        values = (incident.incident_id, check_id, incident.model_dump_json(), _text(incident.detected_at))
        with self._database.change() as change:
            change.execute("INSERT INTO incidents VALUES (?, ?, 'new', ?, ?, NULL)", values)

    def close_incident(self, incident_id: str, at: datetime) -> None:
        """The incident is over."""
        with self._database.change() as change:
            change.execute("UPDATE incidents SET closed_at = ? WHERE incident_id = ?", (_text(at), incident_id))

    def begin_run(self, execution_id: str, target: tuple[str, str], at: datetime, body: str) -> None:
        """Keep a new run of a runbook's version under a lock."""
        with self._database.change() as change:
            change.execute(
                "INSERT INTO runs (execution_id, runbook, lock, started_at, body) VALUES (?, ?, ?, ?, ?)",
                (execution_id, *target, _text(at), body),
            )

    def append(self, execution_id: str, kind: str, body: str) -> None:
        """Add a line to a run's journal; it is on the disk when this returns."""
        with self._database.change() as change:
            change.execute(
                "INSERT INTO journal (execution_id, kind, body) VALUES (?, ?, ?)", (execution_id, kind, body)
            )

    def journal(self, execution_id: str) -> Sequence[JournalLine]:
        """The lines of a run, in order."""
        query = "SELECT kind, body FROM journal WHERE execution_id = ? ORDER BY number"
        return tuple(JournalLine(row["kind"], row["body"]) for row in self._database.rows(query, execution_id))

    def unfinished_runs(self) -> Sequence[str]:
        """The bodies of the runs that have not ended, oldest first."""
        query = "SELECT body FROM runs WHERE finished_at IS NULL ORDER BY number"
        return tuple(row["body"] for row in self._database.rows(query))

    def lock_holder(self, lock: str) -> str | None:
        """The unfinished run that holds a lock."""
        found = self._database.rows("SELECT execution_id FROM runs WHERE lock = ? AND finished_at IS NULL", lock)
        return str(found[0]["execution_id"]) if found else None

    def last_end(self, target: tuple[str, str]) -> datetime | None:
        """When a runbook's version last ended a run under a lock."""
        query = "SELECT max(finished_at) AS at FROM runs WHERE runbook = ? AND lock = ?"
        at = self._database.rows(query, *target)[0]["at"]
        return datetime.fromisoformat(at) if at else None

    def settle(
        self,
        settled: Settled,
        at: datetime,
        count: tuple[str, Callable[[PatternStats], PatternStats]],
        run: tuple[str, str] | None,
    ) -> PatternStats:
        """Keep the resolution, count it, end the run and queue its Execution: all of it or nothing."""
        with self._database.change() as change:
            self._resolution(change, settled, at, run)
            if run is not None:
                _end_run(change, run[0], at)
                put(change, (EXECUTION, *run), at)
            return _count(change, *count)

    def _resolution(
        self, change: sqlite3.Connection, settled: Settled, at: datetime, run: tuple[str, str] | None
    ) -> None:
        state = _AFTERWARDS.get(settled.outcome, "failed")
        change.execute("UPDATE incidents SET state = ? WHERE incident_id = ?", (state, settled.incident_id))
        change.execute(
            "INSERT INTO resolutions (incident_id, execution_id, level, action, outcome, time_ms, reason, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                settled.incident_id,
                run[0] if run else None,
                settled.resolution_level,
                settled.resolution_action,
                settled.outcome,
                settled.resolution_time_ms,
                settled.reason,
                _text(at),
            ),
        )

    def pattern_stats(self) -> Sequence[PatternStats]:
        """Every pattern's counters, by signature."""
        rows = self._database.rows("SELECT body FROM pattern_stats ORDER BY signature")
        return tuple(PatternStats.model_validate_json(row["body"]) for row in rows)

    def note(self, name: str) -> str | None:
        """A small value by its name."""
        found = self._database.rows("SELECT value FROM notes WHERE name = ?", name)
        return str(found[0]["value"]) if found else None

    def set_note(self, name: str, value: str | None) -> None:
        """Keep a small value; None forgets it."""
        with self._database.change() as change:
            if value is None:
                change.execute("DELETE FROM notes WHERE name = ?", (name,))
            else:
                change.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))


def _end_run(change: sqlite3.Connection, execution_id: str, at: datetime) -> None:
    change.execute("UPDATE runs SET finished_at = ?, body = '' WHERE execution_id = ?", (_text(at), execution_id))
    # The Execution in the queue tells all of it now.
    change.execute("DELETE FROM journal WHERE execution_id = ?", (execution_id,))
    change.execute("DELETE FROM approvals WHERE execution_id = ?", (execution_id,))


def _count(change: sqlite3.Connection, signature: str, counted: Callable[[PatternStats], PatternStats]) -> PatternStats:
    row = change.execute("SELECT body FROM pattern_stats WHERE signature = ?", (signature,)).fetchone()
    before = PatternStats.model_validate_json(row["body"]) if row else PatternStats(pattern_signature=signature)
    after = counted(before)
    change.execute("INSERT OR REPLACE INTO pattern_stats VALUES (?, ?)", (signature, after.model_dump_json()))
    return after


def _text(moment: datetime) -> str:
    # One width for all, so that text sorts as time does.
    return moment.isoformat(timespec="microseconds")


def open_store(folder: Path, now: datetime) -> tuple[AgentRecords, Outbox]:
    """Open the agent's file and read it once; raises `EdgeError` that says where a damaged file was put."""
    database = open_database(folder, now)
    records = AgentRecords(database)
    try:
        records.open_incidents(), records.pattern_stats()
    except ValueError as error:
        database.close()
        raise damaged(folder / FILE_NAME, error, now) from error
    return records, Outbox(database)
