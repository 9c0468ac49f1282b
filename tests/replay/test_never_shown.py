"""Changes that once were shown to succeed, or to be harmless, and are not: time, words, values and guards."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.replay.judging import Pair, judge, judge_all
from tests.support.recordings import judged, ran, recording, runbook, said, service, start, started, step, tries

W, D = service("web", "stopped"), service("db", "stopped")
OPEN = {"ports.5432.listening": True}
WAIT = {"id": "ready", "wait_until": OPEN, "timeout": "60s", "every": "5s"}
WAITED = {"step": "ready", "action": "wait_until", "outcome": "success", "duration_seconds": 20.0, "facts": OPEN}
BASE = runbook(start("db"), WAIT, start("web"))
RUN = recording(started("db"), WAITED, started("web"), before={**W, **D})
SURE = {"id": "sure", "assert": OPEN}


def waiting(condition: dict[str, Any]) -> Runbook:
    """The runbook with another thing to wait for."""
    return runbook(start("db"), {**WAIT, "wait_until": condition}, start("web"), version=2)


@pytest.mark.parametrize(
    "head",
    [
        runbook(start("db"), SURE, WAIT, start("web"), version=2),
        waiting({"ports.5432.listening": {"exists": True}}),
        waiting({"any": [OPEN, {"services.db.state": "running"}]}),
        waiting({"ports.5432.listening": [True, False]}),
    ],
    ids=["looked at before the wait", "any value will do", "one of two will do", "either value will do"],
)
def test_a_wait_that_is_anticipated_or_weakened_is_not_shown(head: Runbook) -> None:
    assert said(judged(BASE, BASE, RUN)) == "unchanged (shown)"
    assert judged(BASE, head, RUN).grade != "shown"


def test_one_wait_does_not_stand_for_two() -> None:
    again = {**WAIT, "id": "again"}
    base = runbook(start("db"), WAIT, again, start("web"))
    run = recording(started("db"), WAITED, {**WAITED, "step": "again"}, started("web"), before={**W, **D})
    assert said(judged(base, base, run)) == "unchanged (shown)"
    assert judged(base, BASE.model_copy(update={"version": 2}), run).grade != "shown"


def test_a_measure_that_was_seen_long_after_says_nothing_of_before() -> None:
    calm = {"id": "calm", "assert": {"cpu.load_1m": {"lt": 5}}}
    run = recording(started("db", duration_seconds=50.0), started("web", state_before={"cpu.load_1m": 1}), before=W)
    head = runbook(calm, start("db"), start("web"), version=2)
    assert judged(runbook(start("db"), start("web")), head, run).verdict == "inconclusive"


def test_a_question_for_which_somebody_waited_is_a_difference_when_it_is_left_out_or_moved() -> None:
    asks = {"id": "ask", "approve": {"message": "Go on?"}}
    told = ran("ask", "approve", message="Go on?", who=[], duration_seconds=900.0, exit_code=None)
    base, run = runbook(start("db"), asks, start("web")), recording(started("db"), told, started("web"), before=W)
    assert said(judged(base, base, run)) == "unchanged (shown)"
    for steps in ((start("db"), start("web")), (start("db"), start("web"), asks)):
        assert judged(base, runbook(*steps, version=2), run).grade != "shown"


def test_a_look_that_took_its_time_counts_for_the_limit_of_the_run() -> None:
    told = ran("sure", "assert", facts=OPEN, duration_seconds=50.0, exit_code=None)
    run = recording(told, started("web", duration_seconds=0.1), before=W)
    limits = [runbook(SURE, start("web"), version=v, limits={"timeout": t}) for v, t in ((1, "5m"), (2, "10s"))]
    assert judged(*limits, run).verdict == "regressed"


def called(seconds: int) -> Runbook:
    """A runbook that lets things settle for so long before it verifies."""
    checks = [{"when": {"services.db.state": "running"}, "confidence": 1}]
    verify = {"method": "service_status_check", "checks": checks, "settle": f"{seconds}s"}
    return runbook(start("db"), id="RB-LIN-DB-001", verify=verify)


def test_a_called_runbook_that_settles_otherwise_or_is_written_out_is_not_shown() -> None:
    call = {"id": "c", "call": "RB-LIN-DB-001"}
    told = ran("c", "call", facts={"services.db.state": "running"}, duration_seconds=31.0, exit_code=None)
    run = recording(started("db", id="c/start-db"), told, started("web"), before={**W, **D})
    base, head = runbook(call, start("web")), runbook(call, start("web"), version=2)
    before = {"RB-LIN-DB-001": called(30)}
    assert judge(Pair(base, base, before, before), run).grade == "shown"
    assert judge(Pair(base, head, before, {"RB-LIN-DB-001": called(0)}), run).grade != "shown"
    assert judge(Pair(base, runbook(start("db"), start("web"), version=2), before, {}), run).grade != "shown"


def test_a_check_with_another_value_in_it_is_another_check() -> None:
    def book(default: str, version: int) -> Runbook:
        checks = {"services.${{ params.s }}.state": "running"}
        return runbook(start("web"), version=version, checks=checks, params={"s": {"default": default}})

    run = recording(started("web"), before={**W, **D}, after={"services.db.state": "stopped"})
    assert judged(book("web", 1), book("db", 2), run).verdict == "regressed"
    known = {"services.web.known": True}
    run = recording(started("web"), before=W)
    one = runbook(start("web"), version=2, checks={"services.web.known": 1})
    assert judged(runbook(start("web"), checks=known), one, run).verdict != "unchanged"


def test_a_change_does_not_judge_itself_by_a_weaker_verification() -> None:
    weak = runbook(start("web"), version=2, checks={"platform.os": "linux"})
    failed = recording(started("web"), before=W, after={"services.web.state": "failed"}, verified=False)
    verdict = judged(runbook(start("web")), weak, failed)
    assert (verdict.verdict, verdict.would) == ("inconclusive", "inconclusive")
    assert verdict.missing_facts == ("what the verification before this change says",)
    assert judged(runbook(start("web")), weak, recording(started("web"), before=W)).grade == "predicted"


def test_a_run_that_is_given_a_value_that_is_not_taken_any_more_does_not_start() -> None:
    before, now = (
        runbook(start("web"), version=v, params={"n": {"type": "integer", "maximum": m}}) for v, m in ((1, 9), (2, 3))
    )
    assert judged(before, now, recording(started("web"), before=W, params={"n": 7})).verdict == "regressed"


def test_words_that_nobody_told_are_not_empty_words() -> None:
    run = recording({k: v for k, v in started("web").items() if k != "output"}, before=W)
    head = runbook(
        start("web", extract={"n": {"regex": "bad", "default": "fine"}}),
        version=2,
        outputs={"n": "${{ steps.start-web.outputs.n }}"},
    )
    assert judged(runbook(start("web")), head, run).verdict == "inconclusive"


def test_a_text_that_looks_like_a_secret_is_not_the_secret() -> None:
    secret = step("call", "http.request", url="http://127.0.0.1/", headers={"X-Key": "secret://db"})
    base = runbook(secret, secrets={"db": {}})
    words = {**secret, "with": {**secret["with"], "headers": {"X-Key": "${{ params.p }}"}}}
    head = runbook(words, version=2, params={"p": {"default": "secret://db"}})
    told = {**secret["with"], "method": "POST"}
    run = recording(
        {"step": "call", "action": "http.request", "params": told, "outcome": "success", "exit_code": 200}, before=W
    )
    assert judged(base, head, run).grade != "shown"


def test_the_order_of_recordings_does_not_decide_whose_values_are_taken() -> None:
    base = runbook(start("web", id="s"))
    runs = [
        recording(started("web", id="s"), before={**W, **D}, incident={"resource": name}, execution_id=f"exec-{name}")
        for name in ("web", "db")
    ]
    for order in (runs, runs[::-1]):
        head = runbook(step("s", "service.start", service="${{ incident.resource }}"), version=2)
        found = {verdict.execution_id: verdict.verdict for verdict in judge_all(Pair(base, head), order)}
        assert found == {"exec-web": "unchanged", "exec-db": "regressed"}


def test_a_number_that_no_machine_counts_to_breaks_nothing() -> None:
    days = 'certificates["/c"].days_left'
    run = recording(started("web", state_after={days: 10**400}), before={**W, days: "x"}, after={days: 10**400})
    head = runbook(start("web"), version=2, checks={days: {"gt": 3}})
    assert judged(runbook(start("web")), head, run).verdict in ("inconclusive", "unchanged")


# guards that no longer hold anything back

LOOK, EMPTY = step("look", "net.port_open", host="db", port=5432), step("empty", "disk.vacuum_journal", keep="200M")
LOOKED = ran("look", "net.port_open", host="db", port=5432)
EMPTIED = ran("empty", "disk.vacuum_journal", keep="200M")
FULL = {"id": "full", "assert": {"services.db.state": "stopped"}}
UNSAFE = {"files./srv.kind": "pipe"}


def told(*before: dict[str, Any]) -> Execution:
    """A run that looked, and then destroyed."""
    return recording(*before, EMPTIED, started("web"), before={**W, **D, "endpoints.db.5432.open": True})


@pytest.mark.parametrize(
    ("base", "head", "run"),
    [
        ((LOOK, EMPTY), ({**LOOK, "on_failure": "continue"}, EMPTY), told(LOOKED)),
        ((LOOK, EMPTY), ({**LOOK, "success_codes": [0, 1]}, EMPTY), told(LOOKED)),
        ((LOOK, EMPTY), ({"id": "both", "parallel": [LOOK, EMPTY]},), told(LOOKED)),
        ((LOOK, EMPTY), ({"id": "b", "block": [LOOK], "rescue": [start("cache")]}, EMPTY), told(LOOKED)),
        (
            (FULL, EMPTY),
            ({**FULL, "on_failure": "continue"}, EMPTY),
            told(ran("full", "assert", facts={"services.db.state": "stopped"}, exit_code=None, duration_seconds=0.0)),
        ),
        (
            ({**EMPTY, "when": {"services.web.state": "stopped", "services.db.state": "stopped"}},),
            ({**EMPTY, "when": {"any": [{"services.web.state": "stopped"}, {"services.db.state": "stopped"}]}},),
            told(),
        ),
    ],
    ids=["goes on", "takes any answer", "at the same time", "is rescued", "asserts and goes on", "any for all"],
)
def test_a_guard_that_stops_nothing_any_more_is_lost(base: Any, head: Any, run: Execution) -> None:
    verdict = judged(runbook(*base, start("web")), runbook(*head, start("web"), version=2), run)
    assert verdict.verdict == "regressed"
    assert "disk.vacuum_journal is destructive and now runs before this was checked" in verdict.reasons[0]


def test_a_precheck_that_can_hardly_come_true_is_no_guard() -> None:
    before = runbook(EMPTY, start("web"), precheck={"unsafe": {"services.db.state": "running"}})
    never = {"all": [{"services.web.masked": True}, {"any": [{"services.db.state": "running"}]}]}
    head = runbook(EMPTY, start("web"), version=2, precheck={"unsafe": never})
    assert judged(before, head, told()).verdict == "regressed"
    more = {"any": [{"services.db.state": "running"}, {"services.web.masked": True}]}
    stricter = runbook(EMPTY, start("web"), version=2, precheck={"unsafe": more})
    assert not judged(before, stricter, told()).reasons


def test_a_question_that_silence_answers_with_yes_is_a_weaker_guard() -> None:
    def book(default: str, version: int) -> Runbook:
        return runbook(
            {"id": "ask", "approve": {"message": "Go?", "default": default}}, EMPTY, start("web"), version=version
        )

    run = told(ran("ask", "approve", message="Go?", who=[], duration_seconds=0.5, exit_code=None))
    assert judged(book("deny", 1), book("approve", 2), run).verdict == "regressed"
    assert judged(book("approve", 1), book("deny", 2), run).verdict != "regressed"


def test_behind_what_nobody_can_follow_the_files_are_compared() -> None:
    blind = start("db", extract={"n": {"regex": "(x)"}})
    base = runbook(LOOK, EMPTY, start("web"))
    for head in ((blind, EMPTY, LOOK), (blind, EMPTY), (blind, LOOK, {**EMPTY, "run_as": "root"})):
        assert judged(base, runbook(*head, start("web"), version=2), told(LOOKED)).verdict == "regressed"


def test_several_steps_of_a_group_may_be_tried_again_at_the_same_time() -> None:
    again = {"retry": {"attempts": 2, "delay": "5s"}}
    book = runbook({"id": "both", "parallel": [start("web", **again), start("db", **again)]})
    twice = tries("failed", "success", every=5.0)
    group = ran("both", "parallel", steps=["start-web", "start-db"], exit_code=None)
    run = recording(started("web", attempts=twice), started("db", attempts=twice), group, before={**W, **D})
    assert said(judged(book, book, run)) == "unchanged (shown)"


def test_the_tries_of_one_step_say_nothing_of_another() -> None:
    look = step("ck", "disk.has_room", path="/", on_failure="continue")
    told_twice = ran("ck", "disk.has_room", path="/", below_percent=90, attempts=tries("failed", "success", every=5.0))
    run = recording(told_twice, started("web"), before={**W, "endpoints.db.5432.open": False})
    retried = {**LOOK, "retry": {"attempts": 2, "delay": "5s"}}
    head = runbook(look, retried, start("web"), version=2)
    verdict = judged(runbook({**look, "retry": {"attempts": 2, "delay": "5s"}}, start("web")), head, run)
    assert verdict.would == "fail"
