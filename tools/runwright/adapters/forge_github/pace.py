"""When the next request may go out: writes in series and apart, so many an hour, none during a pause asked for.

Source: GitHub's best practices for the REST API and its secondary limits (80 content-creating requests a minute, 500
an hour).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from runwright.adapters.forge_github.refusals import Answer, Full, Limited, pause_of

HOUR = 3600.0


@dataclass(frozen=True)
class Clocks:
    """The clocks that pacing uses: one that only goes on, one that tells the time, and how to wait. Seconds."""

    monotonic: Callable[[], float] = time.monotonic
    epoch: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Gaps:
    """How fast writes may follow each other."""

    seconds: float = 1.0
    hourly: int = 400


class Pace:
    """The one place that waits. Short gaps are slept; longer pauses are raised as `Limited`, for who calls to keep."""

    def __init__(self, gaps: Gaps | None = None, clocks: Clocks | None = None) -> None:
        self.gaps, self.clocks = gaps or Gaps(), clocks or Clocks()
        self.line = threading.Lock()
        self.ended = -HOUR
        """When the last write ended."""
        self.writes: deque[float] = deque()
        self.until = 0.0
        self.limits = 0
        """How many limits came in a row."""

    def check(self, asked: str) -> None:
        """Raise Limited while a pause lasts: going on during one may get an App banned."""
        left = self.until - self.clocks.monotonic()
        if left > 0:
            raise Limited(left, asked)

    @contextmanager
    def write(self, asked: str) -> Iterator[None]:
        """Let one write after the other through; raises Full when the hour is, and Limited while a pause lasts."""
        with self.line:
            self.check(asked)
            self.check_hour(asked)
            gap = self.ended + self.gaps.seconds - self.clocks.monotonic()
            if gap > 0:
                self.clocks.sleep(gap)
            try:
                yield
            finally:
                self.ended = self.clocks.monotonic()
                self.writes.append(self.ended)

    def check_hour(self, asked: str) -> None:
        """Raise Full when as many writes as may be went out within an hour."""
        now = self.clocks.monotonic()
        while self.writes and self.writes[0] <= now - HOUR:
            self.writes.popleft()
        if len(self.writes) >= self.gaps.hourly:
            left = self.writes[0] + HOUR - now
            raise Full(f"{self.gaps.hourly} changes were sent to GitHub within an hour; {asked} waits {left:.0f} s")

    def limited(self, answer: Answer, asked: str) -> Limited:
        """Note a limit and give its error."""
        pause = pause_of(answer, self.clocks.epoch(), self.limits)
        self.limits += 1
        self.until = max(self.until, self.clocks.monotonic() + pause)
        return Limited(pause, asked)

    def let_through(self) -> None:
        """Note that GitHub answered as usual."""
        self.limits = 0
