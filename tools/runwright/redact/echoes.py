"""Where a value that was erased stands once more in the same text, with nothing around it that tells what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runwright.redact.finding import Span
from runwright.redact.harmless import harmless
from runwright.redact.persons import is_name, words_of
from runwright.redact.rules import SECRET_KINDS

_NUMBERS = frozenset({
    "mrn", "phone", "email", "ssn", "national_id", "insurance_id", "account_number", "card", "iban", "license", "npi",
})  # fmt: skip
_NAME = "name"
_SHORTEST_NAME = 4
_SHORTEST = 6
_LONGEST = 128
_MOST = 64
"""Values that are looked for: a table of thousands of people has the rest in its own rows."""

Told = dict[str, str]
"""A value, and its kind."""


def echoes(left: str, text: str, found: Sequence[Span]) -> list[Span]:
    """In `left`, each place of a value that was found in `text`."""
    told: Told = {}
    for kind, written in dict.fromkeys((span.kind, text[span.start : span.end]) for span in found):
        for value in _values(kind, written):
            told.setdefault(value, kind)
        if len(told) >= _MOST:
            break
    return _apart(span for value, kind in told.items() if value in left for span in _places(left, value, kind))


def _values(kind: str, written: str) -> Iterator[str]:
    """What is looked for elsewhere: names word by word, secrets and numbers that nobody would write by chance."""
    if kind == _NAME:
        words = [word.group() for word in words_of(written, 0, len(written))]
        yield from (word for word in words if len(word) >= _SHORTEST_NAME and word[0].isupper() and is_name(word))
    elif _SHORTEST <= len(written) <= _LONGEST and not any(char.isspace() for char in written):
        digits = sum(char.isdigit() for char in written)
        made = any(char.isalpha() for char in written) and (digits or not written.isalnum())
        if (kind in SECRET_KINDS and made and not harmless(kind, written)) or (
            kind in _NUMBERS and (digits >= _SHORTEST - 1 or "@" in written)
        ):
            yield written


def _places(left: str, value: str, kind: str) -> Iterator[Span]:
    at = left.find(value)
    while at >= 0:
        end = at + len(value)
        if not (left[at - 1 : at].isalnum() or left[end : end + 1].isalnum()):
            yield Span(kind, at, end)
        at = left.find(value, end)


def _apart(spans: Iterator[Span]) -> list[Span]:
    """In order, without those that overlap one before."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
