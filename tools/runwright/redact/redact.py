"""Erases secrets: text in, the same text without them out; JSON in, the same JSON without them out.

Idempotent by construction: what is left is searched again until nothing is found, and markers of an earlier
redaction are never looked into. Fails closed: what cannot be searched is withheld as a whole.
Personal data, encoded secrets and registered values are not known here yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from runwright.errors import ContentError
from runwright.model.execution import Erased
from runwright.model.pattern import compiled, full_match
from runwright.redact.harmless import MARKER, harmless
from runwright.redact.rules import RULE_VERSION, RULES, SECRET_KEYS, Rule

MAX_TEXT = 1_048_576
"""Longest text that is searched unless its caller has more time, in code points; a longer one is withheld."""
MAX_DEPTH = 100
"""Deepest nesting of JSON that is searched; what lies deeper is withheld."""
_PASSES = 12
_WITHHELD = "withheld"
_FLAG = r"(?:--?|/)[\w-]*"


@dataclass(frozen=True, slots=True)
class Span:
    """One erased place; `start` and `end` count code points of the text that came in."""

    kind: str
    start: int
    end: int


def redact_text(text: str, limit: int = MAX_TEXT) -> tuple[str, tuple[Span, ...]]:
    """Erase the secrets of a text and say where they stood; a half of a surrogate pair becomes U+FFFD.

    A text of more than `limit` code points is withheld.
    """
    clean = _without_surrogates(text)
    try:
        spans = _search(clean) if len(clean) <= limit else None
    except (ContentError, ValueError, RuntimeError, MemoryError):
        spans = None  # a matcher that failed proves nothing about the text
    if spans is None:
        return withheld(clean), (Span(_WITHHELD, 0, len(text)),)
    return _erase(clean, spans), tuple(spans)


def withheld(text: str) -> str:
    """What stands for a text that could not be searched."""
    return f"[withheld {len(text.encode())} bytes]"


def _without_surrogates(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def _erase(text: str, spans: Sequence[Span]) -> str:
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], f"[erased:{span.kind}]"]
        at = span.end
    return "".join([*parts, text[at:]])


def _search(text: str) -> list[Span] | None:
    """All spans in order; None when the text never comes to rest."""
    found: list[Span] = []
    pieces = list(_between(0, len(text), [match.span() for match in compiled(MARKER).finditer(text)]))
    for _ in range(_PASSES):
        fresh, pieces = _one_pass(text, pieces)
        found += fresh
        if not fresh:
            return sorted(found, key=lambda span: span.start)
    return None


def _one_pass(text: str, pieces: list[tuple[int, int]]) -> tuple[list[Span], list[tuple[int, int]]]:
    """Search each piece; only the pieces that changed come back, cut at what was found."""
    found: list[Span] = []
    left: list[tuple[int, int]] = []
    for start, end in pieces:
        spans = _merged(_matches(text[start:end], start))
        found += spans
        if spans:
            left += _between(start, end, [(span.start, span.end) for span in spans])
    return found, left


def _between(start: int, end: int, holes: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for hole_start, hole_end in holes:
        if start < hole_start:
            yield start, hole_start
        start = hole_end
    if start < end:
        yield start, end


def _matches(piece: str, offset: int) -> Iterator[tuple[int, int, int]]:
    """Every match as start, end and the rank of its rule."""
    folded = piece.casefold()
    for rank, rule in enumerate(RULES):
        if any(hint in folded for hint in rule.hints):
            for start, end in _matches_of(rule, piece):
                yield start + offset, end + offset, rank


def _matches_of(rule: Rule, piece: str) -> Iterator[tuple[int, int]]:
    for match in compiled(rule.pattern).finditer(piece):
        groups = len(match.groups())
        start, end = next((match.span(n) for n in range(1, groups + 1) if match.span(n)[0] >= 0), match.span())
        if start < end and not _spared(rule, piece[start:end]):
            yield start, end


def _spared(rule: Rule, value: str) -> bool:
    return rule.proof != "form" and harmless(rule.kind, value, prose=rule.proof == "prose")


def _merged(matches: Iterator[tuple[int, int, int]]) -> list[Span]:
    """Join what overlaps; the rule that stands first in the table gives the name."""
    joined: list[tuple[int, int, int]] = []
    for start, end, rank in sorted(matches):
        if joined and start < joined[-1][1]:
            first = joined.pop()
            joined.append((first[0], max(first[1], end), min(first[2], rank)))
        else:
            joined.append((start, end, rank))
    return [Span(RULES[rank].kind, start, end) for start, end, rank in joined]


def redact_data(value: Any) -> tuple[Any, tuple[Erased, ...]]:
    """Erase the secrets of JSON data and say where they stood; names, numbers and truth values stay as they are."""
    erased: list[Erased] = []
    return _data(value, (), erased), tuple(erased)


Where = tuple[str | int, ...]


def _data(value: Any, at: Where, erased: list[Erased]) -> Any:
    if isinstance(value, str):
        return _text(value, at, erased)
    if not isinstance(value, Mapping | list | tuple):
        return value
    if len(at) >= MAX_DEPTH:
        return _note(at, _WITHHELD, erased, f"[withheld {_size(value)} bytes]")
    if isinstance(value, Mapping):
        return {key: _member(value, key, at, erased) for key in value}
    return [_item(value, index, at, erased) for index in range(len(value))]


def _text(value: str, at: Where, erased: list[Erased]) -> str:
    text, spans = redact_text(value)
    for kind in dict.fromkeys(span.kind for span in spans):
        _note(at, kind, erased, text)
    return text


def _member(owner: Mapping[Any, Any], key: Any, at: Where, erased: list[Erased]) -> Any:
    """One member of an object; `{"name": "DB_PASSWORD", "value": …}` names its secret beside it."""
    name = owner.get("name", owner.get("key")) if key == "value" else key
    kind = _secret_name(name) if isinstance(name, str) else None
    return _under(kind, owner[key], (*at, str(key)), erased)


def _item(items: Sequence[Any], index: int, at: Where, erased: list[Erased]) -> Any:
    """One item of a list; in a list of arguments the one before it may name it: ["--password", …]."""
    before = items[index - 1] if index else None
    named = isinstance(before, str) and len(before) <= 80 and full_match(_FLAG, before)  # no flag is longer
    kind = _secret_name(before) if named and isinstance(before, str) else None
    return _under(kind, items[index], (*at, index), erased)


def _under(kind: str | None, value: Any, at: Where, erased: list[Erased]) -> Any:
    """A value below a name that announces a secret (kind) or does not (None)."""
    if kind is None or len(at) >= MAX_DEPTH:
        return _data(value, at, erased)
    if isinstance(value, str):
        return _text(value, at, erased) if harmless(kind, value) else _note(at, kind, erased, f"[erased:{kind}]")
    if isinstance(value, list | tuple):
        return [_under(kind, item, (*at, index), erased) for index, item in enumerate(value)]
    return _data(value, at, erased)


@lru_cache(maxsize=4096)
def _secret_name(name: str) -> str | None:
    if len(name) > 200:  # no name is longer, and this is asked of every member
        return None
    clean = _without_surrogates(name)
    return next((kind for kind, pattern in SECRET_KEYS.items() if full_match(pattern, clean)), None)


def _note(at: Where, kind: str, erased: list[Erased], shown: str) -> str:
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in at)
    erased.append(Erased(pointer=pointer, kind=kind, rule_version=RULE_VERSION))
    return shown


def _size(value: Any) -> int:
    try:
        return len(json.dumps(value, default=str).encode())
    except (RecursionError, ValueError):
        return 0
