"""The tables of what people say and what people are asked: opinions, changes before a merge, requests for facts, turns.

Proposals and refusals themselves are Git's and the forge's; nothing here decides about one.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from runwright.adapters.store.tables import Moment, metadata

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("site_id", String(128), nullable=False),
    Column("execution_id", String(128), nullable=False),
    Column("was_correct_runbook", Boolean),
    Column("human_feedback", Text, nullable=False),
    Column("by", String(128), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "site_id", "execution_id"),
    sqlite_autoincrement=True,
)

amendments = Table(
    "amendments",
    metadata,
    Column("pull_number", Integer, primary_key=True, autoincrement=False),
    Column("runbook_id", String(128), nullable=False, index=True),
    Column("changes", JSON, nullable=False),
    Column("noted_at", Moment, nullable=False),
)

probe_requests = Table(
    "probe_requests",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("site_id", String(128), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("runbook_id", String(128), nullable=False),
    Column("request", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("handed_at", Moment),
    Column("answered_at", Moment),
    UniqueConstraint("site_id", "fingerprint"),
    sqlite_autoincrement=True,
)

evidence_told = Table(
    "evidence_told",
    metadata,
    Column("pull_number", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("told_at", Moment, nullable=False),
)

proposal_turns = Table(
    "proposal_turns",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("priority", String(16), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("until", Moment),
    Column("granted_at", Moment),
    Column("site_id", String(128), nullable=False),
)
