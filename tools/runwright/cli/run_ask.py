"""Asks the person at the terminal; without a terminal only what was approved beforehand is, and all else is denied."""

from __future__ import annotations

import queue
import sys
import threading
from typing import TextIO

from runwright.adapters.accounts_local import person_here
from runwright.agent.approve import may_answer
from runwright.agent.ports import Clock
from runwright.cli.printable import printable
from runwright.cli.run_table import Table
from runwright.engine.exchange import Answered, Ask

TELL_AT_SECONDS = (300.0, 60.0, 10.0, 0.0)
"""When the time that is left is told again; more often would write over what the person types."""


class Questions:
    """Asks whoever runs the command."""

    def __init__(self, approved: frozenset[str], table: Table, clock: Clock) -> None:
        self._approved, self._table, self._clock = approved, table, clock
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader: threading.Thread | None = None

    def ask(self, execution_id: str, runbook: str, asked: Ask) -> Answered:
        """Give the answer; without a value when nobody answered in time."""
        del execution_id
        person = person_here()
        if not may_answer(asked.who, person.account, person.groups):
            who = ", ".join(asked.who)
            return _denied(f"{person.account} may not answer this; {who} may")
        if asked.step in self._approved:
            return Answered(value=True, by=person.account, reason="given with --approve")
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return _denied(f"there is no terminal to ask on; give --approve {asked.step} to say yes")
        with self._table.quiet() as stream:
            return self._answered(f"{runbook} asks: {_safe(asked.message)}", asked, person.account, stream)

    def _answered(self, question: str, asked: Ask, account: str, stream: TextIO) -> Answered:
        started = self._clock.monotonic()
        stream.write(f"\n  {question}\n")
        while (left := asked.timeout_seconds - (self._clock.monotonic() - started)) > 0:
            stream.write(f"\r  Go on? [y/N] ({_time(left)} left) ")
            stream.flush()
            line = self._line(left - next(mark for mark in TELL_AT_SECONDS if mark < left))
            if line is not None:
                lasted = round(self._clock.monotonic() - started, 3)
                return Answered(value=line.strip().lower() in ("y", "yes"), by=account, duration=lasted)
        stream.write("\n  the time is over\n")
        return Answered(value=None, duration=asked.timeout_seconds)

    def _line(self, seconds: float) -> str | None:
        """The next line that is typed; one thread reads them, because a read cannot be taken back."""
        if self._reader is None:
            self._reader = threading.Thread(target=self._read, daemon=True)
            self._reader.start()
        try:
            return self._lines.get(timeout=seconds)
        except queue.Empty:
            return None

    def _read(self) -> None:
        while line := sys.stdin.readline():
            self._lines.put(line)
        # The end of the input is no yes.
        self._lines.put("")


def _denied(reason: str) -> Answered:
    return Answered(value=False, by="nobody", reason=reason)


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _safe(text: str) -> str:
    return printable(text, instead=" ")[:2000]
