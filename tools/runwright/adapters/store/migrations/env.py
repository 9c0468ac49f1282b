"""Runs migrations on the connection that `store.migrate` opened; there is no other way in."""

from __future__ import annotations

from alembic import context

import runwright.adapters.store.tables_hosting
import runwright.adapters.store.tables_model
import runwright.adapters.store.tables_review  # noqa: F401  # all bring their tables into the metadata
from runwright.adapters.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
