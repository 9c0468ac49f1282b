"""Quotes foreign text in a pull request: a fence that it cannot close, in which nothing is hidden.

One value in a line is quoted by `replay.telling.code`.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from runwright.replay.telling import visible

MAX_QUOTE = 4_000
"""Characters of one fence."""
MAX_TICKS = 40
"""Back-ticks in a row that are shown; a longer row says nothing more."""


def fence(text: str, keep: Literal["start", "end"] = "end", limit: int = MAX_QUOTE) -> str:
    """Quote foreign text in a fence that it cannot close; of a long text the end, where errors stand, or the start."""
    left = len(text) - limit
    kept = text if left <= 0 else text[:limit] if keep == "start" else text[-limit:]
    lines = [visible(line.expandtabs(4)) for line in re.sub("`{41,}", "`" * MAX_TICKS + "…", kept).split("\n")]
    if left > 0:
        note = f"[… {left} characters left out]"
        lines = [*lines, note] if keep == "start" else [note, *lines]
    shown = "\n".join(lines)
    ticks = "`" * max(3, max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    return f"{ticks}text\n{shown}\n{ticks}"


def flat(value: Any) -> str:
    """A value as the author of a runbook writes it: a text as it stands, everything else as JSON."""
    plain = value is None or isinstance(value, (bool, int, float, list, tuple, dict))
    return json.dumps(value, ensure_ascii=False, default=str) if plain else str(value)
