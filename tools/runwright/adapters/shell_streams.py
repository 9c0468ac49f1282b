"""The standard streams of a running program: input written, output and error read, the last part of each kept.

Threads read to the end of each stream, so a service that a command left behind never blocks on a full pipe.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from typing import IO

from runwright.redact.cuts import without_beginning

MAX_BYTES = 64 * 1024
"""Bytes kept of each stream; the last ones, where errors stand."""
_INNER = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that begin no character."""


class Tail:
    """The last bytes of a stream, and how many came before them."""

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self._limit, self._kept, self._seen, self._lock = limit, bytearray(), 0, threading.Lock()

    def add(self, chunk: bytes) -> None:
        """Take more of the stream."""
        with self._lock:
            self._seen += len(chunk)
            self._kept += chunk
            if len(self._kept) > 2 * self._limit:
                del self._kept[: -self._limit]

    def text(self) -> str:
        """What was kept, as text; it says when something was left out."""
        with self._lock:
            kept, seen = bytes(self._kept[-self._limit :]), self._seen
        if seen > len(kept):
            kept = kept.lstrip(_INNER)
        text = kept.decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
        return text if seen == len(kept) else without_beginning(text, seen - len(kept))


class Streams:
    """Feeds and reads a process in the background."""

    def __init__(self, process: subprocess.Popen[bytes], stdin: str | None) -> None:
        self._output, self._error = Tail(), Tail()
        self._readers = [_thread(_read, process.stdout, self._output), _thread(_read, process.stderr, self._error)]
        if process.stdin is not None:
            _thread(_write, process.stdin, (stdin or "").encode())

    def collected(self, patience_seconds: float) -> tuple[str, str]:
        """Output and error so far; a background process that keeps the streams open is not waited for."""
        deadline = time.monotonic() + patience_seconds
        for reader in self._readers:
            reader.join(max(0.0, deadline - time.monotonic()))
        return self._output.text(), self._error.text()


def _thread(work: object, stream: IO[bytes] | None, other: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=(stream, other), daemon=True)  # type: ignore[arg-type]  # _read or _write
    thread.start()
    return thread


def _read(stream: IO[bytes], tail: Tail) -> None:
    with stream:
        while chunk := stream.read1(MAX_BYTES):  # type: ignore[attr-defined]  # a buffered pipe has it
            tail.add(chunk)


def _write(stream: IO[bytes], content: bytes) -> None:
    # A program that does not read its input to the end is within its rights.
    with contextlib.suppress(OSError), stream:
        stream.write(content)
