"""What keeps a runbook from running: another run that holds its lock, or a run of the like that ended just now.

A newly approved version is another runbook here: it may run at once after its predecessor.
"""

from __future__ import annotations

from datetime import datetime

from runwright.agent.store_ports import JournalPort
from runwright.engine.state import Run, State
from runwright.model.duration import format_duration
from runwright.model.insertion import as_text, insert


def lock_name(run: Run, resource: str | None) -> str:
    """The name of the lock; without one in the runbook, the runbook locks the incident's resource."""
    written = run.runbook.limits.lock
    if written is None:
        return f"{run.runbook.id}:{resource or ''}"
    return as_text(insert(written, State(run).scope()))


def held_back(run: Run, lock: str, journal: JournalPort, now: datetime) -> str | None:
    """Say why a run must not start now, or None when it may."""
    holder = journal.lock_holder(lock)
    if holder is not None:
        return f"run {holder} holds the lock {lock!r}"
    rest = run.runbook.limits.once_within
    last = journal.last_end((run.runbook.version_name(), lock)) if rest else None
    if rest is None or last is None or not abs(now - last) < rest:
        return None
    return (
        f"{run.runbook.version_name()} ran {round(abs(now - last).total_seconds())} s ago for {lock!r}, "
        f"and its limit is once within {format_duration(rest)}"
    )
