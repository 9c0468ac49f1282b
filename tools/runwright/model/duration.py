"""Durations as people write them: `30s`, `5m`, `2h`, `1d`; kept as `timedelta`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_FORM = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)")


def parse_duration(value: Any) -> timedelta:
    """Read a duration; raises `ValueError` with the accepted form."""
    if isinstance(value, timedelta):
        return value
    match = _FORM.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is not a duration; write a number and a unit, such as 500ms, 30s, 5m, 2h or 1d")
    return timedelta(seconds=float(match[1]) * UNITS[match[2]])


def format_duration(value: timedelta) -> str:
    """Write a duration with the largest unit that keeps it a whole number."""
    milliseconds = round(value.total_seconds() * 1000)
    for unit, seconds in reversed(UNITS.items()):
        size = round(seconds * 1000)
        if milliseconds and milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,3})?(ms|s|m|h|d)$", "examples": ["30s", "5m"]}
    ),
]
