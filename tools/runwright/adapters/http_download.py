"""Downloads one file from an address that a service gave: no token, no redirect, bounded in time and bytes."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import urllib3

from runwright.errors import EdgeError

CONNECT_LIMIT, READ_LIMIT, TOTAL_LIMIT = 10.0, 30.0, 60.0
"""Seconds: to connect, for the next bytes, in all."""
PIECE = 64 * 1024
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def download(address: str, most: int, limit: float = TOTAL_LIMIT) -> bytes:
    """Give the file at an address; raises EdgeError when it is longer than `most` bytes or cannot be had.

    Only https is taken, and http on this machine. The address may hold a signature, so no error quotes it.
    """
    parts = urlsplit(address)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise EdgeError(f"a download from {parts.hostname or ''!a} is not over https", retryable=False)
    ends = time.monotonic() + limit
    bounds = urllib3.Timeout(connect=CONNECT_LIMIT, read=READ_LIMIT)
    try:
        with urllib3.PoolManager(num_pools=1, timeout=bounds, retries=False) as pool:
            answer = pool.request("GET", address, redirect=False, preload_content=False, decode_content=False)
            try:
                return _read(answer, parts.hostname, most, ends)
            finally:
                answer.close()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise EdgeError(f"a download from {parts.hostname} broke off: {type(error).__name__}") from None


def _read(answer: urllib3.BaseHTTPResponse, host: str, most: int, ends: float) -> bytes:
    if answer.status != 200:
        raise EdgeError(f"{host} answered a download with {answer.status}")
    data = bytearray()
    for piece in answer.stream(PIECE, decode_content=False):
        data += piece
        if len(data) > most:
            raise EdgeError(f"a download from {host} is longer than {most} bytes", retryable=False)
        if time.monotonic() > ends:
            raise EdgeError(f"a download from {host} did not end in time")
    return bytes(data)
