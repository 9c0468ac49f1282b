"""Keeping up with a hosted repository: a hint has it looked at, and without any hint it comes to the same in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from runwright.adapters.store.database import Database
from runwright.adapters.store.deliveries import Deliveries
from runwright.adapters.store.migrate import upgrade
from runwright.errors import EdgeError
from runwright.model.delivery import Delivery
from runwright.service.gathering import MOST
from runwright.service.reconciling import EVERY, FETCHED_EVERY, SPARE, TALK, Known, Reconciler

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class World:
    """A hosting service that notes what it is asked."""

    fetched: int = 0
    forgotten: list[int | None] = field(default_factory=list)
    away: bool = False
    now: datetime = START

    def refresh(self) -> bool:
        """Fetch."""
        if self.away:
            raise EdgeError("it is away")
        self.fetched += 1
        return False

    def stale(self, number: int | None) -> None:
        """Forget."""
        self.forgotten.append(number)


@pytest.fixture
def deliveries(tmp_path: Path) -> Iterator[Deliveries]:
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    upgrade(database)
    yield Deliveries(database)
    database.close()


def made(world: World, deliveries: Deliveries) -> Reconciler:
    return Reconciler(Known(world, world, deliveries), clock=lambda: world.now)


def hint(*numbers: int, event: str = "pull_request") -> Delivery:
    return Delivery(f"{event}-{numbers}", event, "edited", "acme/runbooks", numbers)


def talk(*numbers: int) -> Delivery:
    return hint(*numbers, event="issue_comment")


def test_at_the_start_everything_is_read_anew_and_then_every_ten_minutes(deliveries: Deliveries) -> None:
    world = World()
    keeper = made(world, deliveries)
    assert keeper.keep_up(START)
    assert (world.fetched, world.forgotten) == (1, [None])
    assert not keeper.keep_up(START + timedelta(seconds=1))
    assert keeper.keep_up(START + EVERY)
    assert (world.fetched, world.forgotten) == (2, [None, None])


def test_the_mirror_is_fetched_more_often_than_everything_is_forgotten(deliveries: Deliveries) -> None:
    world = World()
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    keeper.keep_up(START + FETCHED_EVERY)
    assert (world.fetched, world.forgotten) == (2, [None])


def test_a_hint_wakes_and_has_looked_at_what_it_names_once(deliveries: Deliveries) -> None:
    world, woken = World(), []
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    keeper.wake = lambda: woken.append(1)
    for one in (hint(7), hint(8), hint(7)):
        keeper.note(one)
    assert len(woken) == 2, "who is awake need not be woken"
    assert world.forgotten == [None, 7, 8], "whoever reads now reads anew"
    world.forgotten.clear()
    assert keeper.keep_up(START + timedelta(seconds=1))
    assert world.forgotten == [7, 8]
    assert not keeper.keep_up(START + timedelta(seconds=2))


@pytest.mark.parametrize("event", ["push", "check_suite", "workflow_run"])
def test_what_is_about_commits_alone_has_the_mirror_fetched_and_forgets_no_pull_request(
    deliveries: Deliveries, event: str
) -> None:
    world = World()
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    keeper.note(hint(event=event))
    keeper.keep_up(START + timedelta(seconds=1))
    assert (world.fetched, world.forgotten) == (2, [None])


def test_a_hint_that_names_no_pull_request_forgets_them_all(deliveries: Deliveries) -> None:
    world = World()
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    keeper.note(hint(event="installation"))
    keeper.note(hint(7))
    world.forgotten.clear()
    keeper.keep_up(START + timedelta(seconds=1))
    assert world.forgotten == [None]


def test_in_whatever_order_hints_come_the_same_is_looked_at(deliveries: Deliveries) -> None:
    looked = set()
    for order in permutations([hint(1), hint(2), hint(3), hint(event="push"), hint(2)]):
        world = World()
        keeper = made(world, deliveries)
        keeper.keep_up(START)
        for one in order:
            keeper.note(one)
        world.forgotten.clear()
        keeper.keep_up(START + timedelta(seconds=1))
        looked.add((world.fetched, tuple(world.forgotten)))
    assert looked == {(2, (1, 2, 3))}


def test_a_mirror_that_cannot_be_fetched_is_told_of_and_fetched_with_the_next_look(deliveries: Deliveries) -> None:
    world = World(away=True)
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    assert keeper.trouble() == "it is away"
    world.away = False
    keeper.keep_up(START + timedelta(seconds=5))
    assert (world.fetched, keeper.trouble()) == (1, None)


def test_deliveries_that_a_killed_process_left_are_heeded_by_the_next_one(deliveries: Deliveries) -> None:
    deliveries.take(hint(7), START)
    made(World(), deliveries).keep_up(START + timedelta(seconds=5))
    assert deliveries.heed(START + timedelta(minutes=1)) == 0


def test_a_clock_that_jumps_back_stops_no_look(deliveries: Deliveries) -> None:
    world = World()
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    assert keeper.keep_up(START - timedelta(days=1))


# Many hints.


def flooded(world: World, keeper: Reconciler, delivery: Delivery, seconds: int) -> None:
    """Have the same told ten times a second, and the steward look whenever something is due."""
    for tick in range(seconds * 10):
        world.now = START + timedelta(seconds=tick / 10)
        keeper.note(delivery)
        if not keeper.left(world.now):
            keeper.keep_up(world.now)


@pytest.mark.parametrize("delivery", [talk(7), hint(7), hint(event="push"), hint(event="installation"), talk(3, 4, 5)])
def test_a_flood_of_hints_is_a_few_looks(deliveries: Deliveries, delivery: Delivery) -> None:
    world, woken = World(), []
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    keeper.wake = lambda: woken.append(1)
    flooded(world, keeper, delivery, 300)
    most = 10 if delivery.event in TALK else 10 + SPARE
    assert world.fetched <= most
    assert len(world.forgotten) <= 2 * most * max(len(delivery.numbers), 1)
    assert len(woken) <= most


def test_what_becomes_of_a_proposal_waits_for_no_talk_about_it(deliveries: Deliveries) -> None:
    world = World()
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    flooded(world, keeper, talk(7), 60)
    for seconds in range(61, 61 + SPARE):
        world.now = START + timedelta(seconds=seconds)
        world.forgotten.clear()
        keeper.note(hint(7))
        assert world.forgotten == [7]
        assert keeper.left(world.now) == timedelta()
        assert keeper.keep_up(world.now)


def test_the_last_hint_of_a_flood_is_looked_at_without_another_one(deliveries: Deliveries) -> None:
    world = World()
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    flooded(world, keeper, talk(7), 300)
    world.forgotten.clear()
    left = keeper.left(world.now)
    assert left is not None
    assert timedelta() < left <= MOST
    assert not keeper.keep_up(world.now + left - timedelta(seconds=1))
    assert world.forgotten == []
    assert keeper.keep_up(world.now + left)
    assert world.forgotten == [7]
    assert keeper.left(world.now + left) is None


def test_a_flood_about_one_holds_up_no_hint_about_another(deliveries: Deliveries) -> None:
    world = World()
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    flooded(world, keeper, talk(7), 120)
    world.forgotten.clear()
    keeper.note(hint(8))
    assert world.forgotten == [8]
    assert keeper.keep_up(world.now)
    assert world.forgotten == [8, 8]


def test_after_a_while_of_peace_the_first_hint_counts_at_once_again(deliveries: Deliveries) -> None:
    world = World()
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    flooded(world, keeper, talk(7), 300)
    world.now += 3 * MOST
    keeper.keep_up(world.now)
    world.now += 3 * MOST
    world.forgotten.clear()
    keeper.note(talk(7))
    assert world.forgotten == [7]
    assert keeper.keep_up(world.now)


def test_hints_about_thousands_of_pull_requests_are_one_about_all(deliveries: Deliveries) -> None:
    world = World()
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    for number in range(1, 5000):
        keeper.note(hint(number))
    world.forgotten.clear()
    keeper.keep_up(START + timedelta(seconds=1))
    assert world.forgotten == [None]


def test_what_waits_is_looked_at_with_everything_and_by_a_clock_that_jumped_back(deliveries: Deliveries) -> None:
    world = World()
    keeper = made(world, deliveries)
    keeper.keep_up(START)
    flooded(world, keeper, talk(7), 60)
    assert keeper.keep_up(START - timedelta(days=1))
    assert keeper.left(START - timedelta(days=1)) is None
