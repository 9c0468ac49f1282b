"""How long the command line takes to start: every hook, filter and CI step pays it again."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"
LIMIT_SECONDS = 0.1
ROUNDS = 15


def seconds(code: str) -> float:
    """Give the best time of several fresh interpreters; the best one is the least disturbed."""
    environment = {"PYTHONPATH": str(TOOLS), "PATH": ""}
    words = [sys.executable, "-c", code]
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(words, check=True, env=environment, timeout=60)
        times.append(time.perf_counter() - start)
    return min(times)


def test_the_command_line_is_imported_within_its_limit() -> None:
    bare, whole = seconds("pass"), seconds("import runwright.cli.main")
    print(f"\ncommand start: {1000 * (whole - bare):.0f} ms above a bare interpreter ({1000 * bare:.0f} ms)")
    assert whole - bare < LIMIT_SECONDS
