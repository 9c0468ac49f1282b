"""Looks after open pull requests beside the pipeline: brings up to date what they say, and closes what has no use.

In a thread of its own, so that a slow forge holds up nobody. What is told and closed is the governing's.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from runwright.errors import EdgeError
from runwright.service.ports import Clock, Results, Stewardship

log = logging.getLogger("runwright.steward")
TIDY_EVERY = timedelta(seconds=60)
TROUBLE_SECONDS, LONGEST_TROUBLE = 5.0, 60.0
"""Seconds after trouble, at first and at most."""
PATIENT_AFTER = 12
"""After so many troubles in a row it is asked more seldom."""


KeptUp = Callable[[datetime], bool]
"""Brings what is known of the forge up to date; whether there may be something new."""


def _stands(_now: datetime) -> bool:
    """Nothing to bring up to date: the forge is here."""
    return False


class Steward:
    """The thread and what wakes it."""

    def __init__(self, stewardship: Stewardship, results: Results, clock: Clock, kept_up: KeptUp = _stands) -> None:
        self.stewardship, self.results, self.clock, self.kept_up = stewardship, results, clock, kept_up
        self.reopened: Callable[[], None] = _nobody
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._tidied: datetime | None = None
        self._troubles = 0

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

    def look(self) -> float:
        """Do what is due; seconds until there is more."""
        now = self.clock()
        if self.kept_up(now):
            self._tidied = None
        due = self.stewardship.tell_evidence(now)
        if self._tidied is None or now - self._tidied >= TIDY_EVERY:
            orphans = self.stewardship.tidy(now)
            if orphans and self.results.reopen(orphans, now):
                self.reopened()
            self._tidied = now
        wait = (due - self.clock()) if due is not None else TIDY_EVERY
        return min(max(wait, timedelta()), TIDY_EVERY).total_seconds()

    def _run(self) -> None:
        # What a look raises comes back as a value: no trouble of the forge ends the thread.
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="tend") as hand:
            while not self._stopping.is_set():
                self._wake.clear()
                looked = hand.submit(self.look)
                error = looked.exception()
                if error is not None:
                    log.warning("not told: %s", type(error).__name__)  # the text may quote what was sent
                self._troubles = self._troubles + 1 if error is not None else 0
                self._wait(self._pause(error) if error is not None else looked.result(), patient=error is not None)

    def _pause(self, error: BaseException) -> float:
        """Seconds after trouble: what the other side says, and long ones where asking again soon changes nothing."""
        hopeless = self._troubles > PATIENT_AFTER or (isinstance(error, EdgeError) and not error.retryable)
        said = error.retry_after if isinstance(error, EdgeError) else None
        return min(max(said or 0.0, LONGEST_TROUBLE if hopeless else TROUBLE_SECONDS), LONGEST_TROUBLE)

    def _wait(self, seconds: float, *, patient: bool) -> None:
        """Wait; after trouble nothing but the end cuts the wait short."""
        (self._stopping if patient else self._wake).wait(seconds)


def _nobody() -> None:
    """Nobody waits for what is thought about again."""
