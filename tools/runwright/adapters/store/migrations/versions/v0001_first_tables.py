"""The first tables: executions and what was thought about them, agents, tokens, the quarantine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "agents",
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("appliance_id", sa.String(length=256), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("reported_at", sa.DateTime(), nullable=True),
        sa.Column("synced_at", sa.DateTime(), nullable=True),
        sa.Column("sync_received_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("site_id", "appliance_id", name=op.f("pk_agents")),
    )
    op.create_table(
        "deployments",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("appliance_id", sa.String(length=256), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployments")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "executions",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("execution_id", sa.String(length=128), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delays", sa.Integer(), nullable=False),
        sa.Column("cut_offs", sa.Integer(), nullable=False),
        sa.Column("under_way", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_executions")),
        sa.UniqueConstraint("site_id", "execution_id", name=op.f("uq_executions_site_id_execution_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_executions_stage_due_at"), "executions", ["stage", "due_at"], unique=False)
    op.create_table(
        "pattern_stats",
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("appliance_id", sa.String(length=256), nullable=False),
        sa.Column("pattern_signature", sa.String(length=256), nullable=False),
        sa.Column("total_occurrences", sa.BigInteger(), nullable=False),
        sa.Column("l1_resolutions", sa.BigInteger(), nullable=False),
        sa.Column("l2_resolutions", sa.BigInteger(), nullable=False),
        sa.Column("l3_resolutions", sa.BigInteger(), nullable=False),
        sa.Column("success_count", sa.BigInteger(), nullable=False),
        sa.Column("total_resolution_time_ms", sa.Float(), nullable=False),
        sa.Column("recommended_action", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("site_id", "appliance_id", "pattern_signature", name=op.f("pk_pattern_stats")),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("site_id", "digest", name=op.f("uq_quarantine_site_id_digest")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("site_id", sa.String(length=128), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_tokens_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "analyses",
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("execution_id", sa.String(length=128), nullable=False),
        sa.Column("analyzed_at", sa.DateTime(), nullable=False),
        sa.Column("failure_type", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("triage", sa.JSON(), nullable=False),
        sa.Column("improved_runbook_generated", sa.Boolean(), nullable=False),
        sa.Column("improved_runbook_id", sa.String(length=128), nullable=True),
        sa.Column("tried", sa.JSON(), nullable=False),
        sa.Column("missing_facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "execution_id"],
            ["executions.site_id", "executions.execution_id"],
            name=op.f("fk_analyses_executions"),
        ),
        sa.PrimaryKeyConstraint("site_id", "execution_id", name=op.f("pk_analyses")),
    )
    op.create_index(op.f("ix_analyses_fingerprint"), "analyses", ["fingerprint"], unique=False)
    op.create_table(
        "proposal_links",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("execution_id", sa.String(length=128), nullable=False),
        sa.Column("pull_number", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "execution_id"],
            ["executions.site_id", "executions.execution_id"],
            name=op.f("fk_proposal_links_executions"),
        ),
        sa.PrimaryKeyConstraint("fingerprint", "site_id", "execution_id", name=op.f("pk_proposal_links")),
    )


def downgrade() -> None:
    """Drop all tables, and all that they hold."""
    op.drop_table("proposal_links")
    op.drop_index(op.f("ix_analyses_fingerprint"), table_name="analyses")
    op.drop_table("analyses")
    op.drop_table("tokens")
    op.drop_table("quarantine")
    op.drop_table("pattern_stats")
    op.drop_index(op.f("ix_executions_stage_due_at"), table_name="executions")
    op.drop_table("executions")
    op.drop_table("deployments")
    op.drop_table("agents")
