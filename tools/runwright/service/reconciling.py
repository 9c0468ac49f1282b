"""Keeps what is known of a hosted repository true: on a hint at once, and without one from time to time.

A webhook is only ever a reason to look. Whatever was lost, doubled or late comes to the same: before the steward looks,
the mirror is fetched and what is remembered of the pull requests is forgotten. How often at most is `gathering`'s.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from runwright.errors import RunwrightError
from runwright.model.delivery import Delivery
from runwright.service.gathering import COMMITS, EVERYTHING, Gathering
from runwright.service.hosting import Cached, Deliveries, Mirror
from runwright.service.ports import Clock

log = logging.getLogger("runwright.hosting")
EVERY = timedelta(minutes=10)
"""How often everything is read anew, hint or not."""
OF_COMMITS = frozenset({"push", "check_suite", "workflow_run"})
"""What is about commits: where it names no pull request, it is about none of ours: the base, or a fork."""
TALK = frozenset({"issue_comment", "pull_request_review"})
"""What anybody may cause on a public repository; what becomes of a proposal, only who may do something to it."""
SPARE = 10
"""How many hints about what becomes of one thing count at once: opened, labelled, checked, closed within a minute."""
FETCHED_EVERY = timedelta(seconds=60)
"""How often the mirror is fetched at least: that asks nothing of the limits on requests."""


@dataclass(frozen=True, slots=True)
class Known:
    """What may be out of date."""

    mirror: Mirror
    pulls: Cached
    deliveries: Deliveries


def _now() -> datetime:
    return datetime.now(UTC)


class Reconciler:
    """Takes hints from any thread; the steward alone calls `keep_up`."""

    def __init__(self, known: Known, every: timedelta = EVERY, clock: Clock = _now) -> None:
        self.known, self.every, self.clock = known, every, clock
        self.wake: Callable[[], None] = _nobody
        self._noting = threading.Lock()
        self._talk, self._state = Gathering(), Gathering(SPARE)
        self._reconciled: datetime | None = None
        self._fetched: datetime | None = None
        self._trouble: str | None = None

    def note(self, delivery: Delivery) -> None:
        """Take a hint: who reads from now on reads anew, and who looks is woken; of many such, less and less often."""
        log.info("hint event=%s action=%s pull=%d", delivery.event, delivery.action, delivery.number)
        topics, now = topics_of(delivery), self.clock()
        with self._noting:
            gathered = self._talk if delivery.event in TALK else self._state
            new = gathered.add(topics)
            due = gathered.due(now) & topics
        if new:
            self._forget(due)
            self.wake()

    def trouble(self) -> str | None:
        """Why the repository cannot be fetched just now; None where it can."""
        return self._trouble

    def left(self, now: datetime) -> timedelta | None:
        """How long until a hint that waits is due; None where none waits."""
        with self._noting:
            waits = (self._talk.left(now), self._state.left(now))
            return min((wait for wait in waits if wait is not None), default=None)

    def keep_up(self, now: datetime) -> bool:
        """Do what is due, all of it on the first call; whether there may be something new."""
        whole = _is_due(self._reconciled, self.every, now)
        with self._noting:
            hints = self._talk.due(now) | self._state.due(now)
        if hints or whole:
            # Before anything is taken: what comes from now on is another hint, and no duplicate of these.
            self.known.deliveries.heed(now)
            with self._noting:
                taken = self._talk.take(now, whole=whole) | self._state.take(now, whole=whole)
            self._forget({EVERYTHING} if whole else taken)
        moved = self._fetch(now) if hints or whole or _is_due(self._fetched, FETCHED_EVERY, now) else False
        if whole:
            self.known.deliveries.prune(now)
            self._reconciled = now
        return bool(hints) or whole or moved

    def _forget(self, topics: Set[int]) -> None:
        numbers = sorted(topics - {EVERYTHING, COMMITS})
        for number in (None,) if EVERYTHING in topics else numbers:
            self.known.pulls.stale(number)

    def _fetch(self, now: datetime) -> bool:
        """Fetch the mirror; one that cannot be fetched stays as it was, and is fetched with the next look."""
        try:
            moved = self.known.mirror.refresh()
        except RunwrightError as error:
            if self._trouble is None:
                log.warning("the repository cannot be fetched, what was fetched before stays: %s", error)
            self._trouble = str(error)
            self._fetched = None
            return False
        self._fetched, self._trouble = now, None
        return moved


def topics_of(delivery: Delivery) -> frozenset[int]:
    """What a hint is about."""
    if delivery.numbers:
        return frozenset(delivery.numbers)
    return frozenset({COMMITS if delivery.event in OF_COMMITS else EVERYTHING})


def _is_due(last: datetime | None, every: timedelta, now: datetime) -> bool:
    return last is None or now - last >= every or now < last


def _nobody() -> None:
    """Nobody looks yet."""
