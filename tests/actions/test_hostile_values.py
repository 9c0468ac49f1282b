"""Hostile values given to real programs: each arrives byte for byte as one value, and none of them runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runwright.actions.action import Exec
from runwright.actions.binding import bind_operation
from runwright.actions.catalogue import ACTIONS, Host, variant

HOSTILE = [
    "plain", "", " ", "two words", "$(touch marker)", "`touch marker`", "; touch marker", "&& touch marker",
    "| touch marker",
    "$(touch marker", "'; touch marker; '", '"; touch marker; "', "\n touch marker \n", "a\nb",
    "--version", "-c touch marker",
    "${IFS}touch${IFS}marker", "$PATH", "~", "*", "?", "[a-z]", "{a,b}", "\\", "\\n", "%n%s", "!!", "#",
    "é日本🙂", "\x1b[31m",
    "> marker", "< marker", "() { :;}; touch marker", "${{ params.other }}", "x" * 10_000,
]  # fmt: skip
LINUX = Host("linux", "systemd")


def ran(name: str, params: dict[str, Any], folder: Path) -> str:
    """What a program wrote, run as its action says."""
    operation = bind_operation(variant(ACTIONS[name], LINUX).operation, params)
    assert isinstance(operation, Exec)
    program = {"python3": sys.executable}.get(operation.argv[0], operation.argv[0])
    done = subprocess.run(
        [program, *operation.argv[1:]],
        input=None if operation.stdin is None else operation.stdin.encode(),
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **operation.env},
        cwd=folder,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def test_a_program_gets_each_value_as_one_argument(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", "import sys; sys.stdout.write('\\0'.join(sys.argv[1:]))", *HOSTILE]
    assert ran("command.run", {"argv": argv}, tmp_path).split("\0") == HOSTILE
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("script.bash", "printf '%s' \"$VALUE\""),
        ("script.sh", "printf '%s' \"$VALUE\""),
        ("script.python", "import os, sys; sys.stdout.write(os.environ['VALUE'])"),
    ],
)
def test_a_script_gets_each_value_by_its_environment(name: str, script: str, tmp_path: Path) -> None:
    for value in HOSTILE:
        assert ran(name, {"script": script, "env": {"VALUE": value}}, tmp_path) == value
    assert list(tmp_path.iterdir()) == []
