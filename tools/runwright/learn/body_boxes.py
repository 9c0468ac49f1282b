"""The boxes that a person may tick in a pull request's text, where the forge can tick: draft it again, stop updating.

They stand right before the hidden marker that ends a body, and are read there and nowhere else: what telemetry says
above can look like a ticked box and is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

Box = Literal["draft-again", "stop"]
DRAFT_AGAIN: Box = "draft-again"
STOP: Box = "stop"
BOXES: dict[Box, str] = {
    DRAFT_AGAIN: "Draft it again: this request is closed as `needs-work`, and its failure is thought about anew",
    STOP: "Stop updating: nothing more is pushed here, and this text stays as it is",
}
HEADING = "## Yours to tick"
TAIL = 3_000
"""Characters at the end of a body in which the boxes stand."""
_MARK = re.compile(r"<!-- runwright(?: [a-z]+=[A-Za-z0-9-]+)+ -->\s*\Z")
_BOX = r"- \[([ xX])\] {}\r?\n"
_SECTION = re.compile(
    rf"{HEADING}\r?\n\r?\n"
    + "".join(_BOX.format(re.escape(text)) for text in BOXES.values())
    + rf"\s*(?={_MARK.pattern})"
)


def with_boxes(text: str, ticks: Collection[Box] = ()) -> str:
    """The body with its boxes, ticked as given; a text without a marker is no body of ours and stays as it is."""
    bare = _SECTION.sub("", text)
    mark = _MARK.search(bare, max(len(bare) - TAIL, 0))
    return text if mark is None else f"{bare[: mark.start()]}{_section(ticks)}\n\n{bare[mark.start() :]}"


def ticked(text: str) -> frozenset[Box]:
    """The boxes of a body that are ticked."""
    found = _SECTION.search(text[-TAIL:])
    marks = found.groups() if found else ()
    return frozenset(box for box, mark in zip(BOXES, marks, strict=False) if mark in {"x", "X"})


def _section(ticks: Collection[Box]) -> str:
    lines = (f"- [{'x' if box in ticks else ' '}] {text}" for box, text in BOXES.items())
    return "\n".join((HEADING, "", *lines))
