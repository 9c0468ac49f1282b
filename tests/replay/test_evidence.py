"""What a recording shows, and what it does not: other accounts, other questions, other claims, lost words, races."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.engine.exchange import Act, Acted
from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data, parse_execution
from runwright.replay.judging import Pair, judge
from tests.replay.test_language import STATE, replayed, starts, stopped
from tests.support.played import AT, Host, play
from tests.support.recordings import judged, ran, recording, runbook, said, started

DB = {STATE.format("db"): "running"}
CACHE = {STATE.format("cache"): "running"}


def book(*steps: dict[str, Any], version: int = 1, **fields: Any) -> Runbook:
    """A runbook that is right when the database runs."""
    return runbook(*steps, version=version, **{"checks": DB, **fields})


class Slow(Host):
    """The cache starts at the third try."""

    tried = 0

    def _act(self, act: Act) -> Acted:
        if act.params["service"] != "cache" or self.tried == 2:
            return super()._act(act)
        self.tried += 1
        seen = self.facts("cache")
        told = {"state_before": seen, "state_after": seen, "started_at": AT, "duration": 1.0, "error": "no"}
        return Acted.model_validate({"success": False, "exit_code": 1, **told})


# what is no evidence


def test_another_account_is_another_command() -> None:
    verdict = replayed(book(starts("db")), book(starts("db", run_as="nobody"), version=2), stopped())
    assert said(verdict) == "unchanged (predicted)"
    same = book(starts("db", run_as="nobody"))
    assert said(replayed(same, same, stopped())) == "unchanged (shown)"


@pytest.mark.parametrize("change", [{"message": "Delete everything?"}, {"who": ["interns"]}])
def test_an_answer_to_another_question_is_none(change: dict[str, Any]) -> None:
    base = book({"id": "ask", "approve": {"message": "Start it?"}}, starts("db"))
    head = book({"id": "ask", "approve": {"message": "Start it?", **change}}, starts("db"), version=2)
    assert replayed(base, head, stopped()).verdict == "inconclusive"


def test_a_value_that_the_run_does_not_have_is_not_guessed() -> None:
    """A skipped script extracts nothing, so a condition on what it found fails the run."""
    script = {"id": "look", "action": "script.sh", "with": {"script": "x"}, "when": {"params.on": True}}
    asks = starts("db", when={"steps.look.outputs.v": "1"})
    head = book(
        {**script, "extract": {"v": {"regex": "a"}}}, asks, params={"on": {"type": "boolean", "default": False}}
    )
    verdict = replayed(book(starts("db")), head.model_copy(update={"version": 2}), stopped())
    assert (verdict.verdict, verdict.would) == ("regressed", "fail")


def test_a_value_taken_out_of_words_that_nobody_recorded_is_not_known() -> None:
    head = runbook(starts("db", extract={"v": {"regex": "x"}}), starts("web"), version=2)
    assert replayed(runbook(starts("web")), head, stopped()).verdict == "inconclusive"


def test_a_value_taken_out_of_words_from_which_something_was_erased_is_not_known() -> None:
    base = book(starts("db", extract={"v": {"regex": "^", "default": "none"}}))
    head = book(starts("db", extract={"v": {"regex": "key=(.*)"}}), version=2)
    run = play(base, stopped())
    words = run.executed_steps[0].model_copy(update={"output": "key=***"})
    marked = {**execution_data(run.model_copy(update={"executed_steps": (words,)}))}
    marked["erased"] = [{"pointer": "/executed_steps/0/output", "kind": "token"}]
    assert judge(Pair(base, head), parse_execution(marked)).verdict == "inconclusive"


def test_an_exit_code_that_is_no_success_any_more_is_read_again() -> None:
    verdict = replayed(book(starts("db")), book(starts("db", success_codes=[3]), version=2), stopped())
    assert said(verdict) == "regressed"


def test_a_condition_on_an_error_sees_the_recorded_error() -> None:
    same = book(
        starts("web", on_failure="continue"), starts("db", when={"steps.start-web.error": {"contains": "spawn"}})
    )
    assert said(replayed(same, same, stopped())) == "unchanged (shown)"


# what runs at the same time


def test_a_sequence_made_parallel_over_a_dependency_is_not_shown() -> None:
    head = runbook({"id": "both", "parallel": [starts("db"), starts("web")]}, version=2)
    verdict = replayed(runbook(starts("db"), starts("web")), head, stopped())
    assert said(verdict) == "inconclusive"
    assert "get into each other's way" in verdict.reasons[0]


def test_the_same_group_that_was_recorded_is_shown() -> None:
    same = runbook({"id": "both", "parallel": [starts("db"), starts("web")]})
    assert said(replayed(same, same, stopped())) == "unchanged (shown)"


def test_the_tries_of_a_called_runbook_and_of_a_branch_are_matched_by_their_own_times() -> None:
    again = starts("cache", retry={"attempts": 3, "delay": "5s"})
    called = runbook(again, id="RB-LIN-DB-001", checks=CACHE)
    for step, library in (
        (again, {}),
        ({"id": "c", "call": called.id}, {called.id: called}),
        ({"id": "p", "parallel": [starts("db"), again]}, {}),
    ):
        same = runbook(step, checks=CACHE)
        host = Slow({"web": "stopped", "db": "stopped", "cache": "stopped"}, {"web": ("db",)})
        assert said(replayed(same, same, host, library)) == "unchanged (shown)"


# what scripts declare

SCRIPT = {"id": "mend", "action": "script.sh", "with": {"script": "mend"}}


@pytest.mark.parametrize(
    "declared",
    [
        {"reads": ["services.", "a b"], "changes": {}},
        {"changes": {"a b": 1}},
        {"changes": {"services.db.state": "${{ bad"}},
        {"changes": {"services.db.state": "${{ params.secret }}"}},
        {"needs": {"services.${{ params.x }}.state": "running"}, "changes": {}},
        {"needs": {"any": [{"a": 1}, {"b": 2}]}, "changes": {}},
    ],
)
def test_hostile_claims_of_a_recording_break_nothing_and_predict_nothing(declared: dict[str, Any]) -> None:
    step = {**ran("mend", "script.sh", script="mend"), "declared": declared}
    run = recording(step, started("web"), before={"services.db.state": "stopped"})
    same = runbook(SCRIPT, starts("web"))
    head = runbook(starts("cache"), SCRIPT, starts("web"), version=2)
    assert judged(same, head, run).would == "inconclusive"


def test_a_script_that_does_not_say_what_it_changes_stays_opaque() -> None:
    head = book({**SCRIPT, "needs": CACHE}, starts("db"), version=2)
    assert replayed(book(starts("db")), head, stopped()).would == "inconclusive"


def test_what_only_the_new_version_claims_of_a_script_makes_no_recording_of_it_an_observation() -> None:
    """Moved behind another step and declared to read nothing, the script is predicted at most."""
    run = recording(ran("mend", "script.sh", script="mend"), started("web"), before={"services.cache.state": "stopped"})
    claims = {**SCRIPT, "reads": [], "changes": {}}
    verdict = judged(runbook(SCRIPT, starts("web")), runbook(starts("web"), claims, version=2), run)
    assert verdict.grade != "shown"
    assert ("mend", "observed") not in {(step.step, step.answer) for step in verdict.steps}


# looks between two commands


def looks(*states: str, lasting: float = 3.0) -> Execution:
    """A run that waited for one state after the other."""
    path = STATE.format("web")
    waits = [
        {**ran(f"w{n}", "wait_until"), "facts": {path: state}, "exit_code": None, "duration_seconds": lasting}
        for n, state in enumerate(states)
    ]
    return recording(*waits, started("cache"), before={path: states[0]}, after={path: states[-1]})


def waiting(*states: str, **more: Any) -> Runbook:
    """A runbook that waits for one state after the other."""
    path = STATE.format("web")
    waits = [{"id": f"w{n}", "wait_until": {path: state}, **more} for n, state in enumerate(states)]
    return runbook(*waits, starts("cache"))


def test_two_looks_at_one_fact_each_see_what_was_there_then() -> None:
    same = waiting("stopping", "stopped", "running")
    assert said(judged(same, same, looks("stopping", "stopped", "running"))) == "unchanged (shown)"


def test_a_wait_that_may_not_last_as_long_any_more_is_not_shown() -> None:
    run = looks("stopped", "running", lasting=20.0)
    shorter = waiting("stopped", "running", timeout="5s", every="2s").model_copy(update={"version": 2})
    assert said(judged(waiting("stopped", "running"), shorter, run)) == "regressed"


# what stood guard

DELETE = {"id": "delete", "action": "script.sh", "with": {"script": "rm"}}
GUARDS: tuple[dict[str, Any], ...] = (
    {"id": "sure", "assert": {"services.cache.state": "running"}},
    {"id": "sure", "wait_until": {"services.cache.state": "running"}},
    {"id": "sure", "approve": {"message": "Delete?"}},
)


@pytest.mark.parametrize("guard", GUARDS)
def test_a_destructive_command_that_lost_what_stood_guard_over_it_is_a_regression(guard: dict[str, Any]) -> None:
    seen = {
        **ran("sure", next(iter(guard.keys() - {"id"}))),
        "facts": {"services.cache.state": "running"},
        "exit_code": None,
    }
    seen = {**seen, "params": {"message": "Delete?", "who": []}} if "approve" in guard else seen
    run = recording(seen, ran("delete", "script.sh", script="rm"), before={"services.cache.state": "running"})
    assert said(judged(runbook(guard, DELETE), runbook(guard, DELETE), run)) == "unchanged (shown)"
    for head in (runbook(DELETE, version=2), runbook(DELETE, guard, version=2)):
        verdict = judged(runbook(guard, DELETE), head, run)
        assert verdict.verdict == "regressed"
        assert "now runs before this was checked" in verdict.reasons[0]


def test_the_condition_of_a_block_around_a_destructive_command_stands_guard_too() -> None:
    run = recording(ran("delete", "script.sh", script="rm"), before={"services.cache.state": "running"})
    base = runbook({"id": "all", "block": [DELETE], "when": {"services.cache.state": "running"}})
    assert judged(base, runbook({"id": "all", "block": [DELETE]}, version=2), run).verdict == "regressed"


def test_the_precheck_of_a_called_runbook_stands_guard_too() -> None:
    unsafe = {"unsafe": {"services.cache.state": "stopped"}}
    guarded = book(DELETE, id="RB-LIN-DB-001", precheck=unsafe)
    bare = book(DELETE, id="RB-LIN-DB-001")
    caller = book({"id": "c", "call": guarded.id})
    run = recording(
        ran("c/delete", "script.sh", script="rm", state_after={STATE.format("db"): "running"}),
        {**ran("c", "call"), "exit_code": None},
        before={"services.cache.state": "running", STATE.format("db"): "running"},
        after={STATE.format("db"): "running"},
    )
    verdict = judge(Pair(caller, caller, {guarded.id: guarded}, {guarded.id: bare}), run)
    assert verdict.verdict == "regressed", verdict


def test_a_destructive_command_behind_what_replay_cannot_follow_is_still_seen() -> None:
    riddle = {**starts("cache", extract={"v": {"regex": "x"}}), "id": "riddle"}
    verdict = replayed(book(starts("db")), book(riddle, starts("db"), DELETE, version=2), stopped())
    assert verdict.verdict == "regressed"
    assert "is destructive and was not there before" in verdict.reasons[0]


def test_a_recording_with_all_of_this_can_be_kept_and_read_again() -> None:
    run = play(book({"id": "ask", "approve": {"message": "Go?"}}, starts("db", run_as="root")), stopped())
    assert canonical(execution_data(parse_execution(execution_data(run)))) == canonical(execution_data(run))


def test_the_last_look_of_a_wait_may_end_a_moment_after_its_limit() -> None:
    same = waiting("stopped", "running", timeout="20s", every="2s")
    assert said(judged(same, same, looks("stopped", "running", lasting=20.4))) == "unchanged (shown)"


def test_what_a_condition_saw_of_the_run_itself_is_no_fact_of_the_host() -> None:
    """Moved before the step that it asks about, the condition cannot be decided any more."""
    asks = starts("cache", when={"steps.start-db.exit_code": 0})
    head = book(asks, starts("db"), version=2)
    verdict = replayed(book(starts("db"), asks), head, stopped())
    assert (verdict.verdict, verdict.would) == ("regressed", "fail")
