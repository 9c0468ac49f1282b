"""The steps of a run on a terminal, live: those under way at the bottom with their time, those that ended above.

In a pipe nothing is written. No library draws it, because the agent is installed without one.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TextIO

MARKS = {"success": "✓", "failed": "✗", "skipped": "–"}
EVERY_SECONDS = 1.0
_UP_AND_CLEAR = "\x1b[1A\x1b[2K"


class Table:
    """Draws the steps as the runner tells them."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self.live = self._stream.isatty()
        self._running: dict[str, tuple[str, float]] = {}
        self._drawn = 0
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        """Begin to draw."""
        if self.live:
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave what is finished, and nothing half drawn."""
        del kind, error, trace
        self._over.set()
        if self.live:
            with self._lock:
                self._clear()

    def event(self, event: str, fields: Mapping[str, Any]) -> None:
        """Take an event of the run."""
        if not self.live:
            return
        with self._lock:
            if event == "step_started":
                self._running[fields["step"]] = (fields["action"], time.monotonic())
                self._draw()
            elif event == "step":
                self._finished(fields)

    @contextmanager
    def quiet(self) -> Iterator[TextIO]:
        """Leave the terminal to somebody else for a while."""
        with self._lock:
            self._clear()
            yield self._stream

    def _finished(self, fields: Mapping[str, Any]) -> None:
        step, outcome = fields["step"], fields["outcome"]
        action, began = self._running.pop(step, (fields.get("action", ""), None))
        lasted = f"{time.monotonic() - began:.1f} s" if began is not None else ""
        self._clear()
        self._write(self._line(MARKS.get(outcome, "?"), step, action, f"{outcome} {lasted}"))
        self._draw()

    def _tick(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            with self._lock:
                self._draw()

    def _draw(self) -> None:
        self._clear()
        # More lines than the terminal has could not be taken back.
        room = max(1, shutil.get_terminal_size().lines - 2)
        shown = list(self._running.items())[:room]
        for step, (action, began) in shown:
            self._write(self._line("…", step, action, f"{time.monotonic() - began:.0f} s"))
        self._drawn = len(shown)

    def _clear(self) -> None:
        if self._drawn:
            self._stream.write(_UP_AND_CLEAR * self._drawn)
        self._drawn = 0
        self._stream.flush()

    def _line(self, mark: str, step: str, action: str, said: str) -> str:
        # A line that wraps could not be taken back either.
        return f"  {mark} {step:<28} {action:<24} {said}".rstrip()[: shutil.get_terminal_size().columns - 1]

    def _write(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()
