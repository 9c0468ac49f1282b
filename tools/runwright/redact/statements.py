"""Statements of databases, whatever the table is called: `INSERT INTO t (names) VALUES (values)`, `name LIKE 'value'`.

The names are those of `labels` and of the secrets, as in `columns`; rows behind names without a statement are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from runwright.redact.columns import Asked, Cell, asked, kind_of

_INSERT = re.compile(
    r"(?i)(?:insert|replace|merge"
    r"|upsert)\s{1,8}(?:ignore\s{1,8})?into\s{1,8}[^\s(]{1,128}\s{0,8}\(([^()\n]{1,2000})\)\s{0,8}values\s{0,8}"
)
_COMPARED = re.compile(
    r"(?i)([a-z][\w.]{0,60})[\"`\]]?\s{0,4}(?:=|<>|!=|\s(?:not\s)?(?:i?like|rlike|similar to)"
    r"|\s(?:not\s)?in\s?\()\s{0,4}"
    r"N?'%?([^'%\n]{1,200})%?'"
)
_VALUE = re.compile(r"\s*(?:N?'((?:[^'\\\n]|''|\\.){0,400})'|([^,()'\n]{1,200}))\s*([,)])")
_ROW = re.compile(r"\s*,?\s*\(")
_ROWS = 200
"""Rows of one statement that are looked at."""


def values(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of every value of a statement that a column announces."""
    if "'" not in text:
        return
    for match in _COMPARED.finditer(text):
        kind = kind_of(asked(match.group(1).rpartition(".")[2]), match.group(2))
        if kind:
            yield *match.span(2), kind
    for match in _INSERT.finditer(text):
        names = [asked(name.strip(' \t"`[]')) for name in match.group(1).split(",")]
        if any(kind or labels for kind, labels in names):
            yield from _rows(text, match.end(), names)


def _rows(text: str, at: int, names: Sequence[Asked]) -> Iterator[tuple[int, int, str]]:
    for _ in range(_ROWS):
        opened = _ROW.match(text, at)
        if opened is None:
            return
        cells, at = _row(text, opened.end(), len(names))
        for name, (start, end) in zip(names, cells, strict=False):
            kind = kind_of(name, text[start:end])
            if kind:
                yield start, end, kind


def _row(text: str, at: int, most: int) -> tuple[list[Cell], int]:
    """The places of the values of one row, and where it ends."""
    cells: list[Cell] = []
    while len(cells) < most and (value := _VALUE.match(text, at)):
        group = 1 if value.group(1) is not None else 2
        cells.append(value.span(group))
        at = value.end()
        if value.group(3) == ")":
            break
    return cells, at
