"""Waits and assertions behind the last command: what they saw in the recording is seen again."""

from __future__ import annotations

from typing import Any

from tests.support.recordings import judged, recording, runbook, said, service, start, started

STARTING = {"services.web.state": "starting"}
UP = {"services.web.state": "running"}
WAITING = runbook(start("web"), {"id": "up", "wait_until": UP, "timeout": "60s"})


def looked(kind: str, facts: dict[str, Any], outcome: str = "success") -> dict[str, Any]:
    return {"step": "up", "action": kind, "outcome": outcome, "facts": facts, "duration_seconds": 5.0}


def test_a_service_that_came_up_while_the_run_waited_comes_up_again() -> None:
    run = recording(
        started("web", state_after={**service("web", "stopped"), **STARTING}),
        looked("wait_until", UP),
        before=service("web", "stopped"),
        after=service("web", "running"),
    )
    assert said(judged(WAITING, WAITING, run)) == "unchanged (shown)"


def test_a_service_that_did_not_come_up_does_not_come_up_again() -> None:
    run = recording(
        started("web", state_after={**service("web", "stopped"), **STARTING}),
        looked("wait_until", STARTING, "failed"),
        before=service("web", "stopped"),
        after={**service("web", "stopped"), **STARTING},
        verified=False,
    )
    assert said(judged(WAITING, WAITING, run)) == "still failing"


def test_an_assertion_behind_the_last_command_sees_what_it_saw() -> None:
    book = runbook(start("web"), {"id": "up", "assert": UP})
    run = recording(
        started("web", state_after={**service("web", "stopped"), **STARTING}),
        looked("assert", UP),
        before=service("web", "stopped"),
        after=service("web", "running"),
    )
    assert said(judged(book, book, run)) == "unchanged (shown)"
