"""Where the scalars of a YAML text stand, and the comments between them.

A `#` outside every scalar starts a comment: nothing else is left in strict YAML. Whom a comment belongs to is left
to `yaml_comments`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Place = tuple[int, int]
"""Line and column, both counted from 0."""


@dataclass(frozen=True, slots=True)
class Span:
    """The characters of one scalar."""

    start: Place
    end: Place
    header: Place | None = None
    """Where the `|` or `>` of a block scalar ends; a comment may follow there."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One scalar: what it says, and the lines in which it is written."""

    value: str
    style: str | None
    """`'`, `"`, `|`, `>`, or nothing for a plain one."""
    lines: tuple[str, ...]
    """As written; those of a block scalar without their indentation and without empty ones at the end."""
    span: Span


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment, from its `#` to the end of its line."""

    place: Place
    text: str
    own: bool
    """Whether nothing stands before it on its line."""
    blank: bool
    """Whether an empty line stands right above it."""


@dataclass(frozen=True, slots=True)
class Comments:
    """All comments of a text in order, and which of its lines are empty."""

    comments: list[Comment]
    empty: frozenset[int]

    def blank_above(self, line: int) -> bool:
        """Whether the line above is empty and is no part of a scalar."""
        return line - 1 in self.empty


def position(mark: Any) -> Place:
    """The place of a mark of libyaml."""
    return mark.line, mark.column


def scalar_of(event: Any, lines: list[str]) -> Scalar:
    """The scalar that an event of libyaml speaks of."""
    start, end = position(event.start_mark), position(event.end_mark)
    if event.style in ("|", ">"):
        return _block(event, start, lines)
    written = [*lines[start[0] : end[0] + 1]]
    written[-1] = written[-1][: end[1]]
    written[0] = written[0][start[1] :]
    return Scalar(event.value, event.style or None, tuple(written), Span(start, end))


def comments_of(lines: list[str], spans: list[Span]) -> Comments:
    """Every comment of a text whose scalars stand at these places."""
    taken = _taken(lines, spans)
    # A line inside a scalar is no empty line between two entries.
    empty = frozenset(n for n, line in enumerate(lines) if not line.strip() and n not in taken)
    found = []
    for number, line in enumerate(lines):
        at = _hash(line, taken.get(number, []))
        if at >= 0:
            own = not line[:at].strip(" \t")
            found.append(Comment((number, at), line[at:].rstrip(), own, number - 1 in empty))
    return Comments(found, empty)


def _block(event: Any, start: Place, lines: list[str]) -> Scalar:
    line = lines[start[0]]
    header = next((n for n in range(start[1] + 1, len(line)) if line[n] not in "+-0123456789"), len(line))
    body = _body(event.value, lines, start[0] + 1)
    # Empty lines behind the text belong to it only where `+` says so.
    kept = len(event.value) - len(event.value.rstrip("\n")) - 1 if "+" in line[start[1] : header] else 0
    last = start[0] + len(body) + max(kept, 0)
    return Scalar(event.value, event.style, tuple(body), Span(start, (last + 1, 0), (start[0], header)))


def _body(value: str, lines: list[str], first: int) -> list[str]:
    """The lines of a block scalar without their common indentation, up to the last that is not empty."""
    if not value.strip("\n"):
        return []
    body: list[str] = []
    indent = -1
    for line in lines[first:]:
        width = len(line) - len(line.lstrip(" "))
        if indent < 0 and width < len(line):
            text = value.lstrip("\n")
            indent = width - (len(text) - len(text.lstrip(" ")))
        if indent >= 0 and width < indent and width < len(line):
            break
        body.append(line[max(indent, 0) :] if indent >= 0 else "")
    while body and not body[-1]:
        body.pop()
    return body


def _taken(lines: list[str], spans: list[Span]) -> dict[int, list[tuple[int, int]]]:
    """The columns of each line that scalars cover."""
    taken: dict[int, list[tuple[int, int]]] = {}
    for span in spans:
        for number, start, end in _parts(span, lines):
            taken.setdefault(number, []).append((start, end))
    return taken


def _parts(span: Span, lines: list[str]) -> Iterator[tuple[int, int, int]]:
    first, last = span.start[0], span.end[0]
    for number in range(first, min(last + 1, len(lines))):
        if span.header and number == first:
            yield number, span.start[1], span.header[1]
        elif span.header and number < last:
            yield number, 0, len(lines[number])
        elif not span.header:
            yield number, span.start[1] if number == first else 0, span.end[1] if number == last else len(lines[number])


def _hash(line: str, covered: list[tuple[int, int]]) -> int:
    """Where the comment of a line starts: its first `#` outside the scalars, which come in order."""
    at = line.find("#")
    starts = [start for start, _ in covered]
    while at >= 0:
        inside = bisect_right(starts, at) - 1
        if inside < 0 or covered[inside][1] <= at:
            return at
        at = line.find("#", covered[inside][1])
    return -1
