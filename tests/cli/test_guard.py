"""`runwright guard`: a filter for programs, an answer for people."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import ENVIRONMENT, runwright

LINES: tuple[Any, ...] = (
    {"shell": "bash", "command": "systemctl restart nginx"},
    {"shell": "bash", "command": "rm -rf /"},
    {"shell": "cmd", "command": "queuectl drop"},
    {"shell": "powershell", "command": "Restart-Service Spooler"},
)


def answers(tmp_path: Path, *lines: str | bytes) -> list[dict[str, Any]]:
    path = tmp_path / "commands.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\n")
    told = runwright("guard", "--jsonl", path)
    assert (told.code, told.err) == (0, "")
    return [json.loads(line) for line in told.out.splitlines()]


def test_each_line_has_its_answer_in_order(tmp_path: Path) -> None:
    found = answers(tmp_path, *map(json.dumps, LINES))
    assert [answer["verdict"] for answer in found] == ["allow", "block", "review", "allow"]
    assert all(set(answer) == {"verdict", "reasons"} and answer["reasons"] for answer in found)


@pytest.mark.parametrize(
    "line",
    [
        "", "nothing", "[]", "null", '{"shell": "bash"}', '{"command": "ls"}', '{"shell": "zsh", "command": "ls"}',
        '{"shell": "bash", "command": 3}', '{"shell": ["bash"], "command": "ls"}', '{"shell": "bash", "command": "ls"',
        '{"shell": "bash", "shell": "sh", "command": "ls"}', b"\xff\xfe", b"[" * 100_000,
        b'"' + b"x" * 3_000_000 + b'"',
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_told_and_the_next_is_judged(tmp_path: Path, line: str | bytes) -> None:
    found = answers(tmp_path, line, json.dumps(LINES[0]))
    assert [list(answer) for answer in found] == [["error"], ["verdict", "reasons"]]


def test_a_lone_surrogate_is_no_reason_to_fail(tmp_path: Path) -> None:
    (found,) = answers(tmp_path, '{"shell": "bash", "command": "echo \\ud800"}')
    assert found["verdict"] == "review"


def test_an_answer_comes_before_the_next_line_is_asked() -> None:
    words = [sys.executable, "-m", "runwright.cli.main", "guard", "--jsonl", "-"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT) as process:
        assert process.stdin
        assert process.stdout
        for line in LINES:
            process.stdin.write(json.dumps(line).encode() + b"\n")
            process.stdin.flush()
            assert "verdict" in json.loads(process.stdout.readline())
        process.stdin.close()
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize(
    ("command", "verdict", "code"), [("uptime", "allow", 0), ("queuectl x", "review", 1), ("rm -rf /", "block", 1)]
)
def test_a_person_is_told_the_verdict_and_why(command: str, verdict: str, code: int) -> None:
    told = runwright("guard", "--shell", "bash", command)
    assert (told.code, told.out.partition(":")[0]) == (code, verdict)
    assert "\n  - " in told.out
    as_json = runwright("guard", "--shell", "bash", "--format", "json", command)
    assert json.loads(as_json.out)["verdict"] == verdict


def test_forms_of_a_repository_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "forms.yaml"
    path.write_text("forms:\n  - programs: [queuectl]\n    words: [list]\n    reason: Looks.\n")
    assert runwright("guard", "--forms", path, "--shell", "bash", "queuectl list").code == 0
    path.write_text("forms:\n  - programs: [sudo]\n    reason: Looks.\n")
    told = runwright("guard", "--forms", path, "--shell", "bash", "queuectl list")
    assert told.code == 1
    assert f"{path}:2" in told.err


def test_a_command_needs_its_shell() -> None:
    assert runwright("guard", "uptime").code == 2


def test_lines_of_a_file_that_is_not_there_are_told(tmp_path: Path) -> None:
    told = runwright("guard", "--jsonl", "nothing.jsonl", cwd=tmp_path)
    assert (told.code, told.err) == (1, "cannot read nothing.jsonl: No such file or directory\n")
