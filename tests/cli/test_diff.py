"""`runwright diff`: what a change means, and how risky it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.commands import committed, runwright, spoil, tree

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
        "  step restart changes params: service=${{ params.service }} → service=Fax\n"
        "RB-ANY-CASE-003 (risk high)\n"
        "  removed\n"
    )
    committed(repo)
    assert runwright("diff", first, "main", cwd=repo).out == told.out
    assert runwright("diff", "main", "main", cwd=repo).out == "nothing changed in meaning\n"
    data = json.loads(runwright("diff", first, "--format", "json", cwd=repo).out)
    assert [(item["runbook"], item["risk"]) for item in data] == [
        ("RB-WIN-CASE-002", "medium"),
        ("RB-ANY-CASE-003", "high"),
    ]
    shown = runwright("diff", first, "--format", "markdown", cwd=repo).out
    assert "**RB-WIN-CASE-002** (risk medium)\n\n- `step restart changes params" in shown


def test_diff_of_a_new_runbook(repo: Path) -> None:
    committed(repo)
    text = (repo / WINDOWS).read_bytes().replace(b"RB-WIN-CASE-002", b"RB-WIN-CASE-004")
    tree(repo, {"runbooks/windows/RB-WIN-CASE-004.yaml": text})
    assert runwright("diff", "main", cwd=repo).out == "RB-WIN-CASE-004 (risk medium)\n  new runbook with 1 steps\n"


def test_a_runbook_that_cannot_be_read_is_not_taken_for_a_removed_one(repo: Path) -> None:
    committed(repo)
    spoil(repo, WINDOWS, b"version: 1", b"version: [")
    told = runwright("diff", "main", cwd=repo)
    assert told.code == 1
    assert told.out == ""
    assert told.err.startswith(f"{WINDOWS}:5:15: not valid YAML")
