"""Commands that are answered without asking the engine for each come to what the engine says, byte for byte."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.engine.stepper import entering
from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.replay.answering import Evidence
from runwright.replay.beginning import run_of
from runwright.replay.judging import Pair, judge, judge_by_engine
from runwright.replay.road import setting_out
from runwright.replay.shelf import Shelf
from runwright.replay.stretch import Stretch
from runwright.replay.tape import make_tape
from runwright.replay.unchanged import plan_along
from tests.support.recordings import Step, ran, recording, runbook, service, start, started, step

EXAMPLES = settings(max_examples=250, deadline=None, derandomize=True)
NAMES = ("disk", "db", "queue", "cache", "web")
COMMANDS: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("service.start", {"service": name}) for name in NAMES),
    *(("service.restart", {"service": name}) for name in NAMES[:2]),
    ("service.stop", {"service": "queue"}),
    ("disk.has_room", {"path": "/", "below_percent": 90}),
    ("disk.clean_package_cache", {}),
    ("script.sh", {"script": "mend", "env": {}}),
)
EXTRAS: tuple[dict[str, Any], ...] = (
    *({} for _ in range(6)),
    {"retry": {"attempts": 2, "delay": "1s"}},
    {"timeout": "1s"},
    {"on_failure": "continue"},
    {"on_failure": "escalate"},
    {"when": {"services.db.state": "stopped"}},
)


def chain() -> dict[str, Any]:
    """Five services, each of which requires the one before."""
    found: dict[str, Any] = {}
    for name, needed in zip(NAMES, (None, *NAMES), strict=False):
        found |= service(name, "stopped", *([needed] if needed else []))
    return found | service("spare", "stopped")


RUN = recording(*map(started, NAMES), before=chain(), after={"services.web.state": "running"})
STARTS = tuple(start(name) for name in NAMES)


def passed(book: Runbook, run: Execution, at: int, most: int = 100) -> int:
    """How many commands are passed from the one at a place on, on a road that stands before it in the recording."""
    tape, plan = make_tape(run), plan_along(book, run)
    assert plan is not None
    road = setting_out(entering(run_of(book, run, {}), at, 0.0), tape.before[at])
    return Stretch(plan, Evidence(tape, Shelf())).along(road.but(cursor=at), most)[1]


def same(base: Runbook, head: Runbook, run: Execution) -> bool:
    one, other = judge(Pair(base, head), run), judge_by_engine(Pair(base, head), run)
    return one.model_dump_json() == other.model_dump_json()


def test_a_run_that_goes_as_recorded_behind_a_new_command_is_passed_in_one_stretch() -> None:
    assert passed(runbook(start("spare"), *STARTS, version=2), RUN, 0) == 6


def test_a_stretch_ends_with_the_first_command_that_fails() -> None:
    left_out = runbook(*(start(name) for name in NAMES if name != "db"), version=2)
    assert passed(left_out, RUN, 0) == 2


UNDO = {"rollback": {"action": "service.start", "with": {"service": "spare"}}}


@pytest.mark.parametrize("fields", [{"when": {"services.db.state": "stopped"}}, UNDO], ids=["condition", "rollback"])
def test_a_stretch_ends_before_what_only_the_engine_knows(fields: dict[str, Any]) -> None:
    book = runbook(*STARTS[:2], {**start("queue"), **fields}, *STARTS[3:], version=2)
    assert passed(book, RUN, 0) == 2


def test_a_stretch_is_as_long_as_it_may_be() -> None:
    assert [passed(runbook(*STARTS), RUN, 0, most) for most in (1, 3)] == [1, 3]


def test_a_stretch_ends_with_the_time_of_the_run() -> None:
    book = runbook(start("spare"), *STARTS, version=2, limits={"timeout": "2s"})
    assert passed(book, RUN, 0) < 6
    assert same(runbook(*STARTS), book, RUN)


def test_nothing_destructive_is_passed_in_a_stretch() -> None:
    book = runbook(step("empty", "file.truncate", path="/var/log/x"), *STARTS, version=2)
    assert plan_along(book, RUN) is None


def test_a_precheck_saw_what_was_told_of_the_host_before_the_run_though_a_wait_came_first() -> None:
    wait = {"id": "wait", "wait_until": {"services.disk.state": "stopped"}, "timeout": "20s"}
    waited = ran("wait", "wait_until", exit_code=None, duration_seconds=5.0, facts={"services.disk.state": "stopped"})
    run = recording(waited, *map(started, NAMES), before=chain(), after={"services.web.state": "running"})
    careful = {"precheck": {"unsafe": {"services.db.state": "failed"}}}
    assert same(runbook(wait, *STARTS), runbook(wait, *STARTS, version=2, **careful), run)
    assert same(runbook(wait, *STARTS), runbook(wait, *STARTS[1:], version=2, **careful), run)


@st.composite
def changed(draw: st.DrawFn) -> tuple[Runbook, Runbook, Execution]:
    """A plain runbook, a change to it, and a run of it as an agent may have told it."""
    steps = [_step(draw, number) for number in range(draw(st.integers(2, 7)))]
    run = recording(
        *(_recorded(draw, one) for one in steps),
        before={key: value for key, value in chain().items() if draw(st.integers(0, 9)) > 1},
        after={"services.web.state": draw(st.sampled_from(["running", "stopped"]))},
        verified=draw(st.sampled_from([True, True, False])),
    )
    head, place = list(steps), draw(st.integers(0, len(steps) - 1))
    match draw(st.sampled_from(["drop", "insert", "swap", "again"])):
        case "drop" if len(head) > 1:
            head.pop(place)
        case "swap":
            head.append(head.pop(place))
        case "again":
            head.insert(place, {**head[place], "id": "again"})
        case _:
            head.insert(place, _step(draw, 99))
    return runbook(*steps), runbook(*head, version=2), run


def _step(draw: st.DrawFn, number: int) -> Step:
    action, params = draw(st.sampled_from(COMMANDS))
    return {**step(f"s{number}", action, **params), **draw(st.sampled_from(EXTRAS))}


def _recorded(draw: st.DrawFn, one: Step) -> Step:
    outcome = draw(st.sampled_from(["success"] * 5 + ["failed"]))
    more: dict[str, Any] = draw(
        st.sampled_from(
            [{}, {}, {}, {"duration_seconds": 8.0}, {"exit_code": 3}, {"state_after": {"services.db.state": "failed"}}]
        )
    )
    return ran(one["id"], one["action"], outcome, **one["with"], **more)


@EXAMPLES
@given(changed())
def test_a_stretch_says_what_the_engine_says(found: tuple[Runbook, Runbook, Execution]) -> None:
    assert same(*found)
