"""Every construct of the language, one answer at a time."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.engine.exchange import Act, Acted, ActedTogether, Answered, Ask, Decide, Decided, Together
from runwright.engine.result import outputs_of, result_of
from runwright.engine.stepper import request
from tests.support.stepping import BAD, NO, OK, OPEN, YES, after, asked, complete, pause, runbook, started, story

BAD_ONE = Acted(success=False, exit_code=1, error="it broke", duration=1.0)


def said(output: str, code: int = 0) -> Acted:
    """A success with an output."""
    return Acted(success=True, exit_code=code, output=output, duration=1.0)


def step(name: str, **more: Any) -> dict[str, Any]:
    """A step that starts a service."""
    return complete({"id": name, **more})


def names(state: Any) -> list[str]:
    """The trace in short."""
    return [f"{done.step} {done.outcome}" for done in state.trace]


# foreach


def test_a_step_runs_once_for_each_item() -> None:
    state = started(step("a", foreach=["x", "y"], **{"with": {"service": "${{ each.item }}"}}))
    assert story(state, [OK, OK, YES]) == ["act a[0] #1", "act a[1] #1", "verify", "done"]
    first, second = request(state), request(after(state, [OK]))
    assert isinstance(first, Act)
    assert isinstance(second, Act)
    assert (first.params, second.params) == ({"service": "x"}, {"service": "y"})


def test_the_condition_of_a_repeated_step_is_looked_at_for_each_item() -> None:
    state = started(step("a", foreach=["x", "y"], when={"services.${{ each.item }}.state": "stopped"}))
    assert story(state, [NO, YES, OK]) == ["when a[0]", "when a[1]", "act a[1] #1", "verify"]


def test_the_items_may_come_from_a_parameter_and_the_number_counts_from_zero() -> None:
    spec = {"names": {"type": "strings"}}
    repeated = step("a", foreach="${{ params.names }}", **{"with": {"service": "s${{ each.index }}"}})
    state = started(repeated, params={"names": ["x", "y"]}, outputs={"all": "${{ steps.a.output }}"}) if spec else None
    assert state is not None
    done = after(state, [said("one"), said("two"), YES])
    assert [item.params["service"] for item in done.trace] == ["s0", "s1"]
    assert outputs_of(done) == {"all": ["one", "two"]}


def test_an_empty_list_skips_the_step() -> None:
    done = after(started(step("a", foreach="${{ params.names }}"), step("b"), params={"names": []}), [OK, YES])
    assert names(done) == ["a skipped", "b success"]


@pytest.mark.parametrize(
    ("value", "told"), [("web", "foreach needs a list, and this is 'web'"), (["x"] * 101, "foreach has 101 items")]
)
def test_what_is_no_list_or_too_long_fails_the_step(value: Any, told: str) -> None:
    done = after(started(step("a", foreach="${{ params.names }}"), params={"names": value}), [YES])
    assert told in str(result_of(done).error_message)


def test_a_failing_item_ends_the_step_unless_it_may_go_on() -> None:
    repeated = step("a", foreach=["x", "y"])
    assert story(started(repeated), [BAD]) == ["act a[0] #1", "verify"]
    assert story(started({**repeated, "on_failure": "continue"}), [BAD, OK]) == ["act a[0] #1", "act a[1] #1", "verify"]


def test_the_steps_of_a_repeated_block_are_named_by_item() -> None:
    block = {"id": "each", "foreach": ["x", "y"], "block": [step("a"), step("b")]}
    done = after(started(block), [OK, OK, OK, OK, YES])
    assert names(done) == [
        "a[0] success", "b[0] success", "each[0] success", "a[1] success", "b[1] success", "each[1] success",
    ]  # fmt: skip


# block, rescue, finally


def block(**more: Any) -> dict[str, Any]:
    """A block with one step."""
    return {"id": "group", "block": [step("a")], **more}


def test_a_rescue_that_succeeds_lets_the_run_go_on() -> None:
    state = started(block(rescue=[step("mend")]), step("b"))
    assert story(state, [BAD, OK, OK, YES]) == ["act a #1", "act mend #1", "act b #1", "verify", "done"]
    assert result_of(after(state, [BAD, OK, OK, YES])).success


def test_a_rescue_that_fails_is_a_failure() -> None:
    done = after(started(block(rescue=[step("mend")]), step("b")), [BAD, BAD, NO])
    assert (result_of(done).status, result_of(done).error_step) == ("failure", "mend")


def test_a_rescue_does_not_run_after_a_success() -> None:
    assert story(started(block(rescue=[step("mend")])), [OK]) == ["act a #1", "verify"]


@pytest.mark.parametrize("first", [OK, BAD])
def test_a_finally_runs_whatever_happened(first: Acted) -> None:
    assert story(started(block(**{"finally": [step("tidy")]})), [first]) == ["act a #1", "act tidy #1"]


def test_a_failure_goes_on_after_the_finally_and_keeps_its_own_reason() -> None:
    done = after(started(block(**{"finally": [step("tidy")]}), step("b")), [BAD, BAD, NO])
    assert (result_of(done).error_step, names(done)) == ("a", ["a failed", "tidy failed", "group failed"])


def test_a_failing_block_may_be_gone_past() -> None:
    assert story(started(block(on_failure="continue"), step("b")), [BAD, OK]) == ["act a #1", "act b #1", "verify"]


def test_the_runbook_has_a_rescue_and_a_finally_of_its_own() -> None:
    state = started(step("a"), rescue=[step("mend")], **{"finally": [step("tidy")]})
    assert story(state, [BAD, OK, OK, YES]) == ["act a #1", "act mend #1", "act tidy #1", "verify", "done"]
    assert result_of(after(state, [BAD, OK, OK, YES])).success
    assert story(state, [OK, OK]) == ["act a #1", "act tidy #1", "verify"]


def test_asking_a_person_passes_over_the_rescue_and_not_over_the_finally() -> None:
    state = started(step("a", on_failure="escalate"), rescue=[step("mend")], **{"finally": [step("tidy")]})
    done = after(state, [BAD, OK, NO])
    assert (result_of(done).status, names(done)) == ("escalated", ["a failed", "tidy success"])


def test_a_finally_has_time_when_the_run_has_none_left() -> None:
    state = started(step("a"), step("b"), limits={"timeout": "1s"}, **{"finally": [step("tidy", timeout="30s")]})
    late = after(state, [Acted(success=True, duration=2.0)])
    tidy = request(late)
    assert isinstance(tidy, Act)
    assert (tidy.step, tidy.timeout_seconds) == ("tidy", 30.0)
    assert result_of(after(late, [OK, NO])).status == "timeout"


# rollback


def undoable(name: str) -> dict[str, Any]:
    """A step that can be taken back."""
    return step(name, rollback={"action": "service.stop", "with": {"service": f"{name}-svc"}})


def test_a_failure_takes_back_what_succeeded_the_latest_first() -> None:
    done = after(started(undoable("a"), undoable("b"), undoable("c")), [OK, OK, BAD, OK, OK, NO])
    assert names(done) == ["a success", "b success", "c failed", "b.rollback success", "a.rollback success"]
    assert result_of(done).error_message == "it broke; taken back: b, a"
    assert done.trace[-1].params == {"service": "a-svc"}


def test_a_handled_failure_takes_nothing_back() -> None:
    assert story(started(undoable("a"), step("b"), rescue=[step("mend")]), [OK, BAD, OK, YES])[-2:] == [
        "verify",
        "done",
    ]


def test_a_verification_that_says_no_takes_back() -> None:
    assert story(started(undoable("a")), [OK, NO, OK]) == ["act a #1", "verify", "act a.rollback #1", "done"]


def test_a_verification_that_is_not_known_takes_nothing_back() -> None:
    assert story(started(undoable("a")), [OK, OPEN]) == ["act a #1", "verify", "done"]


def test_a_person_who_is_called_finds_things_as_they_were_left() -> None:
    assert story(started(undoable("a"), step("b", on_failure="escalate")), [OK, BAD, NO])[-2:] == ["verify", "done"]


def test_a_rollback_that_fails_does_not_keep_the_others_from_running() -> None:
    done = after(started(undoable("a"), undoable("b"), step("c")), [OK, OK, BAD, BAD, OK, NO])
    assert (done.undone, names(done)[-2:]) == (("a",), ["b.rollback failed", "a.rollback success"])


def test_a_rollback_uses_the_values_of_the_moment_when_its_step_ran() -> None:
    undo = {"action": "service.stop", "with": {"service": "${{ each.item }}"}}
    state = started(step("a", foreach=["x", "y"], rollback=undo), step("b"))
    done = after(state, [OK, OK, BAD, OK, OK, NO])
    assert [item.params["service"] for item in done.trace[-2:]] == ["y", "x"]


def test_a_rollback_whose_value_is_missing_keeps_its_step_from_running() -> None:
    undo = {"action": "service.stop", "with": {"service": "${{ params.none }}"}}
    assert story(started(step("a", rollback=undo)), []) == ["verify"]


# parallel


def several(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Steps at the same time."""
    return {"id": "both", "parallel": list(steps), **more}


