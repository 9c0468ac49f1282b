"""Says which revision a database's tables have, and which is the newest; changes nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from runwright.adapters.store.database import Database
from runwright.adapters.store.migrate import FOLDER
from runwright.errors import EdgeError


def revisions_of(url: str) -> tuple[str, str]:
    """The revision that a database has, empty before its tables are made, and the newest one; raises EdgeError."""
    return _found(url), _newest()


def _newest() -> str:
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return ScriptDirectory.from_config(settings).get_current_head() or ""


def _found(url: str) -> str:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        expected = "expected one such as postgresql://user@host/name"
        raise EdgeError(f"the database's URL cannot be read; {expected}") from error
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return _of_file(Path(parsed.database))
    database = Database(url)
    try:
        with database.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return ""
            return str(connection.execute(text("select version_num from alembic_version")).scalar() or "")
    finally:
        database.close()


def _of_file(path: Path) -> str:
    """Open the file for reading alone, so that no file is made beside it: where it has no log yet, nobody writes."""
    how = "mode=ro" if Path(f"{path}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=5)) as connection:
            found = connection.execute("select version_num from alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        if "no such table" in str(error):
            return ""
        raise EdgeError(f"the database {path} cannot be read: {error}; check its disk and its rights") from error
    return str(found[0]) if found else ""
