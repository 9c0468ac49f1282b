"""Durations as people write them: `30s`, `5m`, `2h`, `1d`; kept as `timedelta`."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
"""Milliseconds in each unit; nothing shorter than one is kept."""
_FORM = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,3}))?(s|m|h|d)|([0-9]{1,12})(ms)")
MAX_WRITTEN = 20
"""Characters of a written duration."""
LONGEST = timedelta(days=3650)


def parse_duration(value: Any) -> timedelta:
    """Read a duration; raises `ValueError` with the accepted form."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or len(value) > MAX_WRITTEN:
        raise _unreadable(value)
    return _read(value)


@lru_cache(maxsize=1024)
def _read(value: str) -> timedelta:
    match = _FORM.fullmatch(value)
    if match is None:
        raise _unreadable(value)
    milliseconds = _milliseconds(match)
    if milliseconds > LONGEST // timedelta(milliseconds=1):
        raise ValueError(f"{value!r} is longer than ten years; write a shorter time")
    return timedelta(milliseconds=milliseconds)


def _unreadable(value: Any) -> ValueError:
    return ValueError(f"{value!r:.80} is not a duration; write a number and a unit, such as 500ms, 30s, 5m or 1d")


def format_duration(value: timedelta) -> str:
    """Write a duration with the largest unit that keeps it a whole number."""
    milliseconds = value // timedelta(milliseconds=1)
    for unit, size in reversed(UNITS.items()):
        if milliseconds and milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return "0s"


def _milliseconds(match: re.Match[str]) -> int:
    if match[5]:
        return int(match[4])
    # Whole numbers throughout: a float would lose the last digits of a long time.
    return int(match[1] + (match[2] or "").ljust(3, "0")) * UNITS[match[3]] // 1000


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^([0-9]{1,9}(\.[0-9]{1,3})?(s|m|h|d)|[0-9]{1,12}ms)$",
            "examples": ["30s", "5m"],
        }
    ),
]
