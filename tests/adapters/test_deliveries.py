"""Deliveries in the store: each counts once; a pause outlives the process. On SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runwright.adapters.store.database import Database
from runwright.adapters.store.deliveries import KEPT, Deliveries, Pauses
from runwright.adapters.store.migrate import upgrade
from runwright.model.delivery import Delivery

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MERGED = Delivery("a-1", "pull_request", "closed", "acme/runbooks", (7,), "5" * 40)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    upgrade(made)
    yield made
    made.close()


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_a_delivery_is_taken_once_whatever_it_says_the_second_time(database: Database) -> None:
    deliveries = Deliveries(database)
    assert deliveries.take(MERGED, NOW) == "accepted"
    assert deliveries.take(MERGED, later(1)) == "duplicate"
    assert deliveries.take(replace(MERGED, numbers=(8,), action="opened"), later(2)) == "duplicate"


def test_the_hooks_of_the_app_and_of_the_repository_tell_of_one_event_once(database: Database) -> None:
    deliveries = Deliveries(database)
    assert deliveries.take(MERGED, NOW) == "accepted"
    assert deliveries.take(replace(MERGED, id="b-1"), NOW) == "duplicate"
    assert deliveries.take(replace(MERGED, id="b-1"), NOW) == "duplicate"
    assert deliveries.take(replace(MERGED, id="c-1", action="labeled"), NOW) == "accepted"
    assert deliveries.heed(NOW) == 2


def test_what_happens_again_after_it_was_heeded_is_no_duplicate(database: Database) -> None:
    deliveries = Deliveries(database)
    deliveries.take(MERGED, NOW)
    assert deliveries.heed(later(1)) == 1
    assert deliveries.take(replace(MERGED, id="b-1"), later(2)) == "accepted"
    assert deliveries.heed(later(1)) == 0, "what came after the look began is not heeded by it"
    assert deliveries.heed(later(2)) == 1


def test_of_many_at_once_one_is_accepted(database: Database) -> None:
    deliveries = Deliveries(database)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: deliveries.take(MERGED, NOW), range(64)))
    assert answers.count("accepted") == 1


def test_a_delivery_is_forgotten_when_it_cannot_come_again(database: Database) -> None:
    deliveries = Deliveries(database)
    deliveries.take(MERGED, NOW)
    deliveries.prune(NOW + KEPT)
    assert deliveries.take(MERGED, NOW + KEPT) == "duplicate"
    deliveries.prune(NOW + KEPT + timedelta(seconds=1))
    assert deliveries.take(MERGED, NOW + KEPT) == "accepted"


def test_a_pause_is_kept_and_a_shorter_one_does_not_end_it(database: Database) -> None:
    pauses = Pauses(database)
    assert pauses.until("github") is None
    pauses.pause("github", later(30), "too many requests")
    pauses.pause("github", later(1), "again")
    assert Pauses(Database(str(database.engine.url))).until("github") == later(30)
    pauses.pause("github", later(60), "again")
    assert (pauses.until("github"), pauses.until("another")) == (later(60), None)
