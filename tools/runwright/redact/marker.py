"""The marks that redaction leaves in a text, and where a text has them already."""

from __future__ import annotations

from collections.abc import Container, Iterator

from runwright.model.pattern import compiled

MARKER = r"\[erased:([a-z][a-z0-9_]{1,40})(?::[0-9a-f]{8})?\]|\[withheld [0-9]{1,12} bytes\]"
"""What the redaction itself leaves behind."""


def markers(text: str, kinds: Container[str]) -> Iterator[tuple[int, int]]:
    """Where the marks of a text stand; a word in brackets that names no kind is none."""
    if "[erased:" not in text and "[withheld " not in text:
        return
    for match in compiled(MARKER).finditer(text):
        kind = match.group(1)
        if kind is None or kind in kinds:
            yield match.span()
