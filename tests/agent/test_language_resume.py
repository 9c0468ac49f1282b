"""A run with every construct, killed after and before each line of its journal, ends as if nothing had happened."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.agent_store import AgentRecords, open_store
from runwright.agent.approve import Parked
from runwright.agent.carry_out import Stopping
from runwright.agent.run import Started
from runwright.engine.exchange import Answered
from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from tests.support.file_world import FileWorld
from tests.support.hand_clock import HandClock
from tests.support.run_inside import (
    EXECUTION,
    Inside,
    fact,
    fix,
    mode,
    program,
    runbook,
    runner_on,
    running_inside,
    steps_of,
)

TIMES = {"started_at", "completed_at", "duration_seconds", "duration", "offset"}


class Died(BaseException):
    """The process was killed."""


class Dying:
    """The real journal, in a process that is killed at one of its lines."""

    def __init__(self, records: AgentRecords, line: int, *, written: bool) -> None:
        self._records, self._line, self._written = records, line, written
        self.kinds: list[str] = []

    def append(self, execution_id: str, kind: str, body: str) -> None:
        self.kinds.append(kind)
        if len(self.kinds) != self._line:
            return self._records.append(execution_id, kind, body)
        if self._written:
            self._records.append(execution_id, kind, body)
        raise Died

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)


SUB = runbook(
    {"id": "look", "assert": {fact("/a", "exists"): True}},
    mode("inner", "/inner", when={fact("/a", "mode"): {"ne": "0000"}}),
    id="RB-LIN-SUB-001",
    params={"level": {"type": "string"}},
    verify={"method": "file_check", "checks": [{"when": {fact("/inner", "mode"): "0640"}, "confidence": 0.8}]},
)
EVERYTHING = runbook(
    {"id": "gate", "approve": {"message": "Go on?", "timeout": "10m"}},
    mode("each", "${{ each.item }}", foreach=["/a", "/b", "/c"], retry={"attempts": 3, "delay": "5s"}),
    {
        "id": "both",
        "limit": 2,
        "parallel": [
            mode("one", "/one", when={fact("/a", "exists"): True}),
            mode("two", "/two", retry={"attempts": 2, "delay": "1s"}),
            mode("three", "/three", on_failure="continue"),
        ],
    },
    {
        "id": "group",
        "block": [mode("broken", "/broken")],
        "rescue": [mode("mend", "/mended")],
        "finally": [mode("tidy", "/tidy")],
    },
    {"id": "ready", "wait_until": {fact("/tidy", "exists"): True}, "every": "1s"},
    {"id": "sub", "call": "RB-LIN-SUB-001", "with": {"level": "high"}},
    mode("undone", "/undone", rollback={"action": "file.set_mode", "with": {"path": "/undone", "mode": "0700"}}),
    mode("last", "/last", when={"steps.both.outcome": "success"}),
    {"id": "stop", "fail": "this is as far as it goes"},
    **{"finally": [mode("fixed", "/fixed")]},
    precheck={"healthy": {fact("/fixed", "exists"): True}, "unsafe": {fact("/danger", "exists"): True}},
)


def world() -> FileWorld:
    return FileWorld(failing={"/b": 2, "/two": 1, "/three": -1, "/broken": -1})


def told(execution: Execution) -> Any:
    """What must be the same: everything but times."""
    return _without_times(execution.model_dump(mode="json"))


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(item) for key, item in value.items() if key not in TIMES}
    return [_without_times(item) for item in value] if isinstance(value, list) else value


def to_the_end(inside: Inside, started: Started, *, resumed: bool) -> Execution:
    """Carry a run on; the person answers yes as soon as it waits."""
    carry = inside.runner.resume if resumed else inside.runner.start
    try:
        return carry(started)
    except Parked:
        (question,) = inside.records.approvals.open_questions()
        yes = Answered(value=True, by="dana")
        assert inside.records.approvals.answer(EXECUTION, question.asked.step, yes, inside.clock.now())
        return inside.runner.resume(started)


def killed_at(folder: Path, line: int, *, written: bool, chosen: Runbook = EVERYTHING) -> tuple[Execution, Inside]:
    """Run until the process dies at a line, then go on with the same file and the same host in a new process."""
    host, clock = world(), HandClock()
    records, _ = open_store(folder, clock.now())
    with closing(records):
        dying = runner_on(host, clock, Dying(records, line, written=written), [])  # type: ignore[arg-type]  # by shape
        first = Inside(dying, host, clock, records)
        started = first.started(chosen, SUB)
        with pytest.raises(Died):
            to_the_end(first, started, resumed=False)
    records, _ = open_store(folder, clock.now())
    with closing(records):
        (body,) = records.unfinished_runs()
        again = Inside(runner_on(host, clock, records, []), host, clock, records)
        return to_the_end(again, Started.model_validate_json(body), resumed=True), again


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[str], FileWorld]:
    """The run that nobody kills, the kinds of its lines, and its host."""
    host, clock = world(), HandClock()
    records, _ = open_store(tmp_path_factory.mktemp("whole"), clock.now())
    with closing(records):
        counting = Dying(records, -1, written=False)
        inside = Inside(runner_on(host, clock, counting, []), host, clock, records)  # type: ignore[arg-type]  # by shape
        execution = to_the_end(inside, inside.started(EVERYTHING, SUB), resumed=False)
        return told(execution), counting.kinds, host


def test_the_run_has_every_construct(undisturbed: tuple[Any, list[str], FileWorld]) -> None:
    execution, kinds, host = undisturbed
    outcomes = [(step["step"], step["outcome"]) for step in execution["executed_steps"]]
    assert outcomes == [
        ("gate", "success"),
        ("each[0]", "success"),
        ("each[1]", "success"),
        ("each[2]", "success"),
        ("one", "success"),
        ("two", "success"),
        ("three", "failed"),
        ("both", "success"),
        ("broken", "failed"),
        ("mend", "success"),
        ("tidy", "success"),
        ("group", "success"),
        ("ready", "success"),
        ("sub/look", "success"),
        ("sub/inner", "success"),
        ("sub", "success"),
        ("undone", "success"),
        ("last", "success"),
        ("stop", "failed"),
        ("fixed", "success"),
        ("undone.rollback", "success"),
    ]
    assert host.modes["/undone"] == "0700"
    assert execution["status"] == "partial"
    assert len(kinds) > 40
    assert set(kinds) == {"decided", "answered", "begun", "acted", "paused", "branched", "actedtogether"}


@pytest.mark.parametrize("written", [True, False], ids=["after", "before"])
def test_a_run_that_is_killed_at_any_line_ends_as_if_nothing_had_happened(
    tmp_path: Path, undisturbed: tuple[Any, list[str], FileWorld], written: bool
) -> None:
    """An action whose answer was not written is carried out again; a file's mode is the same, once or twice."""
    expected, kinds, _ = undisturbed
    # Before a line that follows no action it is as after the line before.
    lines = [n for n, kind in enumerate(kinds, 1) if written or kind in ("acted", "branched", "answered")]
    for line in lines:
        execution, inside = killed_at(tmp_path / str(line), line, written=written)
        once_more = [step for step in inside.world.failing.values() if step > 0]
        assert once_more == []
        assert outcomes_of(told(execution)) == outcomes_of(expected), line
        assert told(execution)["state_after"] == expected["state_after"], line


