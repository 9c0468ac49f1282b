"""Does the same work on many items in several processes, which take one portion after another.

The processes are forked, so what is loaded is loaded once. What a process that dies had taken is done by the caller's.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_EACH, _MOST = 16, 250
"""Portions for each process, and in all."""
Work = Callable[[Sequence[Item]], list[Answer]]


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_shares(work: Work[Item, Answer], items: Sequence[Item], jobs: int) -> list[Answer]:
    """The answers to all items in any order; answers of other processes are pickled on the way."""
    if jobs < 2 or not hasattr(os, "fork"):
        return work(items)
    count = min(_MOST, jobs * _EACH)
    # Every n-th item, because neighbours are alike and portions should be equal.
    shared = _Shared(work, [items[start::count] for start in range(count)])
    helpers = [_Helper(shared) for _ in range(jobs - 1)]
    done = shared.take()
    for helper in helpers:
        done |= helper.answers()
    shared.close()
    missing = (work(portion) for index, portion in enumerate(shared.portions) if index not in done)
    return [answer for answers in (*done.values(), *missing) for answer in answers]


class _Shared(Generic[Item, Answer]):
    """Portions of work, of which every process takes the next when it is ready: a slow one does less."""

    def __init__(self, work: Work[Item, Answer], portions: list[Sequence[Item]]) -> None:
        self.work, self.portions = work, portions
        # A byte for each portion, and then the end: who reads a byte has that portion to itself.
        self.turns, end = os.pipe()
        os.write(end, bytes(range(len(portions))))
        os.close(end)

    def take(self) -> dict[int, list[Answer]]:
        """Do portions until there are no more."""
        done = {}
        while turn := os.read(self.turns, 1):
            done[turn[0]] = self.work(self.portions[turn[0]])
        return done

    def close(self) -> None:
        os.close(self.turns)


class _Helper(Generic[Item, Answer]):
    """One more process."""

    def __init__(self, shared: _Shared[Item, Answer]) -> None:
        from multiprocessing import get_context  # takes 10 ms to load, which a small library need not wait for

        context = get_context("fork")
        self.end, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=_send, args=(theirs, shared), daemon=True)
        self.process.start()
        theirs.close()

    def answers(self) -> dict[int, list[Answer]]:
        """What the process did; nothing when it died."""
        try:
            answers: dict[int, list[Answer]] = self.end.recv()
        except (EOFError, OSError):  # the end, or the end in the middle of an answer
            return {}
        finally:
            self.process.join()
            self.end.close()
        return answers


def _send(end: Connection, shared: _Shared[Item, Answer]) -> None:
    # An interrupt from the keyboard reaches every process; this one ends with the one that started it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end.send(shared.take())
    end.close()
