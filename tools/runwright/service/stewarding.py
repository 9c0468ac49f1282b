"""Looks after open pull requests beside the pipeline: brings up to date what they say, and closes what has no use.

In a thread of its own, so that a slow forge holds up nobody. What is told and closed is the governing's.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Protocol

from runwright.errors import EdgeError
from runwright.service.ports import Clock, Results, Stewardship

log = logging.getLogger("runwright.steward")
TIDY_EVERY = timedelta(seconds=60)
TROUBLE_SECONDS, LONGEST_TROUBLE = 5.0, 60.0
"""Seconds after trouble, at first and at most."""
PATIENT_AFTER = 12
"""After so many troubles in a row it is asked more seldom."""


class Keeper(Protocol):
    """Brings what is known of a forge that is elsewhere up to date."""

    def keep_up(self, now: datetime) -> bool:
        """Do what is due; whether there may be something new."""

    def left(self, now: datetime) -> timedelta | None:
        """How long until there is something to do; None where nobody knows of anything."""


class Here:
    """Of a forge that is here: there is nothing to bring up to date."""

    def keep_up(self, now: datetime) -> bool:
        """Nothing is new."""
        del now
        return False

    def left(self, now: datetime) -> None:
        """Nothing comes."""


class Steward:
    """The thread and what wakes it."""

    def __init__(self, stewardship: Stewardship, results: Results, clock: Clock, keeper: Keeper | None = None) -> None:
        self.stewardship, self.results, self.clock = stewardship, results, clock
        self.keeper: Keeper = keeper or Here()
        self.reopened: Callable[[], None] = _nobody
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._tidied: datetime | None = None
        self._troubles = 0
        self._trouble: str | None = None

    def start(self) -> None:
        """Begin."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="steward", daemon=True)
        self._thread.start()

    def stop(self, timeout: float) -> bool:
        """End after what is under way; False when it did not within `timeout` seconds."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)
        return self._thread is None or not self._thread.is_alive()

    def wake(self) -> None:
        """Something came to its end: there may be something to tell."""
        self._wake.set()

    def trouble(self) -> str | None:
        """What keeps open requests from being looked after until somebody acts; None where nothing does."""
        return self._trouble

    def look(self) -> float:
        """Do what is due; seconds until there is more."""
        now = self.clock()
        if self.keeper.keep_up(now):
            self._tidied = None
        due = self.stewardship.tell_evidence(now)
        if self._tidied is None or not self._tidied <= now < self._tidied + TIDY_EVERY:
            orphans = self.stewardship.tidy(now)
            if orphans and self.results.reopen(orphans, now):
                self.reopened()
            self._tidied = now
        now = self.clock()
        waits = (due - now if due is not None else None, self.keeper.left(now), TIDY_EVERY)
        return max(min(wait for wait in waits if wait is not None), timedelta()).total_seconds()

    def _run(self) -> None:
        # What a look raises comes back as a value: no trouble of the forge ends the thread.
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="tend") as hand:
            while not self._stopping.is_set():
                self._wake.clear()
                looked = hand.submit(self.look)
                error = looked.exception()
                self._troubles = self._troubles + 1 if error is not None else 0
                pause = self._pause(error) if error is not None else looked.result()
                self._told(error, pause)
                self._wait(pause, patient=error is not None)

    def _told(self, error: BaseException | None, pause: float) -> None:
        """Log a trouble without its text, which may quote what was sent; one that stays is kept for who asks."""
        lasts = isinstance(error, EdgeError) and not error.retryable
        self._trouble = _words(error) if error is not None and lasts else None
        if error is not None:
            log.warning("open requests were not looked after: %s; again in %.0f s", _words(error), pause)

    def _pause(self, error: BaseException) -> float:
        """Seconds after trouble: what the other side says, and long ones where asking again soon changes nothing."""
        hopeless = self._troubles > PATIENT_AFTER or (isinstance(error, EdgeError) and not error.retryable)
        said = error.retry_after if isinstance(error, EdgeError) else None
        return min(max(said or 0.0, LONGEST_TROUBLE if hopeless else TROUBLE_SECONDS), LONGEST_TROUBLE)

    def _wait(self, seconds: float, *, patient: bool) -> None:
        """Wait; after trouble nothing but the end cuts the wait short."""
        (self._stopping if patient else self._wake).wait(seconds)


def _words(error: BaseException) -> str:
    return (error.safe if isinstance(error, EdgeError) else "") or type(error).__name__


def _nobody() -> None:
    """Nobody waits for what is thought about again."""
