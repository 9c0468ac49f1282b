"""Posts that share a commit: what is written in one statement, what a lost connection costs, who waits for whom."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, select

from runwright.adapters.store.database import Database, StoreRefused
from runwright.adapters.store.executions import Executions
from runwright.adapters.store.migrate import upgrade
from runwright.adapters.store.standing import standing
from runwright.adapters.store.tables import executions
from runwright.adapters.store.together import Together
from runwright.model.intake import Finished, Incoming
from tests.support.until import until

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GOOD = Finished("succeeded", "the run succeeded")
Posts = list[list[Incoming]]


def incoming(name: str, digest: str = "d", end: Finished | None = None) -> Incoming:
    said = {"execution_id": name, "said": 'a "quote", a \\ and a {brace}, NULL, ü, \U0001f40e'}
    return Incoming("north", name, digest, json.dumps(said, ensure_ascii=False), end)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements and commits of a block, in order."""
    seen: list[str] = []

    def statement(*told: object) -> None:
        seen.append(str(told[2]).split()[0])

    def commit(_connection: object) -> None:
        seen.append("COMMIT")

    event.listen(database.engine, "before_cursor_execute", statement)
    event.listen(database.engine, "commit", commit)
    yield seen
    event.remove(database.engine, "before_cursor_execute", statement)
    event.remove(database.engine, "commit", commit)


@pytest.fixture
def store(database: Database) -> Executions:
    """A store that writes as the service does."""
    return Executions(database, standing(database))


def test_a_group_of_new_ones_is_one_statement_however_many_they_are(database: Database, store: Executions) -> None:
    posts = [[incoming(f"e{number}", end=GOOD if number % 2 else None)] for number in range(40)]
    with counted(database) as seen:
        assert store.keep_all(posts, NOW) == (("accepted",),) * 40
    assert [word for word in seen if word not in {"BEGIN"}] == ["INSERT", "COMMIT"]


def test_what_was_kept_is_what_came_whatever_is_in_it(database: Database, store: Executions) -> None:
    """Among them one that is at its end and one that is not: a column with and without a value."""
    posts = [[incoming("one")], [incoming("two", end=GOOD)], [incoming("three", digest="e" * 64)]]
    store.keep_all(posts, NOW)
    with database.reading() as connection:
        rows = connection.execute(select(executions).order_by(executions.c.number)).all()
    assert [(row.execution_id, row.stage, row.finished_at) for row in rows] == [
        ("one", "received", None),
        ("two", "succeeded", NOW),
        ("three", "received", None),
    ]
    assert [row.body for row in rows] == [json.loads(post[0].body) for post in posts]
    assert {(row.received_at, row.due_at, row.attempts, row.under_way) for row in rows} == {(NOW, NOW, 0, False)}


def test_more_than_a_statement_takes_are_all_kept(database: Database, store: Executions) -> None:
    many = [incoming(f"e{number}") for number in range(1_001)]
    assert set(store.keep_all([many], NOW)[0]) == {"accepted"}
    again = store.keep_all([[*many, incoming("new"), incoming("e0", "another")]], NOW)[0]
    assert again == (*["duplicate"] * 1_001, "accepted", "conflict")


def test_nothing_is_nothing(store: Executions) -> None:
    assert store.keep_all([[], []], NOW) == ((), ())


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database on a server, which knows how long a text may be; a file takes everything."""
    made = Database(request.getfixturevalue("postgres_server").new_database())
    upgrade(made)
    yield made
    made.close()


@pytest.mark.needs("postgres-server")
def test_a_text_that_is_too_long_is_refused_and_never_cut(served: Database) -> None:
    store = Executions(served, standing(served))
    with pytest.raises(StoreRefused):
        store.keep_all([[Incoming("north", "x" * 129, "d", "{}"), incoming("short")]], NOW)
    assert store.backlog() == 0


@pytest.mark.needs("postgres-server")
def test_one_that_the_database_does_not_take_costs_the_others_nothing(served: Database) -> None:
    together = Together(Executions(served, standing(served)))
    kept = asyncio.run(_kept(together, [[Incoming("north", "x" * 129, "d", "{}")], [incoming("good")]]))
    assert isinstance(kept[0], StoreRefused)
    assert kept[1] == ("accepted",)
    together.close()


async def _kept(together: Together, posts: Posts) -> list[object]:
    return await asyncio.gather(*(together.keep(post, NOW) for post in posts), return_exceptions=True)


@pytest.mark.needs("postgres-server")
def test_a_connection_that_was_lost_meanwhile_is_made_anew(served: Database, request: pytest.FixtureRequest) -> None:
    server, name = request.getfixturevalue("postgres_server"), served.engine.url.database
    store = Executions(served, standing(served))
    assert store.keep([incoming("before")], NOW) == ("accepted",)
    there = f"from pg_stat_activity where datname = '{name}'"
    server.ask(f"select pg_terminate_backend(pid) {there}")
    until(lambda: server.ask(f"select count(*) {there}") == "0", what="no connection is left")
    assert store.keep([incoming("before"), incoming("after")], NOW) == ("duplicate", "accepted")


def test_posts_that_arrive_while_one_is_written_share_the_next_commit(tmp_path: Path) -> None:
    database, blocker = (Database(f"sqlite:///{tmp_path / 'store.sqlite3'}") for _ in range(2))
    upgrade(database)
    together = Together(Executions(database))
    posts = [[incoming(f"e{number}")] for number in range(9)]

    async def kept() -> list[object]:
        with blocker.writing():  # the first is handed to the thread that writes, and waits there
            first = asyncio.create_task(together.keep(posts[0], NOW))
            async with asyncio.timeout(30):
                while "BEGIN" not in seen:
                    await asyncio.sleep(0.01)
            others = [asyncio.create_task(together.keep(post, NOW)) for post in posts[1:]]
            await asyncio.sleep(0)
        return list(await asyncio.gather(first, *others))

    with begun(database) as seen:
        assert asyncio.run(kept()) == [("accepted",)] * 9
    assert seen.count("COMMIT") == 2
    together.close()
    database.close()
    blocker.close()


@contextmanager
def begun(database: Database) -> Iterator[list[str]]:
    """What `counted` tells, and when a transaction is about to begin."""
    with counted(database) as seen:

        def begin(_connection: object) -> None:
            seen.append("BEGIN")

        event.listen(database.engine, "begin", begin, insert=True)
        yield seen
        event.remove(database.engine, "begin", begin)
