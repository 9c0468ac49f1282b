"""Recordings that no host has made: they are replayed like others, and counted apart."""

from __future__ import annotations

from runwright.corpus.corpus import Corpus
from runwright.model.execution import Execution
from runwright.model.telemetry import execution_data, is_synthetic, parse_execution
from runwright.replay.gate import Change, replay_change
from runwright.replay.telling import as_markdown, as_text
from tests.support.recordings import recording, runbook, service, start, started, tree

WEB = runbook(start("web"))
UP = recording(started("web"), before=service("web", "stopped"), after=service("web", "running"), execution_id="real")


def written(execution: Execution) -> Execution:
    return parse_execution({**execution_data(execution), "execution_id": "written", "provenance": "synthetic"})


def test_only_a_recording_that_says_so_is_synthetic() -> None:
    assert is_synthetic(written(UP))
    assert not is_synthetic(UP)
    assert not is_synthetic(parse_execution({**execution_data(UP), "provenance": "recorded"}))
    assert not is_synthetic(parse_execution({**execution_data(UP), "provenance": ["synthetic"]}))


def test_the_headline_counts_synthetic_runs_apart() -> None:
    both = tree(WEB, UP, written(UP))
    report = replay_change(Change(both, both), ["RB-LIN-SERVICE-001"])
    assert report.headline == "2 unchanged of 2 runs (1 recorded, 1 synthetic)"
    assert {verdict.execution_id: verdict.synthetic for verdict in report.runbooks[0].verdicts} == {
        "real": False,
        "written": True,
    }


def test_a_report_says_which_runs_are_synthetic() -> None:
    both = tree(WEB, UP, written(UP))
    report = replay_change(Change(both, both), ["RB-LIN-SERVICE-001"])
    assert "= written (synthetic): unchanged" in as_text(report)
    assert "= real: unchanged" in as_text(report)
    assert "| `written` (synthetic) | succeed" in as_markdown(report)


def test_a_new_runbook_may_come_with_recordings_of_how_it_fails() -> None:
    failed = recording(started("web", "failed"), before=service("web", "stopped"), verified=False, execution_id="bad")
    report = replay_change(Change(Corpus(), tree(WEB, UP, failed)))
    assert report.passed, report.failures
    renamed = runbook(start("web", name="Once more"), version=2)
    known = replay_change(Change(tree(WEB, UP), tree(renamed, UP, failed)))
    assert not known.passed
    assert "still failing" in known.failures[0]
