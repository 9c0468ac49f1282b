"""What was asked and what was answered, in order."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TypeVar

from tests.support.github.messages import Answer, Request

Made = TypeVar("Made", Answer, None)


@dataclass(frozen=True)
class Exchange:
    """A request and what came of it, before a fault changed the answer; None where it was not done."""

    request: Request
    answer: Answer | None


@dataclass
class Recording:
    """All of one site's exchanges."""

    requests: list[Request] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def came(self, request: Request) -> Request:
        """Note a request; gives it with its number."""
        with self.lock:
            numbered = replace(request, number=len(self.requests) + 1)
            self.requests.append(numbered)
            return numbered

    def went(self, request: Request, answer: Made) -> Made:
        """Note an answer and give it back."""
        with self.lock:
            self.exchanges.append(Exchange(request, answer))
        return answer
