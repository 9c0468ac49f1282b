"""Connections that send no request are closed in time, and hold up nobody else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import urllib3
import uvicorn
from fastapi import FastAPI

from runwright.cli import service_process
from runwright.cli.service_process import Address, bound, config_of, url_of
from runwright.cli.service_protocol import HEADER_BYTES, HEADER_SECONDS, PunctualProtocol
from runwright.service.body import MAX_SECONDS
from tests.support.until import until

SECONDS = 1.5


class Hasty(PunctualProtocol):
    header_seconds = SECONDS


@contextmanager
def serving() -> Iterator[str]:
    """A server with the service's own settings, but for the deadline."""
    app = FastAPI()
    app.add_api_route("/", lambda: "here")
    server = uvicorn.Server(config_of(app, Hasty))
    with bound(Address("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until(lambda: server.started, what="the server listens")
            yield url_of(listener)
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture
def url() -> Iterator[str]:
    with serving() as where:
        yield where


def connected(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=5)


def closed(client: socket.socket, drop: bytes = b"") -> bool:
    """Whether the other side has closed; sends one more drop when not."""
    try:
        if drop:
            client.sendall(drop)
        client.settimeout(0.001)
        return client.recv(4096) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def answered(url: str) -> bool:
    """Whether another client gets its answer well before the deadline of the dripping ones."""
    return urllib3.request("GET", url, timeout=SECONDS, retries=False).status == 200


def test_the_real_deadlines_are_below_15_seconds() -> None:
    assert HEADER_SECONDS < 15
    assert PunctualProtocol.header_seconds == HEADER_SECONDS
    assert MAX_SECONDS <= 10


def test_20_dripping_connections_are_closed_while_another_client_is_answered(url: str) -> None:
    started = time.monotonic()
    clients = [connected(url) for _ in range(20)]
    for client in clients:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Drip: ")
    left = set(clients)

    def all_closed() -> bool:
        left.difference_update([client for client in left if closed(client, b"x")])
        return not left

    assert not all_closed()
    assert answered(url)
    until(all_closed, timeout=SECONDS + 3, every=0.1, what="all dripping connections are closed")
    assert time.monotonic() - started >= SECONDS * 0.9
    for client in clients:
        client.close()


def test_a_connection_that_sends_nothing_is_closed(url: str) -> None:
    with connected(url) as client:
        until(lambda: closed(client), timeout=SECONDS + 3, what="the silent connection is closed")


def test_a_connection_that_drips_after_an_answer_is_closed(url: str) -> None:
    with connected(url) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HT")
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
        until(lambda: closed(client, b"x"), timeout=SECONDS + 3, every=0.1, what="the connection is closed")


def test_a_connection_that_asks_again_in_time_is_kept(url: str) -> None:
    with urllib3.PoolManager(num_pools=1, maxsize=1, retries=False) as pool:
        end = time.monotonic() + SECONDS * 1.5
        while time.monotonic() < end:
            assert pool.request("GET", url).status == 200
        assert pool.connection_from_url(url).num_connections == 1


def test_too_many_connections_are_answered_with_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_process, "MAX_CONNECTIONS", 3)
    with serving() as url, connected(url), connected(url), connected(url) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 503")


def test_headers_without_an_end_are_refused_before_they_fill_the_memory(url: str) -> None:
    with connected(url) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: ")
        refused = b""
        for _ in range(HEADER_BYTES // 4096 + 2):
            try:
                client.sendall(b"x" * 4096)
            except OSError:
                break
        client.settimeout(5)
        refused = client.recv(4096)
    assert refused.startswith(b"HTTP/1.1 400")
    assert str(HEADER_BYTES).encode() in refused


def test_large_headers_within_the_limit_are_read(url: str) -> None:
    headers = {f"X-{number}": "y" * 1000 for number in range(40)}
    assert urllib3.request("GET", url, headers=headers, timeout=5, retries=False).status == 200


def test_a_body_in_many_pieces_is_not_taken_for_headers(url: str) -> None:
    with connected(url) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n")
        for _ in range(200):
            client.sendall(b"z" * 1000)
        client.settimeout(5)
        assert client.recv(4096).startswith(b"HTTP/1.1 405")
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
