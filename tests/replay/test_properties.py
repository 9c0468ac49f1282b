"""What holds of every runbook and every recording, however little of it makes sense."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.verdict import Verdict
from runwright.replay.judging import Pair, judge, judge_all
from tests.support.recordings import SYSTEMD, judged, ran, recording, runbook, step
from tests.support.simulator.running import Telling
from tests.support.simulator.settings import made_actions
from tests.support.simulator.trial import History, make_history
from tests.support.simulator.worlds import USUAL

EXAMPLES = settings(max_examples=60, deadline=None, derandomize=True)
NAMES = ("web", "db", "cache")
STATES = ("running", "stopped")
ACTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("service.start", {"service": name}) for name in NAMES),
    *(("service.stop", {"service": name}) for name in NAMES),
    ("service.unmask", {"service": "web"}),
    ("disk.has_room", {"path": "/", "below_percent": 90}),
    ("disk.clean_package_cache", {}),
    ("file.truncate", {"path": "/var/log/x"}),
    ("script.sh", {"script": "mend", "env": {}}),
    ("wait.for", {"duration": "1s"}),
)
FACTS = st.dictionaries(
    st.sampled_from(
        [f"services.{name}.{leaf}" for name in NAMES for leaf in ("state", "known", "masked")]
        + ['disks["/"].used_percent', "ports.80.listening", 'files["/var/log/x"].kind', "services.web.requires"]
    ),
    st.sampled_from(["running", "stopped", True, False, 95, ["db"], []]),
    max_size=4,
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Runbook, Execution]:
    """A runbook and a run of it: every step runs or is skipped as its recorded facts say, and may fail."""
    steps, recorded = [], []
    for number in range(draw(st.integers(1, 5))):
        action, params = draw(st.sampled_from(ACTIONS))
        base = step(f"s{number}", action, on_failure="continue", **params)
        name, state = draw(st.sampled_from(NAMES)), draw(st.sampled_from(STATES))
        conditional, holds = draw(st.booleans()), draw(st.booleans())
        facts = {f"services.{name}.state": state if holds else "failed"} if conditional else {}
        steps.append({**base, "when": {f"services.{name}.state": state}} if conditional else base)
        captured = {"state_before": draw(FACTS), "state_after": draw(FACTS)}
        if conditional and not holds:
            recorded.append(ran(f"s{number}", action, "skipped", facts=facts))
            continue
        # Facts are read twice, to decide and before the command; what is read twice is the same.
        captured["state_before"] = {**captured["state_before"], **facts}
        outcome = draw(st.sampled_from(["success", "failed"]))
        recorded.append(ran(f"s{number}", action, outcome, facts=facts, **params, **captured))
    run = recording(*recorded, before=draw(FACTS), after=draw(FACTS), verified=draw(st.booleans()), host=SYSTEMD)
    return runbook(*steps), run


@EXAMPLES
@given(histories())
def test_an_unchanged_runbook_reproduces_every_step_of_its_own_recording(history: tuple[Runbook, Execution]) -> None:
    book, run = history
    verdict = judged(book, book, run)
    assert {item.answer for item in verdict.steps} <= {"observed", "not run"}
    assert [item.outcome for item in verdict.steps] == [item.outcome for item in run.executed_steps]
    expected = ("unchanged", "shown") if run.success else ("still failing", None)
    assert (verdict.verdict, verdict.grade, verdict.paths) == (*expected, 1)


@EXAMPLES
@given(histories(), st.integers(0, 5))
def test_a_step_whose_condition_is_known_to_be_false_changes_nothing(
    history: tuple[Runbook, Execution], place: int
) -> None:
    book, run = history
    extra = runbook(step("extra", "service.start", service="extra", when={"platform.os": "windows"})).steps[0]
    head = book.model_copy(update={"steps": (*book.steps[:place], extra, *book.steps[place:]), "version": 2})
    verdict = judged(book, head, run)
    rest = tuple(item for item in verdict.steps if item.step != "extra")
    assert verdict.model_copy(update={"steps": rest}) == judged(book, book, run)


@EXAMPLES
@given(histories())
def test_renaming_steps_changes_nothing(history: tuple[Runbook, Execution]) -> None:
    book, run = history
    renamed = tuple(
        item.model_copy(update={"id": f"new-{number}", "name": "New"}) for number, item in enumerate(book.steps)
    )
    verdict = judged(book, book.model_copy(update={"steps": renamed, "version": 2}), run)
    same = judged(book, book, run)
    assert [(s.answer, s.outcome, s.reason) for s in verdict.steps] == [
        (s.answer, s.outcome, s.reason) for s in same.steps
    ]
    assert (verdict.verdict, verdict.grade) == (same.verdict, same.grade)


@EXAMPLES
@given(histories(), histories(), st.randoms(use_true_random=False))
def test_the_order_of_recordings_does_not_matter_and_nothing_is_left_to_chance(
    one: tuple[Runbook, Execution], two: tuple[Runbook, Execution], chance: Any
) -> None:
    pair = Pair(one[0], two[0].model_copy(update={"version": 2}))
    runs = [run.model_copy(update={"execution_id": f"exec-{n}"}) for n, run in enumerate((one[1], two[1], one[1]))]
    first = {verdict.execution_id: verdict.model_dump_json() for verdict in judge_all(pair, runs)}
    chance.shuffle(runs)
    again = {verdict.execution_id: verdict.model_dump_json() for verdict in judge_all(pair, runs)}
    assert first == again


@EXAMPLES
@given(histories(), histories())
def test_any_change_on_any_recording_gets_a_verdict(
    one: tuple[Runbook, Execution], two: tuple[Runbook, Execution]
) -> None:
    verdict = judged(one[0], two[0].model_copy(update={"version": 2}), one[1])
    assert verdict.grade is None or verdict.would == "succeed"
    if verdict.grade == "shown":
        assert {item.answer for item in verdict.steps} <= {"observed", "not run"}
    if verdict.would == "inconclusive":
        assert verdict.missing_facts or verdict.reasons


# The same of runbooks with all that the language has, run by the engine on the simulator's hosts.


@pytest.fixture(scope="module")
def played() -> Iterator[tuple[History, ...]]:
    with made_actions():
        yield tuple(make_history("properties", number, USUAL) for number in range(30))


@pytest.mark.parametrize("telling", [Telling(1.0), Telling(1.0, only_asked=True)], ids=str)
def test_an_unchanged_runbook_with_everything_reproduces_its_own_runs(
    played: tuple[History, ...], telling: Telling
) -> None:
    for history in played:
        for run in history.told(telling):
            verdict = _of(history, history.base, run)
            assert {item.answer for item in verdict.steps} <= {"observed", "not run"}
            assert (verdict.was, verdict.verdict, verdict.grade) == (
                ("succeed", "unchanged", "shown") if run.success else ("fail", "still failing", None)
            )


def test_a_step_that_does_not_run_changes_nothing_wherever_it_stands(played: tuple[History, ...]) -> None:
    extra = runbook(step("extra", "service.start", service="extra", when={"platform.os": "windows"})).steps[0]
    for history in played:
        for place in range(len(history.base.steps) + 1):
            steps = (*history.base.steps[:place], extra, *history.base.steps[place:])
            head = history.base.model_copy(update={"steps": steps, "version": 2})
            run = history.told(Telling(1.0))[place % len(history.runs)]
            assert _gist(_of(history, head, run)) == _gist(_of(history, history.base, run))


def test_other_names_change_nothing_whatever_the_steps_are(played: tuple[History, ...]) -> None:
    for history in played:
        told = json.dumps(json.loads(history.base.model_dump_json(by_alias=True, exclude_unset=True)))
        head = Runbook.model_validate_json(re.sub(r"\bs(\d+)\b", r"other-\1", told)).model_copy(update={"version": 2})
        for run in history.told(Telling(1.0)):
            assert _gist(_of(history, head, run)) == _gist(_of(history, history.base, run))


def _of(history: History, head: Runbook, run: Execution) -> Verdict:
    return judge(Pair(history.base, head, history.called, history.called), run)


def _gist(verdict: Verdict) -> tuple[object, ...]:
    """What a verdict says, without the names of steps and without what did not run."""
    answers = tuple((item.action, item.answer, item.outcome) for item in verdict.steps if item.answer != "not run")
    return verdict.verdict, verdict.grade, verdict.would, answers
