"""A called runbook has a time limit of its own, which counts from where it was called."""

from __future__ import annotations

from typing import Any

from runwright.model.runbook import Runbook
from runwright.model.verdict import Verdict
from runwright.replay.judging import Pair, judge
from tests.support.recordings import ran, recording, runbook, said, service, start, started

DOWN = {**service("web", "stopped", "db"), **service("db", "stopped"), **service("cache", "stopped")}
CALL = {"id": "database", "call": "RB-LIN-DB-001"}
CALLS = runbook(CALL, start("web"))
DB = started("db", id="database/start-db"), ran("database", "call"), started("web")
NEW = start("cache", timeout="30s"), start("db")


def called(*steps: dict[str, Any], **fields: Any) -> Runbook:
    return runbook(*steps, checks={"services.db.state": "running"}, id="RB-LIN-DB-001", **fields)


def limited(limit: str) -> dict[str, Any]:
    return {"limits": {"timeout": limit}}


def replayed(before: Runbook, after: Runbook, *steps: dict[str, Any], caller: Runbook = CALLS) -> Verdict:
    pair = Pair(caller, caller, {before.id: before}, {after.id: after})
    return judge(pair, recording(*(steps or DB), before=DOWN))


def test_a_new_step_that_may_outlast_the_limit_of_the_called_runbook_is_not_decided() -> None:
    verdict = replayed(called(start("db"), **limited("30s")), called(*NEW, version=2, **limited("30s")))
    assert (verdict.verdict, verdict.missing_facts) == ("inconclusive", ("how long the called RB-LIN-DB-001 takes",))


def test_a_new_step_well_within_the_limit_of_the_called_runbook_is_decided() -> None:
    assert said(replayed(called(start("db")), called(*NEW, version=2))) == "unchanged (predicted)"
    assert said(replayed(called(start("db")), called(*NEW, version=2, **limited("10m")))) == "unchanged (predicted)"


def test_recorded_steps_that_outlast_the_limit_of_the_called_runbook_are_a_regression() -> None:
    steps = start("db"), start("cache")
    slow = started("db", id="database/start-db", duration_seconds=42.0)
    told = slow, started("cache", id="database/start-cache"), ran("database", "call"), started("web")
    assert replayed(called(*steps), called(*steps, version=2, **limited("30s")), *told).verdict == "regressed"


def test_what_one_call_may_take_does_not_count_for_the_next() -> None:
    caller = runbook({**CALL, "id": "first"}, CALL, start("web"))
    told = started("db", id="first/start-db"), ran("first", "call"), *DB
    verdict = replayed(called(start("db")), called(*NEW, version=2, **limited("60s")), *told, caller=caller)
    assert said(verdict) == "unchanged (predicted)"


def test_what_the_caller_may_take_does_not_count_for_the_call() -> None:
    base, limit = called(start("db"), **limited("20s")), {"RB-LIN-DB-001": called(start("db"), **limited("20s"))}
    head = runbook(start("cache", timeout="60s"), CALL, start("web"), version=2)
    verdict = judge(Pair(CALLS, head, {base.id: base}, limit), recording(*DB, before=DOWN))
    assert said(verdict) == "unchanged (predicted)"


def test_a_call_that_may_be_cut_short_is_not_decided_where_its_caller_goes_on() -> None:
    needs = {"id": "try", "block": [start("web")], "rescue": [CALL, start("web", id="again")]}
    failed = recording(started("web", "failed"), before=DOWN, verified=False, error_step="start-web")
    library = {"RB-LIN-DB-001": called(start("db", timeout="30s"), start("db", id="again"), **limited("10s"))}
    verdict = judge(Pair(runbook(start("web")), runbook(needs, version=2), library, library), failed)
    assert verdict.verdict == "inconclusive"
