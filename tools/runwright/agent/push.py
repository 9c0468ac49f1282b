"""Sends the queue to the service, in order; what the service will never take is put aside and blocks nothing.

The back-off after n failures is 2^n minutes, at most 60, shortened by up to a tenth so that many agents do not
come back in the same second; a longer Retry-After wins. It outlives the agent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runwright.agent.ports import Clock, Emit, Reply, ServicePort
from runwright.agent.store_ports import NotesPort, OutboxPort, Outgoing

PATHS = {
    "execution": "/api/agent/executions",
    "pattern_stats": "/api/agent/sync/pattern-stats",
    "status": "/api/agent/status",
}
NOTE = "push"
MAX_MINUTES, JITTER = 60, 0.1
LONGEST_WAIT = timedelta(hours=24)
"""What a service may ask for at most; a wrong clock or a hostile answer must not silence an agent."""
_LATER = frozenset({401, 403, 408, 425, 429})
"""Client errors that are not the message's fault: the agent's token, or the moment."""
_GOOD, _FINAL = range(200, 300), range(400, 500)
Chance = Callable[[], float]
"""A number from 0 up to 1."""
Hear = Callable[[Mapping[str, Any]], None]
"""Takes what the service told in its answer to a status."""


def deaf(_told: Mapping[str, Any]) -> None:
    """Take nothing."""


def back_off(failures: int, chance: float) -> timedelta:
    """The wait after this many failures in a row, counted from 0; `chance` from 0 to 1 shortens it."""
    minutes = min(2 ** min(failures, 10), MAX_MINUTES)
    return timedelta(minutes=minutes * (1 - JITTER * chance))


@dataclass(frozen=True)
class Pusher:
    """Sends what waits."""

    outbox: OutboxPort
    notes: NotesPort
    service: ServicePort
    clock: Clock
    emit: Emit
    chance: Chance
    hear: Hear = deaf

    def push(self) -> None:
        """Send until the queue is empty, the service fails, or the agent is asked to stop."""
        while not self.clock.stopping and self.wait() == 0 and (message := self.outbox.head()) is not None:
            reply = self.service.post(PATHS[message.kind], message.body)
            if reply.status in _GOOD:
                self._delivered(message)
                if message.kind == "status":
                    self.hear(reply.data)
            elif reply.status in _FINAL and reply.status not in _LATER:
                self._rejected(message, reply)
            else:
                self._failed(reply)

    def next_in(self) -> float | None:
        """Seconds until there is something to send; None while nothing waits."""
        return None if self.outbox.head() is None else self.wait()

    def wait(self) -> float:
        """Seconds of back-off that are left."""
        left = self._not_before() - self.clock.now()
        # A wait that is longer than any was meant for another clock.
        return 0.0 if left > LONGEST_WAIT else max(0.0, left.total_seconds())

    def _delivered(self, message: Outgoing) -> None:
        self.outbox.delivered(message.number)
        if self.notes.note(NOTE) is not None:
            self.notes.set_note(NOTE, None)
        if message.kind == "execution":
            self.emit("pushed", {"execution_id": message.key})
        else:
            self.emit("sent", {"kind": message.kind})

    def _rejected(self, message: Outgoing, reply: Reply) -> None:
        reason = f"status {reply.status}: {reply.reason}"
        self.outbox.reject(message.number, reason, self.clock.now())
        self.emit("push_rejected", {"kind": message.kind, "key": message.key, "reason": reason})

    def _failed(self, reply: Reply) -> None:
        failures = int(self._note().get("failures", 0))
        asked = timedelta(seconds=min(reply.retry_after or 0.0, LONGEST_WAIT.total_seconds()))
        delay = max(back_off(failures, self.chance()), asked)
        until = self.clock.now() + delay
        self.notes.set_note(NOTE, json.dumps({"failures": failures + 1, "not_before": until.isoformat()}))
        reason = f"status {reply.status}: {reply.reason}" if reply.status else reply.reason
        self.emit("push_failed", {"reason": reason, "retry_in_seconds": round(delay.total_seconds())})

    def _not_before(self) -> datetime:
        at = self._note().get("not_before")
        return datetime.fromisoformat(at) if at else self.clock.now()

    def _note(self) -> dict[str, Any]:
        text = self.notes.note(NOTE)
        return dict(json.loads(text)) if text else {}
