"""Durable work on DBOS, on a file and on a server: a finished step is never done again, whoever goes on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runwright.adapters.durable_dbos import DbosDurable, Json, Steps, prepare_file
from runwright.adapters.store.database import Database
from runwright.adapters.store.liveness import Liveness
from runwright.errors import ContentError, EdgeError
from runwright.service import attempts
from runwright.service.attempts import Interrupted
from tests.support.until import until


class Bench:
    """Work that is done by processes that come and go; here each is an instance of its own."""

    def __init__(self, database: Database, url: str) -> None:
        self.database, self.url = database, url
        self.done: list[str] = []
        self.ended: list[str] = []
        self.durable: DbosDurable | None = None

    def begin(self, name: str, steps: dict[str, Callable[[], Json]]) -> DbosDurable:
        """Let a process begin, which does these steps for every key."""
        made = DbosDurable(self.url, Liveness(self.database, name), attempts)
        made.work = lambda runner, key: self.work(runner, key, steps)
        made.open()
        self.durable = made
        return made

    def work(self, runner: Steps, key: str, steps: dict[str, Callable[[], Json]]) -> Json:
        try:
            for name, step in steps.items():
                runner.run(name, lambda name=name, step=step: self.do(key, name, step))  # type: ignore[misc]
        except Interrupted as why:
            self.ended.append(f"{key} {why.kind}")
            return {"later": why.kind}
        self.ended.append(key)
        return {"ended": key}

    def do(self, key: str, name: str, step: Callable[[], Json]) -> Json:
        brought = step()
        self.done.append(f"{key} {name}")
        return brought


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgres-server"))])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'durable.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_server").new_database()
    database = Database(url if request.param != "sqlite" else f"sqlite:///{tmp_path / 'store.sqlite3'}")
    made = Bench(database, url)
    yield made
    if made.durable is not None:
        made.durable.close(5)
    database.close()


def fine() -> Json:
    return {"ok": True}


def over(durable: DbosDurable) -> bool:
    """Whether the end of the work is noted, too."""
    status = durable.library.get_workflow_status("k")
    return status is not None and status.status == "SUCCESS"


def away() -> Json:
    raise EdgeError("the forge is away")


def test_the_steps_of_a_key_are_done_in_order_and_once(bench: Bench) -> None:
    durable = bench.begin("one", {"a": fine, "b": fine})
    durable.start("k")
    until(lambda: bench.ended == ["k"], what="the work ends")
    assert bench.done == ["k a", "k b"]
    until(lambda: durable.unfinished() == (), what="nothing is unfinished")


def test_what_must_be_done_later_goes_on_at_the_step_that_could_not_be_done(bench: Bench) -> None:
    world: dict[str, Callable[[], Json]] = {"a": fine, "b": away, "c": fine}
    durable = bench.begin("one", world)
    durable.start("k")
    until(lambda: bench.ended == ["k world"] and over(durable), what="it is put off")
    world["b"] = fine
    durable.start("k")
    until(lambda: bench.ended[1:] == ["k"], what="the work ends")
    assert bench.done == ["k a", "k b", "k c"]


def test_an_end_that_the_store_has_lost_is_worked_for_again(bench: Bench) -> None:
    durable = bench.begin("one", {"a": fine})
    durable.start("k")
    until(lambda: bench.ended == ["k"] and over(durable), what="the work ends")
    durable.start("k")
    until(lambda: bench.ended == ["k", "k"], what="it ends again")
    assert bench.done == ["k a", "k a"]


def test_a_process_that_ends_between_two_steps_leaves_them_to_the_next_one(bench: Bench) -> None:
    reached, may_go_on = threading.Event(), threading.Event()

    def slow() -> Json:
        reached.set()
        assert may_go_on.wait(30)
        return {}

    first = bench.begin("one", {"a": fine, "b": slow, "c": fine})
    first.start("k")
    assert reached.wait(30)
    threading.Timer(0.2, may_go_on.set).start()
    assert first.close(10)
    assert bench.done == ["k a", "k b"]
    second = bench.begin("two", {"a": fine, "b": fine, "c": fine})
    assert second.unfinished() == (("k", "one"),)
    assert second.is_gone("one")
    second.start("k")
    until(lambda: bench.ended == ["k"], what="the next one ends it")
    assert bench.done == ["k a", "k b", "k c"]


def test_work_that_is_given_up_is_gone_on_with_by_nobody(bench: Bench) -> None:
    durable = bench.begin("one", {"a": away})
    durable.cancel("k")
    durable.start("k")
    until(lambda: bench.ended == ["k world"] and over(durable), what="it is put off")
    durable.cancel("k")
    assert durable.unfinished() == ()


def test_what_ended_long_ago_is_forgotten(bench: Bench) -> None:
    durable = bench.begin("one", {"a": fine})
    durable.start("k")
    until(lambda: bench.ended == ["k"] and over(durable), what="the work ends")
    now = datetime.now(UTC)
    assert durable.prune(now - timedelta(hours=1)) == 0
    assert durable.prune(now + timedelta(hours=1)) == 1
    assert durable.library.get_workflow_status("k") is None


def test_the_library_speaks_to_nobody_outside(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.begin("one", {"a": fine})
    assert [type(handler).__name__ for handler in logging.getLogger("dbos").handlers] == ["_Listener"]
    monkeypatch.setenv("DBOS__CLOUD", "true")
    with pytest.raises(ContentError, match="DBOS__CLOUD is set"):
        DbosDurable(bench.url, Liveness(bench.database, "two"), attempts)


def test_a_damaged_file_is_left_as_it_is_for_a_person_to_decide(tmp_path: Path) -> None:
    path = tmp_path / "durable.sqlite3"
    path.write_bytes(b"no database at all\n" * 500)
    with pytest.raises(EdgeError, match="cannot be used: file is not a database; start the service again"):
        prepare_file(path)
    assert path.read_bytes() == b"no database at all\n" * 500
