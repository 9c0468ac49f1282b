"""Ends the demo's processes when the demo itself is gone, however it went.

Reads `pid start-time` lines on standard input; at its end, which comes when the demo's process ends, it kills every
process of them that is still the same one, with its children.
"""

from __future__ import annotations

import sys
from contextlib import suppress

import psutil


def still_there(pid: int, started: float) -> psutil.Process | None:
    """The process, if it is still the one that was meant."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        return process if abs(process.create_time() - started) < 0.05 else None
    return None


def end(pid: int, started: float) -> None:
    """Kill a process and all its children."""
    process = still_there(pid, started)
    if process is None:
        return
    with suppress(psutil.Error):
        for child in process.children(recursive=True):
            with suppress(psutil.Error):
                child.kill()
        process.kill()


def main() -> None:
    """Wait for the end of the demo, then clean up."""
    wards = []
    for line in sys.stdin:
        pid, started = line.split()
        wards.append((int(pid), float(started)))
    for pid, started in wards:
        end(pid, started)


if __name__ == "__main__":
    main()
