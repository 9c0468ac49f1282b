"""From which evidence a command is answered (REPLAY 1.2)."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.engine.exchange import Act, Acted, Decided
from runwright.engine.state import Run
from runwright.engine.stepper import advance, begin, request
from runwright.model.execution import Execution
from tests.support.recordings import (
    SYSTEMD,
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
WEB = runbook(start("web"))
CURE = runbook(start("db"), start("web"), version=2)


def failed(before: dict[str, Any] | None = None, **fields: Any) -> Execution:
    return recording(started("web", "failed"), before=before, verified=False, **fields)


def test_defaults_that_an_older_agent_did_not_record_are_the_same_command() -> None:
    run = recording(ran("look", "http.get", url="http://x/"), started("web"), before=service("web", "stopped"))
    same = runbook(step("look", "http.get", url="http://x/", status=200), start("web"))
    assert said(judged(same, same, run)) == "unchanged (shown)"


def test_a_need_that_is_not_known_is_never_presumed() -> None:
    unsaid = {key: value for key, value in DOWN.items() if key != "services.db.known"}
    verdict = judged(WEB, CURE, failed(unsaid))
    assert verdict.verdict == "inconclusive"
    assert verdict.missing_facts == ("services.db.known",)


def test_a_list_that_is_not_known_widens_to_every_member() -> None:
    unsaid = {key: value for key, value in DOWN.items() if key != "services.web.requires"}
    run = recording(started("db"), started("web"), before=unsaid)
    assert judged(CURE, runbook(start("web"), version=3), run).verdict == "inconclusive"


def test_a_list_that_is_not_known_is_no_obstacle_while_no_member_changed() -> None:
    unsaid = {key: value for key, value in DOWN.items() if key != "services.web.requires"}
    look = step("look", "disk.has_room", path="/", when={'disks["/"].used_percent': {"gt": 90}})
    run = recording(started("web"), before={**unsaid, 'disks["/"].used_percent': 20})
    assert said(judged(WEB, runbook(look, start("web"), version=2), run)) == "unchanged (shown)"


def test_what_another_recording_saw_in_the_same_state_is_believed_but_not_shown() -> None:
    other = recording(started("db"), before=service("db", "stopped"), execution_id="exec-2")
    verdict = judged(WEB, CURE, failed(DOWN), other)
    assert said(verdict) == "fixed (predicted)"
    assert answers(verdict)[0] == ("start-db", "seen elsewhere", "success")
    assert "exec-2" in verdict.steps[0].reason


def test_a_failure_seen_elsewhere_is_believed_too() -> None:
    other = recording(started("db", "failed"), before=service("db", "stopped"), verified=False, execution_id="exec-2")
    assert judged(WEB, CURE, failed(DOWN), other).verdict == "still failing"


def test_other_recordings_that_disagree_say_nothing() -> None:
    good = recording(started("db"), before=service("db", "stopped"), execution_id="exec-2")
    bad = recording(started("db", "failed"), before=service("db", "stopped"), verified=False, execution_id="exec-3")
    assert answers(judged(WEB, CURE, failed(DOWN), good, bad))[0] == ("start-db", "modelled", "success")


@pytest.mark.parametrize(
    "fields",
    [
        {"before": {"services.db.known": True, "services.db.requires": []}},
        {"before": service("db", "stopped", "disk")},
        {"before": service("db", "stopped"), "host": {"platform.os": "linux", "platform.service_manager": "systemd"}},
        {"before": {**service("db", "stopped"), "platform.version": "9"}},
    ],
    ids=["a read is not known there", "a read differs", "another service manager", "another platform"],
)
def test_another_recording_in_another_state_says_nothing(fields: dict[str, Any]) -> None:
    other = recording(started("db", "failed"), verified=False, execution_id="exec-2", **fields)
    mine = failed({**DOWN, "platform.version": "8"} if "platform.version" in fields["before"] else DOWN)
    assert answers(judged(WEB, CURE, mine, other))[0] == ("start-db", "modelled", "success")


def test_a_first_try_elsewhere_is_what_counts() -> None:
    slow = started("db", attempts=tries("failed", "success", every=5.0))
    other = recording(slow, before=service("db", "stopped"), execution_id="exec-2")
    assert judged(WEB, CURE, failed(DOWN), other).verdict == "still failing"


def test_an_opaque_command_is_never_taken_from_elsewhere() -> None:
    script = step("script", "script.sh", script="mend", when={"services.web.state": "stopped"})
    other = recording(ran("script", "script.sh", script="mend"), before=DOWN, execution_id="exec-2")
    verdict = judged(WEB, runbook(script, start("web"), version=2), failed(DOWN), other)
    assert ("script", "unknown", "unknown") in answers(verdict)


def test_a_failure_that_no_need_explains_refutes_a_later_model_of_it() -> None:
    flaky = recording(started("web", attempts=tries("failed", "success", every=5.0)), before=service("web", "stopped"))
    head = runbook(start("web", retry={"attempts": 1}), start("web", id="again"), version=2)
    base = runbook(start("web", retry={"attempts": 2, "delay": "5s"}))
    assert judged(base, head, flaky).verdict == "regressed"
    more = runbook(step("stop", "service.enable", service="x"), start("web", retry={"attempts": 2, "delay": "5s"}))
    assert judged(base, more, flaky).verdict != "fixed"


def test_an_action_that_this_host_has_no_way_for_fails() -> None:
    unmask = step("unmask", "service.unmask", service="web")
    verdict = judged(WEB, runbook(unmask, start("web"), version=2), recording(started("web"), before=DOWN))
    assert verdict.verdict == "regressed"
    assert "supervisor" in verdict.steps[0].reason


def test_an_action_is_not_said_to_be_impossible_on_a_host_that_nobody_described() -> None:
    unmask = step("unmask", "service.unmask", service="web")
    windows = recording(started("web"), host={}, platform="windows")
    assert judged(WEB, runbook(unmask, start("web"), version=2), windows).verdict == "inconclusive"


def test_a_masked_unit_is_started_after_it_was_unmasked_only_if_it_is_known() -> None:
    masked = {**service("web", "stopped"), "services.web.masked": True}
    unmask = step("unmask", "service.unmask", service="web", when={"services.web.masked": True})
    verdict = judged(WEB, runbook(unmask, start("web"), version=2), failed(masked, host=SYSTEMD))
    # Unmasking lets systemd look for the unit again; whether it finds one, and which, is not known.
    assert verdict.verdict == "inconclusive"
    assert verdict.missing_facts == ("services.web.known", "services.web.requires", "services.web.state")


def test_a_failed_opaque_step_may_be_replaced() -> None:
    script = step("script", "script.sh", script="x", when={"services.web.state": "stopped"})
    run = recording(ran("script", "script.sh", "failed", script="x"), before=service("web", "stopped"), verified=False)
    assert said(judged(runbook(script), runbook(start("web"), version=2), run)) == "fixed (predicted)"


def test_an_action_whose_success_did_not_hold_is_not_believed_to_hold_the_second_time() -> None:
    crashed = started("web", state_after={"services.web.state": "failed"})
    run = recording(crashed, before=service("web", "stopped"), verified=False)
    verdict = judged(WEB, runbook(start("web"), start("web", id="again"), version=2), run)
    assert verdict.verdict == "inconclusive"


def test_the_output_of_a_step_that_nobody_observed_is_not_made_up() -> None:
    new = step("ask", "http.get", url="http://x/", on_failure="continue")
    uses = start("web", when={"services.web.state": {"ne": "${{ steps.ask.output }}"}})
    run = recording(started("web"), before={**service("web", "stopped"), 'http["http://x/"].status': 200})
    verdict = judged(WEB, runbook(new, uses, version=2), run)
    assert verdict.verdict == "inconclusive"
    assert verdict.missing_facts == ("the output of step ask",)


def test_the_output_of_a_step_that_was_observed_is_used() -> None:
    ask = step("ask", "http.get", url="http://x/")
    uses = start("web", when={"services.web.state": "${{ steps.ask.output }}"})
    recorded = ran("ask", "http.get", url="http://x/", output="stopped\n")
    run = recording(recorded, started("web"), before=service("web", "stopped"))
    assert said(judged(runbook(ask, uses), runbook(ask, uses), run)) == "unchanged (shown)"


def test_other_accepted_exit_codes_are_applied_to_the_recorded_one() -> None:
    run = recording(started("web", "failed", exit_code=3), before=service("web", "stopped"), verified=None)
    run = run.model_copy(update={"status": "failure", "state_after": {"services.web.state": "running"}})
    head = runbook(start("web", success_codes=[0, 3]), version=2)
    verdict = judged(WEB, head, run)
    assert answers(verdict) == [("start-web", "observed", "success")]
    assert said(verdict) == "fixed (predicted)"


def test_a_value_that_the_recording_does_not_say_is_not_made_up() -> None:
    head = runbook(step("look", "http.get", url="${{ incident.url }}"), start("web"), version=2)
    verdict = judged(WEB, head, recording(started("web"), before=service("web", "stopped")))
    assert verdict.verdict == "inconclusive"
    assert verdict.reasons == ("cannot start: the recording does not say incident.url",)


def test_a_parameter_says_the_part_of_the_incident_that_it_came_from() -> None:
    params = {"service": {"from": "incident.resource"}}
    book = runbook(start("${{ incident.resource }}", id="start-web"), params=params)
    run = recording(started("web"), before=service("web", "stopped"), params={"service": "web"})
    assert said(judged(book, book, run)) == "unchanged (shown)"


def test_a_new_parameter_without_a_value_is_not_decided() -> None:
    head = runbook(start("web"), version=2, params={"port": {"type": "integer"}})
    verdict = judged(WEB, head, recording(started("web"), before=service("web", "stopped")))
    assert verdict.verdict == "inconclusive"
    assert "'port' is missing" in verdict.reasons[0]


def test_what_was_assumed_of_a_fact_holds_for_the_rest_of_the_road() -> None:
    one = start("db", when={"services.flag.state": "running"})
    other = start("db", id="other", when={"services.flag.state": {"ne": "running"}})
    verdict = judged(WEB, runbook(one, other, start("web"), version=2), failed(DOWN))
    assert said(verdict) == "fixed (predicted)"
    assert verdict.paths == 2


def test_an_assumption_lapses_when_the_fact_is_written() -> None:
    flag = {"services.flag.known": True, "services.flag.requires": []}
    up = start("flag", when={"services.flag.state": {"ne": "running"}})
    then = start("db", when={"services.flag.state": "running"})
    verdict = judged(WEB, runbook(up, then, start("web"), version=2), failed({**DOWN, **flag}))
    assert said(verdict) == "fixed (predicted)"


def test_too_many_open_ways_are_not_decided() -> None:
    many = [start(f"s{n}", when={f"services.s{n}.state": "stopped"}, on_failure="continue") for n in range(8)]
    verdict = judged(WEB, runbook(*many, start("web"), version=2), failed(DOWN))
    assert verdict.verdict == "inconclusive"
    assert "more than 32 ways" in verdict.reasons[0]


def test_a_state_that_went_one_way_can_still_go_the_other() -> None:
    state = begin(Run(runbook(start("db"), start("web")), {}, {}))
    while not isinstance(request(state), Act):
        state = advance(state, Decided(value=False))
    first, other = (advance(state, Acted(success=success)) for success in (True, False))
    assert request(first) != request(other)
    assert (request(state), advance(state, Acted(success=True))) == (request(state), first)
