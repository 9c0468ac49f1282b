"""`runwright schema`: written whole, checked, printed."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.commands import ROOT, runwright

WINDOWS = "runbooks/windows/RB-WIN-CASE-002.yaml"


def test_the_schemas_are_written_and_checked(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "schemas"
    assert runwright("schema", "--write", "--folder", folder).code == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names == runwright("schema").out.split()
    assert names == sorted(path.name for path in (ROOT / "schemas").iterdir())
    assert runwright("schema", "--check", "--folder", folder).code == 0
    (folder / "rule.schema.json").write_text("{}", encoding="utf-8")
    (folder / "old.schema.json").write_text("{}", encoding="utf-8")
    (folder / "facts.schema.json").unlink()
    told = runwright("schema", "--check", "--folder", folder)
    assert told.code == 1
    assert [line.split(":")[0].rsplit("/", 1)[1] for line in told.err.splitlines()] == [
        "facts.schema.json", "old.schema.json", "rule.schema.json",
    ]  # fmt: skip
    assert runwright("schema", "--check", "--folder", tmp_path / "nowhere").code == 1


def test_the_committed_schemas_are_current() -> None:
    assert runwright("schema", "--check").code == 0


def test_one_schema_is_printed_by_its_name() -> None:
    assert runwright("schema", "runbook").out == (ROOT / "schemas" / "runbook.schema.json").read_text("utf-8")


def test_schemas_that_cannot_be_written_leave_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "rule.schema.json").mkdir()
    (tmp_path / "rule.schema.json" / "x").touch()
    told = runwright("schema", "--write", "--folder", tmp_path)
    assert told.code == 1
    assert "cannot write " in told.err
    assert told.err.count("\n") == 1
    for path in tmp_path.glob("*.schema.json"):
        if path.is_file():
            json.loads(path.read_text("utf-8"))
