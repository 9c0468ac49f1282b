"""The GitHub server that others wrote (`emulate` from npm), one process for all tests of a session.

What it gets wrong is corrected elsewhere.
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.support.github.messages import Answer, Request
from tests.support.github.node import module

PROGRAM = Path(__file__).with_name("emulate.mjs")
PASSED_ON = {"authorization", "accept", "content-type", "user-agent", "x-github-api-version"}
DROPPED = {"connection", "keep-alive", "transfer-encoding", "content-length", "date"}
PARTS = re.compile(rb'("(?:\w+_at|date)":"[^"]*)\.\d{3}Z"')
"""Thousandths of a second, which GitHub does not tell."""


@dataclass
class Emulators:
    """The process; its input is kept open, and it ends when that closes, however this process ends."""

    process: subprocess.Popen[bytes]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, **order: Any) -> dict[str, Any]:
        """Send an order and give its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.lock:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            self.process.stdin.flush()
            answer: dict[str, Any] = json.loads(self.process.stdout.readline() or '{"error": "it ended"}')
        assert "error" not in answer, answer["error"]
        return answer


@cache
def emulators() -> Emulators:
    """Start the process once; what it writes to standard error goes where the tests' own goes."""
    script = module("emulate/dist/api.js").as_uri()
    words = ["node", str(PROGRAM), script]
    return Emulators(subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE))


def stop_emulators() -> None:
    """Stop the process if it was started."""
    if emulators.cache_info().currsize:
        process = emulators().process
        process.communicate()
        emulators.cache_clear()


@dataclass(frozen=True)
class Emulator:
    """One server with its own accounts and repositories."""

    port: int

    def ask(self, request: Request) -> Answer:
        """Pass a request on."""
        query = urllib.parse.urlencode(request.query)
        target = urllib.parse.quote(request.path, safe="/:@!$&'()*+,;=~") + ("?" + query if query else "")
        headers = {name: value for name, value in request.headers.items() if name in PASSED_ON}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(request.method, target, request.body or None, headers)
            answered = connection.getresponse()
            data = answered.read()
            kept = {name: value for name, value in answered.getheaders() if name.lower() not in DROPPED}
            return Answer(answered.status, body_of(data, answered.getheader("content-type") or ""), kept, False)
        finally:
            connection.close()


def body_of(data: bytes, kind: str) -> Any:
    """Read JSON; leave anything else as it is."""
    return json.loads(PARTS.sub(rb'\1Z"', data)) if data and "json" in kind else data


@contextmanager
def emulator(seed: Mapping[str, Any], base: str) -> Iterator[Emulator]:
    """Keep a fresh server; `base` is the address that its answers name."""
    started = emulators().tell(do="start", seed=seed, base=base)
    try:
        yield Emulator(started["port"])
    finally:
        emulators().tell(do="stop", id=started["id"])
