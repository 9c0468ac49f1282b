"""A flood at the door for webhooks, by somebody who knows no secret: what is kept of it stays small."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from runwright.service.room import MOST
from tests.support.git_site import git_site
from tests.support.hooks import HookService, make_hook_service
from tests.support.until import until

SENT, MANY = 24_000_000, 16
PIECE = b"x" * 1_000_000
HEAD = (
    b"POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"X-Hub-Signature-256: sha256=" + b"0" * 64 + b"\r\nContent-Length: 24900000\r\n\r\n"
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[HookService]:
    with git_site(tmp_path) as site:
        made = make_hook_service(site.root, site.address("forge.git"))
        made.start()
        yield made
        made.close()


def memory(service: HookService, name: str) -> int:
    """Bytes, as the kernel counts them."""
    assert service.process is not None
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith(name)).split()[1]) * 1024


def most_of_it(service: HookService) -> socket.socket:
    """Send a long body up to just before its end, as far as anybody takes it."""
    at = urlsplit(service.url)
    line = socket.create_connection((at.hostname, at.port), timeout=30)
    try:
        line.sendall(HEAD)
        for _ in range(SENT // len(PIECE)):
            line.sendall(PIECE)
    except (ConnectionError, TimeoutError):
        pass
    return line


def test_many_long_bodies_under_false_signatures_take_little_memory_and_keep_no_delivery_out(
    service: HookService,
) -> None:
    before = memory(service, "VmRSS")
    with ThreadPoolExecutor(MANY) as pool:
        lines = list(pool.map(lambda _: most_of_it(service), range(MANY)))
    assert service.hook().status == 202
    assert memory(service, "VmHWM") - before < 2 * MOST + 32_000_000
    for line in lines:
        line.close()
    long = b'{"x": "' + b"y" * SENT + b'"}'
    until(lambda: service.hook(long, event="ping").status == 202, what="the room is free again")
