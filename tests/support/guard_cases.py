"""The labelled commands of `tests/cases/guard`, and the rates at which the guard judges them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from runwright.checks.guard import Judgement, judge

FOLDER = Path(__file__).parent.parent / "cases" / "guard"
Row = dict[str, Any]


@lru_cache(maxsize=8)
def rows(name: str) -> tuple[Row, ...]:
    """The lines of one file."""
    return tuple(json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())


@lru_cache(maxsize=8)
def judged(name: str) -> tuple[tuple[Row, Judgement], ...]:
    """The lines of one file, each with its judgement."""
    return tuple((row, judge(row["shell"], row["command"])) for row in rows(name))


def those(
    name: str, verdict: Callable[[str], bool], among: Callable[[Row], bool] = lambda _: True
) -> tuple[float, list[str]]:
    """The share of lines whose verdict is as asked, and the commands for which it is not."""
    chosen = [(row, found) for row, found in judged(name) if among(row)]
    others = [f"{found.verdict}: {row['command']}" for row, found in chosen if not verdict(found.verdict)]
    return 1 - len(others) / len(chosen), others
