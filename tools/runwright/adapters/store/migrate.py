"""Brings a database to the newest schema, by the migrations in the package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from runwright.adapters.store.database import Database
from runwright.errors import EdgeError

FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the missing migrations in one transaction; a second process waits for the first. Raises EdgeError."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with database.writing() as connection:
        settings.attributes["connection"] = connection
        try:
            command.upgrade(settings, revision)
        except CommandError as error:
            raise EdgeError(
                f"the database cannot be brought to this version's schema: {error}; it may belong to a newer Runwright",
                retryable=False,
            ) from error
