"""Bounds one conversation with a model's server: in time as a whole, in bytes, and to the one host that was named.

A time-out for each read is none for the whole, which a server could draw out byte by byte. So a timer shuts the socket
down, whatever is read from it just then: while it connects securely, in the head of the answer or in its body.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import httpx2

MAX_BYTES = 1024 * 1024
"""Bytes of an answer's body, whatever status it comes with."""
CONNECT_SECONDS = 10.0


class Watch:
    """Ends what is read from a server when its time is over."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.over = seconds, False
        self._lock, self._sockets = threading.Lock(), list[socket.socket]()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            self._sockets.clear()

    def client_options(self) -> dict[str, Any]:
        """What makes an `httpx2.Client` keep the bounds; it follows no redirect to another host."""
        hooks: dict[str, list[Callable[..., Any]]] = {"request": [self._see_sockets], "response": [_bound]}
        timeout = httpx2.Timeout(self.seconds, connect=min(CONNECT_SECONDS, self.seconds))
        return {"event_hooks": hooks, "timeout": timeout, "follow_redirects": False}

    def _see_sockets(self, request: httpx2.Request) -> None:
        request.extensions = {**request.extensions, "trace": self._seen}

    def _seen(self, _event: str, told: Mapping[str, Any]) -> None:
        """Keep the socket of each stream that a step of the connection has brought about."""
        look = getattr(told.get("return_value"), "get_extra_info", None)
        found = look("socket") if look is not None else None
        if isinstance(found, socket.socket):
            with self._lock:
                self._sockets.append(found)
                if self.over:
                    _shut(found)

    def _end(self) -> None:
        with self._lock:
            self.over = True
            for found in self._sockets:
                _shut(found)


def _shut(found: socket.socket) -> None:
    with suppress(OSError):  # it is closed already, or another object took it over
        found.shutdown(socket.SHUT_RDWR)


class _Bounded(httpx2.SyncByteStream):
    """The same bytes, up to a limit."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for chunk in self._stream:
            read += len(chunk)
            if read > MAX_BYTES:
                raise httpx2.DecodingError(f"the answer has more than {MAX_BYTES} bytes")
            yield chunk

    def close(self) -> None:
        self._stream.close()


def _bound(response: httpx2.Response) -> None:
    # A packed body could hold a thousand times its size; none was asked for.
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx2.DecodingError("the answer is packed, which was not asked for")
    if isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = _Bounded(response.stream)