def all_of(*answers: Acted) -> ActedTogether:
    """The answer to a round."""
    return ActedTogether(answers=answers, duration=max(answer.duration for answer in answers))


def test_parallel_steps_are_asked_for_together_within_their_limit() -> None:
    state = started(several(step("a"), step("b"), step("c"), limit=2), step("d"))
    wanted = request(state)
    assert isinstance(wanted, Together)
    assert (wanted.limit, [act.step for act in wanted.acts]) == (2, ["a", "b", "c"])
    done = after(state, [all_of(OK, OK, OK), OK, YES])
    assert names(done) == ["a success", "b success", "c success", "both success", "d success"]
    assert done.elapsed == 2.0


def test_only_what_failed_and_may_be_tried_again_joins_the_next_round() -> None:
    state = started(several(step("a", retry={"attempts": 2, "delay": "3s"}), step("b")))
    told = story(state, [all_of(BAD, OK), pause(3), all_of(OK), YES])
    assert told == ["together a #1, b #1", "retry 3s", "together a #2", "verify", "done"]


def test_one_failing_branch_fails_them_all_after_all_have_ended() -> None:
    done = after(started(several(step("a"), step("b"))), [all_of(BAD, OK), NO])
    assert (names(done), result_of(done).error_message) == (["a failed", "b success", "both failed"], "a: it broke")


