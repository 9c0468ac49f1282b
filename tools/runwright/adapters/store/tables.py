"""The tables. Git is the truth about proposals; here is telemetry, what was thought about it, and who may send it.

A change here needs a migration beside it (`migrations/versions`); a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no offset, so it is taken off and put back here."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write it in UTC without an offset; raises ValueError for a moment without one."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without its offset cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None) if value is not None else None

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Read it with its offset."""
        return value.replace(tzinfo=UTC) if value is not None else None


executions = Table(
    "executions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("site_id", String(128), nullable=False),
    Column("execution_id", String(128), nullable=False),
    Column("body", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("stage", String(32), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("delays", Integer, nullable=False, default=0),
    Column("cut_offs", Integer, nullable=False, default=0),
    Column("under_way", Boolean, nullable=False, default=False),
    Column("due_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("fingerprint", String(64)),
    UniqueConstraint("site_id", "execution_id"),
    Index(None, "stage", "due_at"),
    Index(None, "fingerprint", "stage"),
    sqlite_autoincrement=True,
)

failures = Table(
    "failures",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("site_id", String(128), nullable=False),
    Column("leader", Integer, nullable=False),
    Column("key", String(128), index=True),
    Column("thought_at", Moment),
    Column("open", Boolean, nullable=False),
    Column("under_way", Boolean, nullable=False),
    Column("owner", String(64)),
    Column("due_at", Moment, nullable=False),
    Column("claimed_at", Moment),
    Column("attempts", Integer, nullable=False),
    Column("delays", Integer, nullable=False),
    Column("cut_offs", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_base", String(64)),
    Index(None, "open", "under_way", "due_at"),
    Index(None, "site_id", "claimed_at"),
)

analyses = Table(
    "analyses",
    metadata,
    Column("site_id", String(128), primary_key=True),
    Column("execution_id", String(128), primary_key=True),
    Column("analyzed_at", Moment, nullable=False),
    Column("failure_type", String(32), nullable=False),
    Column("fingerprint", String(64), index=True),
    Column("triage", JSON, nullable=False),
    Column("improved_runbook_generated", Boolean, nullable=False),
    Column("improved_runbook_id", String(128)),
    Column("tried", JSON, nullable=False),
    Column("missing_facts", JSON, nullable=False),
    ForeignKeyConstraint(["site_id", "execution_id"], ["executions.site_id", "executions.execution_id"]),
)

proposal_links = Table(
    "proposal_links",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("site_id", String(128), primary_key=True),
    Column("execution_id", String(128), primary_key=True),
    Column("pull_number", Integer, nullable=False),
    Column("linked_at", Moment, nullable=False),
    ForeignKeyConstraint(["site_id", "execution_id"], ["executions.site_id", "executions.execution_id"]),
)

pattern_stats = Table(
    "pattern_stats",
    metadata,
    Column("site_id", String(128), primary_key=True),
    Column("appliance_id", String(256), primary_key=True),
    Column("pattern_signature", String(256), primary_key=True),
    Column("total_occurrences", BigInteger, nullable=False),
    Column("l1_resolutions", BigInteger, nullable=False),
    Column("l2_resolutions", BigInteger, nullable=False),
    Column("l3_resolutions", BigInteger, nullable=False),
    Column("success_count", BigInteger, nullable=False),
    Column("total_resolution_time_ms", Float, nullable=False),
    Column("recommended_action", Text),
)

agents = Table(
    "agents",
    metadata,
    Column("site_id", String(128), primary_key=True),
    Column("appliance_id", String(256), primary_key=True),
    Column("seq", Integer),
    Column("report", JSON),
    Column("reported_at", Moment),
    Column("synced_at", Moment),
    Column("sync_received_at", Moment),
)

deployments = Table(
    "deployments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("site_id", String(128), nullable=False),
    Column("appliance_id", String(256), nullable=False),
    Column("seq", Integer),
    Column("report", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("site_id", String(128)),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    sqlite_autoincrement=True,
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("site_id", String(128), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("received_at", Moment, nullable=False),
    UniqueConstraint("site_id", "digest"),
    sqlite_autoincrement=True,
)
