"""Erases values that are known to be secret, wherever they stand and however they were written.

What looks like a secret without being known is `redact`'s business. The values come from the agent, which alone knows
them; they live in memory and are never written anywhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from runwright.redact.cuts import cuts_of
from runwright.redact.forms import MIN_LENGTH, forms_of

__all__ = ["MASK", "MIN_LENGTH", "Registered", "forms_of"]

MASK = "[erased:secret]"
_MIN_PART = 8
"""So many characters of a value, or half of it, at an end of a text are a part of it, and no chance."""
_LONG = 64
"""Data that is shorter was not cut: it is a name, a state, a date."""
_BREAK = re.compile(r"(?:\r?\n|\\r\\n|\\n)[ \t]*")
"""Where a long encoded value goes on in the next line, also inside JSON."""
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Registered:
    """The values that must not be kept; changed by copy."""

    values: frozenset[str] = frozenset()

    def plus(self, *values: str) -> Registered:
        """The same with these values as well."""
        return Registered(self.values | frozenset(value for value in values if value))

    def mask(self, text: str, *, cut: bool = False) -> str:
        """Erase every value in a text, and parts of one at its ends; `cut` says that its beginning is missing."""
        return self._masked(text, ends=True, cut=cut)

    def mask_data(self, data: Any) -> Any:
        """Erase every value in JSON data, names included."""
        if not self.values:
            return data
        if isinstance(data, str):
            return self._masked(data, ends=len(data) >= _LONG)
        if isinstance(data, Mapping):
            return {self.mask_data(key): self.mask_data(value) for key, value in data.items()}
        if isinstance(data, list | tuple):
            return [self.mask_data(item) for item in data]
        return data

    def _masked(self, text: str, *, ends: bool, cut: bool = False) -> str:
        forms = _all_forms(self.values)
        spans = [*_whole(text, forms), *(_parts(text, forms, cut=cut) if ends else ())] if forms else []
        if forms and _BREAK.search(text):
            spans += _broken(text, forms, ends=ends)
        return _erased(text, spans) if spans else text


@lru_cache(maxsize=64)
def _all_forms(values: frozenset[str]) -> tuple[str, ...]:
    """Every form of every value."""
    return tuple(sorted({form for value in values for form in forms_of(value)}))


def _whole(text: str, forms: Iterable[str]) -> Iterator[Span]:
    for form in forms:
        at = text.find(form)
        while at >= 0:
            yield at, at + len(form)
            at = text.find(form, at + 1)


def _parts(text: str, forms: Iterable[str], *, cut: bool) -> Iterator[Span]:
    """The end of a value at the text's start, and the start of one at its end; where it was cut, a short one too."""
    cuts = cuts_of(text)
    start, end = cuts.start or 0, len(text) if cuts.end is None else cuts.end
    cut_start, cut_end = cut or cuts.start is not None, cuts.end is not None
    for form in forms:
        usual = min(_MIN_PART, max(MIN_LENGTH, (len(form) + 1) // 2))
        if size := _rest(text, start, form, MIN_LENGTH if cut_start else usual):
            yield start, start + size
        if size := _first(text, end, form, MIN_LENGTH if cut_end else usual):
            yield end - size, end


def _rest(text: str, start: int, form: str, least: int) -> int:
    """How many characters of the end of a value a text begins with."""
    head = text[start : start + least]
    at = form.find(head, 1) if len(head) == least else -1
    while at >= 0:
        if text.startswith(form[at:], start):
            return len(form) - at
        at = form.find(head, at + 1)
    return 0


def _first(text: str, end: int, form: str, least: int) -> int:
    """How many characters of the beginning of a value a text ends with."""
    tail = text[max(0, end - least) : end]
    at = form.rfind(tail, 0, len(form) - 1) if len(tail) == least else -1
    while at >= 0:
        if text.endswith(form[: at + least], 0, end):
            return at + least
        at = form.rfind(tail, 0, at + least - 1)
    return 0


def _broken(text: str, forms: Iterable[str], *, ends: bool) -> Iterator[Span]:
    """Values that go over several lines, found in the text without its line breaks."""
    joined, starts, places = _joined(text)
    long = tuple(form for form in forms if len(form) >= _MIN_PART)
    parts = _parts(joined, long, cut=False) if ends else ()
    for start, end in (*_whole(joined, long), *parts):
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1
        if first != last:
            yield places[first] + start - starts[first], places[last] + end - starts[last]


def _joined(text: str) -> tuple[str, list[int], list[int]]:
    """The text without line breaks; where each of its pieces starts in it, and in the text itself."""
    pieces: list[str] = []
    starts: list[int] = []
    places: list[int] = []
    length = place = 0
    for end, after in (*((found.start(), found.end()) for found in _BREAK.finditer(text)), (len(text), len(text))):
        if end > place:
            pieces.append(text[place:end])
            starts.append(length)
            places.append(place)
            length += end - place
        place = after
    return "".join(pieces), starts, places


def _erased(text: str, spans: Iterable[Span]) -> str:
    """The text with one mask for each span, and for spans that overlap."""
    kept: list[str] = []
    done = 0
    for start, end in _merged(spans):
        kept += (text[done:start], MASK)
        done = end
    return "".join((*kept, text[done:]))


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
