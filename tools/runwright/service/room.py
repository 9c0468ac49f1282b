"""How much may be kept at a time of bodies whose senders nobody knows yet: whoever may send anything may send much.

A short body always has room, so that a flood of long ones keeps no usual request out. What comes of a body is left to
whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from runwright.service.answers import Unfit

ALWAYS = 262_144
"""Bytes that each body may have without asking."""
MOST = 64_000_000
"""Bytes of all longer ones together."""


@dataclass
class Held:
    """What one body takes."""

    room: Room
    size: int = 0

    def grow(self, size: int) -> None:
        """Take as many bytes in all; raises `Unfit` with 503 when others have taken the room."""
        more = max(0, size - ALWAYS) - max(0, self.size - ALWAYS)
        if self.room.taken + more > self.room.most:
            raise Unfit(503, "$: too many long bodies are being read; send it again later")
        self.room.taken += more
        self.size = size


class Room:
    """Bytes that all bodies in the making share; used from one event loop, so nothing comes between."""

    def __init__(self, most: int = MOST) -> None:
        self.most, self.taken = most, 0

    @contextmanager
    def held(self) -> Iterator[Held]:
        """Hold room for one body, until it is read."""
        held = Held(self)
        try:
            yield held
        finally:
            self.taken -= max(0, held.size - ALWAYS)
