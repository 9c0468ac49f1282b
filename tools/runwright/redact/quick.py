"""One look at many texts at once: which of them hold nothing that must go. Most telemetry holds nothing.

A text stays unsure as soon as any rule's pattern touches it, whatever the rule's proof says; then `text` decides.
Short texts that were found clean are remembered, as telemetry repeats itself; a text that holds something never is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from runwright.redact.columns import cells
from runwright.redact.decoding import blobs
from runwright.redact.finding import find, touched
from runwright.redact.rule import FAILURES
from runwright.redact.rules import ALL
from runwright.redact.statements import values
from runwright.redact.views import is_plain

_SHORT = 256
"""Characters of the longest text that is remembered."""
_MOST = 20_000
"""Texts that are remembered."""
_BETWEEN = "\n\n"
"""No rule needs what stands on the other side of an empty line; one that reaches across makes both unsure."""
_LONG = 262_144
"""Characters that are looked at at once."""

_clean: dict[str, None] = {}


def known_clean(text: str) -> bool:
    """Whether a text was found clean before."""
    return text in _clean


def remember(texts: Iterable[str]) -> None:
    """Remember that texts are clean; when there are too many, all are forgotten."""
    short = [text for text in texts if len(text) <= _SHORT]
    if len(_clean) + len(short) > _MOST:
        _clean.clear()
    _clean.update(dict.fromkeys(short))


def all_clean(texts: Sequence[str]) -> bool:
    """Whether none of the texts holds anything that must go; an unsure answer is no, and so is a look that failed."""
    try:
        return _all_clean(texts)
    except FAILURES:
        return False


def _all_clean(texts: Sequence[str]) -> bool:
    joined = _BETWEEN.join(texts)
    if len(joined) > _LONG or not is_plain(joined) or _hidden(joined):
        return False
    ends = list(accumulate(len(text) + len(_BETWEEN) for text in texts))
    unsure = {place for first, last in touched(joined, ALL) for place in _places(ends, first, last)}
    if any(find(texts[place], ALL) for place in unsure):
        return False
    remember(texts)
    return True


def _hidden(joined: str) -> bool:
    """Whether there is something that no pattern shows: other letters, a table, or a statement."""
    return any(True for found in (blobs(joined), cells(joined), values(joined)) for _ in found)


def _places(ends: Sequence[int], first: int, last: int) -> range:
    """The texts that a part of the joined text touches."""
    return range(bisect_right(ends, first), min(bisect_right(ends, last - 1), len(ends) - 1) + 1)
