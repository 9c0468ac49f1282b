"""Gathers hints, so that many about one thing are one reason to look; values in, values out.

The first hint about something counts at once. While more of the same come they are taken together, ever less often:
anybody who may comment can make hints, and each look asks GitHub for several answers. The last one is never lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

EVERYTHING, COMMITS = 0, -1
"""What a hint can be about besides a pull request, which is a number from 1 on."""
LEAST, MOST = timedelta(seconds=5), timedelta(seconds=60)
"""How far apart two looks for the same reason are: at first, and at most, when it is looked without any hint."""
MANY = 500
"""So many pull requests at once are as good as all."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When something was looked at last for a hint, how long another one waits after that, how many came closely."""

    at: datetime
    distance: timedelta
    looks: int = 1

    def is_due(self, now: datetime) -> bool:
        """Whether a new hint may be heeded; a clock that jumped back holds up nothing."""
        return now < self.at or now - self.at >= self.distance

    def after(self, now: datetime, spare: int) -> Pace:
        """The pace after another look: longer where it comes soon after the last one, and many did."""
        soon = self.at <= now < self.at + (2 * self.distance or MOST)
        looks = self.looks + 1 if soon else 1
        if looks <= spare:
            return Pace(now, timedelta(), looks)
        return Pace(now, min(max(2 * self.distance, LEAST), MOST) if soon else LEAST, looks)


@dataclass(slots=True)
class Gathering:
    """What was hinted at and waits; one thread at a time."""

    spare: int = 0
    """How many hints about one thing count at once although they come closely, before they are taken together."""
    waiting: set[int] = field(default_factory=set)
    paces: dict[int, Pace] = field(default_factory=dict)

    def add(self, topics: Iterable[int]) -> bool:
        """Take hints; whether any of them is the first to wait about its topic."""
        new = set(topics) - self.waiting
        self.waiting |= new
        if len(self.waiting) > MANY:
            self.waiting = {EVERYTHING, COMMITS}
        return bool(new)

    def due(self, now: datetime) -> frozenset[int]:
        """What waits and may be looked at now."""
        return frozenset(topic for topic in self.waiting if self._is_due(topic, now))

    def take(self, now: datetime, *, whole: bool = False) -> frozenset[int]:
        """Give what is due, or all that waits; it waits no longer."""
        taken = frozenset(self.waiting) if whole else self.due(now)
        self.waiting -= taken
        fresh = {topic: pace for topic, pace in self.paces.items() if not pace.at + 2 * MOST < now}
        first = Pace(now, timedelta() if self.spare else LEAST)
        fresh |= {topic: fresh[topic].after(now, self.spare) if topic in fresh else first for topic in taken}
        self.paces = fresh
        return taken

    def left(self, now: datetime) -> timedelta | None:
        """How long until something is due; None where nothing waits."""
        waits = (self._left(topic, now) for topic in self.waiting)
        return min(waits, default=None)

    def _left(self, topic: int, now: datetime) -> timedelta:
        pace = self.paces.get(topic)
        return timedelta() if pace is None or pace.is_due(now) else pace.at + pace.distance - now

    def _is_due(self, topic: int, now: datetime) -> bool:
        return not self._left(topic, now)
