"""Failures by their fingerprint: what is being thought about, by whom, and since when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Add the table, and the name of its failure to each execution."""
    op.create_table(
        "failures",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("leader", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=True),
        sa.Column("thought_at", sa.DateTime(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("under_way", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delays", sa.Integer(), nullable=False),
        sa.Column("cut_offs", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_base", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_failures")),
    )
    op.create_index(op.f("ix_failures_key"), "failures", ["key"], unique=False)
    op.create_index(
        op.f("ix_failures_open_under_way_due_at"), "failures", ["open", "under_way", "due_at"], unique=False
    )
    op.create_index(op.f("ix_failures_site_id_claimed_at"), "failures", ["site_id", "claimed_at"], unique=False)
    op.add_column("executions", sa.Column("fingerprint", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_executions_fingerprint_stage"), "executions", ["fingerprint", "stage"], unique=False)


def downgrade() -> None:
    """Take them away; what was not finished is then looked at from the beginning."""
    op.drop_index(op.f("ix_executions_fingerprint_stage"), table_name="executions")
    op.drop_column("executions", "fingerprint")
    op.drop_table("failures")
