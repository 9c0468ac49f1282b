"""The questions that runs ask people, and the answers, in the agent's file.

The agent keeps a question and looks for its answer; another process of this host writes the answer. Whichever closes
a question first counts: each is one transaction. Who may answer is decided by the agent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from runwright.adapters.agent_database import Database
from runwright.engine.exchange import Answered, Ask


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is kept."""

    execution_id: str
    runbook: str
    asked: Ask
    asked_at: datetime
    expires_at: datetime


class Approvals:
    """Questions and answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, execution_id: str, runbook: str, asked: Ask, now: datetime) -> tuple[Question, bool]:
        """Keep a question, once; give it as it was kept first, and whether that was now."""
        expires = now + timedelta(seconds=asked.timeout_seconds)
        values = (execution_id, asked.step, runbook, asked.model_dump_json(), _text(now), _text(expires))
        with self._database.change() as change:
            added = change.execute(
                "INSERT OR IGNORE INTO approvals (execution_id, step, runbook, body, asked_at, expires_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                values,
            ).rowcount
            return _question(_row(change, execution_id, asked.step)), bool(added)

    def answer_of(self, execution_id: str, step: str) -> Answered | None:
        """The answer to a question, if somebody gave one."""
        query = "SELECT * FROM approvals WHERE execution_id = ? AND step = ?"
        found = self._database.rows(query, execution_id, step)
        return _answered(found[0]) if found else None

    def close(self, execution_id: str, step: str, now: datetime) -> Answered | None:
        """The time is over: from now on nobody answers; an answer that came before counts."""
        with self._database.change() as change:
            change.execute(
                "UPDATE approvals SET closed_at = ? WHERE execution_id = ? AND step = ? AND closed_at IS NULL",
                (_text(now), execution_id, step),
            )
            return _answered(_row(change, execution_id, step))

    def answer(self, execution_id: str, step: str, answered: Answered, now: datetime) -> bool:
        """Keep an answer; False when there is no such question that is still open."""
        with self._database.change() as change:
            kept = change.execute(
                "UPDATE approvals SET answer = ?, answered_by = ?, reason = ?, closed_at = ? "
                "WHERE execution_id = ? AND step = ? AND closed_at IS NULL AND expires_at > ?",
                (answered.value, answered.by, answered.reason, _text(now), execution_id, step, _text(now)),
            )
            return kept.rowcount == 1

    def open_questions(self) -> Sequence[Question]:
        """The questions that nobody has answered yet, oldest first."""
        query = "SELECT * FROM approvals WHERE closed_at IS NULL ORDER BY number"
        return tuple(_question(row) for row in self._database.rows(query))

    def due(self, now: datetime) -> frozenset[str]:
        """The runs whose last question is answered, or has no time left."""
        query = "SELECT execution_id, closed_at, max(number), asked_at, expires_at FROM approvals GROUP BY execution_id"
        return frozenset(row["execution_id"] for row in self._database.rows(query) if _is_due(row, now))


def _is_due(row: sqlite3.Row, now: datetime) -> bool:
    asked, expires = (datetime.fromisoformat(row[name]) for name in ("asked_at", "expires_at"))
    # A clock that was set back by more than the whole wait would make it last for ever.
    return row["closed_at"] is not None or now >= expires or now < asked - (expires - asked)


def _row(change: sqlite3.Connection, execution_id: str, step: str) -> sqlite3.Row:
    query = "SELECT * FROM approvals WHERE execution_id = ? AND step = ?"
    row: sqlite3.Row = change.execute(query, (execution_id, step)).fetchone()
    return row


def _question(row: sqlite3.Row) -> Question:
    asked, expires = (datetime.fromisoformat(row[name]) for name in ("asked_at", "expires_at"))
    return Question(row["execution_id"], row["runbook"], Ask.model_validate_json(row["body"]), asked, expires)


def _answered(row: sqlite3.Row) -> Answered | None:
    if row["answer"] is None:
        return None
    asked, closed = (datetime.fromisoformat(row[name]) for name in ("asked_at", "closed_at"))
    lasted = round(max(0.0, (closed - asked).total_seconds()), 3)
    return Answered(value=bool(row["answer"]), by=row["answered_by"], reason=row["reason"], duration=lasted)


def _text(moment: datetime) -> str:
    # One width for all, so that text sorts as time does.
    return moment.isoformat(timespec="microseconds")
