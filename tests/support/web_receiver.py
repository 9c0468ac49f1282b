"""A small HTTP server on loopback that answers as it is told and keeps what it received."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def data(self) -> Any:
        """Read the body as JSON."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """The running server."""

    port: int
    answers: dict[str, int] = field(default_factory=dict)
    """The status of each path; 404 for the others."""
    location: str = ""
    """Where a status of the three hundreds leads to."""
    words: bytes = b"it says so"
    """What the answer begins with."""
    long: int = 0
    """How many bytes the answer has besides its words."""
    received: list[Received] = field(default_factory=list)
    healing: dict[str, str] = field(default_factory=dict)
    """A request to the first path makes the second one well again."""

    def url(self, path: str) -> str:
        """Give the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def of(self, method: str) -> list[Received]:
        """Give the requests of one method."""
        return [one for one in self.received if one.method == method]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Start the server; it is gone afterwards."""
    state = Receiver(0)

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.received.append(Received(self.command, self.path, dict(self.headers.items()), body))
            if self.command == "POST" and self.path in state.healing:
                state.answers[state.healing[self.path]] = 200
            self.send_response(state.answers.get(self.path, 404))
            if state.location:
                self.send_header("Location", state.location)
            answer = state.words + b"x" * state.long
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = handle_any

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join(10)
