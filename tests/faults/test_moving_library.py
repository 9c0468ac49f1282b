"""The library moves while failures are thought about: merges by others, a runbook that goes, one that nobody has."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from runwright.model.proposal import PullRequest
from tests.support.faults import Replica, await_done, failure, runbook_of, trial, verdict
from tests.support.service_site import RUNBOOK_PATH
from tests.support.until import until

RUNBOOK_ID = "RB-LIN-SERVICE-001"


@contextmanager
def moving(replica: Replica, path: str) -> Iterator[list[int]]:
    """Somebody commits to the library again and again."""
    stop, commits = threading.Event(), [0]

    def commit() -> None:
        while not stop.wait(0.05):
            commits[0] += 1
            replica.forge.push({path: f"# {commits[0]}\n".encode()})

    hand = threading.Thread(target=commit)
    hand.start()
    try:
        yield commits
    finally:
        stop.set()
        hand.join()


@pytest.mark.parametrize("path", ["README.md", "runbooks/linux/NOTES.md"])
def test_a_library_that_never_stands_still_keeps_no_failure_from_its_proposal(tmp_path: Path, path: str) -> None:
    with trial(tmp_path, causes=3) as (replica, agents):
        replica.start()
        with moving(replica, path) as commits:
            agents.send([failure(cause, f"exec-{cause}") for cause in range(3)])
            await_done(replica, agents, timeout=60)
        assert commits[0] > 3
        assert verdict(replica, agents.history) == []


@pytest.mark.parametrize("point", ["step_done/triage", "step_done/draft", "step_done/judge"])
def test_a_runbook_that_goes_while_its_proposal_is_drafted_gets_none(tmp_path: Path, point: str) -> None:
    assert [one.runbook_id for one in _removed_at(tmp_path, point)] == []


def test_one_that_goes_while_its_proposal_is_opened_has_it_taken_back(tmp_path: Path) -> None:
    assert [(one.runbook_id, one.closed_as) for one in _removed_at(tmp_path, "pull_begun")] == [
        (runbook_of(0), "runbook-removed")
    ]


def _removed_at(folder: Path, point: str) -> tuple[PullRequest, ...]:
    """The pull requests where somebody removed the runbook when a point was reached; none of them stays open."""
    with trial(folder, causes=1) as (replica, agents):
        replica.start(f"stop@{point}")
        sent = failure(0, "exec-1")
        agents.send([replace(sent, body={**sent.body, "release": "releases/2026.03.02-1"})])
        until(lambda: replica.faults("stop"), timeout=60, what="it stands still")
        replica.forge.push({RUNBOOK_PATH.replace(RUNBOOK_ID, runbook_of(0)): None})
        replica.signal(signal.SIGCONT)
        await_done(replica, agents)
        replica.end()
        replica.start()  # it looks after what is open when it begins
        until(lambda: all(one.state == "closed" for one in replica.pulls()), timeout=60, what="none is open")
        ((stage,),) = replica.rows("select stage from executions")
        assert stage != "quarantined"
        return replica.pulls()


def test_a_run_of_a_version_that_git_does_not_know_comes_to_its_end(tmp_path: Path) -> None:
    with trial(tmp_path, causes=2) as (replica, agents):
        replica.start()
        unknown, known = failure(0, "exec-1"), failure(1, "exec-2")
        agents.send([replace(unknown, body={**unknown.body, "runbook_version": 97}), known])
        await_done(replica, agents)
        stages = dict(replica.rows("select execution_id, stage from executions"))
        assert stages["exec-2"] == "proposed"
        assert stages["exec-1"] not in {"received", "quarantined"}
