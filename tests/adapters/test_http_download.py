"""A download is bounded, follows nothing, sends no name, and quotes no address, which may hold a signature."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from runwright.adapters.http_download import download
from runwright.errors import EdgeError

Answering = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answering) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server on this machine: its address, and the headers that it was sent."""
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append({name.lower(): value for name, value in self.headers.items()})
            answer(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/file?sig=secret", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sends(data: bytes, status: int = 200, length: int | None = None, **headers: str) -> Answering:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        if length is not None:
            handler.send_header("Content-Length", str(length))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def test_a_file_is_given_as_it_is_and_nobody_is_named() -> None:
    with serving(sends(b"\x1f\x8b data", 200, 7, **{"Content-Encoding": "gzip"})) as (address, seen):
        assert download(address, 7) == b"\x1f\x8b data"[:7]
    assert "authorization" not in seen[0]


@pytest.mark.parametrize("length", [None, 11])
def test_one_byte_more_than_may_be_is_refused(length: int | None) -> None:
    with serving(sends(b"x" * 11, 200, length)) as (address, _), pytest.raises(EdgeError, match="longer than 10 bytes"):
        download(address, 10)


@pytest.mark.parametrize("status", [301, 302, 307, 404, 403, 500])
def test_nothing_but_the_file_is_taken_and_no_redirect_followed(status: int) -> None:
    elsewhere = {"Location": "http://127.0.0.1:1/secret"}
    with serving(sends(b"", status, 0, **elsewhere)) as (address, seen), pytest.raises(EdgeError) as refused:
        download(address, 10)
    assert f"answered a download with {status}" in str(refused.value)
    assert len(seen) == 1


def test_a_download_that_breaks_off_is_an_error_without_the_address() -> None:
    with serving(sends(b"x", 200, 10)) as (address, _), pytest.raises(EdgeError) as refused:
        download(address, 100)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/file?sig=secret",
        "ftp://example.org/secret",
        "file:///etc/passwd",
        "//example.org/secret",
        "http://127.0.0.1.example.org/secret",
        "",
    ],
)
def test_an_address_without_https_is_never_asked(address: str) -> None:
    with pytest.raises(EdgeError, match="is not over https") as refused:
        download(address, 10)
    assert "secret" not in str(refused.value)
