"""GitHub's sign-in as a real HTTP server on this machine: it answers as a test tells it, and keeps what it is asked."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

PENDING = {"error": "authorization_pending"}
TOKEN = {"access_token": "gho_" + "k" * 36, "token_type": "bearer", "scope": "repo,read:org"}


@dataclass
class DeviceServer:
    """What is answered, in its order (the last answer stays), and what was asked."""

    web: str = ""
    answers: deque[Any] = field(default_factory=deque)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def code(self, **more: Any) -> dict[str, Any]:
        """The first answer of a sign-in."""
        return {
            "device_code": "d" * 40,
            "user_code": "WDJB-MJHT",
            "verification_uri": f"{self.web}/login/device",
            "expires_in": 900,
            "interval": 5,
            **more,
        }

    def next(self) -> Any:
        """The next answer: an object, or a status."""
        return self.answers.popleft() if len(self.answers) > 1 else self.answers[0]


@contextmanager
def device_server() -> Iterator[DeviceServer]:
    """Run one."""
    told = DeviceServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            told.asked.append((self.path, form))
            answer = told.next()
            status = answer if isinstance(answer, int) else 200
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.web = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
