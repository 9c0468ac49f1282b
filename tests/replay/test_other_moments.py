"""What happened at one moment says nothing of another where time, an opaque step or a hidden reason may lie between."""

from __future__ import annotations

import pytest

from tests.support.recordings import judged, ran, recording, runbook, said, service, start, started, step, tries

CACHE = service("cache", "stopped")
WEB = service("web", "stopped")
MEND, MENDED = step("mend", "command.run", argv=["mend"]), ran("mend", "command.run", argv=["mend"])
WAIT = step("wait", "wait.for", duration="5s")
FIRST, AGAIN = start("web", id="first", on_failure="continue"), start("web", id="again")


# An opaque step that is left out, whatever answers the next one.


def test_an_opaque_step_that_is_left_out_before_a_modelled_one_leaves_a_riddle() -> None:
    run = recording(MENDED, started("web"), before=WEB)
    verdict = judged(runbook(MEND, start("web")), runbook(start("web"), version=2), run)
    assert (verdict.verdict, verdict.missing_facts) == ("inconclusive", ("what step mend had done",))


def test_an_opaque_step_that_is_left_out_behind_a_new_one_leaves_a_riddle() -> None:
    run = recording(started("web"), MENDED, before={**WEB, **CACHE})
    head = runbook(start("cache"), start("web"), version=2)
    verdict = judged(runbook(start("web"), MEND), head, run)
    assert (verdict.verdict, verdict.missing_facts) == ("inconclusive", ("what step mend had done",))


def test_an_opaque_step_that_ran_because_another_failed_is_not_lacked_by_a_run_that_does_not_fail() -> None:
    needs = {**service("web", "stopped", "db"), **service("db", "stopped")}
    base = runbook(start("web"), rescue=[MEND])
    run = recording(started("web", "failed"), MENDED, before=needs, verified=False)
    head = runbook(start("db"), start("web"), rescue=[MEND], version=2)
    assert said(judged(base, head, run)) == "fixed (predicted)"


# An outcome that changed by itself.


@pytest.mark.parametrize(
    "steps",
    [(WAIT, AGAIN), (FIRST, AGAIN), (FIRST, AGAIN, WAIT)],
    ids=["the failure is left out", "the wait is left out", "the wait comes later"],
)
def test_an_outcome_that_changed_while_the_run_waited_is_not_counted_on(steps: tuple[dict[str, object], ...]) -> None:
    base = runbook(FIRST, WAIT, AGAIN)
    waited = ran("wait", "wait.for", duration="5s", duration_seconds=5.0)
    run = recording(started("web", "failed", id="first"), waited, started("web", id="again"), before=WEB)
    assert said(judged(base, base, run)) == "unchanged (shown)"
    assert judged(base, runbook(*steps, version=2), run).verdict == "inconclusive"


def test_an_outcome_that_changed_with_a_known_cause_still_counts() -> None:
    needs = {**service("web", "stopped", "db"), **service("db", "stopped")}
    run = recording(started("web", "failed", id="first"), started("db"), started("web", id="again"), before=needs)
    base = runbook(FIRST, start("db"), AGAIN)
    assert said(judged(base, runbook(start("db"), AGAIN, version=2), run)) == "unchanged (predicted)"


def test_fewer_tries_at_another_moment_are_not_said_to_be_in_vain() -> None:
    run = recording(started("web", attempts=tries("failed", "success", every=5)), before={**WEB, **CACHE})
    base = runbook(start("web", retry={"attempts": 2, "delay": "5s"}))
    later = runbook(start("cache"), start("web"), version=2)
    assert judged(base, later, run).verdict == "inconclusive"
    assert judged(base, runbook(start("web"), version=2), run).verdict == "regressed"


def test_as_many_tries_at_a_later_moment_succeed() -> None:
    run = recording(started("web", attempts=tries("failed", "success", every=5)), before={**WEB, **CACHE})
    retried = start("web", retry={"attempts": 2, "delay": "5s"})
    head = runbook(start("cache"), retried, version=2)
    assert said(judged(runbook(retried), head, run)) == "unchanged (predicted)"


def test_all_tries_that_failed_fail_again_at_another_moment() -> None:
    retried = start("web", retry={"attempts": 3, "delay": "5s"})
    run = recording(
        started("cache"),
        started("web", "failed", attempts=tries("failed", "failed", "failed", every=5)),
        before={**WEB, **CACHE},
        verified=False,
        error_step="start-web",
    )
    head = runbook(retried, start("cache"), version=2)
    assert judged(runbook(start("cache"), retried), head, run).verdict == "still failing"


# A failure that nothing explains, and another action that was to bring about the same.


def test_a_failure_that_nothing_explains_refutes_every_action_with_the_same_goal() -> None:
    run = recording(started("web", "failed"), before=WEB, verified=False, error_step="start-web")
    head = runbook(step("restart", "service.restart", service="web"), version=2)
    verdict = judged(runbook(start("web")), head, run)
    assert (verdict.verdict, verdict.missing_facts) == ("inconclusive", ("why service.start failed",))
    assert "service.start, which does the same, failed in this recording" in verdict.steps[0].reason


def test_a_failure_with_another_goal_refutes_nothing() -> None:
    run = recording(started("cache", "failed"), before={**WEB, **CACHE}, verified=False, error_step="start-cache")
    verdict = judged(runbook(start("cache")), runbook(start("web"), version=2), run)
    assert said(verdict) == "fixed (predicted)"


def test_what_leaves_a_need_open_is_named() -> None:
    # The supervisor leaves a service that runs alone: after a failure it is its own state that nobody knows.
    needs = {**service("web", "stopped", "db"), **service("db", "stopped")}
    run = recording(started("web", "failed", id="first"), started("db"), started("web", id="again"), before=needs)
    verdict = judged(runbook(FIRST, start("db"), AGAIN), runbook(FIRST, AGAIN, version=2), run)
    assert verdict.missing_facts == ("services.web.state",)


def test_tries_that_come_sooner_than_those_that_succeeded_are_not_decided() -> None:
    retried = start("web", retry={"attempts": 2, "delay": "5s"})
    told = started(
        "web", attempts=[{**one, "offset": one["offset"] + 30} for one in tries("failed", "success", every=5)]
    )
    run = recording(started("cache", duration_seconds=30.0), told, before={**WEB, **CACHE})
    verdict = judged(runbook(start("cache"), retried), runbook(retried, version=2), run)
    assert (verdict.verdict, verdict.missing_facts) == ("inconclusive", ("the outcome of step start-web",))
