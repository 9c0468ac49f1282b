"""What a deed on a host gives back: an exit code and words, before anybody has read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.simulator.host import Host


@dataclass(frozen=True)
class Done:
    """The raw answer of a command."""

    code: int
    output: str = ""
    error: str = ""
    extra: float = 0.0
    """Seconds that it takes beside its usual time."""
    passed: float = 0.0
    """Seconds that have passed already."""
    timed_out: bool = False


Deed = Callable[[Host, Mapping[str, Any]], Done]


def fine(output: str = "") -> Done:
    """It succeeded."""
    return Done(0, output)


def bad(error: str, code: int = 1) -> Done:
    """It failed."""
    return Done(code, "", error)


def when(holds: bool, error: str) -> Done:
    """It succeeded if something holds."""
    return fine() if holds else bad(error)
