"""What people say and are asked: opinions, changes before a merge, requests for facts, turns of proposals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("execution_id", sa.String(length=128), nullable=False),
        sa.Column("was_correct_runbook", sa.Boolean(), nullable=True),
        sa.Column("human_feedback", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feedback_site_id_execution_id"), "feedback", ["site_id", "execution_id"], unique=False)
    op.create_table(
        "amendments",
        sa.Column("pull_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("runbook_id", sa.String(length=128), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("pull_number", name=op.f("pk_amendments")),
    )
    op.create_index(op.f("ix_amendments_runbook_id"), "amendments", ["runbook_id"], unique=False)
    op.create_table(
        "probe_requests",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("runbook_id", sa.String(length=128), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("handed_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probe_requests")),
        sa.UniqueConstraint("site_id", "fingerprint", name=op.f("uq_probe_requests_site_id_fingerprint")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "evidence_told",
        sa.Column("pull_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("pull_number", name=op.f("pk_evidence_told")),
    )
    op.create_table(
        "proposal_turns",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.Column("granted_at", sa.DateTime(), nullable=True),
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_proposal_turns")),
    )


def downgrade() -> None:
    """Drop the tables, and all that they hold."""
    op.drop_table("proposal_turns")
    op.drop_table("evidence_told")
    op.drop_table("probe_requests")
    op.drop_index(op.f("ix_amendments_runbook_id"), table_name="amendments")
    op.drop_table("amendments")
    op.drop_index(op.f("ix_feedback_site_id_execution_id"), table_name="feedback")
    op.drop_table("feedback")
