"""The short way says what the engine says, byte for byte, or nothing; whatever the recording holds."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.errors import ContentError
from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data, parse_execution, read_again
from runwright.model.verdict import Verdict
from runwright.replay.judging import Pair, judge, judge_by_engine
from runwright.replay.unchanged import seen_again
from tests.library.test_library import corpus
from tests.replay.test_properties import histories
from tests.support.kept_runs import recorded
from tests.support.recordings import ran, recording, runbook, service, start, started, step

EXAMPLES = settings(max_examples=150, deadline=None, derandomize=True)
KEPT = [run for _, run in recorded()]
BOOKS = {entry.value.id: entry.value for entry in corpus().runbooks}
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.floats(-1, 5000),
    st.sampled_from(["", "skipped", "success", "failed", "running", "stopped", "not_run", "start", "x" * 70_000]),
    st.just([]),
    st.just({}),
    st.just({"a": {"b": 1}}),
    st.just(["db"]),
)
WEB = runbook(
    start("db", when={"services.db.state": "stopped"}),
    start("web", retry={"attempts": 3}, timeout="30s"),
    {"id": "wait", "wait_until": {"services.web.state": "running"}, "timeout": "20s", "every": "5s"},
    {"id": "sure", "assert": {"services.web.known": True}},
    precheck={"healthy": {"services.web.state": "running"}, "unsafe": {"services.web.known": False}},
    limits={"timeout": "5m"},
)
RUN = recording(
    started("db", facts={"services.db.state": "stopped"}),
    started("web"),
    ran("wait", "wait_until", facts={"services.web.state": "running"}, duration_seconds=5.0, exit_code=None),
    ran("sure", "assert", facts={"services.web.known": True}, duration_seconds=0.0, exit_code=None),
    before=service("web", "stopped", "db") | service("db", "stopped"),
)


def agreed(pair: Pair, run: Execution) -> bool:
    """Whether no engine was needed at all; whatever was left to it, it says what the engine says of the whole."""
    one, other = judge(pair, run), judge_by_engine(pair, run)
    assert one == other
    assert one.model_dump_json() == other.model_dump_json()
    assert judge(pair, canonical(execution_data(run))) == other
    assert Verdict.model_validate_json(one.model_dump_json()) == one
    return seen_again(pair.head, pair.base, run) is not None


@pytest.mark.parametrize("run", [RUN, recording(started("web"), before=service("web", "stopped"))])
def test_a_run_in_which_nothing_changes_needs_no_engine(run: Execution) -> None:
    book = WEB if run is RUN else runbook(start("web"))
    assert agreed(Pair(book, book), run)
    assert agreed(Pair(book, book.model_copy(update={"version": 2, "description": "Other words."})), run)
    assert agreed(Pair(None, book), run)


def test_most_successful_runs_of_the_library_need_no_engine() -> None:
    taken = [agreed(Pair(BOOKS[run.runbook_id], BOOKS[run.runbook_id]), run) for run in KEPT]
    good = [run for run in KEPT if run.success and run.verification_passed]
    assert sum(taken) >= len(good) // 2


@EXAMPLES
@given(histories(), histories(), st.booleans())
def test_the_short_way_says_what_the_engine_says(
    one: tuple[Runbook, Execution], two: tuple[Runbook, Execution], changed: bool
) -> None:
    agreed(Pair(one[0], two[0].model_copy(update={"version": 2}) if changed else one[0]), one[1])


@EXAMPLES
@given(histories(), st.integers(0, 4), st.sampled_from(["drop", "swap", "twice"]))
def test_a_run_that_leaves_its_recording_is_the_same_from_wherever_the_engine_begins(
    history: tuple[Runbook, Execution], place: int, change: str
) -> None:
    book, run = history
    steps = list(book.steps)
    one = steps.pop(min(place, len(steps) - 1))
    again = one.model_copy(update={"id": "again"})
    steps = {"drop": steps or [again], "swap": [*steps, one], "twice": [*book.steps, again]}[change]
    agreed(Pair(book, book.model_copy(update={"steps": tuple(steps), "version": 2})), run)


@EXAMPLES
@given(st.data())
def test_damaged_recordings_get_the_engines_answer_or_none(data: st.DataObject) -> None:
    book, run = data.draw(st.sampled_from([(WEB, RUN), *((BOOKS[kept.runbook_id], kept) for kept in KEPT)]))
    found = execution_data(run)
    for _ in range(data.draw(st.integers(1, 3))):
        damage(found, data)
    try:
        broken = parse_execution(found)
    except ContentError:
        return
    agreed(Pair(book, book), broken)
    fewer = book.model_copy(update={"steps": book.steps[:-1] or book.steps, "version": book.version + 1})
    agreed(Pair(book, fewer), broken)


@EXAMPLES
@given(st.data())
def test_bytes_are_read_like_data(data: st.DataObject) -> None:
    found = execution_data(data.draw(st.sampled_from([RUN, *KEPT])))
    for _ in range(data.draw(st.integers(0, 3))):
        damage(found, data)
    assert of(lambda: read_again(canonical(found))) == of(lambda: parse_execution(found))


@pytest.mark.parametrize(
    "dialect",
    [
        {"status": "failed"},
        {"verification_method": "not_run"},
        {"verification_method": None},
        {"state_before": {"services": {"web": {"state": "stopped"}}}},
        {"state_diff": {"changed": {"a": [1, 2]}}},
        {"hostname": None, "said_by_a_newer_one": None},
        {"executed_steps": [{"step": 1, "action": "service.start", "success": True, "duration": 3.0}]},
        {"executed_steps": [{"step": "a", "action": "service.start", "outcome": "success", "duration": 3.0}]},
        {"schema": "runwright.execution/2"},
        {"error_step": 3},
    ],
)
def test_the_fields_dialects_are_understood_in_bytes_too(dialect: Mapping[str, Any]) -> None:
    found = {**execution_data(RUN), **dialect}
    assert of(lambda: read_again(json.dumps(found).encode())) == of(lambda: parse_execution(copy.deepcopy(found)))


@pytest.mark.parametrize(
    "change",
    [
        {"timed_out": True},
        {"exit_code": 3},
        {"duration_seconds": 29.0},
        {"attempts": [{"offset": 0.0, "outcome": "failed"}, {"offset": 1.0, "outcome": "success"}]},
        {"params": {"service": "db"}},
        {"run_as": "root"},
        {"outcome": "failed"},
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_engine(change: Mapping[str, Any]) -> None:
    found = execution_data(RUN)
    found["executed_steps"][1] |= change
    assert seen_again(WEB, WEB, parse_execution(found)) is None


def test_numbers_and_truth_values_are_not_taken_for_one_another() -> None:
    book = runbook(step("room", "disk.has_room", path="/", below_percent=1))
    said = [ran("room", "disk.has_room", path="/", below_percent=value) for value in (1, True, 1.0)]
    taken = [seen_again(book, book, recording(one)) is not None for one in said]
    assert taken == [True, False, False]


def test_a_check_that_a_destructive_step_lost_is_left_to_the_engine() -> None:
    base = runbook(step("look", "disk.has_room", path="/", below_percent=90), step("empty", "file.truncate", path="/x"))
    run = recording(ran("empty", "file.truncate", path="/x"))
    head = base.model_copy(update={"steps": base.steps[1:], "version": 2})
    assert seen_again(head, base, run) is None


def damage(found: Any, data: st.DataObject) -> None:
    """Put something else at one place of JSON data, or take it away."""
    places = list(leaves(found))
    holder, key = data.draw(st.sampled_from(places))
    if isinstance(holder, dict) and data.draw(st.booleans()):
        holder.pop(key, None)
    else:
        holder[key] = data.draw(JUNK)


def leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of JSON data: what holds it, and its key."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield value, key
        yield from leaves(item)


def of(work: Any) -> Any:
    """What a reading gives, or the words in which it is refused."""
    try:
        return work()
    except ContentError as error:
        return error.message
