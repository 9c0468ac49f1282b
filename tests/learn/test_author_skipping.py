"""Steps that do not apply are skipped, and what is right already is left alone."""

from __future__ import annotations

from typing import Any

from runwright.model.condition import condition_data
from tests.support.authoring import OF_WEB, START, Thought, book, thought, unit
from tests.support.recordings import SYSTEMD, Facts, ran, recording, service, started

MOUNT = "  - id: mount\n    action: mount.mount\n    with: {path: /srv/data}\n"
MOUNTED: Facts = {
    'mounts["/srv/data"].mounted': True,
    'mounts["/srv/data"].in_fstab': True,
    'files["/srv/data"].exists': True,
}


def failing(step: Any, text: str, before: Facts, *others: Any, **fields: Any) -> Thought:
    fields = {"host": SYSTEMD, "verified": None, "error_step": step["step"], **OF_WEB, **fields}
    return thought(text, recording(step, before=before, **fields), *others)


def test_a_step_whose_work_is_done_already_is_skipped() -> None:
    """`mount` says: already mounted."""
    step = ran("mount", "mount.mount", "failed", path="/srv/data")
    found = failing(step, book(MOUNT + START), {**unit("web"), **MOUNTED})
    skipped = found.runbook("its work was done already").steps[0]
    assert skipped.when is not None
    assert condition_data(skipped.when) == {'mounts["/srv/data"].mounted': {"ne": True}}
    assert found.improvement.reason == "proposed: skip mount: its work was done already"


def test_a_step_that_cannot_do_its_work_here_is_skipped_where_the_rest_heals() -> None:
    """The helper that is started first is not installed on this host."""
    text = book("  - id: helper\n    action: service.start\n    with: {service: helper}\n" + START)
    step = ran("helper", "service.start", "failed", service="helper")
    found = failing(step, text, {**unit("web"), **unit("helper", known=False)})
    lines = found.new_lines("skip helper")
    assert lines == [
        "  # skipped after exec-1: it cannot do its work where this is not so",
        "    when: {services.helper.known: true}",
    ]
    assert found.improvement.proposal is not None


def test_the_condition_that_a_step_has_already_is_kept() -> None:
    text = book(MOUNT + "    when: {platform.os: linux}\n" + START)
    step = ran("mount", "mount.mount", "failed", path="/srv/data")
    when = failing(step, text, {**unit("web"), **MOUNTED}).runbook("skip mount").steps[0].when
    assert when is not None
    assert condition_data(when) == {"platform.os": "linux", 'mounts["/srv/data"].mounted': {"ne": True}}


def test_what_an_action_can_make_so_is_made_so_and_not_skipped() -> None:
    found = failing(ran("start", "service.start", "failed", service="web"), book(START), unit("web", masked=True))
    assert [one for one in found.summaries if "skip" in one] == []


def test_a_look_is_never_skipped() -> None:
    text = book("  - id: room\n    action: disk.has_room\n    with: {path: /}\n" + START)
    step = ran("room", "disk.has_room", "failed", path="/")
    found = failing(step, text, {**unit("web"), 'disks["/"].used_percent': 99})
    assert [one for one in found.summaries if "skip" in one] == []
    assert found.improvement.proposal is None


def test_a_skipped_step_that_was_needed_is_not_proposed() -> None:
    found = failing(ran("start", "service.start", "failed", service="web"), book(START), unit("web", known=False))
    assert found.about("skip start").ok is False
    assert found.improvement.proposal is None


WARM = "  - id: warm\n    action: service.start\n    with: {service: warmer}\n    on_failure: continue\n"
TELL = "  - id: tell\n    action: service.restart\n    with: {service: teller}\n"


def both_failed(number: int, outcome: str = "failed") -> Any:
    steps = (
        ran("warm", "service.start", outcome, service="warmer"),
        ran("tell", "service.restart", outcome, service="teller"),
    )
    fine = outcome == "success"
    return recording(
        *steps,
        before={**unit("web", "running"), **unit("warmer"), **unit("teller")},
        host=SYSTEMD,
        verified=True if fine else None,
        error_step=None if fine else "tell",
        execution_id=f"exec-{number}",
        **OF_WEB,
    )


def test_a_step_that_never_succeeds_behind_anothers_failure_is_skipped_there() -> None:
    found = thought(book(WARM + TELL), both_failed(1), both_failed(2), both_failed(3), both_failed(4, "success"))
    when = found.runbook("skip tell").steps[1].when
    assert when is not None
    assert condition_data(when) == {"steps.warm.outcome": "success"}


def test_two_runs_that_fell_together_are_chance() -> None:
    found = thought(book(WARM + TELL), both_failed(1), both_failed(2), both_failed(4, "success"))
    assert [one for one in found.summaries if "skip" in one] == []


def test_a_step_that_succeeded_once_without_the_other_is_not_bound_to_it() -> None:
    alone = both_failed(5)
    first, second = alone.executed_steps
    alone = alone.model_copy(update={"executed_steps": (first, second.model_copy(update={"outcome": "success"}))})
    found = thought(book(WARM + TELL), *(both_failed(number) for number in range(1, 5)), alone)
    assert [one for one in found.summaries if "skip" in one] == []


def test_a_run_that_broke_what_was_right_gets_a_precheck() -> None:
    step = started("web", "failed", id="start", error="already started")
    found = failing(step, book(START), {**service("web", "running")}, host={})
    assert found.new_lines("precheck") == [
        "precheck:",
        "  # added after exec-1: all of it was so before the first step",
        "  healthy:",
        "    services.${{ params.service }}.state: running",
    ]
    assert found.improvement.reason == "proposed: precheck: what is verified may be so already"


def test_what_was_wrong_at_the_start_gets_no_precheck() -> None:
    found = failing(started("web", "failed", id="start"), book(START), {**service("web", "stopped")}, host={})
    assert [one for one in found.summaries if "precheck" in one] == []
