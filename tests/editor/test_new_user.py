"""A new user's way to a runbook: `runwright new`, then what the editor offers, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commands import runwright
from tests.support.language_server import LanguageServer

pytestmark = pytest.mark.needs("npm")
ABOUT = ("--platform", "linux", "--incident-type", "service_stopped", "--name", "Start it")
ANSWERS = (*ABOUT, "--action", "service.start")
FACT = ("--fact", "services.${{ params.service }}.state", "--value", "running")


def offered(server: LanguageServer, path: Path, text: str) -> set[str]:
    """What the editor offers at the mark `|`."""
    before, mark, after = text.partition("|")
    assert mark
    server.open(path, before + after)
    items = server.complete(path, before.count("\n"), len(before.rpartition("\n")[2]))
    server.close(path)
    return set(items)


def test_a_runbook_is_written_from_the_questions_and_the_completion_alone(
    server: LanguageServer, tmp_path: Path
) -> None:
    repo = tmp_path / "ours"
    assert runwright("init", repo).code == 0
    assert runwright("new", "runbook", *ANSWERS, *FACT, "--id", "RB-LIN-OWN-001", cwd=repo).code == 0
    path = repo / "runbooks/linux/RB-LIN-OWN-001.yaml"
    text = path.read_text("utf-8")
    assert server.open(path, text) == []
    server.close(path)

    # A second step before the first: each word that is written now was offered at its place.
    wanted = [
        ("  - |\n", "id"),
        ("  - id: disk\n    |\n", "action"),
        ("  - id: disk\n    action: |\n", "disk.has_room"),
        ("  - id: disk\n    action: disk.has_room\n    |\n", "with"),
        ("  - id: disk\n    action: disk.has_room\n    with:\n      |\n", "path"),
        ("  - id: disk\n    action: disk.has_room\n    with: {path: /}\n    |\n", "on_failure"),
        ("  - id: disk\n    action: disk.has_room\n    with: {path: /}\n    on_failure: |\n", "escalate"),
    ]
    for number, (step, word) in enumerate(wanted):
        at = path.with_name(f"RB-LIN-OWN-10{number}.yaml")
        assert word in offered(server, at, text.replace("steps:\n", f"steps:\n{step}")), step
    done = "  - id: disk\n    action: disk.has_room\n    with: {path: /}\n    on_failure: escalate\n"
    path.write_text(text.replace("steps:\n", f"steps:\n{done}"), "utf-8")
    assert runwright("validate", cwd=repo).code == 0
    assert runwright("fmt", "--check", cwd=repo).code == 0
