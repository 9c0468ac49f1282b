"""The answer to one command, and what it was taken from."""

from __future__ import annotations

from typing import NamedTuple

from runwright.model.verdict import Answer


class Reply(NamedTuple):
    """The answer to one command: `success` is None where it is not known."""

    answer: Answer
    success: bool | None
    reason: str
    recorded: int | None = None
    """The number of the recorded step that answered."""
    duration: float = 0.0
    """Seconds."""
    timed_out: bool = False
    last_try: bool = True
    """The recorded step ended with the try that answered."""
    hangs_on: tuple[str, ...] = ()
    """What would have to be known."""
    source: str | None = None
    """The other recording that answered."""
    inert: bool = False
    """The host has no way to carry it out, so it did nothing."""
