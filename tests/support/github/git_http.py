"""Git over HTTP: `git http-backend` for clones and pushes, with the server's own tokens."""

from __future__ import annotations

import gzip
import subprocess
import urllib.parse
from collections.abc import Mapping
from pathlib import Path

from tests.support.github.bare import NOBODY
from tests.support.github.messages import Answer, Request

UNAUTHORIZED = Answer(401, b"Authentication required\n", {"WWW-Authenticate": 'Basic realm="GitHub"'})
WRITING = "git-receive-pack"


def is_git(path: str) -> bool:
    """Whether a path is one of a repository's over HTTP: /owner/name.git/..."""
    parts = path.split("/")
    return len(parts) > 3 and parts[2].endswith(".git")


def repository_of(path: str) -> str:
    """owner/name of such a path."""
    parts = path.split("/")
    return f"{parts[1]}/{parts[2].removesuffix('.git')}"


def is_write(request: Request) -> bool:
    """Whether a request belongs to a push."""
    return request.path.endswith(WRITING) or request.query.get("service") == WRITING


def moves(request: Request) -> list[tuple[str, str | None, str | None]]:
    """What a push asks for: ref, from, to (None: not there). The lines are git's pkt-lines."""
    data, found = unpacked(request), []
    while len(data) >= 4 and (size := int(data[:4], 16)) >= 4:
        old, new, ref = data[4:size].split(b"\0")[0].decode().strip().split(" ", 2)
        found.append((ref, None if old == NOBODY else old, None if new == NOBODY else new))
        data = data[size:]
    return found


def unpacked(request: Request) -> bytes:
    """The body of a push; nothing of any other request."""
    if request.method != "POST" or not request.path.endswith(WRITING):
        return b""
    return gzip.decompress(request.body) if request.headers.get("content-encoding") == "gzip" else request.body


def backend(root: Path, request: Request, login: str, more: Mapping[str, str]) -> Answer:
    """Have git answer a request (CGI, RFC 3875)."""
    variables = {
        **more,
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": request.path,
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": urllib.parse.urlencode(request.query),
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("content-encoding", ""),
        "HTTP_GIT_PROTOCOL": request.headers.get("git-protocol", ""),
        "REMOTE_USER": login,
        "REMOTE_ADDR": "127.0.0.1",
    }
    done = subprocess.run(
        ["git", "http-backend"], input=request.body, capture_output=True, check=True, env=variables, timeout=120
    )
    return read(done.stdout)


def read(output: bytes) -> Answer:
    """Part what a CGI program printed into status, headers and body."""
    head, _, body = output.partition(b"\r\n\r\n")
    lines = (line.partition(": ") for line in head.decode("latin-1").split("\r\n"))
    headers = {name: value for name, _, value in lines}
    status = int(headers.pop("Status", "200 OK").split()[0])
    return Answer(status, body, headers)
