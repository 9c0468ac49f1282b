"""Every text of a file, with its place. What is looked for in them is left to the checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from runwright.model.walk import Pointer

ESCAPE = re.compile(rb"\\[0abefNuvxLPU_]")
"""An escape by which a text in double quotes may say what is not to be seen in the file."""
PROSE = frozenset({"name", "description", "status_reason", "message", "fail"})
"""Fields that people read and nothing else does."""


def texts(data: Any, at: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Every text below a value, names included, in the order in which they stand."""
    if isinstance(data, str):
        yield at, data
    elif isinstance(data, dict):
        for key, item in data.items():
            yield (*at, key), key
            yield from texts(item, (*at, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from texts(item, (*at, index))


def field_of(pointer: Pointer) -> str:
    """The name of the field that a place lies in."""
    return next((part for part in reversed(pointer) if isinstance(part, str)), "")
