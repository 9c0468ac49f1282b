"""A clock that is put back by a day: what looks every minute goes on looking every minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from runwright.service.ports import Cases, Durable, Results, Stewardship
from runwright.service.sorting import Sorter
from runwright.service.stewarding import Steward
from runwright.service.thinking import Thinker
from runwright.service.worker import BacklogWorker
from tests.support.until import until

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Hands:
    """Stands at every port that is of no account here, and counts what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.owner, self.stopping = "here", self
        self.arrivals = self

    def __getattr__(self, name: str) -> Callable[..., Any]:
        empty: dict[str, Any] = {
            "tidy": (),
            "claim": (),
            "under_way": (),
            "unfinished": (),
            "sort_some": False,
            "close": True,
        }

        def asked(*_given: object, **_named: object) -> Any:
            self.asked.append(name)
            return empty.get(name)

        return asked


def test_open_requests_are_looked_after_when_the_clock_was_put_back() -> None:
    now, hands = [START], Hands()
    steward = Steward(cast(Stewardship, hands), cast(Results, hands), lambda: now[0])
    for moment in (START, START + timedelta(seconds=1), START - timedelta(days=1), START - timedelta(hours=23)):
        now[0] = moment
        steward.look()
    assert hands.asked.count("tidy") == 3


def test_what_a_dead_process_left_is_looked_for_when_the_clock_was_put_back() -> None:
    now, hands = [START], Hands()
    worker = BacklogWorker(
        cast(Sorter, hands), cast(Cases, hands), cast(Thinker, hands), cast(Durable, hands), lambda: now[0]
    )
    worker.start()
    until(lambda: "under_way" in hands.asked, what="it has looked once")
    now[0] = START - timedelta(days=1)
    worker.wake()
    until(lambda: hands.asked.count("under_way") == 2, what="it looks again")
    assert worker.stop(30)
