"""Safety is compared, not predicted (REPLAY 1.3, rule 19)."""

from __future__ import annotations

import pytest

from tests.support.recordings import judged, ran, recording, runbook, said, service, start, started, step

VACUUM = step("vacuum", "disk.vacuum_journal", keep="200M")
DID = ran("vacuum", "disk.vacuum_journal", keep="200M")
FULL = {'disks["/"].used_percent': {"gte": 90}}
STATE = {'disks["/"].used_percent': 95, **service("web", "stopped")}


def test_a_new_destructive_command_is_a_regression_although_the_run_would_succeed() -> None:
    book = runbook(start("web"))
    head = runbook(start("web"), step("stop", "service.stop", service="old"), version=2)
    verdict = judged(book, head, recording(started("web"), before={**STATE, **service("old", "running")}))
    assert (verdict.verdict, verdict.would) == ("regressed", "succeed")
    assert "did not run before" in verdict.reasons[0]


def test_a_destructive_command_with_other_parameters_is_a_new_one() -> None:
    head = runbook({**VACUUM, "with": {"keep": "1M"}}, start("web"), version=2)
    verdict = judged(runbook(VACUUM, start("web")), head, recording(DID, started("web"), before=STATE))
    assert verdict.verdict == "regressed"


def test_a_destructive_command_whose_own_condition_was_dropped_is_a_regression() -> None:
    base = runbook({**VACUUM, "when": FULL}, start("web"))
    verdict = judged(base, runbook(VACUUM, start("web"), version=2), recording(DID, started("web"), before=STATE))
    assert verdict.verdict == "regressed"
    assert "before this was checked" in verdict.reasons[0]


@pytest.mark.parametrize("kind", ["healthy", "unsafe"])
def test_a_destructive_command_whose_precheck_was_dropped_is_a_regression(kind: str) -> None:
    base = runbook(VACUUM, start("web"), precheck={kind: {"services.web.state": "starting"}})
    verdict = judged(base, runbook(VACUUM, start("web"), version=2), recording(DID, started("web"), before=STATE))
    assert verdict.verdict == "regressed"


def test_the_condition_of_another_step_does_not_guard() -> None:
    base = runbook(start("db", when={"services.db.state": "stopped"}), VACUUM, start("web"))
    run = recording(started("db", "skipped"), DID, started("web"), before={**STATE, "services.db.state": "running"})
    assert said(judged(base, runbook(VACUUM, start("web"), version=2), run)) == "unchanged (shown)"


def test_one_more_guard_is_no_regression() -> None:
    head = runbook({**VACUUM, "when": FULL}, start("web"), version=2)
    verdict = judged(runbook(VACUUM, start("web")), head, recording(DID, started("web"), before=STATE))
    assert said(verdict) == "unchanged (shown)"


def test_a_destructive_command_on_a_way_that_only_may_be_taken_counts() -> None:
    maybe = {**step("stop", "service.stop", service="old"), "when": {"services.flag.state": "running"}}
    verdict = judged(
        runbook(start("web")), runbook(maybe, start("web"), version=2), recording(started("web"), before=STATE)
    )
    assert verdict.verdict == "regressed"
