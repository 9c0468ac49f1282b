"""A forge that fails before and after it wrote: whoever cannot tell looks again, and nothing is opened twice."""

from __future__ import annotations

import random
from pathlib import Path

from tests.support.faults import await_done, failure, trial, verdict, workload
from tests.support.until import until

POINTS = ("pull_begun", "objects_written", "references_moved", "pull_opened", "evidence_begun", "evidence_added")


def test_a_forge_that_fails_before_and_after_each_write_is_asked_again_and_keeps_one_of_each(tmp_path: Path) -> None:
    chance = random.Random(11)
    faults = [f"raise@{point}:{chance.randint(1, 2)}-{chance.randint(2, 3)}" for point in POINTS]
    with trial(tmp_path, causes=6) as (replica, agents):
        replica.start(",".join(faults))
        agents.send(workload(chance, range(6), each=3))
        await_done(replica, agents)
        until(lambda: set(replica.faults("raise")) == set(POINTS), timeout=60, what="it failed at every point")
        assert verdict(replica, agents.history) == []


def test_a_forge_that_is_away_is_waited_for_and_meanwhile_agents_are_told_yes(tmp_path: Path) -> None:
    with trial(tmp_path, causes=2) as (replica, agents):
        replica.start()
        path = replica.forge.repository.path
        path.rename(path.with_name("away.git"))
        agents.send([failure(0, "exec-1"), failure(1, "exec-2")])
        until(agents.delivered, timeout=60, what="both were acknowledged")
        until(lambda: replica.ask("GET", "/readyz").status == 503, timeout=60, what="it says that it is not ready")
        path.with_name("away.git").rename(path)
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []


def test_a_step_of_ours_that_breaks_once_is_done_again(tmp_path: Path) -> None:
    with trial(tmp_path, causes=1) as (replica, agents):
        replica.start("break@step_begun/judge:1,break@step_done/choose:1")
        agents.send([failure(0, "exec-1"), failure(0, "exec-2")])
        await_done(replica, agents)
        assert replica.faults("break") == ["step_begun/judge", "step_done/choose"]
        assert verdict(replica, agents.history) == []


def test_a_step_that_always_breaks_is_put_aside_and_the_others_go_on(tmp_path: Path) -> None:
    with trial(tmp_path, causes=2) as (replica, agents):
        replica.start("break@step_begun/judge:1-3")
        agents.send([failure(0, "exec-poison")])
        await_done(replica, agents)
        agents.send([failure(1, "exec-fine")])
        await_done(replica, agents)
        assert replica.stages() == {"exec-poison": "quarantined", "exec-fine": "proposed"}
