"""Texts that others wrote, as they may be shown on a terminal: no character of theirs moves the cursor."""

from __future__ import annotations


def printable(text: str, *, instead: str, keep: str = "") -> str:
    """Replace what is no printable character, except those in `keep`."""
    return "".join(c if c.isprintable() or c in keep else instead for c in text)
