"""A model that fails in every way there is: no failure waits for it, calls are bounded, no answer is paid for twice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.faults import Agents, Replica, await_done, failure, trial, verdict, workload
from tests.support.model_answers import good_draft, good_triage
from tests.support.model_server import (
    GARBAGE,
    NO_CHOICE,
    NO_JSON,
    Asked,
    ModelServer,
    Said,
    Turn,
    answer,
    filtered,
    length,
    model_server,
    refusal,
    sent,
    status,
    text,
)
from tests.support.until import until

TROUBLES: dict[str, Turn] = {
    "too many requests, and when to come back": status(429, "1"),
    "too many requests": status(429),
    "an error of the server": status(500),
    "a server that is away": status(503),
    "a key that is not known": status(401),
    "half a body": sent("cut", good_draft()),
    "a connection that is reset": sent("reset", good_draft()),
    "a body without an end": sent("endless", good_draft()),
    "a page instead of an answer": GARBAGE,
    "half of a JSON": NO_JSON,
    "no choice": NO_CHOICE,
    "an answer that was cut off": length(),
    "a refusal": refusal(),
    "an answer that was held back": filtered(),
    "no JSON in it": text("I would start the database first."),
    "another JSON": answer({"steps": "all"}),
    "an empty answer": text(""),
}
TRIES = 3
"""How often one question is asked at most while there is no answer."""


def well(asked: Asked) -> Said:
    """Answer every question as it should be."""
    return (good_triage() if "triage" in asked.schema_name else good_draft())(asked)


@contextmanager
def with_model(folder: Path, otherwise: Turn, causes: int) -> Iterator[tuple[Replica, Agents, ModelServer]]:
    """Give a service that asks a model."""
    with model_server(otherwise=otherwise) as model, trial(folder, causes=causes) as (replica, agents):
        replica.more = model.environment
        yield replica, agents, model


def noted(replica: Replica) -> int:
    """How many calls the service has counted."""
    return int(replica.rows("select count(*) from model_calls")[0][0])


def test_a_failure_that_comes_ten_times_asks_once(tmp_path: Path) -> None:
    with with_model(tmp_path, well, causes=1) as (replica, agents, model):
        replica.start()
        agents.send([failure(0, f"exec-{number}") for number in range(10)], threads=4)
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []
        assert (model.calls, noted(replica)) == (1, 1)


@pytest.mark.parametrize(
    ("point", "calls", "counted"),
    [
        ("question_noted", 1, 2),  # never asked, and counted all the same: nobody can know
        ("question_answered", 2, 2),  # between the answer and its store: one call is repeated
        ("answer_stored", 1, 1),
        ("step_done/draft", 1, 1),
        ("step_stored/draft", 1, 1),
    ],
)
def test_a_stored_answer_is_never_paid_for_again(tmp_path: Path, point: str, calls: int, counted: int) -> None:
    with with_model(tmp_path, well, causes=1) as (replica, agents, model):
        replica.start(point)
        agents.send([failure(0, "exec-1")])
        until(lambda: not replica.alive(), timeout=60, what="it is killed")
        replica.end()
        agents.send([failure(0, f"exec-more-{number}") for number in range(5)])
        replica.start()
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []
        assert (model.calls, noted(replica)) == (calls, counted)


def test_a_model_in_every_kind_of_trouble_holds_no_failure_up(tmp_path: Path) -> None:
    chance = random.Random(14)
    kinds = list(TROUBLES.values())

    def troubled(asked: Asked) -> Said:
        return (chance.choice([*kinds, well, well, well]))(asked)

    with with_model(tmp_path, troubled, causes=20) as (replica, agents, model):
        replica.start()
        agents.send(workload(chance, range(20), each=2))
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []
        assert model.calls >= len({one.digest for one in model.asked})
        assert max(model.repeated().values()) <= TRIES


def test_a_model_that_only_fails_is_soon_left_alone(tmp_path: Path) -> None:
    with with_model(tmp_path, status(500), causes=12) as (replica, agents, model):
        replica.start()
        agents.send(workload(random.Random(15), range(12), each=1))
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []
        assert model.calls <= 5 + 4  # five failures open the breaker; four questions may be under way just then
        assert noted(replica) == model.calls


def test_with_a_model_killed_at_random_points_no_answer_is_paid_for_twice(tmp_path: Path) -> None:
    chance = random.Random(16)
    with with_model(tmp_path, well, causes=10) as (replica, agents, model):
        for life in range(10):
            agents.send(workload(chance, [life], each=2))
            replica.start(f"*:{chance.randint(3, 30)}")
            until(lambda: not replica.alive() or replica.is_done(agents), timeout=60, what="it is killed or done")
            replica.kill()
        replica.start()
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []
        ((answered,),) = replica.rows("select count(*) from model_calls where ended_at is not null")
        assert len(model.repeated()) == int(answered) == 10  # each question was answered and stored once
        assert model.calls <= noted(replica)  # what was asked again had been noted, and its process had ended
