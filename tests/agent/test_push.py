"""The queue reaches the service in order, once, and no answer of the service stops it for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.agent_store import AgentRecords, open_store
from runwright.adapters.http_service import ServiceClient
from runwright.agent.push import Pusher, back_off
from tests.support.hand_clock import HandClock
from tests.support.service_player import Answer, ServicePlayer, playing_service


class Sender:
    """A pusher on a real file and a real service; its chance is always the largest delay."""

    def __init__(self, folder: Path, service: ServicePlayer, clock: HandClock, chance: float = 0.0) -> None:
        self.clock, self.events = clock, list[tuple[str, Mapping[str, Any]]]()
        self.records, self.outbox = open_store(folder, clock.now())
        client = ServiceClient(service.url, lambda: "token")
        tell = lambda event, fields: self.events.append((event, fields))  # noqa: E731  # one line
        self.pusher = Pusher(self.outbox, self.records, client, clock, tell, lambda: chance)
        OPEN.append(self.records)

    def put(self, *keys: str) -> None:
        for key in keys:
            self.outbox.put("execution", key, f'{{"execution": {{"execution_id": "{key}"}}}}', self.clock.now())

    def told(self) -> list[str]:
        return [event for event, _ in self.events]


OPEN: list[AgentRecords] = []


@pytest.fixture(autouse=True)
def _closed_afterwards() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


@pytest.fixture
def service() -> Iterator[ServicePlayer]:
    with playing_service() as service:
        yield service


@pytest.fixture
def sender(tmp_path: Path, service: ServicePlayer) -> Sender:
    return Sender(tmp_path, service, HandClock())


def ids(service: ServicePlayer) -> list[str]:
    return [execution["execution_id"] for execution in service.executions()]


def test_messages_arrive_in_order_and_the_queue_is_empty(sender: Sender, service: ServicePlayer) -> None:
    sender.put("a", "b", "c")
    sender.pusher.push()
    assert ids(service) == ["a", "b", "c"]
    assert sender.outbox.queue().depth == 0
    assert [fields["execution_id"] for _, fields in sender.events] == ["a", "b", "c"]
    assert sender.pusher.next_in() is None


def test_the_back_off_doubles_to_an_hour() -> None:
    minutes = [back_off(failures, 0.0).total_seconds() / 60 for failures in range(9)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert back_off(10_000, 0.0) == timedelta(hours=1)


@pytest.mark.parametrize("failures", range(12))
def test_chance_shortens_the_wait_by_a_tenth_at_most(failures: int) -> None:
    longest, shortest = back_off(failures, 0.0), back_off(failures, 1.0)
    assert shortest == longest * 0.9
    assert longest <= timedelta(minutes=60)


def test_a_service_that_is_away_is_tried_again_later_and_later(sender: Sender, service: ServicePlayer) -> None:
    sender.put("a", "b")
    for minutes in (1, 2, 4, 8):
        service.script.append(Answer(503, b"{}"))
        sender.pusher.push()
        assert sender.pusher.next_in() == minutes * 60
        sender.clock.move(minutes=minutes, seconds=-1)
        sender.pusher.push()
        sender.clock.move(1)
    assert ids(service) == ["a"] * 4
    sender.pusher.push()
    assert ids(service) == ["a"] * 5 + ["b"]


def test_a_success_resets_the_back_off(sender: Sender, service: ServicePlayer) -> None:
    sender.put("a")
    service.script.extend([Answer(500), Answer(500)])
    for _ in range(3):
        sender.pusher.push()
        sender.clock.move(hours=1)
    sender.put("b")
    service.script.append(Answer(500))
    sender.pusher.push()
    assert sender.pusher.next_in() == 60


def test_the_back_off_and_the_queue_outlive_the_agent(sender: Sender, service: ServicePlayer, tmp_path: Path) -> None:
    sender.put("a", "b")
    service.script.extend([Answer(503), Answer(503)])
    sender.pusher.push()
    sender.clock.move(minutes=1)
    sender.pusher.push()
    again = Sender(tmp_path, service, sender.clock)
    assert again.pusher.next_in() == 120
    again.pusher.push()
    assert len(service.requests) == 2
    again.clock.move(minutes=2)
    again.pusher.push()
    assert ids(service) == ["a", "a", "a", "b"]


def test_a_longer_retry_after_wins_and_a_shorter_one_does_not(sender: Sender, service: ServicePlayer) -> None:
    sender.put("a")
    service.script.append(Answer(429, b"{}", {"Retry-After": "600"}))
    sender.pusher.push()
    assert sender.pusher.next_in() == 600
    sender.clock.move(600)
    service.script.append(Answer(503, b"{}", {"Retry-After": "5"}))
    sender.pusher.push()
    assert sender.pusher.next_in() == 120


def test_a_service_that_asks_for_years_is_asked_again_after_a_day(sender: Sender, service: ServicePlayer) -> None:
    sender.put("a")
    service.script.append(Answer(503, b"{}", {"Retry-After": "999999999999"}))
    sender.pusher.push()
    assert sender.pusher.next_in() == 86400


@pytest.mark.parametrize("status", [400, 404, 409, 410, 413, 422])
def test_what_the_service_never_takes_is_put_aside_and_blocks_nothing(
    sender: Sender, service: ServicePlayer, status: int
) -> None:
    sender.put("bad", "good")
    service.script.append(Answer(status, b'{"error": "$.execution: expected an object"}'))
    sender.pusher.push()
    assert ids(service) == ["bad", "good"]
    assert sender.told() == ["push_rejected", "pushed"]
    assert sender.events[0][1]["reason"] == f"status {status}: $.execution: expected an object"
    assert (sender.outbox.queue().depth, sender.outbox.queue().rejected) == (0, 1)


@pytest.mark.parametrize("status", [301, 307, 401, 403, 408, 429, 500, 502, 503, 504])
def test_what_may_change_keeps_the_queue(sender: Sender, service: ServicePlayer, status: int) -> None:
    sender.put("a", "b")
    service.script.append(Answer(status))
    sender.pusher.push()
    assert ids(service) == ["a"]
    assert (sender.outbox.queue().depth, sender.outbox.queue().rejected) == (2, 0)
    assert sender.told() == ["push_failed"]


def test_a_clock_set_back_by_years_does_not_silence_the_agent(sender: Sender, service: ServicePlayer) -> None:
    sender.put("a")
    service.script.append(Answer(503))
    sender.pusher.push()
    sender.clock.move(days=-900)
    sender.pusher.push()
    assert ids(service) == ["a", "a"]


def test_an_agent_that_is_stopping_sends_nothing_more(sender: Sender, service: ServicePlayer) -> None:
    sender.put("a")
    sender.clock.stop = True
    sender.pusher.push()
    assert service.requests == []


def test_a_body_that_was_damaged_on_the_disk_blocks_nothing(sender: Sender, service: ServicePlayer) -> None:
    sender.put("bad", "good")
    service.script.append(Answer(400, b'{"error": "$: not valid JSON"}'))
    with sender.records._database.change() as change:
        change.execute("UPDATE outbox SET body = '[1, \"damaged\"]' WHERE key = 'bad'")
    sender.pusher.push()
    assert sender.told() == ["push_rejected", "pushed"]
