"""The same again, many times, at once, in any order, from several agents: one effect."""

from __future__ import annotations

import random
from itertools import permutations
from pathlib import Path

from tests.support.faults import OTHER_SITE, await_done, failure, success, trial, verdict
from tests.support.service_site import SITE, failed_run


def test_a_thousand_deliveries_of_one_execution_have_one_effect(tmp_path: Path) -> None:
    chance = random.Random(6)
    once = [failure(0, "exec-same", SITE), failure(0, "exec-same", OTHER_SITE), success("good-same")]
    with trial(tmp_path) as (replica, agents):
        replica.start()
        deliveries = [delivery for delivery in once for _ in range(334)]
        chance.shuffle(deliveries)
        agents.send(deliveries, threads=16)
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []
        assert agents.history.answers == {202: 1002}
        assert dict(agents.history.accepted) == {delivery.key: 1 for delivery in once}
        assert len(replica.pulls()) == 1


def test_every_order_of_the_same_executions_ends_the_same(tmp_path: Path) -> None:
    with trial(tmp_path) as (replica, agents):
        replica.start()
        for number, order in enumerate(permutations(range(4))):
            told = [
                failure(number, f"first-{number}", SITE),
                failure(number, f"other-{number}", OTHER_SITE),
                failure(number, f"again-{number}", SITE),
                success(f"good-{number}"),
            ]
            agents.send([told[place] for place in order])
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []
        assert len(replica.pulls()) == 24


def test_another_body_under_the_same_name_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with trial(tmp_path) as (replica, agents):
        replica.start()
        agents.send([failure(0, "exec-one")])
        await_done(replica, agents)
        answer = replica.post(failed_run("exec-one", web="another"))
        assert answer.status == 409
        assert "the first one is kept" in answer.data["error"]
        assert verdict(replica, agents.history) == []
