"""Cases that once were judged wrongly, each with the verdict that is right."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.model.execution import Execution
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
CACHE = {"services.cache.known": True, "services.cache.requires": []}
BOTH = runbook(start("db"), start("web"))
WEB = runbook(start("web"))


def healed(before: dict[str, Any] | None = None, **fields: Any) -> Execution:
    """A run that started the database, then the web service."""
    return recording(started("db"), started("web"), before=before, **fields)


# 1: what destroys something, before what looked whether it may


@pytest.mark.parametrize("outcome", ["success", "failed"])
def test_a_destructive_step_moved_before_its_check_is_a_regression_whatever_the_check_said(outcome: str) -> None:
    look, stop = step("look", "net.port_open", port=80), step("stop", "service.stop", service="old")
    recorded = [ran("look", "net.port_open", outcome, port=80)]
    recorded += [ran("stop", "service.stop", service="old")] if outcome == "success" else []
    run = recording(*recorded, verified=outcome == "success")
    verdict = judged(runbook(look, stop), runbook(stop, look, version=2), run)
    assert verdict.verdict == "regressed"
    assert "service.stop is destructive" in verdict.reasons[0]


# 2: a start that others need is dropped


def test_dropping_the_start_of_what_is_needed_is_a_regression() -> None:
    verdict = judged(BOTH, runbook(start("web"), version=2), healed(DOWN))
    assert verdict.verdict == "regressed"
    assert any("services.db.state is running" in reason for reason in verdict.reasons)


def test_dropping_a_start_is_not_decided_while_nobody_knows_what_is_needed() -> None:
    unsaid = {key: value for key, value in DOWN.items() if not key.endswith("requires")}
    verdict = judged(BOTH, runbook(start("web"), version=2), healed(unsaid))
    assert verdict.verdict == "inconclusive"
    assert "services.web.requires" in verdict.missing_facts


def test_dropping_a_start_is_not_decided_where_nothing_was_captured() -> None:
    assert judged(BOTH, runbook(start("web"), version=2), healed()).verdict == "inconclusive"


def test_dropping_the_start_of_what_ran_already_changes_nothing() -> None:
    up = {**DOWN, "services.db.state": "running"}
    assert said(judged(BOTH, runbook(start("web"), version=2), healed(up))) == "unchanged (predicted)"


# 3: names


def test_renaming_is_shown_to_change_nothing_where_nothing_was_captured() -> None:
    renamed = runbook(start("db", id="first", name="First"), start("web", id="second"), version=2)
    assert said(judged(BOTH, renamed, healed())) == "unchanged (shown)"


# 4: a condition on a fact that nobody captured


def test_an_unknown_condition_on_a_harmless_step_changes_nothing() -> None:
    more = start("cache", when={"services.cache.state": "stopped"})
    verdict = judged(BOTH, runbook(start("db"), more, start("web"), version=2), healed({**DOWN, **CACHE}))
    assert said(verdict) == "unchanged (predicted)"
    assert verdict.paths == 2


def test_an_unknown_condition_on_stopping_what_is_stopped_changes_nothing() -> None:
    stop = step("stop", "service.stop", service="old")
    maybe = {**stop, "when": {"services.old.pid": {"gt": 1}}}
    run = recording(
        ran("stop", "service.stop", service="old"),
        started("web"),
        before={**service("web", "stopped"), **service("old", "stopped")},
    )
    verdict = judged(runbook(stop, start("web")), runbook(maybe, start("web"), version=2), run)
    assert said(verdict) == "unchanged (predicted)"


def test_an_unknown_condition_on_the_cure_is_not_decided_and_names_the_fact() -> None:
    maybe = runbook(start("web", when={"services.flag.state": "running"}), version=2)
    verdict = judged(WEB, maybe, recording(started("web"), before=service("web", "stopped")))
    assert verdict.verdict == "inconclusive"
    assert verdict.missing_facts == ("services.flag.state",)


# 5: tries

THIRD_TIME = recording(
    started("web", attempts=tries("failed", "failed", "success", every=5.0)), before=service("web", "stopped")
)


@pytest.mark.parametrize(
    ("attempts", "delay", "verdict"),
    [
        (3, "5s", "unchanged (shown)"),
        (2, "5s", "regressed"),
        (5, "5s", "unchanged (shown)"),
        (3, "1s", "regressed"),
        (3, "8s", "inconclusive"),
    ],
)
def test_tries_are_answered_by_the_recorded_tries(attempts: int, delay: str, verdict: str) -> None:
    base = runbook(start("web", retry={"attempts": 3, "delay": "5s"}))
    head = runbook(start("web", retry={"attempts": attempts, "delay": delay}), version=2)
    assert said(judged(base, head, THIRD_TIME)) == verdict


# 6: opaque steps

SCRIPT = step("script", "script.sh", script="mend")
MENDED = recording(
    ran("script", "script.sh", script="mend"),
    started("web", state_before=service("web", "stopped")),
    before={**service("web", "stopped"), **service("cache", "stopped")},
    after=service("web", "running"),
)
CHECK = step("look", "net.port_open", port=80, on_failure="continue")


@pytest.mark.parametrize(
    ("steps", "verdict"),
    [
        ((SCRIPT, start("web")), "unchanged (shown)"),
        ((start("web"),), "inconclusive"),
        ((start("cache"), SCRIPT, start("web")), "inconclusive"),
        ((CHECK, SCRIPT, start("web")), "unchanged (predicted)"),
        ((start("web"), SCRIPT), "inconclusive"),
    ],
    ids=["in place", "removed", "new effect before", "check before", "moved"],
)
def test_an_opaque_step_is_observed_only_in_its_place(steps: tuple[dict[str, Any], ...], verdict: str) -> None:
    head = runbook(*steps, version=2)
    assert said(judged(runbook(SCRIPT, start("web")), head, MENDED)) == verdict


def test_a_new_effect_after_an_opaque_step_changes_nothing() -> None:
    captured = {**service("web", "stopped"), **service("cache", "stopped")}
    run = recording(ran("script", "script.sh", script="mend"), started("web", state_before=captured), before=captured)
    head = runbook(SCRIPT, start("web"), start("cache"), version=2)
    assert said(judged(runbook(SCRIPT, start("web")), head, run)) == "unchanged (predicted)"


# 7: the same command twice

TWICE = runbook(start("web", id="try", on_failure="continue"), start("db"), start("web"))
CURED = recording(
    started("web", "failed", id="try", state_after={"services.web.state": "stopped"}),
    started("db"),
    started("web"),
    before=DOWN,
)


@pytest.mark.parametrize(
    ("steps", "verdict"),
    [
        ((start("web", id="try", on_failure="continue"), start("db"), start("web")), "unchanged (shown)"),
        ((start("db"), start("web")), "unchanged (predicted)"),
        ((start("web", id="try", on_failure="continue"), start("web")), "regressed"),
    ],
    ids=["same", "first dropped", "cure dropped"],
)
def test_a_command_that_ran_twice_is_answered_by_its_state(steps: tuple[dict[str, Any], ...], verdict: str) -> None:
    assert said(judged(TWICE, runbook(*steps, version=2), CURED)) == verdict


LOOK = step("look", "disk.has_room", path="/")
FROM_OUTSIDE = recording(
    started("web", "failed", id="try", state_after={"services.web.state": "stopped"}),
    ran("look", "disk.has_room", path="/", below_percent=90, state_before={'disks["/"].used_percent': 40}),
    started("web", state_before={"services.db.state": "running"}),
    before=DOWN,
)
OUTSIDE = runbook(start("web", id="try", on_failure="continue"), LOOK, start("web"))


def test_a_change_from_outside_is_followed_where_the_recording_is() -> None:
    assert said(judged(OUTSIDE, OUTSIDE, FROM_OUTSIDE)) == "unchanged (shown)"


def test_a_change_from_outside_is_not_counted_on_once_the_recording_is_left() -> None:
    verdict = judged(OUTSIDE, runbook(LOOK, start("web"), version=2), FROM_OUTSIDE)
    assert verdict.verdict == "inconclusive"
    assert "services.db.state" in verdict.missing_facts


def test_an_outcome_that_changed_by_itself_is_not_counted_on_once_the_recording_is_left() -> None:
    up = {**DOWN, "services.db.state": "running"}
    stopped = {"services.web.state": "stopped"}
    run = recording(
        started("web", "failed", id="try", state_after=stopped),
        ran("look", "disk.has_room", path="/", below_percent=90),
        started("web"),
        before=up,
    )
    assert said(judged(OUTSIDE, OUTSIDE, run)) == "unchanged (shown)"
    assert judged(OUTSIDE, runbook(LOOK, start("web"), version=2), run).verdict == "inconclusive"


# 8: items that a step has told

LIST = step("list", "script.sh", script="which")
EACH = {
    "id": "all",
    "action": "service.start",
    "with": {"service": "${{ each.item }}"},
    "foreach": '${{ steps.list.output | json("names") }}',
}
LISTED = recording(
    ran("list", "script.sh", script="which", output='{"names": ["db", "web"]}'),
    started("db", id="all[0]", state_before=DOWN),
    started("web", id="all[1]"),
    before=DOWN,
)


def test_items_of_an_observed_output_are_observed() -> None:
    assert said(judged(runbook(LIST, EACH), runbook(LIST, EACH, version=2), LISTED)) == "unchanged (shown)"


def test_items_from_another_source_are_not_decided() -> None:
    other = step("list", "http.get", url="http://127.0.0.1/others")
    verdict = judged(runbook(LIST, EACH), runbook(other, EACH, version=2), LISTED)
    assert verdict.verdict == "inconclusive"
    assert "the output of step list" in verdict.missing_facts


def test_items_in_the_reverse_order_are_a_regression_where_one_needs_the_other() -> None:
    both = recording(started("db", id="all[0]"), started("web", id="all[1]"), before=DOWN)
    there, back = ({**EACH, "foreach": names} for names in (["db", "web"], ["web", "db"]))
    assert judged(runbook(there), runbook(back, version=2), both).verdict == "regressed"


# 9: time limits


def test_a_limit_just_above_the_recorded_duration_is_pointed_out() -> None:
    run = recording(started("web", duration_seconds=42.0), before=service("web", "stopped"))
    base = runbook(start("web", timeout="60s"))
    verdict = judged(base, runbook(start("web", timeout="45s"), version=2), run)
    assert verdict.steps[0].reason == "recorded step start-web, which took 42 s of the 45 s that it may"
    assert "of the" not in judged(base, runbook(start("web", timeout="90s"), version=2), run).steps[0].reason


def test_a_limit_below_the_recorded_duration_is_a_regression() -> None:
    run = recording(started("web", duration_seconds=42.0), before=service("web", "stopped"))
    base = runbook(start("web", timeout="60s"))
    assert judged(base, runbook(start("web", timeout="30s"), version=2), run).verdict == "regressed"
    assert said(judged(base, runbook(start("web", timeout="45s"), version=2), run)) == "unchanged (shown)"


def test_a_longer_limit_than_one_that_was_hit_is_not_decided() -> None:
    run = recording(started("web", "failed", duration_seconds=30.0, timed_out=True), verified=False)
    base = runbook(start("web", timeout="30s"))
    verdict = judged(base, runbook(start("web", timeout="60s"), version=2), run)
    assert verdict.verdict == "inconclusive"
    assert verdict.missing_facts[0] == "how long step start-web takes"
    assert judged(base, runbook(start("web", timeout="20s"), version=2), run).verdict == "still failing"


# 10: what the verification looks at

MORE = runbook(start("cache"), start("web"), version=2)
UP = {**service("web", "stopped"), **service("cache", "stopped")}


def test_a_derived_fact_is_not_believed_after_the_recording_was_left() -> None:
    url = {'http["http://x/"].status': 200}
    run = recording(started("web"), before=UP, after=url)
    verdict = judged(
        runbook(start("web"), checks=url),
        MORE.model_copy(update={"verify": runbook(start("web"), checks=url).verify}),
        run,
    )
    assert verdict.verdict == "inconclusive"
    assert verdict.missing_facts == ('http["http://x/"].status',)


def test_a_state_that_a_step_wrote_is_believed_after_the_recording_was_left() -> None:
    assert said(judged(WEB, MORE, recording(started("web"), before=UP))) == "unchanged (predicted)"


def test_a_measure_is_stale_after_the_recording_was_left() -> None:
    room = {'disks["/"].used_percent': {"lt": 90}}
    base = runbook(start("web"), checks=room)
    run = recording(started("web"), before={**UP, 'disks["/"].used_percent': 40})
    verdict = judged(base, MORE.model_copy(update={"verify": base.verify}), run)
    assert verdict.verdict == "inconclusive"
    assert verdict.missing_facts == ('disks["/"].used_percent',)


def test_a_measure_that_a_new_step_wrote_is_believed() -> None:
    empty = {'files["/var/log/x"].size_bytes': 0}
    base = runbook(start("web"), checks=empty)
    more = step("empty", "file.truncate", path="/var/log/x", when={'files["/var/log/x"].size_bytes': {"gt": 0}})
    is_a_file = {"exists": True, "kind": "file", "names": 1, "reachable": True, "read_only": False, "size_bytes": 10**9}
    kind = {f'files["/var/log/x"].{leaf}': value for leaf, value in is_a_file.items()}
    run = recording(started("web"), before={**service("web", "stopped"), **kind}, verified=False)
    head = runbook(more, start("web"), version=2).model_copy(update={"verify": base.verify})
    verdict = judged(base, head, run)
    assert verdict.would == "succeed"
    # It is destructive and did not run before: that it would help does not make it safe.
    assert verdict.verdict == "regressed"


# 11: clocks

AGES = 'backups["/srv"]["*.gz"].newest_age_hours'
TIDY = runbook(start("cache"), step("tidy", "service.start", service="web", when={AGES: {"gt": 24}}), version=2)


def aged(hours: float) -> Execution:
    """A run that started a service because the newest backup was so old."""
    return recording(started("web", facts={AGES: hours}), before={**UP, AGES: hours})


def test_a_clock_that_is_far_from_the_edge_is_decided_after_the_recording_was_left() -> None:
    base = runbook(start("web", when={AGES: {"gt": 24}}))
    assert said(judged(base, TIDY, aged(48))) == "unchanged (predicted)"


def test_a_clock_whose_interval_lies_across_the_edge_is_not_decided_and_both_ways_are_followed() -> None:
    base = runbook(start("web", when={AGES: {"gt": 24}}))
    verdict = judged(base, TIDY, aged(24.5))
    assert (verdict.verdict, verdict.paths, verdict.missing_facts) == ("inconclusive", 2, (AGES,))


def test_a_clock_across_the_edge_changes_nothing_where_both_ways_succeed() -> None:
    base = runbook(start("web", when={AGES: {"gt": 24}}))
    head = runbook(*(start("cache"), start("cache", id="more", when={AGES: {"gt": 24}}), start("web")), version=2)
    assert said(judged(base, head, aged(24.5))) == "unchanged (predicted)"


def test_a_clock_that_went_on_during_the_run_did_not_change_from_outside() -> None:
    base = runbook(start("web", when={AGES: {"gt": 24}}))
    run = aged(48).model_copy(update={"duration_seconds": 360.0, "state_after": {AGES: 48.1}})
    assert said(judged(base, TIDY, run)) == "unchanged (predicted)"
    renewed = run.model_copy(update={"state_after": {AGES: 0.5}})
    assert judged(base, TIDY, renewed).verdict == "inconclusive"


# 12: what runs at the same time


def test_what_runs_at_the_same_time_changes_nothing_where_nobody_touches_what_another_needs() -> None:
    run = recording(started("web"), started("cache"), before=UP)
    head = runbook({"id": "both", "parallel": [start("web"), start("cache")]}, version=2)
    assert judged(runbook(start("web"), start("cache")), head, run).verdict == "unchanged"


def test_a_sequence_made_parallel_over_a_dependency_is_not_decided() -> None:
    head = runbook({"id": "both", "parallel": [start("db"), start("web")]}, version=2)
    assert judged(BOTH, head, healed(DOWN)).verdict == "inconclusive"


# 13, 14: a failure that something explains, and one that nothing explains


def test_a_failure_that_nothing_explains_still_fails_after_an_irrelevant_step() -> None:
    run = recording(started("web", "failed"), before=UP, verified=False)
    verdict = judged(WEB, MORE, run)
    assert verdict.verdict == "still failing"
    assert ("start-web", "observed", "failed") in answers(verdict)


def test_a_failure_that_nothing_explains_refutes_the_model() -> None:
    windows = {"platform.os": "windows", "platform.service_manager": "windows"}
    captured = {**service("web", "stopped"), "services.web.start_type": "manual"}
    run = recording(started("web", "failed"), before=captured, host=windows, platform="windows", verified=False)
    enable = step("enable", "service.enable", service="web")
    verdict = judged(WEB, runbook(enable, start("web"), version=2), run)
    assert verdict.verdict == "inconclusive"
    assert "why service.start failed" in verdict.missing_facts


def test_a_failure_that_an_unmet_need_explains_is_fixed_by_its_cure() -> None:
    run = recording(started("web", "failed"), before=DOWN, verified=False)
    verdict = judged(WEB, runbook(start("db"), start("web"), version=2), run)
    assert said(verdict) == "fixed (predicted)"
    assert answers(verdict) == [("start-db", "modelled", "success"), ("start-web", "modelled", "success")]
    assert verdict.first_divergence == "start-db"
