"""The system's clock, and the signals that end or hurry a wait.

A signal handler may run at any line of the main thread, so it only sets plain flags and uses a `SimpleQueue`,
the one queue of the standard library whose `put` is safe there; an `Event` could lock itself.
"""

from __future__ import annotations

import queue
import time
from datetime import UTC, datetime

LONGEST_WAIT = 3600.0


class SystemClock:
    """Time as the host tells it, and the wish to stop."""

    def __init__(self) -> None:
        self._woken: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._stopping = self._nudge = False

    def now(self) -> datetime:
        """The time of day, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only grow; for intervals."""
        return time.monotonic()

    def sleep(self, seconds: float) -> bool:
        """Let time pass; True at once when the agent is asked to stop."""
        deadline = time.monotonic() + seconds
        while not self._stopping and (left := deadline - time.monotonic()) > 0:
            self._get(left)
        if self._stopping:
            # One call of `stop` wakes one sleeper, and each wakes the next: parallel steps wait in several threads.
            self._woken.put(None)
        return self._stopping

    def wait(self, seconds: float) -> None:
        """Let time pass until something is asked of the agent."""
        if not self._stopping and not self._nudge and seconds > 0:
            self._get(seconds)

    @property
    def stopping(self) -> bool:
        """The agent is asked to stop."""
        return self._stopping

    def stop(self) -> None:
        """Ask the agent to stop; safe in a signal handler."""
        self._stopping = True
        self._woken.put(None)

    def nudge(self) -> None:
        """Ask for a pull now; safe in a signal handler."""
        self._nudge = True
        self._woken.put(None)

    def nudged(self) -> bool:
        """Whether a pull was asked for since the last call."""
        asked, self._nudge = self._nudge, False
        return asked

    def _get(self, seconds: float) -> None:
        try:
            self._woken.get(timeout=min(seconds, LONGEST_WAIT))
        except queue.Empty:
            return
