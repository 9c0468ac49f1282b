"""Keeps what is known of a hosted repository true: on a hint at once, and without one from time to time.

A webhook is only ever a reason to look. Whatever was lost, doubled or late comes to the same: before the steward looks,
the mirror is fetched and what is remembered of the pull requests is forgotten.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from runwright.errors import RunwrightError
from runwright.model.delivery import Delivery
from runwright.service.hosting import Cached, Deliveries, Mirror

log = logging.getLogger("runwright.hosting")
EVERY = timedelta(minutes=10)
"""How often everything is read anew, hint or not."""
OF_COMMITS = frozenset({"push", "check_suite", "workflow_run"})
"""What is about commits: where it names no pull request, it is about none of ours: the base, or a fork."""
FETCHED_EVERY = timedelta(seconds=60)
"""How often the mirror is fetched at least: that asks nothing of the limits on requests."""


@dataclass(frozen=True, slots=True)
class Known:
    """What may be out of date."""

    mirror: Mirror
    pulls: Cached
    deliveries: Deliveries


class Reconciler:
    """Takes hints from any thread; the steward alone calls `keep_up`."""

    def __init__(self, known: Known, every: timedelta = EVERY) -> None:
        self.known, self.every = known, every
        self.wake: Callable[[], None] = _nobody
        self._noting = threading.Lock()
        self._hints: list[Delivery] = []
        self._reconciled: datetime | None = None
        self._fetched: datetime | None = None
        self._trouble: str | None = None

    def note(self, delivery: Delivery) -> None:
        """Take a hint, and wake whoever looks; whoever reads from now on reads anew."""
        log.info("hint event=%s action=%s pull=%d", delivery.event, delivery.action, delivery.number)
        self._forget((delivery,), whole=False)
        with self._noting:
            self._hints.append(delivery)
        self.wake()

    def trouble(self) -> str | None:
        """Why the repository cannot be fetched just now; None where it can."""
        return self._trouble

    def keep_up(self, now: datetime) -> bool:
        """Do what is due, all of it on the first call; whether there may be something new."""
        with self._noting:
            hints = tuple(self._hints)
        whole = _is_due(self._reconciled, self.every, now)
        if hints or whole:
            # Before anything is read: what comes from now on is another hint, and no duplicate of these. What came
            # since the first of them was no hint of its own, so what they name is forgotten once more.
            self.known.deliveries.heed(now)
            self._forget(hints, whole=whole)
            with self._noting:
                del self._hints[: len(hints)]
        moved = self._fetch(now) if hints or whole or _is_due(self._fetched, FETCHED_EVERY, now) else False
        if whole:
            self.known.deliveries.prune(now)
            self._reconciled = now
        return bool(hints) or whole or moved

    def _forget(self, hints: tuple[Delivery, ...], *, whole: bool) -> None:
        about_all = any(not hint.numbers and hint.event not in OF_COMMITS for hint in hints)
        numbers = {number for hint in hints for number in hint.numbers}
        for number in (None,) if whole or about_all else sorted(numbers):
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


def _is_due(last: datetime | None, every: timedelta, now: datetime) -> bool:
    return last is None or now - last >= every or now < last


def _nobody() -> None:
    """Nobody looks yet."""
