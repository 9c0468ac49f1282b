"""The record of a model counts what it would have said of real runs, and nothing that it could not know."""

from __future__ import annotations

from runwright.model.execution import Execution
from runwright.model.verdict import ModelRecord
from runwright.replay.ledger import records_of
from runwright.replay.tape import make_tape
from tests.support.recordings import ran, recording, service, started

RUNS = {"services.web.state": "running"}


def record(*runs: Execution) -> tuple[ModelRecord, ...]:
    return records_of(map(make_tape, runs))


def test_a_success_that_was_foretold_and_came_true_is_right() -> None:
    run = recording(started("web", state_after=RUNS), before=service("web", "stopped"))
    assert record(run) == (ModelRecord(action="service.start", right=1),)


def test_a_failure_that_was_foretold_is_right() -> None:
    needy = {**service("web", "stopped", "db"), **service("db", "stopped")}
    assert record(recording(started("web", "failed"), before=needy)) == (ModelRecord(action="service.start", right=1),)


def test_a_failure_that_nothing_explains_is_wrong() -> None:
    run = recording(started("web", "failed"), before=service("web", "stopped"))
    assert record(run) == (ModelRecord(action="service.start", wrong=1),)


def test_a_success_against_a_false_need_is_wrong() -> None:
    unknown = {**service("web", "stopped"), "services.web.known": False}
    assert record(recording(started("web"), before=unknown)) == (ModelRecord(action="service.start", wrong=1),)


def test_a_success_that_left_another_state_than_declared_is_wrong() -> None:
    run = recording(started("web", state_after={"services.web.state": "failed"}), before=service("web", "stopped"))
    assert record(run) == (ModelRecord(action="service.start", wrong=1),)


def test_what_changed_beside_what_is_declared_is_not_held_against_the_model() -> None:
    beside = {**RUNS, "services.db.state": "failed"}
    before = {**service("web", "stopped"), **service("db", "running")}
    assert record(recording(started("web", state_after=beside), before=before))[0].wrong == 0


def test_a_need_that_nobody_captured_leaves_the_model_silent() -> None:
    assert record(recording(started("web"))) == (ModelRecord(action="service.start", silent=1),)


def test_scripts_skipped_steps_dry_runs_and_made_up_runs_are_not_counted() -> None:
    before = service("web", "stopped")
    script = ran("say", "script.sh", script="echo")
    assert record(recording(script, started("web", "skipped"), before=before)) == ()
    assert record(recording(started("web"), before=before, status="dry_run")) == ()
    assert record(recording(started("web"), before=before, provenance="synthetic")) == ()


def test_the_records_of_several_runs_are_added_up_by_action() -> None:
    right = recording(started("web", state_after=RUNS), before=service("web", "stopped"))
    stopped = recording(ran("stop", "service.stop", service="web"), before=service("web", "running"))
    assert record(right, stopped, right, recording(started("web"))) == (
        ModelRecord(action="service.start", right=2, silent=1),
        ModelRecord(action="service.stop", right=1),
    )
