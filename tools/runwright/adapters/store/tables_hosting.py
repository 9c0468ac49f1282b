"""The tables of what a hosting service tells and asks: deliveries of webhooks, and how long it wants to be left alone.

A change here needs a migration beside it, as in `tables`.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from runwright.adapters.store.tables import Moment, metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("event", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("repository", String(256), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha", String(64), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("done_at", Moment),
    Index(None, "done_at"),
    Index(None, "received_at"),
)

pauses = Table(
    "pauses",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("until", Moment, nullable=False),
    Column("reason", Text, nullable=False),
)
