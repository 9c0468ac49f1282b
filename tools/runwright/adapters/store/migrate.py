"""Brings a database to the newest schema, by the migrations in the package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text

from runwright.adapters.store.database import Database
from runwright.errors import EdgeError

_ALONE = text("set local lock_timeout = '60s'; select pg_advisory_xact_lock(7270021)")
"""On PostgreSQL nothing else would make two processes that start together upgrade one after the other."""
FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the missing migrations in one transaction; a second process waits for the first. Raises EdgeError."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            _look_at_encoding(connection)
            connection.execute(_ALONE)
        settings.attributes["connection"] = connection
        try:
            command.upgrade(settings, revision)
        except CommandError as error:
            raise EdgeError(
                f"the database cannot be brought to this version's schema: {error}; it may belong to a newer Runwright",
                retryable=False,
            ) from error


def _look_at_encoding(connection: Connection) -> None:
    """Refuse a database that cannot hold every text; a server that was made in the locale C makes such ones."""
    encoding = connection.execute(text("show server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise EdgeError(
            f"the database holds its text as {encoding}, expected UTF8; make one with "
            "`createdb --encoding UTF8 --template template0 NAME`",
            retryable=False,
        )
