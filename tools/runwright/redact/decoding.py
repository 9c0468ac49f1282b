"""Finds what is written in base64 or as hexadecimal digits, and says what it means when it is a text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_BASE64 = re.compile(
    r"(?:(?:[A-Za-z0-9+/]{60,100}\r?\n[ \t]{0,8})+[A-Za-z0-9+/]{2,}|[A-Za-z0-9+/_-]{16,})={0,2}"  # in lines, or in one
)
_STARTS = 8
"""Separators behind which a text in base64 may begin."""
_HEX = re.compile(r"(?:\\?0x)?(?:[0-9a-fA-F]{2}){10,}|(?:[0-9a-fA-F]{2}[ :-]){9,}[0-9a-fA-F]{2}\b")
_SIGN = re.compile(r"[+/]")
_SEPARATORS = re.compile(r"[^0-9a-fA-F]")
_LETTERS = re.compile(rb"[A-Za-z]{2}")
_PRINTABLE = bytes(range(32, 127)) + b"\t\n\r"
_ZEROS = 0.4
"""At least so much of UTF-16 is zero bytes, where the text is mostly Latin."""
_TEXT = 0.9
"""At least so much of a text can be printed."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A part of a text that means another text."""

    start: int
    end: int
    meaning: str


def blobs(text: str) -> Iterator[Blob]:
    """Everything in a text that means another text."""
    for match in _HEX.finditer(text):
        digits = _SEPARATORS.sub("", match.group().removeprefix("\\").removeprefix("0x"))
        if (meaning := _text(bytes.fromhex(digits[: len(digits) // 2 * 2]))) is not None:
            yield Blob(*match.span(), meaning)
    for match in _BASE64.finditer(text):
        if (meaning := _of_base64(match.group())) is not None:
            yield Blob(*match.span(), meaning)


def _of_base64(written: str) -> str | None:
    """What it means; it may begin late, behind a slash or another letter that belongs to it no more."""
    letters = "".join(written.split()).replace("-", "+").replace("_", "/").rstrip("=")
    signs = [match.end() for match in islice(_SIGN.finditer(letters, 0, 256), _STARTS)]
    for skipped in dict.fromkeys((0, 1, 2, 3, *signs)):
        head = _decoded(letters[skipped : skipped + 32])
        if head and _text(head) is not None and (raw := _decoded(letters[skipped:])) and (text := _text(raw)):
            return text
    return None


def _decoded(letters: str) -> bytes:
    try:
        return base64.b64decode(
            letters[: len(letters) // 4 * 4 + (len(letters) % 4 if len(letters) % 4 > 1 else 0)] + "=="
        )
    except (binascii.Error, ValueError):
        return b""


def _text(raw: bytes) -> str | None:
    """The bytes as a text, if they are one."""
    if raw.count(0) >= len(raw) * _ZEROS:
        half = "utf-16-le" if raw[1::2].count(0) >= raw[::2].count(0) else "utf-16-be"
        raw = raw.decode(half, "replace").encode("utf-8", "replace")
    shown = len(raw) - len(raw.translate(None, _PRINTABLE))
    if shown < len(raw) * _TEXT or not _LETTERS.search(raw):
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return None
        return text if text.isprintable() and len(text) >= 8 else None
    return raw.decode("utf-8", "replace")