def outcomes_of(execution: Any) -> Any:
    """All but the number of attempts: one whose answer was lost was made, and nobody knows of it."""
    data = {**execution, "executed_steps": [{**step, "attempts": None} for step in execution["executed_steps"]]}
    for step in data["executed_steps"]:
        step["state_before"] = None
    return data


def test_a_step_that_must_not_be_repeated_is_never_carried_out_twice(tmp_path: Path) -> None:
    chosen = runbook(
        program("first", "count", "first"),
        {"id": "both", "parallel": [program("one", "count", "one"), program("two", "count", "two")]},
        program("items", "count", "${{ each.item }}", foreach=["x", "y"]),
        **{"finally": [program("end", "count", "end")]},
    )
    for line in range(1, 13):
        for written in (True, False):
            execution, inside = killed_at(tmp_path / f"{line}{written}", line, written=written, chosen=chosen)
            assert len(inside.world.ran) == len(set(inside.world.ran)), (line, written)
            assert ("end", "success") in steps_of(execution) or ("end", "failed") in steps_of(execution)
            failed = [step.error for step in execution.executed_steps if step.outcome == "failed" and step.exit_code]
            assert failed == []


def test_of_several_branches_those_that_ended_are_kept(tmp_path: Path) -> None:
    chosen = runbook({"id": "both", "limit": 1, "parallel": [program("one", "run", "1"), program("two", "run", "2")]})
    # begun one, answer of one, begun two: killed before the answer of two.
    execution, inside = killed_at(tmp_path, 3, written=True, chosen=chosen)
    by_name = {step.step: step for step in execution.executed_steps}
    assert inside.world.ran == ["run 1"]
    assert by_name["one"].outcome == "success"
    assert by_name["two"].error.startswith("interrupted: ")
    assert by_name["both"].outcome == "failed"


def test_a_command_that_the_stop_itself_ended_is_carried_out_again_when_that_is_harmless(tmp_path: Path) -> None:
    """systemd ends the agent and what it runs together."""
    host, clock = FileWorld(codes={"apt-get": -15}), HandClock()
    host.on_run = lambda _operation: setattr(clock, "stop", True)
    chosen = runbook({"id": "clean", "action": "disk.clean_package_cache"}, fix())
    with running_inside(tmp_path, host, clock) as first, pytest.raises(Stopping):
        first.run(chosen)
    clock.stop, host.codes, host.on_run = False, {}, lambda _operation: None
    with running_inside(tmp_path, host, clock) as again:
        (body,) = again.records.unfinished_runs()
        execution = again.runner.resume(Started.model_validate_json(body))
    assert steps_of(execution) == [("clean", "success"), ("fix", "success")]
