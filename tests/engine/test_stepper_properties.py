"""The stepper as a value: the same answers give the same run, and an old state never changes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.engine.exchange import Act, Acted, Answer, Decide, Decided, Finish, Pause, Paused
from runwright.engine.result import result_of
from runwright.engine.state import State
from runwright.engine.stepper import advance, begin, request
from tests.support.stepping import OK, started

RICH = started(
    {"id": "a", "when": {"c": 1}, "retry": {"attempts": 3, "delay": "2s", "backoff": 2}, "on_failure": "continue"},
    {"id": "b", "when": {"d": "${{ steps.a.output }}"}, "on_failure": "escalate"},
    {"id": "c", "with": {"service": "${{ steps.b.output }}"}},
    precheck={"healthy": {"fine": True}, "unsafe": {"full": True}},
    verify={
        "method": "look",
        "settle": "5s",
        "checks": [{"when": {"x": 1}, "confidence": 1}, {"when": {"y": 1}, "confidence": 0.5}],
    },
    limits={"timeout": "2m"},
)
_facts = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=2)
_times = st.floats(0, 50)
_decided = st.builds(Decided, value=st.sampled_from([True, False, None]), facts=_facts, duration=_times)
_acted = st.builds(
    Acted,
    success=st.booleans(),
    output=st.sampled_from(["", "web", "x\n"]),
    exit_code=st.integers(0, 3),
    duration=_times,
)


def played(data: st.DataObject) -> list[tuple[State, Answer]]:
    """A whole run with answers at random."""
    state, journal = RICH, []
    while not isinstance(wanted := request(state), Finish):
        kind = {Decide: _decided, Act: _acted, Pause: st.builds(Paused, duration=_times)}[type(wanted)]
        answer: Answer = data.draw(kind)  # type: ignore[assignment,arg-type]
        journal.append((state, answer))
        state = advance(state, answer)
    return [*journal, (state, OK)]


@settings(max_examples=200)
@given(st.data())
def test_the_same_answers_give_the_same_run(data: st.DataObject) -> None:
    *journal, (end, _) = played(data)
    again = begin(RICH.run)
    for state, answer in journal:
        assert again == state
        again = advance(again, answer)
    assert again == end
    assert result_of(again) == result_of(end)


@settings(max_examples=200)
@given(st.data())
def test_an_old_state_is_never_changed_by_what_follows(data: st.DataObject) -> None:
    journal = played(data)
    for (state, answer), (following, _) in pairwise(journal):
        before = repr(state)
        assert advance(state, answer) == following
        assert request(state) == request(state)
        assert repr(state) == before


@settings(max_examples=200)
@given(st.data())
def test_whatever_happens_the_run_ends_with_an_answer_that_is_backed(data: st.DataObject) -> None:
    *journal, (end, _) = played(data)
    result = result_of(end)
    asked_checks = [
        answer.value for state, answer in journal if state.phase == "verify" and isinstance(answer, Decided)
    ]
    # Only a verification that said yes to everything makes a success, and only when no step stopped the run.
    assert result.success is (end.ending is None and asked_checks == [True, True])
    assert (result.verified is True) == (asked_checks == [True, True])
    assert result.confidence == (0.5 if result.verified else 0.0)
    assert [step.step for step in end.trace] == ["a", "b", "c"][: len(end.trace)]
    assert end.elapsed == pytest.approx(sum(answer.duration for _, answer in journal))
