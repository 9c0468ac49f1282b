"""What a run would have come to, and how sure that is (REPLAY 1.3)."""

from __future__ import annotations

from runwright.model.runbook import Runbook
from tests.support.recordings import judged, ran, recording, runbook, said, service, start, started, step

STOPPED = service("web", "stopped")
WEB = runbook(start("web"))
LOOK = step("look", "disk.has_room", path="/")


def test_a_run_that_was_followed_to_its_end_is_verified_as_recorded() -> None:
    assert said(judged(WEB, WEB, recording(started("web")))) == "unchanged (shown)"


def test_a_verification_of_an_older_version_is_not_taken_for_this_one() -> None:
    run = recording(started("web"), runbook_version=7, after={"services.cache.state": "running"})
    verdict = judged(WEB, runbook(start("web"), version=2), run)
    assert said(verdict) == "unchanged (predicted)"


def test_a_verification_of_an_older_version_is_observed_where_its_facts_were_captured() -> None:
    run = recording(started("web"), runbook_version=7, after={"services.web.state": "running"})
    assert said(judged(WEB, runbook(start("web"), version=2), run)) == "unchanged (shown)"


def test_other_checks_are_decided_by_the_facts() -> None:
    run = recording(started("web"), before=STOPPED, after={"services.db.state": "stopped"})
    head = runbook(start("web"), version=2, checks={"services.web.state": "running", "services.db.state": "running"})
    assert judged(WEB, head, run).verdict == "regressed"
    unknown = runbook(start("web"), version=2, checks={"services.cache.state": "running"})
    verdict = judged(WEB, unknown, run)
    assert (verdict.verdict, verdict.missing_facts) == ("inconclusive", ("services.cache.state",))


def test_other_checks_look_at_the_end_of_the_run_not_at_its_last_step() -> None:
    run = recording(started("web"), before=STOPPED, after={"services.web.state": "failed"}, verified=False)
    head = runbook(start("web"), version=2, checks={"services.web.state": ["running", "starting"]})
    assert judged(WEB, head, run).verdict == "still failing"


def test_with_the_facts_that_were_verified_as_bad_a_run_is_no_success() -> None:
    run = recording(started("web"), before=STOPPED, after={"services.web.state": "running"}, verified=False)
    again = runbook(start("web"), step("look", "disk.clean_package_cache"), version=2)
    assert judged(WEB, again, run).verdict == "still failing"


def test_a_shorter_settle_time_is_not_shown() -> None:
    verify = {
        "method": "service_status_check",
        "checks": [{"when": {"services.web.state": "running"}, "confidence": 1}],
    }
    slow = runbook(start("web"), verify={**verify, "settle": "30s"})
    fast = runbook(start("web"), version=2, verify={**verify, "settle": "1s"})
    run = recording(started("web"), before=STOPPED)
    assert said(judged(slow, slow, run)) == "unchanged (shown)"
    assert said(judged(slow, fast, run)) == "unchanged (predicted)"


def settling(seconds: int, version: int = 1) -> Runbook:
    """The runbook with another time to settle."""
    checks = [{"when": {"ports.80.listening": True}, "confidence": 1}]
    verify = {"method": "service_status_check", "settle": f"{seconds}s", "checks": checks}
    return runbook(start("web"), version=version, verify=verify)


def test_what_was_down_at_once_may_come_up_later() -> None:
    run = recording(started("web"), before=STOPPED, after={"ports.80.listening": False}, verified=False)
    assert judged(settling(0), settling(10, 2), run).verdict == "inconclusive"
    assert judged(settling(0), settling(0, 2), run).verdict == "still failing"


def test_what_was_up_is_not_shown_to_stay_up() -> None:
    run = recording(started("web"), before=STOPPED, after={"ports.80.listening": True})
    assert said(judged(settling(2), settling(10, 2), run)) == "unchanged (predicted)"


