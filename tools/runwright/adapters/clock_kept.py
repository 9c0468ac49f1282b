"""Asks the kernel whether something keeps its clock right (adjtimex(2)); reads, and sets nothing."""

from __future__ import annotations

import ctypes
import os

ROOM = 1024
"""Bytes, more than `struct timex` has on any machine; all zero asks and changes nothing."""
UNSYNCHRONISED = 5
"""TIME_ERROR: nothing disciplines the clock."""


def is_kept() -> bool | None:
    """Whether something such as chrony keeps the clock right; None where the kernel does not tell."""
    if os.name != "posix":
        return None
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(ROOM))
    except (AttributeError, OSError):
        return None
    return None if state < 0 else bool(state != UNSYNCHRONISED)
