"""Bodies of requests: read with a limit while they stream, parsed strictly, before anything looks at them."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request
from starlette.requests import ClientDisconnect

from runwright.corpus.strict_json import read_json
from runwright.errors import ContentError
from runwright.service.answers import Unfit
from runwright.service.room import Held, Room

MAX_BODY = 20_000_000
"""Bytes; a body of this size or more is refused."""
MAX_DISCARDED = 64_000_000
"""Bytes of a body that are read and dropped, so that its sender sees the answer and not a broken connection."""
MAX_SECONDS = 10.0
"""Seconds that a body may take to arrive."""
MAX_DEPTH = 64
_AT_SIGHT = 262_144
_NO_SIGNS = bytes(set(range(256)) - set(b'{}[]"'))
_ONE_KIND = bytes.maketrans(b"[]", b"{}")


async def read_body(request: Request, most: int = MAX_BODY, room: Room | None = None) -> bytes:
    """Read a body of less than `most` bytes; raises `Unfit`: too large (413), encoded (415), too slow (408).

    `room` bounds what is kept of all bodies of unknown senders at a time; without any left it is 503.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Unfit(415, "$: expected a plain body; compressed ones are not taken")
    if _stated(request) > MAX_DISCARDED:
        raise _too_large(most)
    try:
        async with asyncio.timeout(MAX_SECONDS):
            with (room or Room(most)).held() as held:
                return await _streamed(request, most, held)
    except TimeoutError:
        raise Unfit(408, f"$: the body did not arrive within {MAX_SECONDS:g} seconds") from None
    except ClientDisconnect:  # nobody hears it; it is no bug of ours either
        raise Unfit(400, "$: the connection ended before the body did") from None


def _stated(request: Request) -> int:
    stated = request.headers.get("content-length", "0")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 20 else 0


async def _streamed(request: Request, most: int, held: Held) -> bytes:
    body, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size < most:
            held.grow(size)
            body += chunk
        elif size > MAX_DISCARDED:
            break
    if size >= most:
        raise _too_large(most)
    return bytes(body)


def _too_large(most: int) -> Unfit:
    return Unfit(413, f"$: the body is too large; expected less than {most} bytes")


def read_object(body: bytes) -> dict[str, Any]:
    """Parse a JSON object; raises ContentError for all else, deep nesting and text that is none."""
    if not body:
        raise ContentError("$: expected a JSON object, not an empty body")
    data = read_json(body)
    if not isinstance(data, dict):
        raise ContentError(f"$: expected a JSON object, not {_name(data)}")
    if not _is_plain(body):
        _check_values(data)
    return data


def _is_plain(body: bytes) -> bool:
    """Whether the bytes alone show that nothing is nested too deep and no half of a pair is in it; often they do."""
    if len(body) > _AT_SIGHT or not body.isascii() or b"\\" in body:
        return False
    return body.count(b"{") + body.count(b"[") <= MAX_DEPTH or _is_shallow(body)


def _is_shallow(body: bytes) -> bool:
    """Whether JSON without escapes is nested no deeper than may be: each round takes the innermost brackets away."""
    signs = body.translate(_ONE_KIND, _NO_SIGNS)
    brackets = b"".join(signs.split(b'"')[::2])  # without those in strings
    for _level in range(MAX_DEPTH):
        brackets = brackets.replace(b"{}", b"")
    return not brackets


def _check_values(data: Any) -> None:
    waiting: list[tuple[Any, int]] = [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise ContentError(f"$: expected at most {MAX_DEPTH} levels of nesting")
        if isinstance(value, dict):
            waiting += [(item, depth + 1) for pair in value.items() for item in pair]
        elif isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]
        elif isinstance(value, str) and not value.isascii():
            _check_text(value)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ContentError("$: expected Unicode text; half of a surrogate pair is none") from None


def _name(value: Any) -> str:
    return {list: "an array", str: "text", type(None): "null", bool: "a truth value"}.get(type(value), "a number")
