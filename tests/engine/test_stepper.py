"""The stepper: every phase and policy, one answer at a time."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.engine.acting import MAX_OUTPUT
from runwright.engine.exchange import Act, Acted, Answer, Decide, Decided, Finish, Paused
from runwright.engine.result import result_of
from runwright.engine.stepper import advance, request
from tests.support.stepping import BAD, NO, OK, OPEN, YES, after, asked, pause, started, story

HEALTHY = {"healthy": {"fine": True}}
UNSAFE = {"unsafe": {"full": True}}
BOTH: dict[str, Any] = {**HEALTHY, **UNSAFE}
SETTLE = {"method": "look", "settle": "5s", "checks": [{"when": {"fine": True}, "confidence": 0.9}]}
TWO = ({"id": "a"}, {"id": "b"})


def test_the_order_is_healthy_unsafe_steps_settle_verify() -> None:
    state = started({"id": "a"}, {"id": "b", "when": {"c": 1}}, precheck=BOTH, verify=SETTLE)
    assert story(state, [NO, NO, OK, YES, OK, pause(5), YES]) == [
        "healthy", "unsafe", "act a #1", "when b", "act b #1", "settle 5s", "verify", "done",
    ]  # fmt: skip


def test_what_there_is_nothing_to_ask_about_is_passed_over() -> None:
    assert story(started(), [OK, YES]) == ["act a #1", "verify", "done"]


# The precheck


def test_a_healthy_host_is_only_verified() -> None:
    state = started(precheck=BOTH, verify=SETTLE)
    assert story(state, [YES, pause(5), YES]) == ["healthy", "settle 5s", "verify", "done"]
    done = after(state, [YES, pause(5), YES])
    assert done.healthy
    assert result_of(done).status == "success"


@pytest.mark.parametrize("answer", [NO, OPEN])
def test_a_host_that_is_not_known_to_be_healthy_is_worked_on(answer: Decided) -> None:
    assert story(started(precheck=HEALTHY), [answer]) == ["healthy", "act a #1"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (YES, "the precheck says that it is not safe: full is True"),
        (OPEN, "the precheck could not decide whether it is safe: full is True"),
    ],
)
def test_an_unsafe_host_is_left_alone_and_a_person_is_asked(answer: Decided, why: str) -> None:
    done = after(started(precheck=UNSAFE), [answer])
    assert asked(done) == "done"
    result = result_of(done)
    assert (result.status, result.verified, result.method, result.error_message) == ("escalated", None, "not_run", why)
    assert done.trace == ()


def test_a_precheck_about_a_value_that_is_not_there_is_not_known() -> None:
    state = started(precheck={"healthy": {"a": "${{ params.none }}"}, "unsafe": {"a": "${{ params.none }}"}})
    assert asked(state) == "done"
    assert result_of(state).status == "escalated"


# The conditions of steps


@pytest.mark.parametrize(("answer", "told"), [(YES, "act a #1"), (NO, "act b #1"), (OPEN, "verify")])
def test_a_condition_lets_a_step_run_skips_it_or_fails_it(answer: Decided, told: str) -> None:
    state = after(started({"id": "a", "when": {"c": 1}}, {"id": "b"}), [answer])
    assert asked(state) == told


def test_a_skipped_step_is_told_with_the_facts_that_decided() -> None:
    state = after(started({"id": "a", "when": {"c": 1}}, {"id": "b"}), [Decided(value=False, facts={"c": 2})])
    (step,) = state.trace
    assert (step.step, step.outcome, step.facts, step.attempts) == ("a", "skipped", {"c": 2}, ())


def test_a_condition_that_cannot_be_decided_fails_its_step_in_words() -> None:
    done = after(started({"id": "a", "when": {"c": 1}}), [OPEN, YES])
    assert done.trace[0].error == "could not decide c is 1: a fact is not known"
    assert result_of(done).error_step == "a"


def test_a_condition_that_cannot_be_decided_follows_the_policy_of_its_step() -> None:
    state = after(started({"id": "a", "when": {"c": 1}, "on_failure": "continue"}, {"id": "b"}), [OPEN])
    assert asked(state) == "act b #1"


def test_a_condition_about_a_value_that_is_not_there_fails_its_step() -> None:
    state = started({"id": "a", "when": {"c": "${{ params.none }}"}})
    assert asked(state) == "verify"
    assert state.trace[0].outcome == "failed"
    assert "${{ params.none }} has no value here" in state.trace[0].error


# Failures and their policies


@pytest.mark.parametrize(
    ("policy", "told", "status"),
    [("stop", "verify", "failure"), ("escalate", "verify", "escalated"), ("continue", "act b #1", "")],
)
def test_a_failure_stops_escalates_or_goes_on(policy: str, told: str, status: str) -> None:
    state = after(started({"id": "a", "on_failure": policy}, {"id": "b"}), [BAD])
    assert asked(state) == told
    if status:
        result = result_of(after(state, [NO]))
        assert (result.status, result.error_step, result.error_message) == (status, "a", "it broke")


def test_an_action_that_does_not_exist_fails_its_step_without_running() -> None:
    state = started({"id": "a", "action": "service.strat"})
    assert asked(state) == "verify"
    assert "did you mean service.start" in state.trace[0].error


def test_a_parameter_that_has_no_value_fails_its_step_without_running() -> None:
    state = started({"id": "a", "with": {"service": "${{ params.none }}"}})
    assert asked(state) == "verify"
    assert state.trace[0].attempts == ()


# Retries


def test_a_retry_waits_longer_each_time() -> None:
    state = started({"id": "a", "retry": {"attempts": 4, "delay": "2s", "backoff": 3}})
    assert story(state, [BAD, pause(2), BAD, pause(6), BAD, pause(18), BAD]) == [
        "act a #1", "retry 2s", "act a #2", "retry 6s", "act a #3", "retry 18s", "act a #4", "verify",
    ]  # fmt: skip


def test_a_retry_ends_with_the_first_success() -> None:
    state = after(started({"id": "a", "retry": {"attempts": 4, "delay": "2s"}}, {"id": "b"}), [BAD, pause(2), OK])
    assert asked(state) == "act b #1"
    (step,) = state.trace
    assert [(a.offset, a.duration, a.outcome) for a in step.attempts] == [(0.0, 1.0, "failed"), (3.0, 1.0, "success")]
    assert (step.outcome, step.duration_seconds) == ("success", 2.0)


def test_attempts_are_counted_for_each_step_anew() -> None:
    retry = {"attempts": 2}
    state = started({"id": "a", "retry": retry, "on_failure": "continue"}, {"id": "b", "retry": retry})
    assert story(state, [BAD, pause(0), BAD, BAD]) == ["act a #1", "retry 0s", "act a #2", "act b #1", "retry 0s"]


# Time


def test_a_step_has_the_time_of_its_own_limit_or_of_its_action() -> None:
    for step, seconds in (({"id": "a"}, 60.0), ({"id": "a", "timeout": "90s"}, 90.0)):
        wanted = request(started(step))
        assert isinstance(wanted, Act)
        assert wanted.timeout_seconds == seconds


def test_a_step_never_has_more_time_than_its_run() -> None:
    state = after(started(*TWO, limits={"timeout": "30s"}), [Acted(success=True, duration=25.0)])
    wanted = request(state)
    assert isinstance(wanted, Act)
    assert wanted.timeout_seconds == 5.0


def test_a_run_out_of_time_begins_no_further_step() -> None:
    state = after(started(*TWO, limits={"timeout": "30s"}), [Acted(success=True, duration=30.0)])
    assert asked(state) == "verify"
    result = result_of(after(state, [NO]))
    assert (result.status, result.error_step) == ("timeout", "b")
    assert result.error_message == "the run took longer than its limit of 30s"


def test_a_step_that_is_cut_off_by_the_end_of_the_run_is_a_timeout() -> None:
    cut = Acted(success=False, timed_out=True, error="the command did not end in time", duration=30.0)
    done = after(started(limits={"timeout": "30s"}), [cut, NO])
    assert (result_of(done).status, result_of(done).error_step) == ("timeout", "a")
    assert done.trace[0].timed_out


def test_a_step_that_is_cut_off_by_its_own_limit_is_a_failure() -> None:
    cut = Acted(success=False, timed_out=True, error="the command did not end in time", duration=10.0)
    assert result_of(after(started({"id": "a", "timeout": "10s"}), [cut, NO])).status == "failure"


def test_a_pause_that_the_run_has_no_time_for_is_not_made() -> None:
    step = {"id": "a", "retry": {"attempts": 5, "delay": "20s"}}
    state = started(step, limits={"timeout": "30s"})
    assert story(state, [BAD, pause(20), BAD]) == ["act a #1", "retry 20s", "act a #2", "verify"]


def test_a_verification_is_asked_for_after_a_timeout_too() -> None:
    done = after(started(*TWO, limits={"timeout": "30s"}), [Acted(success=True, duration=99.0), YES])
    result = result_of(done)
    assert (result.status, result.verified, result.success) == ("timeout", True, False)


# The verification


def test_every_check_of_the_verification_is_asked() -> None:
    checks = [{"when": {"one": 1}, "confidence": 0.9}, {"when": {"two": 2}, "confidence": 0.5}]
    state = after(started(verify={"method": "look", "checks": checks}), [OK])
    first = request(state)
    assert isinstance(first, Decide)
    state = after(state, [Decided(value=True, facts={"one": 1})])
    second = request(state)
    assert isinstance(second, Decide)
    assert first.condition != second.condition
    done = after(state, [Decided(value=True, facts={"two": 2})])
    assert done.verify_facts == {"one": 1, "two": 2}
    assert result_of(done).confidence == 0.5


def test_a_check_about_a_value_that_is_not_there_is_not_known() -> None:
    state = started(verify={"method": "look", "checks": [{"when": {"a": "${{ steps.a.output }}"}, "confidence": 1}]})
    done = after(state, [Acted(success=True, output="  x \n")])
    assert asked(done) == "verify"
    state = started(verify={"method": "look", "checks": [{"when": {"a": "${{ steps.z.output }}"}, "confidence": 1}]})
    assert result_of(after(state, [OK])).verified is None


# What steps hand on


def test_a_later_step_sees_what_an_earlier_one_said() -> None:
    state = started(
        {"id": "find"},
        {"id": "use", "with": {"service": "${{ steps.find.output }}"}, "when": {"x": "${{ steps.find.exit_code }}"}},
    )
    state = after(state, [Acted(success=True, exit_code=7, output="\n web \n")])
    wanted = request(state)
    assert isinstance(wanted, Decide)
    assert wanted.condition.value == 7  # type: ignore[union-attr]
    act = request(after(state, [YES]))
    assert isinstance(act, Act)
    assert act.params == {"service": "web"}


def test_a_step_that_was_skipped_has_said_nothing() -> None:
    state = started(
        {"id": "find", "when": {"c": 1}},
        {"id": "use", "with": {"service": '${{ steps.find.exit_code | default("x") }}'}},
    )
    act = request(after(state, [NO]))
    assert isinstance(act, Act)
    assert act.params == {"service": "x"}


@pytest.mark.parametrize("hostile", ["${{ params.secret }}", "$(reboot)", "a\nb", "; rm -rf /", "--force", "\x00"])
def test_what_a_step_said_is_never_expanded_again(hostile: str) -> None:
    state = started(
        {"id": "find"}, {"id": "use", "with": {"service": "${{ steps.find.output }}"}}, params={"secret": "hunter2"}
    )
    act = request(after(state, [Acted(success=True, output=hostile)]))
    assert isinstance(act, Act)
    assert act.params == {"service": hostile}


def test_a_script_arrives_as_it_is_written_and_values_by_its_environment() -> None:
    script = 'echo "$NAME" ${{ not read }}\n'
    step = {
        "id": "a",
        "action": "script.bash",
        "with": {"script": script, "env": {"NAME": "${{ params.name }}", "N": "${{ params.n }}"}},
    }
    act = request(started(step, params={"name": "$(reboot)", "n": 3}))
    assert isinstance(act, Act)
    assert act.params == {"script": script, "env": {"NAME": "$(reboot)", "N": 3}}


def test_defaults_of_an_action_are_filled_in() -> None:
    act = request(started({"id": "a", "action": "net.port_open", "with": {"port": 80}}))
    assert isinstance(act, Act)
    assert act.params == {"host": "127.0.0.1", "port": 80}


def test_of_a_long_output_the_end_is_kept() -> None:
    state = after(started(), [Acted(success=False, output="a" * MAX_OUTPUT + "end", error="b" * MAX_OUTPUT + "END")])
    assert len(state.trace[0].output) == len(state.trace[0].error) == MAX_OUTPUT
    assert state.trace[0].output.endswith("end")
    assert state.trace[0].error.endswith("END")


# The stepper as a value


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [([], OK), ([], Paused(duration=1.0)), ([NO], YES), ([NO, OK], OK), ([NO, OK], YES), ([NO, OK, pause(5)], OK)],
)
def test_an_answer_to_another_question_is_a_mistake_of_the_caller(answers: list[Answer], wrong: Answer) -> None:
    state = after(started(precheck=HEALTHY, verify=SETTLE), answers)
    with pytest.raises(RuntimeError, match="does not answer the question of phase"):
        advance(state, wrong)


def test_a_finished_run_takes_no_answer() -> None:
    done = after(started(), [OK, YES])
    assert isinstance(request(done), Finish)
    for answer in (OK, YES, pause(1)):
        with pytest.raises(RuntimeError, match="phase 'done'"):
            advance(done, answer)


def test_a_run_is_judged_when_it_is_finished_and_not_before() -> None:
    with pytest.raises(RuntimeError, match="not finished"):
        result_of(started())