def test_a_no_is_said_of_all_checks_together_and_not_of_each() -> None:
    checks = [{"when": {"services.web.state": "running"}, "confidence": 1}]
    checks += [{"when": {"services.db.state": "running"}, "confidence": 1}]
    verify = {"method": "service_status_check", "checks": checks}
    down = {**STOPPED, **service("db", "stopped")}
    run = recording(started("web"), before=down, after={"services.web.state": "running"}, verified=False)
    head = runbook(start("web"), start("db"), version=2, verify=verify)
    assert said(judged(runbook(start("web"), verify=verify), head, run)) == "fixed (predicted)"


def test_a_verification_that_was_not_run_is_not_known_whatever_the_field_says() -> None:
    run = recording(started("web"), verified=False, verification_method="not_run", success=True, status="success")
    verdict = judged(WEB, WEB, run)
    assert (verdict.was, verdict.verdict) == ("inconclusive", "inconclusive")
    assert "never verified" in verdict.reasons[0]


def test_a_success_that_the_verification_denies_is_a_failure() -> None:
    run = recording(started("web"), before=STOPPED, verified=False, success=True, status="success")
    assert judged(WEB, WEB, run).was == "fail"


def test_a_dry_run_is_evidence_of_nothing() -> None:
    run = recording(started("web"), before=STOPPED, status="dry_run")
    assert judged(WEB, WEB, run).was == "inconclusive"


def test_a_partial_run_without_a_verification_was_not_decided() -> None:
    run = recording(started("web"), verified=None, status="partial", verification_method="service_status_check")
    assert judged(WEB, WEB, run).was == "inconclusive"


def test_a_precheck_that_let_the_recorded_run_through_lets_the_same_run_through() -> None:
    guarded = runbook(start("web"), precheck={"healthy": {"services.web.state": "running"}})
    renamed = runbook(start("web", id="go"), version=2, precheck={"healthy": {"services.web.state": "running"}})
    assert said(judged(guarded, renamed, recording(started("web")))) == "unchanged (shown)"


def test_a_new_precheck_on_a_fact_that_nobody_captured_is_not_decided() -> None:
    guarded = runbook(start("web"), version=2, precheck={"unsafe": {"services.db.state": "starting"}})
    verdict = judged(WEB, guarded, recording(started("web"), before=STOPPED))
    assert (verdict.verdict, verdict.missing_facts) == ("inconclusive", ("services.db.state",))


def test_an_inserted_check_leaves_the_verification_observed_but_not_the_success_shown() -> None:
    run = recording(started("web"), before={'disks["/"].used_percent': 20})
    assert said(judged(WEB, runbook(LOOK, start("web"), version=2), run)) == "unchanged (predicted)"


def test_an_inserted_step_that_does_not_run_leaves_everything_shown() -> None:
    maybe = start("db", when={"services.db.state": "stopped"})
    run = recording(started("web"), before={"services.db.state": "running"})
    assert said(judged(WEB, runbook(maybe, start("web"), version=2), run)) == "unchanged (shown)"


def test_a_check_that_is_left_out_leaves_everything_shown() -> None:
    look = ran("look", "disk.has_room", path="/", below_percent=90, duration_seconds=0.1)
    run = recording(look, started("web"))
    assert said(judged(runbook(LOOK, start("web")), runbook(start("web"), version=2), run)) == "unchanged (shown)"


def test_a_wait_that_is_left_out_is_a_difference() -> None:
    run = recording(ran("wait", "wait.for", duration="30s"), started("web"), before=STOPPED)
    base = runbook(step("wait", "wait.for", duration="30s"), start("web"))
    verdict = judged(base, runbook(start("web"), version=2), run)
    assert said(verdict) == "unchanged (predicted)"
    assert verdict.first_divergence == "wait"


def test_a_measure_that_drifted_is_still_the_recorded_one_while_the_recording_is_followed() -> None:
    look = ran("look", "disk.has_room", path="/", below_percent=90, state_before={'disks["/"].used_percent': 88})
    run = recording(look, started("web"), before={'disks["/"].used_percent': 95})
    book = runbook(LOOK, start("web"))
    assert said(judged(book, book, run)) == "unchanged (shown)"
