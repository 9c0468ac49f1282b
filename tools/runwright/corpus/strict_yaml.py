"""Strict YAML with positions: one document of plain mappings, lists and scalars, and nothing else.

Refused: anchors, aliases, tags, directives, several documents, keys given twice, keys that are not text, more than
the limits, bytes that are not plain UTF-8. What a plain scalar is, `scalars` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runwright.corpus.limits import MAX_BYTES
from runwright.corpus.yaml_data import Unusual, plain_data
from runwright.corpus.yaml_places import Places, Pointer, Position, position_of, read_places
from runwright.errors import ContentError

__all__ = ["Document", "Pointer", "Position", "load_yaml"]


class Document:
    """The plain data of one file, and where each value and key stands, which is looked up when it is first asked."""

    __slots__ = ("_places", "content", "data")

    def __init__(self, data: Any, content: bytes, places: Places | None = None) -> None:
        self.data, self.content, self._places = data, content, places

    @property
    def values(self) -> Mapping[Pointer, Position]:
        """Where each value stands."""
        return self._found().values

    @property
    def keys(self) -> Mapping[Pointer, Position]:
        """Where each key stands."""
        return self._found().keys

    def place(self, pointer: Pointer) -> Position:
        """The position of a value, or of the nearest one around it."""
        for length in range(len(pointer), -1, -1):
            found = self.keys.get(pointer[:length]) or self.values.get(pointer[:length])
            if found:
                return found
        return (1, 1)

    def _found(self) -> Places:
        if self._places is None:
            self._places = read_places(self.content)
        return self._places


def load_yaml(content: bytes, path: str = "") -> Document:
    """Read one file; raises `ContentError` with path, line and column."""
    _check_bytes(content, path)
    try:
        return Document(plain_data(content), content)
    except Unusual:
        # Either this says what is wrong, or its answer is the one that counts.
        places = read_places(content, path)
        return Document(places.data, content, places)


_REFUSED = {
    "\ufeff": "a byte order mark",
    "\x00": "a NUL character",
    "\r": "a carriage return",
    # libyaml ends a line at these, editors and YAML 1.2 do not: positions would no longer be where they are said.
    "\x85": "the line separator U+0085",
    "\u2028": "the line separator U+2028",
    "\u2029": "the paragraph separator U+2029",
}


def _check_bytes(content: bytes, path: str) -> None:
    if len(content) > MAX_BYTES:
        raise ContentError(f"{len(content)} bytes; a file may have at most {MAX_BYTES}", path=path)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = position_of(content, error.start)
        message = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        raise ContentError(message, path=path, line=line, column=column) from None
    at = min((found for mark in _REFUSED if (found := text.find(mark)) >= 0), default=-1)
    if at >= 0:
        line, column = position_of(content, len(text[:at].encode()))
        message = f"{_REFUSED[text[at]]} is not accepted; save the file as plain UTF-8 with LF line ends"
        raise ContentError(message, path=path, line=line, column=column)
