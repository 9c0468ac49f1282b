"""Finds in one text what the rules name: in every way to read it, and in what is written there in other letters.

How often a text is searched, and what is put in the place of a find, is left to `text`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from runwright.model.pattern import Words, compiled
from runwright.redact.alphabets import foreign
from runwright.redact.columns import cells
from runwright.redact.decoding import blobs
from runwright.redact.harmless import harmless, is_sentence
from runwright.redact.proofs import CHECKS
from runwright.redact.rule import Rule, Table
from runwright.redact.rules import SECRET_KINDS
from runwright.redact.statements import values
from runwright.redact.views import NEUTRAL, ascii_of, views

_SHAPE = str.maketrans("123456789", "0" * 9)
_QUOTES = "\"'`"
_LONGEST = 80
"""Characters that are looked through for the other quote."""
_DEPTH = 2
"""Texts inside texts that are looked into."""


@dataclass(frozen=True, slots=True)
class Span:
    """One erased place; `start` and `end` count code points of the text that came in."""

    kind: str
    start: int
    end: int


Found = tuple[int, int, int]
"""Start, end, and the rank of the rule: the first of the table gives the name."""


def find(text: str, table: Table) -> list[Span]:
    """Everything that must go from a text, in order; what overlaps is one place."""
    return [Span(table.rules[rank].kind, start, end) for start, end, rank in _merged(_everything(text, table, _DEPTH))]


def _everything(text: str, table: Table, depth: int) -> Iterator[Found]:
    for number, view in enumerate(views(text)):
        for first, last, rank in _matches(view.text, table):
            start, end = view.place(first, last)
            if not number or not _excused(table.rules[rank], text[start:end]):
                yield start, end, rank
        for start, end, rank in () if number else _unmatched(view.text, table, depth):
            yield (*view.place(start, end), rank)


def _unmatched(text: str, table: Table, depth: int) -> Iterator[Found]:
    """What no pattern shows: the values of tables and of statements, and what is written in other letters."""
    for start, end, kind in chain(cells(text), values(text), foreign(text)):
        if (rank := _rank_of(table, kind)) is not None:
            yield start, end, rank
    if depth:
        yield from _inside(text, table, depth - 1)


@lru_cache(maxsize=256)
def _rank_of(table: Table, kind: str) -> int | None:
    """The first rule of a kind; a table of secrets alone has none for a person's data."""
    return next((rank for rank, rule in enumerate(table.rules) if rule.kind == kind), None)


def _inside(text: str, table: Table, depth: int) -> Iterator[Found]:
    """What is written in other letters goes as a whole when anything in it must go."""
    for blob in blobs(text):
        first = min(_everything(blob.meaning, table, depth), key=lambda found: found[2], default=None)
        if first is not None:
            yield blob.start, blob.end, first[2]


def _matches(text: str, table: Table) -> Iterator[Found]:
    subject = ascii_of(text).encode()  # so that places in bytes are places in characters
    for rank in _possible(text.casefold(), table):
        rule = table.rules[rank]
        for match in _pattern(rule.pattern).finditer(subject):
            part = _proved(rule, text, *_whole(rule, text, *_taken(match)))
            if part is not None:
                yield (*part, rank)


def touched(text: str, table: Table) -> Iterator[tuple[int, int]]:
    """Every part of a plain text that a pattern matches, whatever the proofs say."""
    subject = ascii_of(text).encode()
    for rank in _possible(text.casefold(), table):
        for match in _pattern(table.rules[rank].pattern).finditer(subject):
            yield match.span()


_Look = tuple[Words, tuple[int, ...]]
"""The look for all hints at once, and the rules of each as bits."""


@lru_cache(maxsize=8)
def _looks(table: Table) -> tuple[_Look, _Look]:
    """The looks for the hints and for the shapes of a table, made once: the hash of a table costs nothing."""
    return _look(table.hints), _look(table.shapes)


def _look(hints: tuple[tuple[str, int], ...]) -> _Look:
    return Words([hint for hint, _ in hints]), tuple(of for _, of in hints)


def _hinted(text: str, look: _Look) -> int:
    words, rules = look
    found = 0
    for place in words.of(text):
        found |= rules[place]
    return found


def _possible(folded: str, table: Table) -> Iterator[int]:
    """The ranks of the rules of which a hint is in the text."""
    hints, shapes = _looks(table)
    hinted = _hinted(folded, hints) | _hinted(folded.translate(_SHAPE), shapes)
    while hinted:
        lowest = hinted & -hinted
        hinted ^= lowest
        rank = lowest.bit_length() - 1
        for need in table.rules[rank].needs:
            if need not in folded:
                break
        else:
            yield rank


_pattern = lru_cache(maxsize=1024)(compiled)
"""The patterns of all rules stay compiled."""


def _taken(match: Any) -> tuple[int, int]:
    """The first group that took part in a match, or the whole match."""
    for number in range(1, match.re.groups + 1):
        first, last = match.span(number)
        if first >= 0:
            return first, last
    start, end = match.span()
    return start, end


def _whole(rule: Rule, text: str, start: int, end: int) -> tuple[int, int]:
    """A secret that begins behind a quote ends with that quote, whatever blanks and signs are in it."""
    quote = text[start - 1 : start]
    if (
        not quote
        or quote not in _QUOTES
        or rule.kind not in SECRET_KINDS
        or text.startswith((quote, "\\" + quote), end)
    ):
        return start, end
    close = text.find(quote, end, end + _LONGEST)
    opens = start < 2 or not (text[start - 2].isalnum() or text[start - 2] == quote)
    ends = close > 0 and "\n" not in text[end:close] and not text[close + 1 : close + 2].isalnum()
    return (start, len(text[:close].rstrip("\\"))) if opens and ends else (start, end)


def _proved(rule: Rule, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The part of a match that goes; nothing where only marks are left."""
    value = text[start:end]
    if not value.strip(NEUTRAL):
        return None
    if rule.proof == "option" and _helps(text, start, end):
        return None
    if rule.proof in ("place", "prose", "option"):
        prose = rule.proof == "prose"
        spared = harmless(rule.kind, value, prose=prose) or (prose and is_sentence(text, start))
        return None if spared else (start, end)
    return CHECKS[rule.proof](text, start, end)


def _helps(text: str, start: int, end: int) -> bool:
    """Whether a line tells what an option is for: a column of blanks stands before or behind its value."""
    return text[start - 3 : start].isspace() or (text[start:end].isupper() and text[end : end + 2] in ("  ", "\n "))


def _excused(rule: Rule, written: str) -> bool:
    """Whether what was written is a reference (%DB_PASSWORD%), though without its escapes it is none."""
    return rule.proof in ("place", "prose", "option") and harmless(rule.kind, written)


def _merged(found: Iterator[Found]) -> list[Found]:
    """Join what overlaps."""
    joined: list[Found] = []
    for start, end, rank in sorted(found):
        if joined and start < joined[-1][1]:
            first = joined.pop()
            joined.append((first[0], max(first[1], end), min(first[2], rank)))
        else:
            joined.append((start, end, rank))
    return joined