def test_a_branch_that_may_fail_fails_nothing() -> None:
    done = after(started(several(step("a", on_failure="continue"), step("b"))), [all_of(BAD, OK), YES])
    assert result_of(done).success


def test_a_branch_runs_only_when_its_condition_holds() -> None:
    state = started(several(step("a", when={"c": 1}), step("b")))
    assert story(state, [NO, all_of(OK), YES]) == ["when a", "together b #1", "verify", "done"]
    assert story(state, [OPEN, all_of(OK)])[-1] == "verify"


def test_what_parallel_steps_did_is_taken_back() -> None:
    done = after(started(several(undoable("a"), undoable("b")), step("c")), [all_of(OK, OK), BAD, OK, OK, NO])
    assert names(done)[-2:] == ["b.rollback success", "a.rollback success"]


def test_a_branch_with_a_missing_value_fails_without_running() -> None:
    state = started(several(step("a", **{"with": {"service": "${{ params.none }}"}}), step("b")))
    assert story(state, [all_of(OK)]) == ["together b #1", "verify"]


# call


def other(*steps: dict[str, Any], **fields: Any) -> Any:
    """A runbook that is called."""
    return runbook(*steps, **{"id": "RB-LIN-Y-1", **fields})


CALL = {"id": "y", "call": "RB-LIN-Y-1"}


def test_a_called_runbook_runs_with_its_precheck_and_its_verification() -> None:
    callee = other(step("a"), precheck={"healthy": {"fine": True}, "unsafe": {"full": True}})
    state = started(CALL, step("b"), called=[callee])
    told = story(state, [NO, NO, OK, YES, OK, YES])
    assert told == ["healthy y", "unsafe y", "act y/a #1", "verify y", "act b #1", "verify", "done"]
    assert names(after(state, [NO, NO, OK, YES, OK, YES])) == ["y/a success", "y success", "b success"]


def test_a_question_of_a_called_runbook_says_so() -> None:
    wanted = request(after(started(CALL, called=[other()]), [OK]))
    assert isinstance(wanted, Decide)
    assert wanted.nested
    assert wanted.purpose == "verify"


@pytest.mark.parametrize("verified", [NO, OPEN])
def test_a_call_that_is_not_verified_fails(verified: Decided) -> None:
    done = after(started(CALL, called=[other()]), [OK, verified, NO])
    assert names(done) == ["y/a success", "y failed"]


