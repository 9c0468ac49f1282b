"""A bound for work that must not run away, in seconds of processor time: far above what the work takes, far below what
another order of growth would take. Speed itself is measured by the benchmarks, never here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

RUNAWAY_SECONDS = 20.0


@contextmanager
def no_runaway(seconds: float = RUNAWAY_SECONDS) -> Iterator[None]:
    """Let the block use at most so many seconds of this process's processor time; a busy machine does not count.

    Raises `AssertionError` when it used more.
    """
    started = time.process_time()
    yield
    used = time.process_time() - started
    assert used < seconds, f"this took {used:.1f} s of processor time; {seconds:g} s are many times what it needs"
