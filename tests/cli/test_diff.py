"""`runwright diff`: what a change means, and how risky it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.commands import committed, runwright, spoil, tree

RULE = "rules/promoted/L1-CASE-SERVICE.yaml"
WINDOWS = "runbooks/windows/RB-WIN-CASE-002.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """The accepted cases in a folder."""
    return tree(tmp_path / "repo")


def test_diff_says_what_a_change_means_and_how_risky_it_is(repo: Path) -> None:
    first = committed(repo)
    spoil(repo, WINDOWS, b'service: "${{ params.service }}"\nverify', b"service: Fax\nverify")
    (repo / "runbooks/any/RB-ANY-CASE-003.yaml").unlink()
    told = runwright("diff", "main", cwd=repo)
    assert told.code == 0
    assert told.out == (
        "RB-WIN-CASE-002 (risk medium)\n"
        "  step restart: with service ${{ params.service }} → Fax\n"
        "  verification unchanged\n"
        "  risk of the runbook stays medium\n"
        "  why the change is of medium risk:\n"
        "    medium: step restart: service.restart\n"
        "RB-ANY-CASE-003 (risk high)\n"
        "  removed\n"
        "  why the change is of high risk:\n"
        "    high: runbook removed\n"
    )
    committed(repo)
    assert runwright("diff", first, "main", cwd=repo).out == told.out
    assert runwright("diff", "main", "main", cwd=repo).out == "nothing changed in meaning\n"
    shown = runwright("diff", first, "--format", "markdown", cwd=repo).out
    assert "**RB-WIN-CASE-002** (risk medium)\n\n- `step restart: with service" in shown
    assert "\n  - `high: runbook removed`" in shown


def test_diff_tells_a_program_the_same(repo: Path) -> None:
    committed(repo)
    spoil(repo, WINDOWS, b"settle: 5s", b"settle: 1s")
    spoil(repo, WINDOWS, b"version: 1", b"version: 2")
    (only,) = json.loads(runwright("diff", "main", "--format", "json", cwd=repo).out)
    assert only == {
        "runbook": "RB-WIN-CASE-002",
        "path": WINDOWS,
        "risk": "high",
        "reasons": ["high: shorter settle: 5s → 1s"],
        "changes": ["verification: settle 5s → 1s"],
        "notes": ["version 1 → 2"],
        "runbook_risk": {"before": "medium", "after": "medium"},
        "same_verification": False,
    }


def test_a_riskier_runbook_is_told(repo: Path) -> None:
    committed(repo)
    spoil(repo, WINDOWS, b"steps:\n", b"steps:\n- {id: halt, action: service.stop, with: {service: Fax}}\n")
    told = runwright("diff", "main", cwd=repo).out
    assert "  new step halt before restart\n  verification unchanged\n  risk medium → high\n" in told
    assert "    high: destructive step halt service.stop added\n" in told


def test_bytes_that_mean_nothing_are_no_change_in_meaning(repo: Path) -> None:
    committed(repo)
    assert runwright("fmt", WINDOWS, cwd=repo).code == 0
    assert runwright("diff", "main", cwd=repo).out == "RB-WIN-CASE-002 (risk low)\n  no change in meaning\n"
    spoil(repo, WINDOWS, b"version: 1", b"version: 2")
    told = runwright("diff", "main", cwd=repo).out
    assert told == "RB-WIN-CASE-002 (risk low)\n  no change in meaning\n  besides: version 1 → 2\n"


def test_diff_of_a_rule(repo: Path) -> None:
    committed(repo)
    spoil(repo, RULE, b"mode: observe", b"mode: act")
    told = runwright("diff", "main", cwd=repo).out
    assert told == (
        "L1-CASE-SERVICE (risk high)\n  mode observe → act\n  why the change is of high risk:\n    high: acts now\n"
    )


def test_only_the_paths_that_were_named_are_compared(repo: Path) -> None:
    first = committed(repo)
    spoil(repo, WINDOWS, b"settle: 5s", b"settle: 9s")
    (repo / "runbooks/any/RB-ANY-CASE-003.yaml").unlink()
    spoil(repo, RULE, b"id: L1", b"id: [L1")  # what nobody asked for may be unreadable
    windows = runwright("diff", "main", "runbooks/windows", cwd=repo)
    assert windows.out.splitlines()[0] == "RB-WIN-CASE-002 (risk medium)"
    assert "CASE-003" not in windows.out
    assert runwright("diff", "main", WINDOWS, cwd=repo).out == windows.out
    assert (
        runwright("diff", "main", "RB-WIN-CASE-002.yaml", "--repo", "../..", cwd=repo / "runbooks/windows").out
        == windows.out
    )
    gone = runwright("diff", "main", "runbooks/any/RB-ANY-CASE-003.yaml", cwd=repo)
    assert gone.out.startswith("RB-ANY-CASE-003 (risk high)\n  removed\n")
    committed(repo)
    assert runwright("diff", first, "main", WINDOWS, cwd=repo).out == windows.out
    nowhere = runwright("diff", first, "main", "runbooks/nowhere", cwd=repo)
    assert (nowhere.code, nowhere.err[:18]) == (1, "runbooks/nowhere: ")
    neither = runwright("diff", "main", "nothing", cwd=repo)
    assert neither.code == 1
    assert "'nothing' is no branch" in neither.err


def test_diff_of_a_new_runbook(repo: Path) -> None:
    committed(repo)
    text = (repo / WINDOWS).read_bytes().replace(b"RB-WIN-CASE-002", b"RB-WIN-CASE-004")
    tree(repo, {"runbooks/windows/RB-WIN-CASE-004.yaml": text})
    assert runwright("diff", "main", cwd=repo).out == (
        "RB-WIN-CASE-004 (risk medium)\n"
        "  new runbook with 1 step\n"
        "  why the change is of medium risk:\n"
        "    medium: new runbook with step restart (service.restart)\n"
    )


def test_a_runbook_that_cannot_be_read_is_not_taken_for_a_removed_one(repo: Path) -> None:
    committed(repo)
    spoil(repo, WINDOWS, b"version: 1", b"version: [")
    told = runwright("diff", "main", cwd=repo)
    assert told.code == 1
    assert told.out == ""
    assert told.err.startswith(f"{WINDOWS}:5:15: not valid YAML")
