"""Replay as a library: what the page of its rules shows."""

from __future__ import annotations

from collections.abc import Iterator

from runwright.model.execution import Execution
from runwright.replay.gate import Change, replay_change
from runwright.replay.judging import Pair, judge, judge_all
from runwright.replay.replayer import Replayer
from tests.support.recordings import recording, runbook, service, start, started, tree

DOWN = {**service("web", "stopped", "db"), **service("db", "stopped")}
BASE, HEAD = runbook(start("web")), runbook(start("db"), start("web"), version=2)
FAILED = recording(started("web", "failed"), before=DOWN, verified=False)
HEALED = recording(started("web"), before={**DOWN, "services.db.state": "running"}, execution_id="exec-2")


class Opened:
    """Recordings that are made when they are asked for; counts how often that is."""

    def __init__(self, *runs: Execution) -> None:
        self.runs, self.times, self.out = runs, 0, 0

    def __iter__(self) -> Iterator[Execution]:
        self.times += 1
        for run in self.runs:
            self.out += 1
            yield run


def test_one_recording_is_replayed() -> None:
    replayed = Replayer(HEAD).replay(FAILED)
    assert (replayed.would, replayed.shown, replayed.hangs_on) == ("succeed", False, ())
    assert Replayer(BASE).replay(FAILED).would == "fail"


def test_many_are_replayed_one_after_the_other() -> None:
    runs = Opened(FAILED, HEALED)
    found = Replayer(HEAD, BASE).replay_all(runs)
    recorded, replayed = next(iter(found))
    assert (recorded.execution_id, replayed.would, runs.out) == ("exec-1", "succeed", 1)
    assert [recorded.execution_id for recorded, _ in found] == ["exec-2"]


def test_one_recording_is_judged() -> None:
    assert judge(Pair(BASE, HEAD), FAILED).verdict == "fixed"


def test_many_are_judged_one_after_the_other_and_opened_again_only_where_another_may_know() -> None:
    runs = Opened(HEALED, HEALED.model_copy(update={"execution_id": "exec-3"}))
    found = judge_all(Pair(BASE, BASE.model_copy(update={"name": "New"})), runs)
    assert (next(found).verdict, runs.out) == ("unchanged", 1)
    assert ([verdict.verdict for verdict in found], runs.times) == (["unchanged"], 1)
    runs = Opened(FAILED, HEALED)
    assert [verdict.verdict for verdict in judge_all(Pair(BASE, HEAD), runs)] == ["fixed", "unchanged"]
    assert runs.times == 2


def test_an_iterator_that_cannot_be_opened_again_will_do() -> None:
    verdicts = judge_all(Pair(BASE, HEAD), iter((FAILED, HEALED)))
    assert [verdict.verdict for verdict in verdicts] == ["fixed", "unchanged"]


def test_a_change_of_a_tree_is_judged() -> None:
    assert replay_change(Change(tree(BASE, HEALED), tree(HEAD, HEALED, FAILED))).passed
