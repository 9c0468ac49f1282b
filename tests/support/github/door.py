"""The HTTP server: sockets in, `Request` and `Answer` out. What is answered is decided elsewhere."""

from __future__ import annotations

import socket
import sys
import threading
import traceback
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.github.messages import Answer, Request

Handler = Callable[[Request], Answer | None]
"""None drops the connection without a word."""


class Door(ThreadingHTTPServer):
    """A server on 127.0.0.1; a thread a connection."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    handler: Handler
    broken: list[str]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what went wrong while answering; that a client hung up is its own affair."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            self.broken.append(traceback.format_exc())


class Talk(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer in two writes waits 40 ms for the other side otherwise
    server: Door
    timeout = 60

    def answer(self) -> None:
        """Read a request, have it answered, send the answer."""
        answer = self.server.handler(self.read())
        if answer is None:
            self.drop()
            return
        data = answer.data
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        if "content-type" not in {name.lower() for name in answer.headers}:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else data)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def read(self) -> Request:
        """Read what was asked."""
        target = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(target.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, urllib.parse.unquote(target.path), query, headers, self.read_body())

    def read_body(self) -> bytes:
        """Read the body; git sends its own in chunks."""
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            size = int(self.headers.get("Content-Length") or 0)
            data = self.rfile.read(size)
            if len(data) < size:
                raise ConnectionAbortedError("whoever asked has ended in the middle of its request")
            return data
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def drop(self) -> None:
        """Hang up as a network does."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: Any) -> None:
        """Say nothing; the site records what was asked."""


@contextmanager
def door(handler: Handler, broken: list[str] | None = None) -> Iterator[str]:
    """Keep a server; gives its address. What goes wrong in the handler is added to `broken`."""
    server = Door(("127.0.0.1", 0), Talk)
    server.handler = handler
    server.broken = [] if broken is None else broken
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
