"""Waiting for an event in a test: look again and again until it holds, or say what did not happen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")
DEMO_SECONDS = 300.0
"""When a whole demo is given up: many times what it takes, since a net is no bound."""


class NeverHappened(AssertionError):
    """The event did not happen before the deadline."""


def until(predicate: Callable[[], Value], *, timeout: float = 90.0, what: str, every: float = 0.02) -> Value:
    """Return the first truthy value of `predicate`, asked every `every` seconds.

    The last look is taken at the deadline itself, so a slow machine is never failed unasked.
    Raises `NeverHappened` after `timeout` seconds, with `what` and the last value in its message.
    """
    deadline = time.monotonic() + timeout
    while True:
        late = time.monotonic() >= deadline
        value = predicate()
        if value:
            return value
        if late:
            raise NeverHappened(f"waited {timeout:g} s for this, in vain: {what} (last value: {value!r})")
        time.sleep(every)
