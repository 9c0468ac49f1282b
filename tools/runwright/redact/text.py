"""Erases what must go from a text and says where it stood; `data` does the same for JSON.

Idempotent by construction: what is left is searched again until nothing is found, and markers of an earlier
redaction are never looked into, yet shield nothing. Fails closed: what cannot be searched is withheld as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from runwright.redact.echoes import echoes
from runwright.redact.finding import Span, find
from runwright.redact.marker import markers
from runwright.redact.pseudonyms import PLAIN, Marks
from runwright.redact.quick import known_clean, remember
from runwright.redact.rule import FAILURES, Table
from runwright.redact.rules import ALL, KINDS, ONLY_SECRETS, SECRET_KINDS
from runwright.redact.views import NEUTRAL

MAX_TEXT = 1_048_576
"""Longest text that is searched unless its caller has more time, in code points; a longer one is withheld."""
_PASSES = 12
WITHHELD = "withheld"
_KINDS = frozenset(KINDS)


def redact_text(text: str, limit: int = MAX_TEXT, marks: Marks = PLAIN) -> tuple[str, tuple[Span, ...]]:
    """Erase what must go from a text and say where it stood; a half of a surrogate pair becomes U+FFFD.

    A text of more than `limit` code points is withheld; a mark counts as one.
    """
    if known_clean(text):
        return text, ()
    clean = without_surrogates(text)
    spans = _spans(clean, ALL, limit)
    if spans is None:
        return withheld(clean), (Span(WITHHELD, 0, len(text)),)
    if not spans:
        remember((clean,))
    return _erase(clean, spans, marks), tuple(spans)


def scan(text: str) -> tuple[Span, ...]:
    """What a text that is about to leave still holds; a text that cannot be searched is one find."""
    return redact_text(text)[1]


def secrets_in(text: str) -> tuple[Span, ...]:
    """The passwords, keys and tokens of a text; what is personal is not looked for."""
    spans = _spans(without_surrogates(text), ONLY_SECRETS, MAX_TEXT)
    return (Span(WITHHELD, 0, len(text)),) if spans is None else tuple(spans)


def withheld(text: str) -> str:
    """What stands for a text that could not be searched."""
    return f"[withheld {len(text.encode())} bytes]"


def without_surrogates(text: str) -> str:
    """The text with U+FFFD for each half of a pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def mark(kind: str, value: str, marks: Marks) -> str:
    """What stands for an erased value."""
    return marks.mark(kind, value, secret=kind in SECRET_KINDS)


def _spans(text: str, table: Table, limit: int) -> list[Span] | None:
    try:
        return _search(text, table, limit)
    except FAILURES:
        return None  # a matcher that failed proves nothing about the text


def _erase(text: str, spans: Sequence[Span], marks: Marks) -> str:
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], mark(span.kind, text[span.start : span.end], marks)]
        at = span.end
    return "".join([*parts, text[at:]])


def _search(text: str, table: Table, limit: int) -> list[Span] | None:
    """All spans in order; None when the text is too long or never comes to rest.

    A marker is searched as one neutral character, whether it came in or is about to be made: what stands beside it
    is not shielded by it, and the text that comes to rest here is the one that the next redaction sees.
    """
    left, origin = _folded(text, range(len(text) + 1), list(markers(text, _KINDS)))
    if len(left) > limit:
        return None
    found: list[Span] = []
    for _ in range(_PASSES):
        fresh = find(left, table) or echoes(left, text, found)
        if not fresh:
            return _outermost(found)
        found += [Span(span.kind, origin[span.start], origin[span.end]) for span in fresh]
        left, origin = _folded(left, origin, [(span.start, span.end) for span in fresh])
    return None


def _folded(text: str, origin: Sequence[int], holes: Sequence[tuple[int, int]]) -> tuple[str, Sequence[int]]:
    """Put one neutral character for each hole; `origin` says where each character stood in the text that came in."""
    if not holes:
        return text, origin
    parts: list[str] = []
    origins: list[int] = []
    at = 0
    for start, end in holes:
        parts += [text[at:start], NEUTRAL]
        origins += origin[at : start + 1]
        at = end
    return "".join([*parts, text[at:]]), [*origins, *origin[at:]]


def _outermost(found: Sequence[Span]) -> list[Span]:
    """In order, without those that a later pass found to be a part of a larger one."""
    kept: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
