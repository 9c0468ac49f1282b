"""The lines that the page of replay shows run as they stand there."""

from __future__ import annotations

import contextlib
import re
import runpy
from pathlib import Path

import pytest

from runwright.cli.sides import sides_of
from runwright.replay.gate import Change, replay_change
from tests.support.commands import ROOT, committed, spoil, tree

RUNBOOK_ID = "RB-LIN-SERVICE-002"
PATH = f"runbooks/linux/{RUNBOOK_ID}.yaml"
PAGE = ROOT / "tools/runwright/replay/README.md"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A library on main: one runbook, its recordings, and a change of it on disk."""
    folder = f"tests/recordings/{RUNBOOK_ID}"
    names = [PATH, *(f"{folder}/{one.name}" for one in sorted((ROOT / folder).iterdir()))]
    root = tree(tmp_path / "library", {name: (ROOT / name).read_bytes() for name in names})
    committed(root)
    version = re.search(rb"\nversion: ([0-9]+)\n", (root / PATH).read_bytes())
    assert version is not None
    spoil(root, PATH, version[0], b"\nversion: %d\n" % (int(version[1]) + 1))
    return root


def test_the_lines_of_the_page_run_in_a_library(repo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "snippet.py").write_text("\n".join(blocks), "utf-8")
    with contextlib.chdir(repo):
        names = runpy.run_path(str(tmp_path / "snippet.py"))
    count = len(names["recordings"])
    lines = capsys.readouterr().out.splitlines()
    assert sorted(line.split(" ", 1)[1] for line in lines[count:-1]) == ["still failing", "unchanged"]
    assert lines[-1] == str(names["report"].passed) == "True"


def test_the_two_sides_of_git_will_do_as_well(repo: Path) -> None:
    sides = sides_of(repo, "main", None)
    assert replay_change(Change(sides.base, sides.head)).passed