def test_a_called_runbook_has_parameters_of_its_own_and_gives_outputs_back() -> None:
    callee = other(
        step("a", extract={"size": {"regex": "size=([0-9]+)"}}, **{"with": {"service": "${{ params.name }}"}}),
        params={"name": {"type": "string"}},
        outputs={"size": "${{ steps.a.outputs.size }}"},
    )
    state = started({**CALL, "with": {"name": "db"}}, called=[callee], outputs={"n": "${{ steps.y.outputs.size }}"})
    wanted = request(state)
    assert isinstance(wanted, Act)
    assert wanted.params == {"service": "db"}
    assert outputs_of(after(state, [said("size=12"), YES, YES])) == {"n": "12"}


@pytest.mark.parametrize(
    ("callee", "told"),
    [
        (None, "runbook RB-LIN-Y-1 is not in this release"),
        (other(status="failed", status_reason="it lost data"), "is marked as failed: it lost data"),
        (other(params={"name": {"type": "string"}}), "parameter 'name' is missing"),
        (other({"id": "y", "call": "RB-LIN-Y-1"}), "more than 5 runbooks call one another"),
    ],
)
def test_a_call_that_cannot_be_made_fails_the_step(callee: Any, told: str) -> None:
    state = started(CALL, called=[callee] if callee else [])
    while asked(state) != "done":
        state = after(state, [NO])
    done = state
    assert told in str(result_of(done).error_message)


def test_a_called_runbook_that_asks_a_person_stops_the_caller_too() -> None:
    state = started(CALL, called=[other(precheck={"unsafe": {"full": True}})], rescue=[step("mend")])
    assert result_of(after(state, [YES, NO])).status == "escalated"


def test_what_a_called_runbook_did_is_taken_back_when_its_caller_fails() -> None:
    done = after(started(CALL, step("b"), called=[other(undoable("a"))]), [OK, YES, BAD, OK, NO])
    assert names(done)[-1] == "y/a.rollback success"


def test_a_called_runbook_has_no_more_time_than_its_caller() -> None:
    state = started(CALL, called=[other(step("a", timeout="10m"))], limits={"timeout": "30s"})
    wanted = request(state)
    assert isinstance(wanted, Act)
    assert wanted.timeout_seconds == 30.0


def test_a_healthy_called_runbook_without_anything_to_ask_does_not_stop_the_run() -> None:
    callee = other(precheck={"healthy": {"params.on": True}}, params={"on": {"type": "boolean", "default": True}})
    assert story(started(CALL, called=[callee]), [YES]) == ["verify y", "verify"]


# approve, wait_until, assert, fail


def approval(**more: Any) -> dict[str, Any]:
    """A step that asks a person."""
    return {"id": "ask", "approve": {"message": "Stop ${{ incident.resource }}?", "timeout": "10m", **more}}


def test_a_person_is_asked_with_the_values_filled_in() -> None:
    wanted = request(started(approval(who=["owners"])))
    assert isinstance(wanted, Ask)
    assert (wanted.message, wanted.who, wanted.timeout_seconds) == ("Stop web?", ("owners",), 600.0)


@pytest.mark.parametrize(
    ("default", "answer", "goes_on", "told"),
    [
        ("deny", Answered(value=True, by="op"), True, "approved by op"),
        ("approve", Answered(value=False, by="op", reason="not now"), False, "denied by op: not now"),
        ("deny", Answered(value=None), False, "denied because nobody answered in time"),
        ("approve", Answered(value=None), True, "approved because nobody answered in time"),
    ],
)
def test_an_answer_or_silence_decides(default: str, answer: Answered, goes_on: bool, told: str) -> None:
    done = after(started(approval(default=default), step("b")), [answer])
    assert asked(done) == ("act b #1" if goes_on else "verify")
    assert done.trace[0].result == told


def test_waiting_looks_again_until_it_is_true() -> None:
    state = started({"id": "w", "wait_until": {"c": 1}, "every": "2s", "timeout": "5s"}, step("b"))
    assert story(state, [NO, pause(2), OPEN, pause(2), YES]) == [
        "wait w",
        "wait 2s",
        "wait w",
        "wait 2s",
        "wait w",
        "act b #1",
    ]


