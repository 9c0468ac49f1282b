"""`kill -9` at every step's boundary and inside every step: nothing is lost, nothing is opened twice.

After each test the whole history is checked (tests/support/history.py): every execution that was acknowledged has
come to its end, and every cause of failure has exactly one pull request.
"""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest

from tests.support.faults import Agents, Replica, await_done, trial, verdict, workload
from tests.support.until import until

LIVES = 14
"""Kills of one seed; with those of a recovery there are at least fifty random ones."""
PASSAGES = 28
"""How many points are passed at the least until a new failure has come to its end."""


def lived(replica: Replica, agents: Agents, plan: str = "") -> None:
    """Live until killed by the plan or all is done; what still lives then is killed as well."""
    replica.start(plan)
    until(lambda: not replica.alive() or replica.is_done(agents), timeout=60, what="it is killed or all is done")
    replica.kill()


def healed(replica: Replica, agents: Agents) -> None:
    """Live without faults until all is done, and check everything."""
    replica.start()
    await_done(replica, agents)
    assert verdict(replica, agents.history) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_at_random_points_nothing_is_lost_and_nothing_is_doubled(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with trial(tmp_path) as (replica, agents):
        for life in range(LIVES):
            agents.send(workload(chance, [life], each=3))
            lived(replica, agents, f"*:{chance.randint(1, PASSAGES)}")
        healed(replica, agents)
        assert len(replica.faults()) == LIVES


def test_killed_at_each_point_that_there_is_nothing_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    chance = random.Random(0)
    with trial(tmp_path, causes=60) as (replica, agents):
        agents.send(workload(chance, [0], each=2))
        replica.start("trace@*")
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []
        replica.kill()
        points = list(dict.fromkeys(replica.faults("trace")))
        for number, point in enumerate(points, start=1):
            agents.send(workload(chance, [number], each=2))
            replica.start(point)
            until(lambda: not replica.alive(), timeout=60, what="it is killed")
            replica.end()
        healed(replica, agents)
        assert replica.faults() == points
        assert len(points) >= 15


def test_killed_while_it_recovers_from_a_kill_it_recovers(tmp_path: Path) -> None:
    chance = random.Random(4)
    with trial(tmp_path) as (replica, agents):
        for life in range(5):
            agents.send(workload(chance, [life], each=3))
            lived(replica, agents, f"*:{chance.randint(5, PASSAGES)}")
            for _ in range(2):
                lived(replica, agents, f"*:{chance.randint(1, 6)}")
        healed(replica, agents)
        assert len(replica.faults()) >= 8


def test_killed_from_outside_at_any_moment_nothing_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    chance = random.Random(5)
    with trial(tmp_path) as (replica, agents):
        for life in range(10):
            agents.send(workload(chance, [2 * life, 2 * life + 1], each=2))
            replica.start()
            threading.Event().wait(chance.uniform(0.02, 0.4))  # the moment of the kill is what is tried
            replica.kill()
        healed(replica, agents)
