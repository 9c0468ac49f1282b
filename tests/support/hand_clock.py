"""A clock that the test moves by hand; sleeping moves it too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class HandClock:
    """Meets the agent's clock port by shape."""

    def __init__(self, at: datetime = START) -> None:
        self.at, self.ticks, self.stop, self.slept = at, 1000.0, False, 0.0

    def now(self) -> datetime:
        """The time of day."""
        return self.at

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return self.ticks

    def sleep(self, seconds: float) -> bool:
        """Move on, unless the agent is stopping."""
        if not self.stop:
            self.slept += seconds
            self.move(seconds)
        return self.stop

    def wait(self, seconds: float) -> None:
        """Move on."""
        self.move(seconds)

    @property
    def stopping(self) -> bool:
        """The agent is asked to stop."""
        return self.stop

    def nudged(self) -> bool:
        """Nobody asks for a pull."""
        return False

    def move(self, seconds: float = 0.0, **more: float) -> None:
        """Let time pass."""
        step = timedelta(seconds=seconds, **more)
        self.at, self.ticks = self.at + step, self.ticks + step.total_seconds()
