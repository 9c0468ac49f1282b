"""The tables of what models were asked: each call, noted before it is made, the answers, and what they were asked of.

A change here needs a migration beside it, as in `tables`.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table, Text

from runwright.adapters.store.tables import Moment, metadata

model_answers = Table(
    "model_answers",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("model", String(128), nullable=False),
    Column("answer", JSON, nullable=False),
    Column("answered_at", Moment, nullable=False),
)

model_evidence = Table(
    "model_evidence",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("evidence", JSON, nullable=False),
    Column("kept_at", Moment, nullable=False),
)

model_calls = Table(
    "model_calls",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("digest", String(64), nullable=False),
    Column("model", String(128), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("site_id", String(128), nullable=False),
    Column("runbook_id", String(128), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", String(16), nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
    Column("not_before", Moment),
    Column("input_tokens", Integer, nullable=False, default=0),
    Column("output_tokens", Integer, nullable=False, default=0),
    Column("cost_usd", Float, nullable=False, default=0.0),
    Column("seconds", Float, nullable=False, default=0.0),
    Index(None, "asked_at"),
    Index(None, "digest"),
    sqlite_autoincrement=True,
)
