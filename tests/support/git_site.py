"""A Git server over HTTP on the loopback: `git http-backend` behind a door that asks for a token and can misbehave."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

Fault = str
"""`before` answers 502 and does nothing, `after` does it and answers 502, `drop` does it and hangs up, or a status."""


@dataclass
class GitSite:
    """Where the server is, what it lets in, and what it was asked."""

    root: Path
    token: str = ""
    """Empty lets everybody in."""
    moved_to: str = ""
    faults: list[Fault] = field(default_factory=list)
    """One for each push to come."""
    seen: list[str] = field(default_factory=list)
    """The Authorization header of each request."""
    url: str = ""

    def address(self, name: str) -> str:
        """Give the address of a repository in the root."""
        return f"{self.url}/{name}"


@contextmanager
def git_site(root: Path, token: str = "") -> Iterator[GitSite]:
    """Serve all bare repositories of a folder."""
    site = GitSite(root, token)
    handler = type("Handler", (Door,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Door(BaseHTTPRequestHandler):
    """Lets requests through to git http-backend."""

    site: GitSite
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        """Answer what git asks first."""
        self.serve()

    def do_POST(self) -> None:
        """Answer a fetch or a push, or misbehave at it."""
        fault = self.site.faults.pop(0) if self.site.faults and self.path.endswith("receive-pack") else ""
        self.serve(fault)

    def serve(self, fault: Fault = "") -> None:
        """Check the token and hand the request on."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.site.seen.append(self.headers.get("Authorization") or "")
        if self.site.moved_to:
            self.answer(301, {"Location": self.site.moved_to + self.path})
        elif not self.let_in():
            self.answer(401, {"WWW-Authenticate": 'Basic realm="git"'})
        elif fault == "before" or fault.isdecimal():
            self.answer(502 if fault == "before" else int(fault), {})
        else:
            self.give(backend(self.site.root, self, body), fault)

    def let_in(self) -> bool:
        """Say whether the request holds the token."""
        wanted = base64.b64encode(f"x-access-token:{self.site.token}".encode()).decode()
        return not self.site.token or self.headers.get("Authorization") == f"Basic {wanted}"

    def give(self, made: bytes, fault: Fault) -> None:
        """Send what the backend made, or lose it."""
        head, _, body = made.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        if fault == "after":
            self.answer(502, {})
        elif fault == "drop":
            self.close_connection = True
        else:
            self.answer(int(fields.pop("Status", "200").split()[0]), fields, body)

    def answer(self, status: int, fields: dict[str, str], body: bytes = b"") -> None:
        """Send an answer whole."""
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Stay quiet."""


def backend(root: Path, door: Door, body: bytes) -> bytes:
    """Run git http-backend as a web server would (git-http-backend(1)); who writes is asked for at the door."""
    parts = urlsplit(door.path)
    variables = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.receivepack",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROTOCOL": door.headers.get("Git-Protocol") or "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "REQUEST_METHOD": door.command,
        "CONTENT_TYPE": door.headers.get("Content-Type") or "",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": door.headers.get("Content-Encoding") or "",
        "REMOTE_USER": "somebody",
        "REMOTE_ADDR": "127.0.0.1",
    }
    done = subprocess.run(
        ["git", "http-backend"], input=body, env=variables, capture_output=True, check=True, timeout=60
    )
    return done.stdout
