"""Plays the service for the agent: a real HTTP server on loopback that records what it is sent."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Answer:
    """One answer to give."""

    status: int = 202
    body: bytes = b'{"accepted": 1, "duplicates": 0}'
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class ServicePlayer:
    """What was received, and what is answered next; without a script everything is accepted."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    script: deque[Answer] = field(default_factory=deque)

    def paths(self) -> list[str]:
        """Give the paths of the requests, in order."""
        return [request.path for request in self.requests]

    def executions(self) -> list[dict[str, Any]]:
        """Give the Executions that arrived, in order."""
        return [r.body["execution"] for r in self.requests if r.path == "/api/agent/executions"]


@contextmanager
def playing_service() -> Iterator[ServicePlayer]:
    """Serve until the test is over."""
    player = ServicePlayer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            player.requests.append(Request(self.path, dict(self.headers), json.loads(content)))
            self.answer(player.script.popleft() if player.script else Answer())

        def do_GET(self) -> None:
            self.answer(player.script.popleft() if player.script else Answer(200, b"ok"))

        def answer(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_words: Any) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    player.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield player
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
