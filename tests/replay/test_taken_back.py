"""A verification that says no is judged by what it looked at, and not by what the rollback then left."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.telemetry import execution_data, parse_execution
from runwright.replay.tape import make_tape
from tests.replay.test_language import STATE, replayed, starts, stopped
from tests.support.played import Host, play
from tests.support.recordings import judged, runbook, said

UNDO = {"action": "service.stop", "with": {"service": "cache"}}
BACK = ("verification_facts", "verification_unread")


def starting_the_wrong_one(**more: Any) -> Runbook:
    """A runbook that starts the cache, finds that web is still down, and stops the cache again."""
    return runbook(starts("cache", rollback=UNDO), **more)


def denied() -> Host:
    """A host where web and the cache are stopped."""
    return Host({"web": "stopped", "db": "running", "cache": "stopped"})


def as_older_agents_told(execution: Execution) -> Execution:
    """The same run without the fields that older agents do not send."""
    data = execution_data(execution)
    for key in BACK:
        data.pop(key, None)
    for step in data["executed_steps"]:
        step.pop("unread", None)
        step["attempts"] = [{k: one[k] for k in ("offset", "duration", "outcome")} for one in step["attempts"]]
    return parse_execution(data)


@pytest.mark.parametrize("older", [False, True])
def test_a_run_that_was_taken_back_after_its_verification_fails_in_the_same_way(older: bool) -> None:
    run = play(starting_the_wrong_one(), denied())
    run = as_older_agents_told(run) if older else run
    assert [step.step for step in run.executed_steps] == ["start-cache", "start-cache.rollback"]
    assert judged(starting_the_wrong_one(), starting_the_wrong_one(), run).verdict == "still failing"


def test_the_facts_that_the_rollback_changed_are_those_of_the_moment_of_the_verification() -> None:
    """The new version also wants the cache, which ran until it was taken back."""
    wants = [{"when": {STATE.format(name): "running"}, "confidence": 0.9} for name in ("cache", "db")]
    other = starting_the_wrong_one(version=2, verify={"method": "service_status_check", "checks": wants})
    verdict = replayed(starting_the_wrong_one(), other, denied())
    # By its own checks it would be a success; by those before it, nobody knows, and a change does not judge itself.
    assert verdict.missing_facts == ("what the verification before this change says",)


def test_the_cure_of_a_run_that_was_taken_back_is_seen() -> None:
    cured = runbook(starts("cache", rollback=UNDO), starts("web"), version=2)
    assert said(replayed(starting_the_wrong_one(), cured, denied())) == "fixed (predicted)"


def test_what_was_taken_back_before_the_verification_is_seen_as_it_was_left() -> None:
    """A step failed: the engine takes back first, and what the verification then sees is the end."""
    base = runbook(starts("cache", rollback=UNDO), starts("web"))
    host = Host({"web": "stopped", "db": "stopped", "cache": "stopped"}, {"web": ("db",)})
    run = play(base, host)
    tape = make_tape(run)
    assert [step.step for step in run.executed_steps][-1] == "start-cache.rollback"
    assert (tape.verified_at, len(tape.steps)) == (3, 3)
    assert judged(base, base, run).verdict == "still failing"


def test_what_the_verification_read_resolves_a_fact_that_nobody_captured_before() -> None:
    same = runbook(starts("web"))
    data = execution_data(play(same, stopped()))
    for part in (data, *data["executed_steps"]):
        part["state_before"] = {k: v for k, v in part["state_before"].items() if not k.startswith("services.db")}
        part["state_after"] = {}
    data["verification_facts"] = {STATE.format("db"): "stopped", STATE.format("web"): "stopped"}
    tape = make_tape(parse_execution(data))
    assert tape.start.known(("services", "db", "state")) == "stopped"


def test_a_verification_that_was_never_run_denies_nothing_whatever_stands_behind_it() -> None:
    data = execution_data(play(starting_the_wrong_one(), denied()))
    data |= {"verification_method": "not_run"}
    tape = make_tape(parse_execution(data))
    assert tape.verified_at == len(tape.steps)


def test_the_facts_of_a_verification_from_outside_may_be_of_any_kind() -> None:
    data = execution_data(play(starting_the_wrong_one(), denied()))
    several: list[dict[str, Any]] = [{}, {"": 1}, {"a": None}, {"services": {"web": {"state": 1}}}, {"services[": []}]
    for facts in several:
        make_tape(parse_execution({**data, "verification_facts": facts}))
