"""Tries and time limits (REPLAY 1.4, rules 22 and 23)."""

from __future__ import annotations

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

DOWN = {**service("web", "stopped", "db"), **service("db", "stopped")}
PATIENT = {"attempts": 3, "delay": "5s"}
TWICE = {"attempts": 2, "delay": "5s"}


def test_a_later_try_of_what_an_unmet_need_explains_fails_again() -> None:
    still_down = {"services.web.state": "failed"}
    run = recording(started("web", "failed", state_after=still_down), before=DOWN, verified=False)
    verdict = judged(runbook(start("web")), runbook(start("web", retry=TWICE), version=2), run)
    assert verdict.verdict == "still failing"


def test_a_later_try_of_what_nothing_explains_is_not_decided() -> None:
    run = recording(started("web", "failed"), before=service("web", "stopped"), verified=False)
    verdict = judged(runbook(start("web")), runbook(start("web", retry=PATIENT), version=2), run)
    assert verdict.verdict == "inconclusive"


def test_tries_that_all_failed_fail_again_on_the_same_schedule() -> None:
    attempts = tries("failed", "failed", "failed", every=5.0)
    run = recording(started("web", "failed", attempts=attempts), before=DOWN, verified=False)
    book = runbook(start("web", retry=PATIENT))
    verdict = judged(book, book, run)
    assert verdict.verdict == "still failing"
    assert answers(verdict) == [("start-web", "observed", "failed")] * 3


def test_fewer_tries_leave_what_was_written_unknown() -> None:
    run = recording(started("web", attempts=tries("failed", "success", every=5.0)), started("db"), before=DOWN)
    book = runbook(start("web", retry={"attempts": 2, "delay": "5s"}), start("db"))
    head = runbook(start("web", on_failure="continue"), start("db"), version=2)
    verdict = judged(book, head, run)
    assert verdict.verdict == "inconclusive"
    assert "services.web.state" in verdict.missing_facts


def test_a_check_that_had_succeeded_is_believed_to_succeed_later() -> None:
    look = step("look", "net.port_open", port=80, retry=PATIENT)
    later = {**look, "retry": {"attempts": 3, "delay": "20s"}}
    recorded = ran("look", "net.port_open", port=80, attempts=tries("failed", "success", every=5.0))
    run = recording(started("web"), recorded)
    assert (
        said(judged(runbook(start("web"), look), runbook(start("web"), later, version=2), run))
        == "unchanged (predicted)"
    )


def test_a_check_between_its_last_failure_and_its_success_is_not_decided() -> None:
    look = step("look", "net.port_open", port=80, retry={"attempts": 2, "delay": "30s"})
    sooner = {**look, "retry": {"attempts": 2, "delay": "20s"}}
    recorded = ran("look", "net.port_open", port=80, attempts=tries("failed", "success", every=30.0))
    run = recording(started("web"), recorded)
    assert judged(runbook(start("web"), look), runbook(start("web"), sooner, version=2), run).verdict == "inconclusive"


def test_a_run_that_would_take_longer_than_its_limit_fails() -> None:
    run = recording(started("db", duration_seconds=20.0), started("web", duration_seconds=20.0), before=DOWN)
    base = runbook(start("db"), start("web"))
    assert (
        judged(base, runbook(start("db"), start("web"), version=2, limits={"timeout": "30s"}), run).verdict
        == "regressed"
    )


def test_what_a_cut_off_command_did_is_not_known() -> None:
    run = recording(started("db", duration_seconds=42.0), started("web"), before=DOWN)
    base = runbook(start("db"), start("web"))
    head = runbook(start("db", timeout="30s", on_failure="continue"), start("web"), version=2)
    verdict = judged(base, head, run)
    assert verdict.verdict == "inconclusive"
    assert "services.db.state" in verdict.missing_facts
