"""Looks at a file system for a time and no longer: a look at a lost network mount does not come back by itself.

What hangs stays in a thread of its own until the mount answers; only so many may, or a lost mount would eat the host.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

MAX_HANGING = 32
_free = threading.BoundedSemaphore(MAX_HANGING)
T = TypeVar("T")


def within(seconds: float, look: Callable[[], T]) -> T:
    """What a look gives; raises its `OSError`, or one of its own when it takes longer than `seconds`."""
    if not _free.acquire(timeout=max(seconds, 0)):
        raise OSError(errno.ETIMEDOUT, f"{MAX_HANGING} looks at files wait for a disk that does not answer")
    answer: Future[T] = Future()
    threading.Thread(target=_answered, args=(look, answer), daemon=True).start()
    if not wait([answer], max(seconds, 0)).done:
        raise OSError(errno.ETIMEDOUT, f"the disk did not answer within {seconds:g} s")
    return answer.result()


def _answered(look: Callable[[], T], answer: Future[T]) -> None:
    try:
        answer.set_result(look())
    except (OSError, ValueError) as error:
        answer.set_exception(error)
    finally:
        _free.release()
