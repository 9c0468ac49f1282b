"""Planted faults: which request they meet, and what becomes of it.

site.faults.add(bad_gateway(after=True), "POST", "/pulls")        the next one is done, and answered by 502
site.faults.add(dropped(after=True), "POST", "/git/refs", nth=2)  the second one from now is done, unanswered
site.faults.add(secondary_limit(retry_after=3), times=2)          the next two, whatever they are
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from tests.support.github.messages import Answer, RefusalError, Request


@dataclass(frozen=True)
class Fault:
    """What goes wrong: instead of the work or after it."""

    alter: Callable[[Answer | None], Answer | None]
    """Makes the answer; gets the true one after the work, else None; None drops the connection."""
    after: bool = False


@dataclass
class Planted:
    """A fault and the requests that it waits for."""

    fault: Fault
    method: str
    path: re.Pattern[str]
    nth: int
    times: int
    met: int = 0
    done: int = 0

    def meets(self, request: Request) -> bool:
        """Whether this request is its; counts it."""
        if self.method not in {"", request.method} or not self.path.search(request.path) or self.done >= self.times:
            return False
        self.met += 1
        if self.met < self.nth:
            return False
        self.done += 1
        return True


@dataclass(frozen=True)
class Instead:
    """A request is not done; this is answered (None: nothing)."""

    answer: Answer | None


@dataclass
class Faults:
    """The faults of one site."""

    planted: list[Planted] = field(default_factory=list)
    waiting: dict[int, Fault] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault, method: str = "", path: str = "", *, nth: int = 1, times: int = 1) -> Planted:
        """Plant a fault for the nth matching request from now and those after it, `times` in all."""
        planted = Planted(fault, method, re.compile(path), nth, times)
        with self.lock:
            self.planted.append(planted)
        return planted

    def clear(self) -> None:
        """Plant nothing any more."""
        with self.lock:
            self.planted.clear()

    def before(self, request: Request) -> Instead | None:
        """What is answered instead of doing the request, if a fault says so."""
        with self.lock:
            met = next((one.fault for one in self.planted if one.meets(request)), None)
            if met is not None and met.after:
                self.waiting[request.number] = met
                return None
        return None if met is None else Instead(met.alter(None))

    def after(self, request: Request, answer: Answer) -> Answer | None:
        """What is answered after the work."""
        with self.lock:
            met = self.waiting.pop(request.number, None)
        return answer if met is None else met.alter(answer)

    def all_met(self) -> bool:
        """Whether every fault found its requests."""
        return all(one.done == one.times for one in self.planted)


def answered(answer: Answer, *, after: bool = False) -> Fault:
    """Any answer."""
    return Fault(lambda _: answer, after)


def refused(
    status: int, message: str, *, after: bool = False, headers: Mapping[str, str] = MappingProxyType({})
) -> Fault:
    """A refusal in GitHub's words."""
    return answered(replace(RefusalError(status, message).answer, headers=headers), after=after)


def bad_gateway(*, after: bool = False) -> Fault:
    """502 with a page, as GitHub's front sends it."""
    return answered(Answer(502, b"<html><body>Bad Gateway</body></html>", {"Content-Type": "text/html"}), after=after)


def dropped(*, after: bool = False) -> Fault:
    """The connection ends without an answer."""
    return Fault(lambda _: None, after)


def secondary_limit(*, retry_after: int | None = None, status: int = 403) -> Fault:
    """The secondary limit, with or without a time to wait."""
    told = {} if retry_after is None else {"Retry-After": str(retry_after)}
    text = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    return refused(status, text, headers=told)


def primary_limit(*, reset: int) -> Fault:
    """The limit of an hour is used up; `reset` in seconds of the epoch."""
    told = {"x-ratelimit-remaining": "0", "x-ratelimit-limit": "5000", "x-ratelimit-reset": str(reset)}
    return refused(403, "API rate limit exceeded for installation.", headers=told)


def bad_credentials() -> Fault:
    """401, as for a token that ran out."""
    return refused(401, "Bad credentials")


def conflict() -> Fault:
    """409."""
    return refused(409, "Git Repository is busy.")


def unprocessable(message: str = "Validation Failed") -> Fault:
    """422."""
    return refused(422, message)


def garbage() -> Fault:
    """200 with what is no JSON."""
    return answered(Answer(200, b'{"id": 1, "nod', {"Content-Type": "application/json"}))


def slow(gate: threading.Event, *, after: bool = True) -> Fault:
    """No answer until the test opens the gate."""

    def wait(answer: Answer | None) -> Answer | None:
        gate.wait(60)
        return answer

    return Fault(wait, after)


def not_yet_known(name: str = "mergeable") -> Fault:
    """A field of the answer is null."""

    def hide(answer: Answer | None) -> Answer | None:
        assert answer is not None
        return replace(answer, body={**answer.body, name: None, "mergeable_state": "unknown"})

    return Fault(hide, after=True)
