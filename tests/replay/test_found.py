"""Mistakes that random runs on a host with a truth of its own have shown, each with what is right."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.actions.action import Model, need
from runwright.actions.bound import Bound
from runwright.replay.world import World, facts_by_path
from tests.support.recordings import (
    answers,
    judged,
    ran,
    recording,
    runbook,
    said,
    service,
    start,
    started,
    step,
    tries,
)

STOPPED = service("web", "stopped")
WEB = runbook(start("web"))


def test_an_action_that_the_host_cannot_carry_out_leaves_everything_as_it_was() -> None:
    enable = step("enable", "service.enable", service="web", on_failure="continue")
    head = runbook(enable, start("web"), version=2)
    verdict = judged(WEB, head, recording(started("web"), before=STOPPED))
    assert answers(verdict)[-1] == ("start-web", "observed", "success")
    assert said(verdict) == "unchanged (predicted)"


def test_a_failure_that_took_longer_than_it_may_now_is_cut_off_and_what_it_did_is_not_known() -> None:
    base = runbook(start("web", on_failure="continue", timeout="60s"))
    run = recording(started("web", "failed", duration_seconds=20.0), before=STOPPED, verified=False)
    verdict = judged(base, runbook(start("web", on_failure="continue", timeout="10s"), version=2), run)
    assert verdict.first_divergence == "start-web"
    assert verdict.steps[0].answer == "modelled"


def test_a_retry_does_not_make_a_slow_command_fast() -> None:
    run = recording(started("web", duration_seconds=20.0), before=STOPPED)
    head = runbook(start("web", timeout="3s", retry={"attempts": 5, "delay": "3s"}), version=2)
    assert judged(WEB, head, run).verdict in ("inconclusive", "regressed")
    assert judged(WEB, head, run).would != "succeed"


def test_a_run_that_may_come_to_its_time_limit_is_not_decided() -> None:
    many = [start(name) for name in ("a", "b", "c")]
    facts = {key: value for name in ("a", "b", "c") for key, value in service(name, "stopped").items()}
    run = recording(started("web"), before={**STOPPED, **facts})
    verdict = judged(WEB, runbook(*many, start("web"), version=2, limits={"timeout": "60s"}), run)
    assert (verdict.verdict, verdict.missing_facts) == ("inconclusive", ("how long the run takes",))
    patient = runbook(*many, start("web"), version=2, limits={"timeout": "10m"})
    assert said(judged(WEB, patient, run)) == "unchanged (predicted)"


def test_a_command_that_was_cut_off_by_the_end_of_the_run_may_end_in_another_way_with_more_time() -> None:
    cut_off = started("web", "failed", duration_seconds=4.8, timed_out=True)
    head = runbook(start("web", timeout="5s"), version=2)
    run = recording(cut_off, before=STOPPED, verified=False)
    assert judged(runbook(start("web", timeout="60s")), head, run).verdict == "inconclusive"


def test_a_condition_that_was_looked_at_behind_a_wait_is_not_taken_from_a_run_that_waited() -> None:
    listening = {"ports.80.listening": True}
    wait = {"id": "ready", "wait_until": listening, "timeout": "60s", "every": "5s"}
    more = start("cache", when={"ports.80.listening": False})
    told = {"step": "ready", "action": "wait_until", "outcome": "success", "duration_seconds": 30.0, "facts": listening}
    skipped = started("cache", "skipped", facts=listening)
    run = recording(started("web"), told, skipped, before=STOPPED)
    base, head = runbook(start("web"), wait, more), runbook(start("web"), more, version=2)
    assert said(judged(base, base, run)) == "unchanged (shown)"
    assert judged(base, head, run).grade != "shown"


def test_what_conditions_of_a_group_saw_was_seen_before_any_of_it_ran() -> None:
    down = {**service("web", "running", "db"), **service("db", "stopped")}
    group = [start("db"), start("web", when={"services.db.state": "running"})]
    book = runbook({"id": "both", "parallel": group}, start("web", id="again"))
    run = recording(
        started("db"),
        started("web", "skipped", facts={"services.db.state": "stopped"}),
        ran("both", "parallel", steps=["start-db", "start-web"]),
        started("web", id="again", state_before={"services.db.state": "running"}),
        before=down,
    )
    assert said(judged(book, book, run)) == "unchanged (shown)"


def test_a_need_is_not_asked_for_where_there_is_nothing_left_to_do() -> None:
    required = need("services.db.state", "running", unless=("services.web.state", "running"))
    bound = Bound(Model(needs=(required,)), {})
    for web, db, holds in (("running", "stopped", True), ("stopped", "stopped", False), (None, "stopped", None)):
        facts = {"services.db.state": db, **({"services.web.state": web} if web else {})}
        world = World(facts_by_path(facts))
        assert [item.holds(world.known) for item in bound.needs(world.known)] == [holds]
    assert ("services", "web", "state") in bound.reads(World().known)


def test_a_cure_of_which_the_failed_action_does_not_speak_is_not_said_to_be_in_vain() -> None:
    run = recording(started("web", "failed"), before={**STOPPED, **service("cache", "stopped")}, verified=False)
    remove = step("clean", "file.remove", path="/run/web.pid")
    verdict = judged(WEB, runbook(remove, start("web"), version=2), run)
    assert verdict.would == "inconclusive"
    assert "why service.start failed" in verdict.missing_facts
    # What other services do is what a start's model speaks of: one that it does not require is no cure.
    assert judged(WEB, runbook(start("cache"), start("web"), version=2), run).verdict == "still failing"


LISTENING = {"ports.80.listening": True}


@pytest.mark.parametrize(
    "told",
    [{"attempts": tries("failed", "failed", "success", every=5.0)}, {"duration_seconds": 8.0}],
    ids=["tried again", "slow"],
)
def test_a_check_that_took_time_is_a_difference_when_it_is_left_out(told: dict[str, Any]) -> None:
    look = step("look", "net.port_open", port=80, retry={"attempts": 3, "delay": "5s"})
    recorded = ran("look", "net.port_open", port=80, **told)
    run = recording(started("web"), recorded, before=STOPPED, after=LISTENING)
    base = runbook(start("web"), look, checks=LISTENING)
    assert said(judged(base, base, run)) == "unchanged (shown)"
    assert judged(base, runbook(start("web"), version=2, checks=LISTENING), run).grade != "shown"


def test_what_ran_at_the_same_time_is_no_evidence_of_one_after_the_other() -> None:
    down = {**service("web", "stopped", "db"), **service("db", "stopped")}
    both = {"id": "both", "parallel": [start("web"), start("db")]}
    group = ran("both", "parallel", steps=["start-web", "start-db"])
    run = recording(started("web"), started("db"), group, before=down)
    base = runbook(both)
    assert said(judged(base, base, run)) == "unchanged (shown)"
    verdict = judged(base, runbook(start("web"), start("db"), version=2), run)
    assert verdict.grade != "shown"
    assert verdict.steps[0].answer == "modelled"
    fewer = runbook({**both, "limit": 1}, version=2)
    assert judged(base, fewer, run).grade != "shown"


def test_what_was_seen_behind_a_wait_is_no_evidence_of_what_was_there_before_it() -> None:
    wait = {"id": "ready", "wait_until": LISTENING, "timeout": "60s", "every": "5s"}
    sure = {"id": "sure", "assert": LISTENING}
    told = {"outcome": "success", "facts": LISTENING}
    waited = {"step": "ready", "action": "wait_until", "duration_seconds": 30.0, **told}
    run = recording(started("web"), waited, {"step": "sure", "action": "assert", **told}, before=STOPPED)
    base = runbook(start("web"), wait, sure)
    assert said(judged(base, base, run)) == "unchanged (shown)"
    assert judged(base, runbook(start("web"), sure, wait, version=2), run).grade != "shown"


def test_an_unchanged_condition_on_what_nobody_captured_said_what_it_must_have_said() -> None:
    maybe = start("cache", when={"services.flag.state": "running"})
    base = runbook(maybe, start("web"))
    head = runbook(maybe, start("web"), step("more", "disk.has_room", path="/", on_failure="continue"), version=2)
    for outcome in ("skipped", "success"):
        run = recording(started("cache", outcome), started("web"), before=STOPPED)
        assert said(judged(base, base, run)) == "unchanged (shown)"
        assert judged(base, head, run).paths < 3
    other = runbook(start("cache", when={"services.flag.state": "stopped"}), start("web"), version=2)
    assert (judged(base, other, run).paths, judged(base, base, run).paths) == (2, 1)
