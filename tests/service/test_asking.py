"""Asking a model: nothing is paid for twice, nothing is asked beyond the budget, a broken model is left alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from runwright import fault
from runwright.adapters.llm_openai import Endpoint, OpenAIModel
from runwright.adapters.store.answers import Answers
from runwright.adapters.store.database import Database
from runwright.adapters.store.migrate import upgrade
from runwright.errors import EdgeError
from runwright.model.asking import Budget, ModelSettings, Price
from runwright.model.question import Answer, Question
from runwright.service.asking import Asker, Held, KeptAnswers
from tests.support.model_server import ModelServer, Turn, length, model_server, status, text

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
QUESTION = Question(purpose="draft", template="draft/1", system="s", user="u", schema_name="draft", answer_schema={})

OPENED: list[Database] = []


class Desk:
    """An asker, its store, its server, and a clock that is set by hand."""

    def __init__(self, folder: Path, server: ModelServer, **limits: Any) -> None:
        self.now, self.server = START, server
        prices = {"big": Price(input=10.0, output=10.0), "small": Price()}
        budget = {"calls_per_day_per_runbook": 1000, "calls_per_hour_per_site": 1000, **limits}
        self.settings = ModelSettings(triage="small", draft="big", budget=Budget(**budget), prices=prices)
        self.folder = folder
        self.open()

    def open(self) -> None:
        """Begin, or begin again as a new process would."""
        self.database = Database(f"sqlite:///{self.folder}/asking.sqlite3")
        OPENED.append(self.database)
        upgrade(self.database)
        self.answers = Answers(self.database)
        model = OpenAIModel(Endpoint(self.server.url, None), self.settings, lambda: self.now)
        self.asker = Asker(model, self.answers, self.settings, lambda: self.now)

    def ask(self, number: int = 0, site: str = "north", runbook: str = "RB-LIN-SERVICE-001") -> Answer | Held:
        """Ask the question of that number."""
        return self.asker.ask(asks(number), runbook_id=runbook, site_id=site)

    def later(self, number: int = 0) -> float:
        """Ask, and expect to be sent away; the seconds to wait."""
        with pytest.raises(EdgeError) as caught:
            self.ask(number)
        assert caught.value.retry_after is not None
        return caught.value.retry_after

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.now += timedelta(seconds=seconds)


def asks(number: int = 0) -> Question:
    return QUESTION.model_copy(update={"user": f"question {number}"})


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server(otherwise=text("{}", usage=(100, 20))) as running:
        yield running


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


@pytest.fixture
def desk(tmp_path: Path, server: ModelServer) -> Desk:
    return Desk(tmp_path, server)


def reason(found: Answer | Held) -> str:
    assert isinstance(found, Held)
    return found.reason


def test_the_same_question_is_never_paid_for_twice(desk: Desk) -> None:
    first = desk.ask()
    desk.open()
    desk.wait(10**7)
    assert desk.ask() == first
    assert desk.server.calls == 1


def test_an_answer_of_no_use_is_not_paid_for_twice_either(desk: Desk) -> None:
    desk.server.say(length())
    first = desk.ask()
    assert isinstance(first, Answer)
    assert first.finish == "length"
    assert desk.ask() == first
    assert desk.server.calls == 1
    assert desk.answers.spent().output_tokens == 2000


def test_another_model_is_another_question(desk: Desk) -> None:
    desk.ask()
    changed = desk.settings.model_copy(update={"draft": "other", "prices": {}})
    model = OpenAIModel(Endpoint(desk.server.url, None), changed, lambda: desk.now)
    Asker(model, desk.answers, changed, lambda: desk.now).ask(asks(), runbook_id="r", site_id="s")
    assert desk.server.calls == 2


def test_what_was_asked_and_what_it_took_is_counted(desk: Desk) -> None:
    desk.ask(1)
    desk.ask(2)
    spent = desk.answers.spent()
    assert (spent.calls, spent.failed, spent.input_tokens, spent.output_tokens) == (2, 0, 200, 40)
    assert spent.cost_usd == pytest.approx(0.0024)
    assert spent.models == ("big",)


class Killed(BaseException):
    """The process ended."""


def test_a_kill_between_answer_and_store_repeats_one_call_and_the_count_shows_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(name: str) -> None:
        if name == "question_answered":
            raise Killed

    monkeypatch.setattr(fault._Trap, "spring", staticmethod(kill))
    with pytest.raises(Killed):
        desk.ask()
    monkeypatch.undo()
    desk.open()
    desk.ask()
    desk.ask()
    assert desk.server.calls == 2
    assert desk.answers.spent().calls == 2


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("calls_per_day", "24 hours"),
        ("calls_per_hour_per_site", "this site"),
        ("calls_per_day_per_site", "24 hours for this site"),
        ("calls_per_day_per_runbook", "this runbook"),
    ],
)
def test_the_budget_of_calls_holds_over_a_restart(tmp_path: Path, server: ModelServer, limit: str, words: str) -> None:
    desk = Desk(tmp_path, server, **{limit: 3})
    for number in range(3):
        assert isinstance(desk.ask(number), Answer)
    desk.open()
    assert words in reason(desk.ask(3))
    assert server.calls == 3
    assert isinstance(desk.ask(0), Answer)  # what was answered stays to be had


def test_the_budget_is_free_again_when_its_time_is_over(tmp_path: Path, server: ModelServer) -> None:
    desk = Desk(tmp_path, server, calls_per_hour_per_site=1)
    desk.ask(1)
    assert isinstance(desk.ask(2), Held)
    desk.wait(3601)
    assert isinstance(desk.ask(2), Answer)


def test_one_site_takes_nothing_from_another(tmp_path: Path, server: ModelServer) -> None:
    desk = Desk(tmp_path, server, calls_per_hour_per_site=2)
    assert [isinstance(desk.ask(number, "loud"), Answer) for number in range(5)] == [True, True, False, False, False]
    assert isinstance(desk.ask(9, "quiet"), Answer)


def test_no_site_uses_up_the_day_of_the_others_hour_by_hour(tmp_path: Path, server: ModelServer) -> None:
    desk = Desk(tmp_path, server, calls_per_day=4, calls_per_hour_per_site=1, calls_per_day_per_site=2)
    for number in range(4):
        desk.ask(number, "loud")
        desk.wait(3601)
    assert server.calls == 2
    assert isinstance(desk.ask(9, "quiet"), Answer)


def test_the_budget_of_money_counts_what_a_question_can_cost_at_most(tmp_path: Path, server: ModelServer) -> None:
    desk = Desk(tmp_path, server, usd_per_day=0.0201)
    assert isinstance(desk.ask(1), Answer)  # at most 2,000 tokens of answer: 0.02 USD; it took 0.0012
    assert "USD" in reason(desk.ask(2))
    assert server.calls == 1


def test_no_budget_at_all_asks_nothing(tmp_path: Path, server: ModelServer) -> None:
    assert "budget" in reason(Desk(tmp_path, server, calls_per_day=0).ask())
    assert server.calls == 0


def test_many_at_once_stay_within_the_budget(tmp_path: Path, server: ModelServer) -> None:
    desk = Desk(tmp_path, server, calls_per_day=5)
    found: list[Answer | Held] = []
    threads = [threading.Thread(target=lambda number=number: found.append(desk.ask(number))) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(isinstance(one, Answer) for one in found) == server.calls == 5


@pytest.mark.parametrize("turn", [status(429), status(500), status(503)])
def test_a_question_is_tried_three_times_with_growing_pauses_and_no_sleep(desk: Desk, turn: Turn) -> None:
    desk.server.say(turn, turn, turn)
    assert desk.later() == 2.0
    desk.wait(2)
    assert desk.later() == 4.0
    desk.wait(4)
    assert "3 times in vain" in reason(desk.ask())
    assert "3 times in vain" in reason(desk.ask())
    assert desk.server.calls == 3


def test_who_comes_back_too_soon_is_sent_away_without_a_call(desk: Desk) -> None:
    desk.server.say(status(429, "30"))
    assert desk.later() == 30.0
    desk.wait(10)
    assert desk.later() == 20.0
    assert desk.server.calls == 1
    desk.wait(20)
    assert isinstance(desk.ask(), Answer)


def test_a_model_that_wants_to_be_left_alone_for_long_is_done_without(desk: Desk) -> None:
    desk.server.say(status(429, "86400"))
    assert "left alone" in reason(desk.ask())
    assert "left alone" in reason(desk.ask())
    assert desk.server.calls == 1


@pytest.mark.parametrize("wait", ["-5", "1e999", "nan", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_wait_that_is_none_does_no_harm(desk: Desk, wait: str) -> None:
    desk.server.say(status(503, wait))
    assert desk.later() == 2.0


def test_a_wait_without_end_is_not_waited_for(desk: Desk) -> None:
    desk.server.say(status(503, "9" * 400))
    assert "left alone" in reason(desk.ask())


def test_a_refused_key_is_not_tried_again_at_once(desk: Desk) -> None:
    desk.server.say(status(401))
    assert "key" in reason(desk.ask())
    assert desk.server.calls == 1


def test_the_breaker_opens_after_five_failures_and_lets_one_question_through_after_five_minutes(desk: Desk) -> None:
    desk.server.say(*[status(401)] * 6)
    for number in range(5):
        desk.ask(number)
    assert "5 times in a row" in reason(desk.ask(6))
    desk.open()
    desk.wait(299)
    assert "5 times in a row" in reason(desk.ask(6))
    assert desk.server.calls == 5
    desk.wait(2)
    assert "key" in reason(desk.ask(7))  # half-open: it fails, and the breaker is open again
    assert "5 times in a row" in reason(desk.ask(8))
    desk.wait(301)
    assert isinstance(desk.ask(9), Answer)
    assert isinstance(desk.ask(10), Answer)
    assert desk.server.calls == 8


def test_a_success_in_between_keeps_the_breaker_closed(desk: Desk) -> None:
    desk.server.say(*[status(401)] * 4, text("{}"), *[status(401)] * 4)
    for number in range(9):
        desk.ask(number)
    assert isinstance(desk.ask(10), Answer)


def test_kept_answers_answer_what_was_asked_and_nothing_else(desk: Desk) -> None:
    found = desk.ask(1)
    assert isinstance(found, Answer)
    kept = KeptAnswers({found.question: found}, desk.settings)
    assert kept.ask(asks(1), runbook_id="r", site_id="s") == found
    assert "kept" in reason(kept.ask(asks(2), runbook_id="r", site_id="s"))
