"""Time limits, waits, tries and time to settle that fit what was recorded."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.learn.patience import fitting
from runwright.model.condition import condition_data
from tests.support.authoring import HEAD, OF_WEB, START, Thought, book, thought, unit
from tests.support.recordings import SYSTEMD, ran, recording, service, started, tries

LIMITED = START + "    timeout: 30s\n"


def cut_off(after: str, *others: Any, seconds: float = 55.0, head: str = HEAD) -> Thought:
    step = ran("start", "service.start", "failed", service="web", timed_out=True, duration_seconds=30.0)
    run = recording(
        step,
        before=unit("web"),
        after=unit("web", after),
        host=SYSTEMD,
        verified=None,
        error_step="start",
        duration_seconds=seconds,
        **OF_WEB,
    )
    return thought(book(LIMITED, head), run, *others)


def test_a_step_that_was_cut_off_though_it_succeeded_later_gets_more_time() -> None:
    found = cut_off("running")
    assert found.new_lines("timeout 90s") == ["  # 90s after exec-1: cut off after 30 s", "    timeout: 90s"]
    assert found.improvement.reason == "proposed: timeout 90s"


def test_what_only_a_staging_host_can_decide_is_labelled_so() -> None:
    proposal = cut_off("running").improvement.proposal
    assert proposal is not None
    assert "needs-staging" in proposal.labels


def test_the_limit_of_the_whole_run_leaves_room_for_the_longer_step() -> None:
    found = cut_off("running", head=HEAD + "limits: {timeout: 60s}\n")
    limits = found.runbook("timeout 90s").limits
    assert limits.timeout is not None
    assert limits.timeout.total_seconds() > 90


def test_a_step_that_never_came_to_its_end_gets_no_more_time() -> None:
    found = cut_off("stopped")
    assert [one for one in found.summaries if "timeout" in one] == []


def test_a_limit_fits_what_the_same_command_took_elsewhere() -> None:
    slow = recording(
        ran("start", "service.start", service="web", duration_seconds=42.0),
        before=unit("web"),
        host=SYSTEMD,
        execution_id="exec-2",
        **OF_WEB,
    )
    assert cut_off("stopped", slow).summaries == ["timeout 90s"]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.1, "5s"), (20.0, "30s"), (40.0, "1m"), (41.0, "90s"), (300.0, "450s"), (9e9, "1h")]
)
def test_a_time_has_a_margin_and_is_round(seconds: float, said: str) -> None:
    assert fitting(seconds) == said


OPEN = 'endpoints["127.0.0.1"]["8080"].open'
CHECKED = START + "  - id: port\n    action: net.port_open\n    with: {port: 8080}\n"


def early(after: bool) -> Thought:
    up = ran("start", "service.start", service="web", state_after=unit("web", "running"))
    check = ran("port", "net.port_open", "failed", port=8080, state_before={OPEN: False})
    run = recording(
        up,
        check,
        before={**unit("web"), OPEN: False},
        after={**unit("web", "running"), OPEN: after},
        host=SYSTEMD,
        verified=None,
        error_step="port",
        duration_seconds=20.0,
        **OF_WEB,
    )
    return thought(book(CHECKED), run)


def test_a_check_that_came_too_early_waits_for_what_it_looks_for() -> None:
    found = early(after=True)
    step = found.runbook("wait until").steps[1]
    assert step.id == "wait-before-port"
    assert step.wait_until is not None
    assert condition_data(step.wait_until) == {'endpoints["127.0.0.1"].8080.open': True}
    assert found.improvement.reason == "proposed: wait until what the step needs is so"


def test_a_check_whose_fact_never_came_true_is_not_waited_for() -> None:
    assert [one for one in early(after=False).summaries if "wait" in one] == []


def test_a_service_that_was_on_its_way_is_waited_for_and_not_restarted() -> None:
    down = {**service("web", "stopped", "db"), **service("db", "starting")}
    later = {**service("web", "stopped", "db"), **service("db", "running")}
    run = recording(
        started("web", "failed", id="start"),
        before=down,
        after=later,
        verified=None,
        error_step="start",
        duration_seconds=12.0,
        **OF_WEB,
    )
    found = thought(book(START), run)
    assert found.summaries == ["wait until what the step needs is so"]
    step = found.runbook("wait").steps[0]
    assert step.wait_until is not None
    assert condition_data(step.wait_until) == {"services.db.state": "running"}


def test_a_verification_that_came_too_early_settles_longer_and_nothing_is_restarted() -> None:
    up = ran("start", "service.start", service="web", state_after={"services.web.state": "starting"})
    run = recording(
        up,
        before=unit("web"),
        after=unit("web", "running"),
        verification_facts={"services.web.state": "starting"},
        host=SYSTEMD,
        verified=False,
        duration_seconds=9.0,
        **OF_WEB,
    )
    found = thought(book(START), run)
    assert found.summaries == ["settle 15s"]
    assert found.new_lines("settle") == ["  # 15s after exec-1: it was right a moment later", "  settle: 15s"]


def test_more_tries_fit_what_another_run_of_the_command_needed() -> None:
    slow = recording(
        ran("start", "service.start", service="web", attempts=tries("failed", "failed", "success", every=10.0)),
        before=unit("web"),
        host=SYSTEMD,
        execution_id="exec-2",
        **OF_WEB,
    )
    run = recording(
        ran("start", "service.start", "failed", service="web"),
        before=unit("web"),
        host=SYSTEMD,
        verified=None,
        error_step="start",
        **OF_WEB,
    )
    found = thought(book(START), run, slow)
    assert found.new_lines("retry") == [
        "  # tries after exec-1: another run needed 3",
        "    retry: {attempts: 4, delay: 15s}",
    ]


def test_what_may_not_be_done_twice_is_not_tried_again() -> None:
    fields = {"service": "web", "attempts": tries("failed", "success", every=10.0)}
    slow = recording(ran("start", "service.restart", **fields), host=SYSTEMD, execution_id="exec-2", **OF_WEB)
    step = ran("start", "service.restart", "failed", service="web")
    run = recording(step, before=unit("web"), host=SYSTEMD, verified=None, error_step="start", **OF_WEB)
    found = thought(book(START.replace("service.start", "service.restart")), run, slow)
    assert [one for one in found.summaries if "retry" in one] == []
