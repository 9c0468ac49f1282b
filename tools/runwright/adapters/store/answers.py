"""What models were asked, in the store: each call noted before it is made, each answer kept once.

Meets `service.asking.Ledger` by shape. Whether a call may be made is decided elsewhere; here is only that nothing comes
between the look at what was spent and the note of the call.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, text, update
from sqlalchemy.sql.functions import coalesce

from runwright.adapters.store.database import Database
from runwright.adapters.store.tables_model import model_answers, model_calls, model_evidence
from runwright.model.asking import Call, Held, Later, Noted, Spending, Spent, Try
from runwright.model.question import Answer

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATEST = 20
"""Calls of a model that are looked at for how it does."""
SHORTEST_NAME = 12
"""Digits of a fingerprint that name it, as in the branch of its proposal."""
_FAILED = "failed"
_LOCK = 5_141_003
"""The number of the lock, on PostgreSQL, that lets one call be noted at a time."""


class Answers:
    """The ledger in two tables."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def stored(self, digest: str) -> Answer | None:
        """The answer to a question that was asked before, usable or not."""
        with self.database.reading() as connection:
            kept = connection.scalar(select(model_answers.c.answer).where(model_answers.c.digest == digest))
        # JSON has no moments and no tuples, so it is read as JSON.
        return Answer.model_validate(kept, strict=False) if kept is not None else None

    def begin(self, call: Call, judge: Callable[[Spending], Held | Later | None]) -> Noted | Held | Later:
        """Note a call unless `judge` objects to it, in one transaction that no other call gets between."""
        with self.database.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"select pg_advisory_xact_lock({_LOCK})"))
            spending = _spending(connection, call)
            objection = judge(spending)
            if objection is not None:
                return objection
            return Noted(_note(connection, call), sum(one.failed for one in spending.tries))

    def answered(self, number: int, answer: Answer) -> None:
        """Store what came back, and what it took, durably; the first answer to a question stays."""
        took = {"outcome": answer.finish, "reason": answer.reason, "seconds": answer.seconds}
        with self.database.writing() as connection:
            connection.execute(
                update(model_calls)
                .where(model_calls.c.number == number)
                .values(ended_at=answer.answered_at, **took, **answer.usage.model_dump())
            )
            known = select(model_answers.c.digest).where(model_answers.c.digest == answer.question)
            if connection.scalar(known) is None:
                kept = {"digest": answer.question, "model": answer.model, "answered_at": answer.answered_at}
                connection.execute(insert(model_answers).values(answer=answer.model_dump(mode="json"), **kept))

    def failed(self, number: int, ended_at: datetime, reason: str, not_before: datetime) -> None:
        """Note that nothing came back."""
        ended = {"ended_at": ended_at, "outcome": _FAILED, "reason": reason, "not_before": not_before, "cost_usd": 0.0}
        with self.database.writing() as connection:
            connection.execute(update(model_calls).where(model_calls.c.number == number).values(**ended))

    def keep_evidence(self, fingerprint: str, evidence: dict[str, Any], now: datetime) -> None:
        """Keep what the drafts for a failure were made of; the latest drafts count."""
        with self.database.writing() as connection:
            connection.execute(delete(model_evidence).where(model_evidence.c.fingerprint == fingerprint))
            connection.execute(insert(model_evidence).values(fingerprint=fingerprint, evidence=evidence, kept_at=now))

    def evidence(self, fingerprint: str) -> dict[str, Any] | None:
        """What the drafts for a failure were made of; its fingerprint may be given by its first 12 digits."""
        if len(fingerprint) < SHORTEST_NAME:
            return None
        named = model_evidence.c.fingerprint.startswith(fingerprint, autoescape=True)
        with self.database.reading() as connection:
            found: list[dict[str, Any]] = list(connection.scalars(select(model_evidence.c.evidence).where(named)))
        return found[0] if len(found) == 1 else None

    def spent(self, since: datetime | None = None) -> Spent:
        """What was asked in all, or since a moment."""
        calls = model_calls.c
        within = calls.asked_at >= since if since is not None else calls.number > 0
        sums = [coalesce(func.sum(column), 0) for column in (calls.input_tokens, calls.output_tokens, calls.cost_usd)]
        with self.database.reading() as connection:
            count, *took = connection.execute(select(func.count(), *sums).where(within)).one()
            failed = connection.scalar(select(func.count()).where(within, calls.outcome == _FAILED)) or 0
            models = connection.scalars(select(calls.model).where(within).distinct().order_by(calls.model)).all()
        return Spent(count, failed, int(took[0]), int(took[1]), float(took[2]), tuple(models))


def _spending(connection: Connection, call: Call) -> Spending:
    calls, day, hour = model_calls.c, call.asked_at - DAY, call.asked_at - HOUR
    last_day, last_hour = calls.asked_at > day, calls.asked_at > hour
    usd = select(coalesce(func.sum(calls.cost_usd), 0.0)).where(last_day)
    newest = select(model_calls).where(calls.model == call.model).order_by(calls.number.desc()).limit(LATEST)
    tries = select(model_calls).where(calls.digest == call.digest, last_hour).order_by(calls.number)
    of_site = calls.site_id == call.site_id
    return Spending(
        calls_last_day=_count(connection, last_day),
        calls_last_hour_of_site=_count(connection, last_hour & of_site),
        calls_last_day_of_site=_count(connection, last_day & of_site),
        calls_last_day_of_runbook=_count(connection, last_day & (calls.runbook_id == call.runbook_id)),
        usd_last_day=float(connection.scalar(usd) or 0.0),
        tries=tuple(_try(row) for row in connection.execute(tries)),
        latest=tuple(_try(row) for row in connection.execute(newest)),
    )


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(model_calls).where(which)) or 0


def _note(connection: Connection, call: Call) -> int:
    values = {"digest": call.digest, "model": call.model, "purpose": call.purpose, "asked_at": call.asked_at}
    whose = {"site_id": call.site_id, "runbook_id": call.runbook_id, "cost_usd": call.most_usd}
    key = connection.execute(insert(model_calls).values(**values, **whose)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _try(row: Row[tuple[object, ...]]) -> Try:
    return Try(row.asked_at, row.ended_at, row.outcome == _FAILED, row.reason, row.not_before)
