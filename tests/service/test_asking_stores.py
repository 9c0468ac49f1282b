"""The ledger of calls on each kind of store: the same budget, the same answers, whoever asks at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runwright.adapters.store.answers import Answers
from runwright.adapters.store.database import Database
from runwright.adapters.store.migrate import upgrade
from runwright.model.asking import Call, Held, Noted, Spending
from runwright.model.question import Answer, Usage
from runwright.service.asking import Ledger
from runwright.service.once import OnceLedger

if TYPE_CHECKING:
    from tests.support.postgres import Postgres

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Ledger]:
    yield from _ledger(f"sqlite:///{tmp_path}/asking.sqlite3")


@pytest.fixture
def postgres(postgres_server: Postgres) -> Iterator[Ledger]:
    yield from _ledger(postgres_server.new_database())


@pytest.fixture
def once() -> Ledger:
    return OnceLedger()


def _ledger(url: str) -> Iterator[Ledger]:
    database = Database(url)
    upgrade(database)
    yield Answers(database)
    database.close()


@pytest.fixture(
    params=["once", "sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres-server"))],
)
def ledger(request: pytest.FixtureRequest) -> Ledger:
    found: Ledger = request.getfixturevalue(request.param)
    return found


def call(number: int = 0, site: str = "north", runbook: str = "RB-A", at: datetime = NOW, usd: float = 0.5) -> Call:
    return Call(f"{number:064}", "big", "draft", site, runbook, at, usd)


def begun(ledger: Ledger, one: Call) -> int:
    noted = ledger.begin(one, lambda _spent: None)
    assert isinstance(noted, Noted)
    return noted.number


def spending(ledger: Ledger, one: Call) -> Spending:
    seen: list[Spending] = []

    def look(spent: Spending) -> Held:
        seen.append(spent)
        return Held("only looking")

    assert ledger.begin(one, look) == Held("only looking")
    return seen[0]


def answer(number: int = 0, at: datetime = NOW) -> Answer:
    usage = Usage(input_tokens=10, output_tokens=5, cost_usd=0.25)
    return Answer(question=f"{number:064}", model="big", text="{}", usage=usage, answered_at=at)


def test_an_answer_is_kept_and_the_first_one_stays(ledger: Ledger) -> None:
    first, second = begun(ledger, call()), begun(ledger, call())
    ledger.answered(first, answer())
    ledger.answered(second, answer().model_copy(update={"text": "other"}))
    assert ledger.stored(f"{0:064}") == answer()
    assert ledger.stored(f"{1:064}") is None


def test_calls_are_counted_by_day_by_site_and_by_runbook(ledger: Ledger) -> None:
    begun(ledger, call(1, at=NOW - timedelta(hours=25)))
    begun(ledger, call(2, at=NOW - timedelta(hours=2)))
    begun(ledger, call(3, site="south"))
    begun(ledger, call(4, runbook="RB-B"))
    spent = spending(ledger, call(5))
    assert (spent.calls_last_day, spent.calls_last_hour_of_site, spent.calls_last_day_of_runbook) == (3, 1, 2)
    assert spent.calls_last_day_of_site == 2


def test_a_call_costs_the_most_it_can_until_its_answer_is_there(ledger: Ledger) -> None:
    number = begun(ledger, call(1))
    assert spending(ledger, call(2)).usd_last_day == 0.5
    ledger.answered(number, answer(1))
    assert spending(ledger, call(2)).usd_last_day == 0.25
    ledger.failed(begun(ledger, call(3)), NOW, "status 500", NOW)
    assert spending(ledger, call(2)).usd_last_day == 0.25


def test_the_tries_of_a_question_and_the_latest_calls_are_told(ledger: Ledger) -> None:
    ledger.failed(begun(ledger, call(1)), NOW, "status 500", NOW + timedelta(seconds=2))
    under_way = begun(ledger, call(2))
    spent = spending(ledger, call(1))
    assert [(one.failed, one.reason, one.not_before) for one in spent.tries] == [
        (True, "status 500", NOW + timedelta(seconds=2))
    ]
    assert [(one.failed, one.ended_at is None) for one in spent.latest] == [(False, True), (True, False)]
    noted = ledger.begin(call(1), lambda _spent: None)
    assert isinstance(noted, Noted)
    assert (noted.failed_before, noted.number != under_way) == (1, True)


def _all_at_once(work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres-server"))])
def test_no_call_gets_between_the_look_and_the_note(kind: str, request: pytest.FixtureRequest) -> None:
    ledger: Ledger = request.getfixturevalue(kind)
    found: list[object] = []

    def at_most_three(spent: Spending) -> Held | None:
        return Held("enough") if spent.calls_last_day >= 3 else None

    _all_at_once(lambda number: found.append(ledger.begin(call(number), at_most_three)))
    assert sum(isinstance(one, Noted) for one in found) == 3
    assert len(found) == 12
