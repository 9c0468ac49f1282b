"""What the service needs of a hosting service besides its pull requests: hints by webhook, a mirror, a word on trouble.

On a local forge none of it is needed: the repository is here, and nobody tells of a change.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from runwright.model.delivery import Delivery, Taken
from runwright.service.room import Room

log = logging.getLogger("runwright.hosting")


class Deliveries(Protocol):
    """Which webhooks came."""

    def take(self, delivery: Delivery, now: datetime) -> Taken:
        """Note one, once."""

    def heed(self, now: datetime) -> int:
        """Note that all that came up to now are about to be heeded."""

    def prune(self, now: datetime) -> None:
        """Forget the old ones."""


class Hints(Protocol):
    """Where something changed."""

    def note(self, delivery: Delivery) -> None:
        """Take a hint, and wake whoever looks."""

    def trouble(self) -> str | None:
        """Why the hosting service cannot be reached just now; None where it can."""


class Mirror(Protocol):
    """A copy of the hosted repository."""

    def refresh(self) -> bool:
        """Bring it up to date; whether anything moved. Raises EdgeError and stays as it was when it cannot."""


class Cached(Protocol):
    """What is remembered of pull requests."""

    def stale(self, number: int | None) -> None:
        """Forget what is remembered of one, or of all."""


class Pauses(Protocol):
    """Until when a hosting service wants to be left alone."""

    def until(self, name: str) -> datetime | None:
        """The end of the last pause."""

    def pause(self, name: str, until: datetime, reason: str) -> None:
        """Keep a pause."""


class Alarm:
    """Says in the log that something is refused, once a minute however often it is: anybody can send anything."""

    def __init__(self, every: float = 60.0) -> None:
        self.every = every
        self._last: float | None = None

    def sound(self, what: str) -> None:
        """Say it, unless that was done a moment ago."""
        now = time.monotonic()
        if self._last is None or now - self._last >= self.every:
            self._last = now
            log.warning("%s", what)


@dataclass(frozen=True, slots=True)
class Hosting:
    """A hosting service as the web application sees it."""

    repository: str
    """owner/name."""
    secret: bytes
    """What webhooks are signed with; empty where none are taken."""
    deliveries: Deliveries
    hints: Hints
    alarm: Alarm = field(default_factory=Alarm)
    room: Room = field(default_factory=Room)
    """What the bodies of webhooks may take before it is known who sent them."""