@pytest.mark.parametrize(
    ("last", "told"), [(NO, "it is still not true: c is 1"), (OPEN, "it is still not known: c is 1")]
)
def test_waiting_ends_with_its_time(last: Decided, told: str) -> None:
    state = started({"id": "w", "wait_until": {"c": 1}, "every": "2s", "timeout": "3s"}, step("b"))
    done = after(state, [NO, pause(2), last])
    assert asked(done) == "verify"
    assert done.trace[0].error == f"waited 2s, and {told}"
    assert done.trace[0].timed_out


@pytest.mark.parametrize(
    ("answer", "error"),
    [(YES, ""), (NO, "the disk of web is full"), (OPEN, "could not decide c is 1: a fact is not known")],
)
def test_an_assertion_passes_only_when_it_is_true(answer: Decided, error: str) -> None:
    done = after(
        started({"id": "x", "assert": {"c": 1}, "message": "the disk of ${{ incident.resource }} is full"}), [answer]
    )
    assert done.trace[0].error == error


def test_fail_fails_with_its_message() -> None:
    done = after(started({"id": "x", "fail": "no ${{ params.what }}"}, params={"what": "luck"}), [NO])
    assert result_of(done).error_message == "no luck"


# values


def test_values_are_taken_out_of_an_output() -> None:
    wanted = {"word": {"regex": "[a-z]+"}, "group": {"regex": "n=([0-9]+)"}, "none": {"regex": "z{9}", "default": 3}}
    state = started(step("a", extract=wanted), outputs={n: f"${{{{ steps.a.outputs.{n} }}}}" for n in wanted})
    assert outputs_of(after(state, [said("n=42 x"), YES])) == {"word": "n", "group": "42", "none": 3}


def test_values_are_taken_out_of_json() -> None:
    state = started(step("a", extract={"v": {"json": "items.1.name"}}), outputs={"v": "${{ steps.a.outputs.v }}"})
    assert outputs_of(after(state, [said('{"items": [{}, {"name": "b"}]}'), YES])) == {"v": "b"}


@pytest.mark.parametrize("output", ["", "{", "[1]", '{"items": []}', "[" * 100_000, '{"items": null}'])
def test_a_value_that_is_not_there_fails_the_step(output: str) -> None:
    done = after(started(step("a", extract={"v": {"json": "items.0.name"}})), [said(output), NO])
    assert result_of(done).error_message == "the output has no 'v': nothing in it matches items.0.name"


@pytest.mark.parametrize(("code", "told"), [(3010, "act b #1"), (0, "verify")])
def test_an_exit_code_may_say_that_something_changed(code: int, told: str) -> None:
    state = started(step("a", changed_codes=[3010]), step("b", when={"steps.a.changed": True}))
    wanted = request(state)
    assert isinstance(wanted, Act)
    assert wanted.success_codes == (0, 3010)
    assert asked(after(state, [said("", code)])) == told


def test_a_condition_on_the_runs_own_values_asks_nobody() -> None:
    modes = (
        step("a", when={"params.mode": "strict", "c": 1}),
        step("b", when={"any": [{"params.mode": "lax"}, {"c": 1}]}),
    )
    assert story(started(*modes, params={"mode": "lax"}), [OK]) == ["act b #1", "verify"]
    assert story(started(*modes, params={"mode": "strict"}), [YES, OK, NO])[:3] == ["when a", "act a #1", "when b"]


def test_a_condition_on_a_value_that_is_not_there_is_not_known() -> None:
    wanted = request(started(step("a", when={"not": {"steps.b.output": "x"}})))
    assert isinstance(wanted, Decide)


def test_a_fact_whose_name_an_insertion_brings_is_never_a_value_of_the_run() -> None:
    state = started(step("a", when={"${{ params.root }}.mode": "x"}), params={"root": "params", "mode": "x"})
    assert asked(state) == "when a"


def test_a_secret_is_one_only_where_the_file_says_so() -> None:
    params = {"argv": ["x", "${{ params.hostile }}"], "env": {"KEY": "secret://db-key"}}
    state = started(
        {"id": "a", "action": "script.bash", "with": {"script": "secret://db-key", **params}},
        params={"hostile": "secret://db-key"},
        secrets={"db-key": {}},
    )
    wanted = request(state)
    assert isinstance(wanted, Act)
    assert (wanted.secrets, wanted.params["argv"][1]) == ((("env", "KEY"),), "secret://db-key")
