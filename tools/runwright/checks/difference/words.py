"""Values in words, on one line of plain characters."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import timedelta
from posixpath import commonprefix
from typing import Any

from pydantic import BaseModel

from runwright.model.condition import Join, Test, describe
from runwright.model.duration import format_duration

MAX_SHOWN = 400
"""Characters of a value that are shown."""
CONTEXT = 40
"""Characters that are shown before the first difference of two long values."""


def shown(value: Any) -> str:
    """A value for people."""
    text = "".join(c if c.isprintable() else " " for c in _said(value))
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def became(old: Any, new: Any) -> str:
    """How a value changed; of a text of several lines, the lines that came and went."""
    if isinstance(old, str) and isinstance(new, str) and "\n" in old + new:
        lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
        told = [f"{line[0]} {line[1:].strip()}" for line in list(lines)[2:] if line[:1] in "+-"]
        return shown("; ".join(told) or "line ends changed")
    one, other = _differing(_said(old), _said(new))
    return f"{shown(one)} → {shown(other)}"


def _differing(old: str, new: str) -> tuple[str, str]:
    """Long texts from where they begin to differ: a change must not hide behind what is cut off."""
    start = len(commonprefix([old, new])) - CONTEXT
    if start <= 0 or max(len(old), len(new)) <= MAX_SHOWN:
        return old, new
    return f"…{old[start:]}", f"…{new[start:]}"


def _said(value: Any) -> str:
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, (Test, Join)):
        return describe(value)
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _listed(value)


def _listed(value: Any) -> str:
    if isinstance(value, BaseModel):
        value = {key: item for key, item in value if item is not None and item not in ((), {})}
        return ", ".join(f"{key} {_said(item)}" for key, item in value.items()) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={_said(item)}" for key, item in value.items()) or "none"
    if isinstance(value, (list, tuple)):
        return ", ".join(_said(item) for item in value) or "none"
    return str(value)
