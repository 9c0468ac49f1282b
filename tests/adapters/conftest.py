"""A database of each kind, for whatever is kept in one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runwright.adapters.store.database import Database
from runwright.adapters.store.migrate import upgrade


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgres-server"))])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind; the same tests hold for both."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    else:
        made = Database(request.getfixturevalue("postgres_server").new_database())
    upgrade(made)
    yield made
    made.close()
