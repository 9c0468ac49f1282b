"""Does the same work on many items in several processes, each with its share.

The processes are forked, so what is loaded is loaded once. A share whose process dies is done by the caller's own.
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
Work = Callable[[Sequence[Item]], list[Answer]]


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_shares(work: Work[Item, Answer], items: Sequence[Item], jobs: int) -> list[Answer]:
    """The answers to all items in any order; answers of other processes are pickled on the way."""
    if jobs < 2 or not hasattr(os, "fork"):
        return work(items)
    # Every n-th item, because neighbours are alike and shares should be equal.
    own, *others = (items[start::jobs] for start in range(jobs))
    helpers = [_Helper(work, share) for share in others]
    answers = work(own)
    for helper in helpers:
        answers += helper.answers()
    return answers


class _Helper(Generic[Item, Answer]):
    """One process with its share."""

    def __init__(self, work: Work[Item, Answer], share: Sequence[Item]) -> None:
        from multiprocessing import get_context  # takes 10 ms to load, which a small library need not wait for

        context = get_context("fork")
        self.work, self.share = work, share
        self.end, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=_send, args=(theirs, work, share), daemon=True)
        self.process.start()
        theirs.close()

    def answers(self) -> list[Answer]:
        try:
            answers: list[Answer] = self.end.recv()
        except EOFError:
            return self.work(self.share)
        finally:
            self.process.join()
            self.end.close()
        return answers


def _send(end: Connection, work: Work[Item, Answer], share: Sequence[Item]) -> None:
    # An interrupt from the keyboard reaches every process; this one ends with the one that started it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end.send(work(share))
    end.close()
