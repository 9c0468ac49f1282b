"""Webhooks out: signed deliveries to one address, in order, unless a test loses, doubles or holds them.

What an event says is written in `events`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from tests.support.github.node import module

EXAMPLES = "@octokit/webhooks-examples/api.github.com/index.json"
HOOK_ID = 360_815
SECONDS = 10.0
"""GitHub's own patience with a receiver."""


@dataclass(frozen=True)
class Delivery:
    """One delivery; a second try of it has the same guid."""

    guid: str
    event: str
    body: bytes
    status: int | None = None
    """What the receiver answered; 0 where it did not; None while it waits."""
    at: str = ""
    """When it was sent."""

    @property
    def payload(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    @property
    def name(self) -> str:
        """The event with its action, such as pull_request.closed."""
        action = self.payload.get("action")
        return f"{self.event}.{action}" if action else self.event


def headers(secret: str, delivery: Delivery) -> dict[str, str]:
    """The headers of a delivery, as GitHub's Hookshot sends them."""
    sums = {name: hmac.new(secret.encode(), delivery.body, name).hexdigest() for name in ("sha1", "sha256")}
    return {
        "User-Agent": "GitHub-Hookshot/0815abc",
        "Accept": "*/*",
        "Content-Type": "application/json",
        "X-GitHub-Delivery": delivery.guid,
        "X-GitHub-Event": delivery.event,
        "X-GitHub-Hook-ID": str(HOOK_ID),
        "X-GitHub-Hook-Installation-Target-ID": "4711",
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-Hub-Signature": f"sha1={sums['sha1']}",
        "X-Hub-Signature-256": f"sha256={sums['sha256']}",
    }


def now() -> str:
    """The time as GitHub writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Fate = Callable[[Delivery], Iterable[Delivery]]
"""What becomes of a delivery: none, one or more are sent."""


@dataclass
class Hooks:
    """The deliveries of one site. Nothing is sent before `to` names a receiver; what happened before is lost."""

    secret: str
    url: str = ""
    sent: list[Delivery] = field(default_factory=list)
    """What was sent and how it was answered, oldest first."""
    held: list[Delivery] | None = None
    fates: list[tuple[str, Fate]] = field(default_factory=list)
    waiting: queue.Queue[Delivery | None] = field(default_factory=queue.Queue)
    worker: threading.Thread | None = None

    def to(self, url: str) -> None:
        """Deliver to an address from now on."""
        self.url = url
        if self.worker is None:
            self.worker = threading.Thread(target=self.work, daemon=True)
            self.worker.start()

    def happened(self, event: str, payload: Mapping[str, Any]) -> None:
        """Something happened: deliver it, unless a test meant otherwise."""
        if self.url:
            self.deliver(Delivery(str(uuid.uuid4()), event, json.dumps(payload).encode()))

    def deliver(self, delivery: Delivery) -> None:
        """Send, lose, double or hold a delivery."""
        for sent in self.fate_of(delivery)(delivery):
            if self.held is not None:
                self.held.append(sent)
            else:
                self.waiting.put(sent)

    def fate_of(self, delivery: Delivery) -> Fate:
        """What a test planned for this delivery; each plan is used once."""
        for plan in self.fates:
            if delivery.name.startswith(plan[0]):
                self.fates.remove(plan)
                return plan[1]
        return lambda one: [one]

    def lose(self, name: str) -> None:
        """The next delivery whose name begins so never arrives."""
        self.fates.append((name, lambda one: []))

    def double(self, name: str) -> None:
        """The next one arrives twice under one id, as to two hooks of one repository."""
        self.fates.append((name, lambda one: [one, one]))

    def twin(self, name: str) -> None:
        """The next one arrives twice under two ids."""
        self.fates.append((name, lambda one: [one, replace(one, guid=str(uuid.uuid4()))]))

    def hold(self) -> None:
        """Keep deliveries back until `release`."""
        self.held = []

    def release(self, order: Callable[[list[Delivery]], Iterable[Delivery]] = list) -> None:
        """Send what was held; `reversed` is an order."""
        held, self.held = self.held or [], None
        for one in order(held):
            self.waiting.put(one)

    def settle(self) -> None:
        """Wait until everything that is to be sent was answered."""
        self.waiting.join()

    def redeliver(self, delivery: Delivery) -> None:
        """Send one again; it keeps its guid."""
        self.waiting.put(replace(delivery, status=None))

    def work(self) -> None:
        """Send deliveries one by one."""
        while (one := self.waiting.get()) is not None:
            self.sent.append(replace(one, status=self.send(one), at=now()))
            self.waiting.task_done()
        self.waiting.task_done()

    def send(self, delivery: Delivery) -> int:
        """Send one; gives the status, 0 where nobody answered."""
        request = urllib.request.Request(self.url, delivery.body, headers(self.secret, delivery), method="POST")  # noqa: S310 - the test names the address
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the same
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def stop(self) -> None:
        """End the worker."""
        if self.worker is not None:
            self.waiting.put(None)
            self.worker.join(SECONDS)


@cache
def all_examples() -> dict[str, list[dict[str, Any]]]:
    """GitHub's own example payloads by event."""
    found = json.loads(module(EXAMPLES).read_bytes())
    return {one["name"]: one["examples"] for one in found}


def examples(event: str) -> list[dict[str, Any]]:
    """Copies of the example payloads of an event (@octokit/webhooks-examples)."""
    found: list[dict[str, Any]] = json.loads(json.dumps(all_examples()[event]))
    return found


def signature(secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
