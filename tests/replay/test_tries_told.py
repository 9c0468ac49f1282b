"""What an agent tells of each try decides what replay can say of it."""

from __future__ import annotations

from typing import Any

from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from tests.support.recordings import judged, ran, recording, runbook, said, step

AGAIN = {"attempts": 2, "delay": "5s"}
RUNS = {"services.web.state": "running"}


def book(version: int = 1, **more: Any) -> Runbook:
    """A runbook of one command that is tried twice."""
    return runbook(step("fix", "command.run", argv=["fix"], retry=AGAIN, **more), version=version)


def tried(**first: Any) -> Execution:
    """A run whose first try failed, and whose second one mended all."""
    told = {"offset": 0.0, "duration": 30.0, "outcome": "failed", **first}
    attempts = [told, {"offset": 35.0, "duration": 1.0, "outcome": "success", "exit_code": 0}]
    fixed = ran("fix", "command.run", argv=["fix"], attempts=attempts, duration_seconds=31.0, state_after=RUNS)
    return recording(fixed, before={"services.web.state": "stopped"}, after=RUNS)


def test_the_same_command_is_tried_as_often_as_it_was() -> None:
    for run in (tried(), tried(exit_code=3, error="busy"), tried(timed_out=True)):
        assert said(judged(book(timeout="30s"), book(timeout="30s"), run)) == "unchanged (shown)"


def test_an_earlier_try_that_a_longer_limit_would_not_have_cut_off_is_not_known() -> None:
    base, head = book(timeout="30s"), book(2, timeout="60s")
    assert judged(base, head, tried(timed_out=True)).verdict == "inconclusive"
    assert judged(base, head, tried(exit_code=1)).verdict == "unchanged"


def test_an_earlier_try_whose_exit_code_is_accepted_now_is_not_taken_for_a_failure() -> None:
    base, head = book(timeout="30s"), book(2, timeout="30s", success_codes=[0, 3])
    verdict = judged(base, head, tried(exit_code=3))
    assert verdict.verdict == "inconclusive"
    assert "exit code 3, which counts as a success now" in str(verdict.steps[0].reason)
    assert judged(base, head, tried(exit_code=4)).verdict == "unchanged"
