"""One attempt at a step, and how it may end: done, or to be done later and why. An error becomes a value here.

When a failure is thought about again is decided here, too; who stores it is left to the callers.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Literal

from runwright.errors import EdgeError, TrustError
from runwright.model.intake import Case, Hold
from runwright.service.ports import Json

MAX_ATTEMPTS = 3
LONGEST_DELAY = 300
"""Seconds between two tries at most, while the world outside is not ready."""
NOT_ALLOWED = "proposal.not_allowed"
Kind = Literal["wait", "moved", "world", "broke"]


class NotYet(EdgeError):
    """Nothing is wrong, and it may be done from a given moment on."""

    def __init__(self, until: datetime, reason: str) -> None:
        self.until = until
        super().__init__(reason)


class Moved(EdgeError):
    """What the work rests on has changed meanwhile; it begins again."""


class Interrupted(Exception):  # no error of anybody's: the work goes on later
    """The work cannot go on now: which kind of reason, the reason, and when it may, if that is known."""

    def __init__(self, kind: Kind, reason: str, until: datetime | None = None, seconds: float | None = None) -> None:
        self.kind, self.reason, self.until, self.seconds = kind, reason, until, seconds
        super().__init__(reason)


def attempt(work: Callable[[], Json]) -> Json:
    """Do it in a thread of its own, so that whatever it raises comes back as a value; `result_of` reads it."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="step") as hand:
        done = hand.submit(work)
        error = done.exception()
    return {"done": done.result()} if error is None else {"later": _said(error)}


def is_done(said: Json) -> bool:
    """Whether an attempt came to its end."""
    return isinstance(said, dict) and "done" in said


def result_of(said: Json) -> Json:
    """What an attempt brought; raises `Interrupted` where it was none."""
    if is_done(said):
        return said["done"]
    later = said["later"]
    until = datetime.fromisoformat(later["until"]) if later["until"] else None
    raise Interrupted(later["kind"], later["reason"], until, later["seconds"])


def hold_of(why: Interrupted, case: Case, now: datetime) -> Hold | None:
    """When to come back; None when it broke too often to come back at all."""
    if why.kind == "moved":
        return Hold(now, why.reason, afresh=True)
    if why.kind == "wait":
        return Hold(why.until or now, why.reason)
    if why.kind == "world":
        wait = why.seconds if why.seconds is not None else min(2.0 ** min(case.delays, 10), LONGEST_DELAY)
        return Hold(now + timedelta(seconds=wait), why.reason, counted="delay")
    if case.attempts + 1 >= MAX_ATTEMPTS:
        return None
    return Hold(now + timedelta(seconds=2**case.attempts), why.reason, counted="attempt")


def _said(error: BaseException) -> Json:
    until = error.until.isoformat() if isinstance(error, NotYet) else None
    seconds = error.retry_after if isinstance(error, EdgeError) else None
    return {"kind": _kind(error), "reason": _reason(error), "until": until, "seconds": seconds}


def _kind(error: BaseException) -> Kind:
    if isinstance(error, NotYet):
        return "wait"
    if isinstance(error, Moved):
        return "moved"
    # A key that may not propose just now is an operator's to mend; no failure is given up for it.
    outside = isinstance(error, EdgeError) or (isinstance(error, TrustError) and error.code == NOT_ALLOWED)
    return "world" if outside else "broke"


def _reason(error: BaseException) -> str:
    return error.message[:500] if isinstance(error, EdgeError) else f"{type(error).__name__}: {error}"[:500]
