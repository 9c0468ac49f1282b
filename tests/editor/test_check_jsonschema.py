"""The committed schemas in the hands of check-jsonschema, as anybody's CI would use them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import cases

ROOT = Path(__file__).parent.parent.parent
STRUCTURAL = [case for case in cases.refused() if case.rule == "schema" and not case.schema_silent]


def checked(schema: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    """What check-jsonschema says of some files."""
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(ROOT / "schemas" / schema)]
    return subprocess.run([*command, *map(str, paths)], check=False, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("noun", ["runbook", "rule"])
def test_the_schema_itself_is_sound(noun: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--check-metaschema"]
    path = ROOT / "schemas" / f"{noun}.schema.json"
    told = subprocess.run([*command, str(path)], check=False, capture_output=True, text=True, timeout=100)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize(("noun", "folder"), [("runbook", "runbooks"), ("rule", "rules")])
def test_the_library_and_every_accepted_case_pass(noun: str, folder: str) -> None:
    accepted = [path for path in cases.ACCEPTED if path.name.startswith("L1-") is (noun == "rule")]
    told = checked(f"{noun}.schema.json", *sorted((ROOT / folder).rglob("*.yaml")), *accepted)
    assert told.returncode == 0, told.stdout


def test_what_is_structurally_wrong_is_refused(tmp_path: Path) -> None:
    for noun in ("runbook", "rule"):
        paths = []
        for case in STRUCTURAL:
            if case.noun == noun:
                paths.append(tmp_path / f"{case.name}.yaml")
                paths[-1].write_bytes(case.content)
        told = checked(f"{noun}.schema.json", *paths)
        assert told.returncode == 1
        assert [path.name for path in paths if path.name not in told.stdout] == []
