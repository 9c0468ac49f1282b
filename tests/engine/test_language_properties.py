"""The whole language at random: every run ends, the same answers give the same run, what must happen happens."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.engine.exchange import (
    Act,
    Acted,
    ActedTogether,
    Answer,
    Answered,
    Ask,
    Decide,
    Decided,
    Finish,
    Pause,
    Paused,
    Together,
)
from runwright.engine.result import outputs_of, result_of
from runwright.engine.state import State
from runwright.engine.stepper import advance, begin, request
from runwright.model.walk import nested
from tests.support.stepping import runbook, started

MAX_TURNS = 3000
_when = st.sampled_from([None, {"c": 1}, {"params.mode": "x"}, {"steps.s0.outcome": "success"}])
_policy = st.sampled_from(["stop", "continue", "escalate"])
CALLED = runbook({"id": "a", "rollback": {"action": "service.stop", "with": {"service": "a"}}}, id="RB-LIN-Y-1")


def _common(number: int, draw: Any) -> dict[str, Any]:
    when = draw(_when)
    return {"id": f"s{number}", "on_failure": draw(_policy), **({"when": when} if when else {})}


def _action(common: dict[str, Any], draw: Any) -> dict[str, Any]:
    step = {**common, "action": "service.start", "with": {"service": "web"}}
    if draw(st.booleans()):
        step["rollback"] = {"action": "service.stop", "with": {"service": common["id"]}}
    if draw(st.booleans()):
        step["retry"] = {"attempts": 2, "delay": "1s"}
    return step


@st.composite
def books(draw: Any) -> Any:
    """A runbook of every kind of step, nested at random."""
    counter = iter(range(1000))

    def steps(depth: int, least: int = 1) -> list[dict[str, Any]]:
        return [step(depth) for _ in range(draw(st.integers(least, 3)))]

    def step(depth: int) -> dict[str, Any]:
        kinds = ["action", "action", "assert", "wait", "ask", "fail", "call", "parallel"]
        kind = draw(st.sampled_from([*kinds, "block", "block"] if depth < 2 else kinds))
        common = _common(next(counter), draw)
        if kind == "block":
            common |= {"block": steps(depth + 1)}
            common |= {word: steps(depth + 1) for word in ("rescue", "finally") if draw(st.booleans())}
        elif kind == "parallel":
            common["parallel"] = [_action(_common(next(counter), draw), draw) for _ in range(2)]
        simple: dict[str, dict[str, Any]] = {
            "assert": {"assert": {"d": 1}},
            "wait": {"wait_until": {"d": 1}, "timeout": "10s"},
            "ask": {"approve": {"message": "Go on?"}},
            "fail": {"fail": "no"},
            "call": {"call": CALLED.id},
        }
        made = {**common, **simple[kind]} if kind in simple else common if kind != "action" else _action(common, draw)
        return {**made, "foreach": ["x", "y"]} if depth == 0 and draw(st.integers(0, 3)) == 0 else made

    sections = {word: steps(1) for word in ("rescue", "finally") if draw(st.booleans())}
    return {"steps": steps(0), **sections}


def begun(book: dict[str, Any]) -> State:
    """A run of such a runbook."""
    fields = {**book, "limits": {"timeout": "5m"}, "outputs": {"o": "${{ steps.s0.output }}"}}
    return started(*fields.pop("steps"), called=[CALLED], params={"mode": "x"}, **fields)


def answer(asked: Any, draw: Any) -> Answer:
    """Any answer that fits a request."""
    if isinstance(asked, Decide):
        return Decided(value=draw(st.sampled_from([True, True, False, None])), duration=1.0)
    if isinstance(asked, Act):
        return Acted(success=draw(st.booleans()), exit_code=draw(st.integers(0, 2)), output="o", duration=1.0)
    if isinstance(asked, Together):
        answers = tuple(Acted(success=draw(st.booleans()), duration=1.0) for _ in asked.acts)
        return ActedTogether(answers=answers, duration=1.0)
    if isinstance(asked, Ask):
        return Answered(value=draw(st.sampled_from([True, False, None])), duration=1.0)
    assert isinstance(asked, Pause)
    return Paused(duration=asked.seconds)


def played(state: State, draw: Any) -> list[tuple[State, Answer]]:
    """A whole run; the last state comes with an answer that nobody gave."""
    journal: list[tuple[State, Answer]] = []
    while not isinstance(asked := request(state), Finish):
        given_answer = answer(asked, draw)
        journal.append((state, given_answer))
        assert len(journal) < MAX_TURNS
        state = advance(state, given_answer)
    return [*journal, (state, Paused(duration=0.0))]


@settings(max_examples=150, deadline=None)
@given(books(), st.data())
def test_every_run_ends_and_only_a_verification_makes_a_success(book: dict[str, Any], data: st.DataObject) -> None:
    end, _ = played(begun(book), data.draw)[-1]
    result = result_of(end)
    assert result.success is (end.checks == (True,) and end.ending is None)
    assert end.stack == ()
    assert end.child is None
    assert set(outputs_of(end)) <= {"o"}


@settings(max_examples=100, deadline=None)
@given(books(), st.data())
def test_kept_answers_lead_to_the_same_run(book: dict[str, Any], data: st.DataObject) -> None:
    *journal, (end, _) = played(begun(book), data.draw)
    again = begin(begun(book).run)
    for state, kept in journal:
        assert again == state
        again = advance(again, type(kept).model_validate_json(kept.model_dump_json()))
    assert (again, result_of(again)) == (end, result_of(end))


@settings(max_examples=150, deadline=None)
@given(books(), st.data())
def test_every_block_that_was_entered_is_left_through_its_finally(book: dict[str, Any], data: st.DataObject) -> None:
    journal = played(begun(book), data.draw)
    entered = {frame.owner.id for state, _ in journal for frame in state.stack if frame.owner is not None}
    tidied = {
        frame.owner.id for state, _ in journal for frame in state.stack if frame.owner and frame.section == "finally"
    }
    end = journal[-1][0]
    recorded = {step.step.partition("[")[0] for step in end.trace}
    for placed in nested(end.run.runbook):
        if placed.step.id in entered and placed.step.always:
            first = placed.step.always[0]
            assert placed.step.id in tidied or first.id in recorded


@settings(max_examples=150, deadline=None)
@given(books(), st.data())
def test_what_is_taken_back_had_succeeded_and_comes_latest_first(book: dict[str, Any], data: st.DataObject) -> None:
    end, _ = played(begun(book), data.draw)[-1]
    done = [step.step for step in end.trace if step.outcome == "success"]
    back = [step.step.removesuffix(".rollback") for step in end.trace if step.step.endswith(".rollback")]
    own = [name for name in back if "/" not in name]
    assert all(name in done for name in own)
    positions = [done.index(name) for name in own]
    assert positions == sorted(positions, reverse=True)
    if end.checks and None in end.checks and end.ending is None:
        assert not own
