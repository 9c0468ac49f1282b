"""The store: its migrations make what the tables say, and a transaction is all or nothing."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from runwright.adapters.store.access import Accesses
from runwright.adapters.store.agents import Agents
from runwright.adapters.store.database import Database
from runwright.adapters.store.executions import MISFITS_A_DAY, Executions
from runwright.adapters.store.migrate import upgrade
from runwright.adapters.store.tables import metadata, quarantine
from runwright.errors import ContentError, EdgeError
from runwright.model.intake import Finished, Incoming, Misfit, Sorted
from runwright.model.pattern_stats import PatternStats
from tests.support.service_site import COMMAND, environment

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """A SQLite database, for what is so of files alone."""
    made = Database(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    upgrade(made)
    yield made
    made.close()


def incoming(name: str, digest: str = "d", site: str = "north") -> Incoming:
    return Incoming(site, name, digest, json.dumps({"execution_id": name}))


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    with database.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    assert differences == []


@pytest.mark.needs("postgres-server")
def test_a_database_that_cannot_hold_every_text_is_refused_with_what_to_do(request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("postgres_server")
    server.ask("CREATE DATABASE ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    made = Database(server.url("ascii"))
    with pytest.raises(EdgeError, match="as SQL_ASCII, expected UTF8; make one with `createdb --encoding UTF8"):
        upgrade(made)
    made.close()


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    Executions(database).keep([incoming("a")], NOW)
    upgrade(database)
    assert Executions(database).backlog() == 1


def test_processes_that_start_together_upgrade_once(tmp_path: Path) -> None:
    words = [*COMMAND, "access", "list", "--state", str(tmp_path / "state")]
    started = [subprocess.Popen(words, env=environment(), stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = [process.communicate(timeout=60)[1] for process in started]
    assert ([process.returncode for process in started], said) == ([0] * 4, [""] * 4)


def test_a_downgrade_is_possible(database: Database) -> None:
    from alembic import command
    from alembic.config import Config

    from runwright.adapters.store.migrate import FOLDER

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    with database.writing() as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, "base")
    with database.reading() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    with pytest.raises(EdgeError, match="newer Runwright"):
        upgrade(database)


def test_sqlite_keeps_what_was_acknowledged(file: Database) -> None:
    with file.reading() as connection:
        asked = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar() for name in ("journal_mode", "synchronous")
        }
        waits = connection.exec_driver_sql("pragma busy_timeout").scalar()
    assert asked == {"journal_mode": "wal", "synchronous": 2}
    assert waits == 5000


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:///:memory:", "odd+driver://x"])
def test_a_url_that_cannot_be_used_is_one_clear_line(url: str) -> None:
    with pytest.raises(ContentError, match="expected a URL such as"):
        Database(url)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    path.write_bytes(b"not a database, but something that somebody may need\n" * 100)
    before = path.read_bytes()
    with pytest.raises(EdgeError, match="not a database"):
        upgrade(Database(f"sqlite:///{path}"))
    assert path.read_bytes() == before


def test_an_error_does_not_show_what_was_to_be_written(file: Database, tmp_path: Path) -> None:
    blocker = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)
    blocker.execute("drop table executions")
    blocker.close()
    with pytest.raises(EdgeError) as caught:
        Executions(file).keep([incoming("a-name-that-is-nobodys-business")], NOW)
    assert "nobodys" not in str(caught.value)


def test_a_full_disk_is_trouble_that_passes_and_leaves_no_half_of_a_row(file: Database) -> None:
    store = Executions(file)
    with file.reading() as connection:
        pages = connection.exec_driver_sql("pragma page_count").scalar()
        connection.exec_driver_sql(f"pragma max_page_count = {pages}")
    large = [Incoming("north", f"large-{number}", "d", json.dumps({"output": "x" * 50_000})) for number in range(5)]
    with pytest.raises(EdgeError, match="full"):
        store.keep(large, NOW)
    with file.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from executions").scalar() == 0
        connection.exec_driver_sql("pragma max_page_count = 1000000")
    assert store.keep(large, NOW) == ("accepted",) * 5


def test_one_commit_keeps_several_posts_and_tells_each_what_became_of_it(database: Database) -> None:
    store = Executions(database)
    store.keep([incoming("old")], NOW)
    posts = [
        [incoming("a"), incoming("a")],
        [incoming("a", "other"), incoming("old")],
        [],
        [incoming("b", site="south")],
    ]
    assert store.keep_all(posts, NOW) == (("accepted", "duplicate"), ("conflict", "duplicate"), (), ("accepted",))
    assert store.backlog() == 3


def test_what_needs_no_thought_is_at_its_end_when_it_is_kept(database: Database) -> None:
    store = Executions(database)
    store.keep([Incoming("north", "good", "d", "{}", Finished("succeeded", "the run succeeded"))], NOW)
    assert (store.backlog(), store.unsorted(NOW, 9)) == (0, ())


def test_the_oldest_that_is_due_is_looked_at_first(database: Database) -> None:
    store = Executions(database)
    store.keep([incoming("a"), incoming("b")], NOW)
    first, second = store.unsorted(NOW, 9)
    store.hold(first, NOW + timedelta(seconds=9), "not readable")
    assert [work.execution_id for work in store.unsorted(NOW, 9)] == ["b"]
    store.sort([Sorted(second, finished=Finished("succeeded", ""))], NOW)
    assert store.unsorted(NOW, 9) == ()
    assert store.next_unsorted() == NOW + timedelta(seconds=9)
    (again,) = store.unsorted(NOW + timedelta(seconds=9), 9)
    assert (again.execution_id, again.attempts) == ("a", 2)


def test_what_one_site_sent_much_of_is_no_line_for_the_others(database: Database) -> None:
    store = Executions(database)
    store.keep([incoming(f"many-{number}") for number in range(9)], NOW)
    store.keep([incoming("one", site="south"), incoming("two", site="south"), incoming("own", site="west")], NOW)
    first = store.unsorted(NOW, 5)
    assert [work.execution_id for work in first] == ["many-0", "one", "own", "many-1", "two"]
    store.sort([Sorted(work, finished=Finished("succeeded", "")) for work in first], NOW)
    assert [work.execution_id for work in store.unsorted(NOW, 2)] == ["many-2", "many-3"]


def test_a_clock_that_was_put_back_hides_no_work(database: Database) -> None:
    store = Executions(database)
    store.keep([incoming("a")], NOW)
    assert len(store.unsorted(NOW - timedelta(days=365), 9)) == 1


def test_what_cannot_be_read_is_put_aside_once(database: Database) -> None:
    misfit = Misfit("north", "d", "unknown schema", {"x": 1})
    for _ in range(3):
        Executions(database).put_aside([misfit], NOW)
    with database.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from quarantine").scalar() == 1


def test_no_site_fills_the_disk_with_what_cannot_be_read(database: Database) -> None:
    store = Executions(database)
    many = [Misfit("north", f"d{number}", "unknown schema", {"execution_id": "e"}) for number in range(MISFITS_A_DAY)]
    store.put_aside([*many, misfit("more", "north"), misfit("other", "south")], NOW)
    store.put_aside([misfit("later", "north")], NOW + timedelta(days=1, seconds=1))
    with database.reading() as connection:
        kept = {row.digest: row.body for row in connection.execute(select(quarantine))}
    assert kept["more"] == {"execution_id": "more", "withheld": True}
    assert "text" in kept["other"]
    assert "text" in kept["later"]


def misfit(name: str, site: str) -> Misfit:
    return Misfit(site, name, "unknown schema", {"execution_id": name, "text": "x" * 9})


def test_patterns_are_added_up_over_a_sites_appliances(database: Database) -> None:
    agents = Agents(database)
    agents.sync("north", "a", NOW, [pattern(3, 3, "RB-A"), pattern(1, 0, None, "other")], NOW)
    agents.sync("north", "b", NOW, [pattern(4, 4, "RB-B")], NOW)
    agents.sync("south", "c", NOW, [pattern(99, 0, "RB-C")], NOW)
    both, other = agents.patterns("north")
    assert (both.total_occurrences, both.success_count, both.recommended_action) == (7, 7, "RB-B")
    assert (both.promotion_eligible, other.promotion_eligible) == (True, False)


def pattern(total: int, good: int, action: str | None, signature: str = "abc") -> PatternStats:
    return PatternStats(
        pattern_signature=signature, total_occurrences=total, success_count=good, recommended_action=action
    )


def test_a_token_is_revoked_once_and_stays_listed(database: Database) -> None:
    accesses = Accesses(database)
    granted = accesses.grant("ab" * 32, "agent", "north", NOW)
    assert accesses.revoke(granted.id, NOW)
    assert accesses.revoke(granted.id, NOW + timedelta(days=1))
    assert [item.revoked_at for item in accesses.all()] == [NOW]
    assert accesses.revoke(99, NOW) is False
