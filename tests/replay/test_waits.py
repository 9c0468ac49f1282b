"""Waits that are left out, moved, cut short or prolonged: what follows may have needed the time that they took."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.model.execution import Execution
from tests.support.recordings import judged, recording, runbook, said, service, start, started

READY = {"services.db.state": "running"}
DOWN = {**service("web", "stopped"), **service("db", "starting")}
WEB = start("web")


def wait(step_id: str = "ready", /, **fields: Any) -> dict[str, Any]:
    """A step that waits for the database."""
    return {"id": step_id, "wait_until": READY, "timeout": "60s", "every": "5s", **fields}


def waited(seconds: float, outcome: str = "success", behind: bool = True, **fields: Any) -> Execution:
    """A run that waited so long, and then started the web service; or waited behind that."""
    seen = READY if outcome == "success" else {"services.db.state": "starting"}
    told = {"step": "ready", "action": "wait_until", "outcome": outcome, "duration_seconds": seconds, "facts": seen}
    steps = (told, started("web")) if behind else (started("web"), told)
    return recording(*steps, before=DOWN, **fields)  # type: ignore[arg-type]


BASE = runbook(wait(), WEB)


def test_a_wait_that_lasted_and_is_left_out_is_a_difference() -> None:
    verdict = judged(BASE, runbook(WEB, version=2), waited(30.0))
    assert verdict.grade != "shown"
    assert verdict.first_divergence == "ready"


def test_a_wait_that_was_over_at_once_lost_nothing_when_it_is_left_out() -> None:
    assert said(judged(BASE, runbook(WEB, version=2), waited(0.2))) == "unchanged (shown)"


def test_a_wait_that_is_moved_behind_what_it_waited_for_is_a_difference() -> None:
    assert judged(BASE, runbook(WEB, wait(), version=2), waited(30.0)).grade != "shown"


def test_a_wait_at_the_end_that_is_left_out_leaves_the_verification_open() -> None:
    base = runbook(WEB, wait(), checks=READY)
    head = runbook(WEB, version=2, checks=READY)
    assert judged(base, head, waited(30.0, behind=False)).verdict == "inconclusive"


def test_a_wait_with_another_name_is_the_same_wait() -> None:
    assert said(judged(BASE, runbook(wait("calm"), WEB, version=2), waited(30.0))) == "unchanged (shown)"


@pytest.mark.parametrize(
    ("limit", "every", "verdict"),
    [
        ("60s", "5s", "unchanged (shown)"),
        ("10s", "5s", "unchanged (predicted)"),
        ("5s", "5s", "inconclusive"),
        ("4s", "1s", "regressed"),
        ("60s", "20s", "unchanged (predicted)"),
        ("10s", "20s", "inconclusive"),
    ],
)
def test_a_wait_with_other_limits_ends_where_its_looks_would_have_seen_it(limit: str, every: str, verdict: str) -> None:
    head = runbook(wait(timeout=limit, every=every), WEB, version=2)
    assert said(judged(BASE, head, waited(5.4))) == verdict


def test_a_wait_in_vain_that_is_cut_short_makes_what_follows_come_too_soon() -> None:
    base = runbook(wait(on_failure="continue"), WEB)
    run = waited(60.0, "failed")
    assert said(judged(base, base, run)) == "unchanged (shown)"
    short = runbook(wait(on_failure="continue", timeout="1s"), WEB, version=2)
    assert said(judged(base, short, run)) == "unchanged (predicted)"


def test_a_wait_in_vain_that_may_last_longer_is_not_known_where_the_fact_may_change_by_itself() -> None:
    listening = {"ports.80.listening": True}
    base = runbook({**wait(on_failure="stop"), "wait_until": listening}, WEB)
    told = {"step": "ready", "action": "wait_until", "outcome": "failed", "duration_seconds": 60.0}
    run = recording({**told, "facts": {"ports.80.listening": False}}, before=DOWN, verified=False)
    longer = runbook({**wait(on_failure="stop", timeout="300s"), "wait_until": listening}, WEB, version=2)
    verdict = judged(base, longer, run)
    assert verdict.verdict == "inconclusive"
    assert "how long step ready waits" in verdict.missing_facts


def test_a_wait_for_what_nobody_could_read_ends_as_it_did() -> None:
    unread = {"step": "ready", "action": "wait_until", "outcome": "failed", "duration_seconds": 60.0, "timed_out": True}
    base = runbook(wait(on_failure="continue"), WEB)
    run = recording(unread, started("web"), before=service("web", "stopped"))
    assert said(judged(base, base, run)) == "unchanged (shown)"
    other = runbook({**wait(on_failure="continue"), "wait_until": {"services.db.state": "stopped"}}, WEB, version=2)
    assert judged(base, other, run).grade != "shown"


def early(**fields: Any) -> Execution:
    """A start that came before what it needs had come up, which it did by itself before the run was over."""
    needs = {**service("web", "stopped", "db"), **service("db", "starting")}
    later = {**service("web", "stopped", "db"), **service("db", "running")}
    return recording(started("web", "failed"), before=needs, after=later, verified=None, **fields)


def test_a_new_wait_for_what_came_by_itself_is_not_known_to_be_in_vain() -> None:
    verdict = judged(runbook(WEB), runbook(wait(), WEB, version=2), early())
    assert verdict.verdict == "inconclusive"
    assert verdict.missing_facts == ("how long step ready waits",)


def test_where_a_new_wait_comes_true_what_it_waited_for_is_so() -> None:
    steps = judged(runbook(WEB), runbook(wait(), WEB, version=2), early()).steps
    assert [(step.step, step.answer, step.outcome) for step in steps] == [("start-web", "modelled", "success")]


def test_a_new_wait_for_what_stayed_as_it_was_is_in_vain() -> None:
    needs = {**service("web", "stopped", "db"), **service("db", "starting")}
    run = recording(started("web", "failed"), before=needs, after=needs, verified=None)
    assert judged(runbook(WEB), runbook(wait(), WEB, version=2), run).verdict == "still failing"


def test_an_assertion_that_failed_took_no_time() -> None:
    """What is put before it stands where the run was, not behind a wait that was left out."""
    look = {"step": "up", "action": "assert", "outcome": "failed", "facts": {"services.db.state": "stopped"}}
    down = {**service("web", "stopped"), **service("db", "stopped")}
    run = recording(started("web"), look, before=down, verified=None, error_step="up")
    asserted = {"id": "up", "assert": READY}
    head = runbook(WEB, start("db"), asserted, version=2)
    assert said(judged(runbook(WEB, asserted), head, run)) == "fixed (predicted)"
