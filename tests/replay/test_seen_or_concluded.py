"""A success is shown only where the recorded run saw what decides it; what a model tells of a fact was not seen."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.model.runbook import Runbook
from runwright.model.verdict import Verdict
from runwright.replay.judging import Pair, judge
from tests.support.recordings import judged, ran, recording, runbook, said, service, start, started

DOWN = {**service("web", "stopped"), **service("db", "stopped")}
DB_RUNS = {"services.db.state": "running"}
BOTH = runbook(start("db"), start("web"))
CALLED = runbook(start("db"), checks=DB_RUNS, id="RB-LIN-DB-001")
WITH_A_LOOK: dict[str, tuple[dict[str, Any], ...]] = {
    "an assertion": (start("db"), {"id": "look", "assert": DB_RUNS}, start("web")),
    "a condition": (start("db"), start("web", when=DB_RUNS)),
    "a condition of a block": (start("db"), {"id": "both", "when": DB_RUNS, "block": [start("web")]}),
    "a wait": (start("db"), {"id": "look", "wait_until": DB_RUNS}, start("web")),
    "a step that fails": (start("db"), {"id": "no", "fail": "no", "when": {"not": DB_RUNS}}, start("web")),
}


@pytest.mark.parametrize("steps", WITH_A_LOOK.values(), ids=WITH_A_LOOK)
def test_a_look_at_what_only_a_model_tells_is_not_shown(steps: tuple[dict[str, Any], ...]) -> None:
    run = recording(started("db"), started("web"), before=DOWN)
    assert said(judged(BOTH, runbook(*steps, version=2), run)) == "unchanged (predicted)"


@pytest.mark.parametrize("steps", WITH_A_LOOK.values(), ids=WITH_A_LOOK)
def test_a_look_at_what_was_seen_at_that_moment_is_shown(steps: tuple[dict[str, Any], ...]) -> None:
    run = recording(started("db", state_after=DB_RUNS), started("web"), before=DOWN)
    assert said(judged(BOTH, runbook(*steps, version=2), run)) == "unchanged (shown)"


def test_what_was_seen_long_before_is_not_shown_to_be_so_now() -> None:
    disk = 'disks["/"].used_percent'
    run = recording(started("db", duration_seconds=300.0), started("web"), before={**DOWN, disk: 50})
    head = runbook(start("db", timeout="600s"), start("web", when={disk: {"lt": 90}}), version=2)
    assert said(judged(runbook(start("db", timeout="600s"), start("web")), head, run)) == "unchanged (predicted)"


def test_what_follows_from_a_later_capture_is_not_shown_to_have_been_seen_at_the_start() -> None:
    run = recording(started("db"), started("web", state_before={"services.web.state": "stopped"}))
    head = runbook(start("db"), start("web"), version=2, precheck={"unsafe": {"services.web.state": "failed"}})
    assert said(judged(BOTH, head, run)) == "unchanged (predicted)"


def test_what_nobody_could_read_is_not_shown_although_both_ways_succeed() -> None:
    # An agent that cannot read the fact either fails the step: neither way is what would happen.
    head = runbook(
        start("db", when={"x.y": 1}), start("db", id="again", when={"x.y": {"ne": 1}}), start("web"), version=2
    )
    verdict = judged(BOTH, head, recording(started("db"), started("web"), before=DOWN))
    assert said(verdict) == "unchanged (predicted)"


def by_call(base: Runbook, head: Runbook, *steps: dict[str, Any]) -> Verdict:
    library = {CALLED.id: CALLED}
    return judge(Pair(base, head, library, library), recording(*steps, before=DOWN))


CALLS = runbook({"id": "database", "call": CALLED.id}, start("web"))


def test_a_verification_of_a_called_runbook_that_nobody_ran_is_not_shown() -> None:
    assert said(by_call(BOTH, CALLS, started("db"), started("web"))) == "unchanged (predicted)"


@pytest.mark.parametrize("told", [{"facts": DB_RUNS}, {}], ids=["facts told", "no facts told"])
def test_the_verification_of_the_very_call_that_was_recorded_is_shown(told: dict[str, Any]) -> None:
    steps = started("db", id="database/start-db"), ran("database", "call", **told), started("web")
    assert said(by_call(CALLS, CALLS, *steps)) == "unchanged (shown)"


def test_an_unchanged_assertion_of_which_no_facts_were_told_is_shown() -> None:
    book = runbook(start("db"), {"id": "look", "assert": {"x.y": 1}}, start("web"))
    run = recording(started("db"), ran("look", "assert", duration_seconds=0.0), started("web"), before=DOWN)
    assert said(judged(book, book, run)) == "unchanged (shown)"
    other = runbook(start("db"), {"id": "look", "assert": {"x.y": 2}}, start("web"), version=2)
    assert judged(book, other, run).verdict == "inconclusive"


def test_a_predicted_success_whose_every_step_was_observed_says_what_was_concluded() -> None:
    run = recording(started("db"), started("web"), before=DOWN)
    verdict = judged(BOTH, runbook(*WITH_A_LOOK["an assertion"], version=2), run)
    (reason,) = verdict.reasons
    words = "what step look looks at was not looked at there, and is concluded: services.db.state is running"
    assert reason == words
    assert judged(BOTH, runbook(start("db"), start("web"), version=2), run).reasons == ()


def test_a_verification_that_nobody_ran_is_said_to_be_concluded() -> None:
    run = recording(started("web"), before={**DOWN, **service("cache", "stopped")})
    verdict = judged(runbook(start("web")), runbook(start("cache"), start("web"), version=2), run)
    words = "the verification is concluded from what is known at the end: services.web.state is running"
    assert verdict.reasons == (words,)


def test_a_wait_that_may_look_less_often_than_it_might_have_is_not_shown() -> None:
    up = {"services.web.state": "running"}

    def waiting(version: int, **times: str) -> Runbook:
        return runbook(start("web"), {"id": "up", "wait_until": up, **times}, version=version)

    run = recording(started("web"), ran("up", "wait_until", facts=up, duration_seconds=0.003), before=DOWN)
    base = waiting(1, timeout="60s", every="1s")
    assert said(judged(base, waiting(2, timeout="90s", every="1s"), run)) == "unchanged (shown)"
    assert said(judged(base, waiting(2, timeout="5s", every="1s"), run)) == "unchanged (predicted)"
    assert said(judged(base, waiting(2, timeout="60s", every="30s"), run)) == "unchanged (predicted)"


def test_a_wait_that_may_look_only_once_any_more_is_not_decided() -> None:
    up = {"services.web.state": "running"}
    waits = [{"id": "up", "wait_until": up, "timeout": limit, "every": "1s"} for limit in ("60s", "1s")]
    run = recording(started("web"), ran("up", "wait_until", facts=up, duration_seconds=0.003), before=DOWN)
    base, head = (runbook(start("web"), wait, version=number) for number, wait in enumerate(waits, start=1))
    verdict = judged(base, head, run)
    assert (verdict.verdict, verdict.missing_facts) == ("inconclusive", ("how long step up waits",))
