"""Erases secrets: text in, the same text without them out; JSON in, the same JSON without them out.

Idempotent by construction: what is left is searched again until nothing is found, and markers of an earlier
redaction are never looked into, yet shield nothing. Fails closed: what cannot be searched is withheld as a whole.
Personal data, encoded secrets and registered values are not known here yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
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
_NEUTRAL = "\ufffc"
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
    """All spans in order; None when the text never comes to rest.

    A marker is searched as one neutral character, whether it came in or is about to be made: what stands beside it
    is not shielded by it, and the text that comes to rest here is the one that the next redaction sees.
    """
    left, origin = _folded(text, range(len(text) + 1), [match.span() for match in compiled(MARKER).finditer(text)])
    found: list[Span] = []
    for _ in range(_PASSES):
        fresh = _merged(_matches(left))
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
        parts += [text[at:start], _NEUTRAL]
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


def _matches(text: str) -> Iterator[tuple[int, int, int]]:
    """Every match as start, end and the rank of its rule."""
    folded = text.casefold()
    for rank, rule in enumerate(RULES):
        if any(hint in folded for hint in rule.hints):
            for start, end in _matches_of(rule, text):
                yield start, end, rank


def _matches_of(rule: Rule, text: str) -> Iterator[tuple[int, int]]:
    for match in compiled(rule.pattern).finditer(text):
        groups = len(match.groups())
        start, end = next((match.span(n) for n in range(1, groups + 1) if match.span(n)[0] >= 0), match.span())
        if start < end and not _spared(rule, text[start:end]):
            yield start, end


def _spared(rule: Rule, value: str) -> bool:
    if not value.strip(_NEUTRAL):
        return True
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
    """Erase the secrets of JSON data and say where they stood; numbers and truth values stay as they are."""
    erased: list[Erased] = []
    return _data(value, (), erased, None), tuple(erased)


Where = tuple[str | int, ...]


def _data(value: Any, at: Where, erased: list[Erased], kind: str | None) -> Any:
    """A value below a name that announces a secret (kind) or does not (None)."""
    if isinstance(value, str):
        return _text(value, at, erased, kind)
    if not isinstance(value, Mapping | list | tuple):
        return value
    if len(at) >= MAX_DEPTH:
        return _note(at, _WITHHELD, erased, f"[withheld {_size(value)} bytes]")
    if isinstance(value, Mapping):
        return _object(value, at, erased, kind)
    return [_data(item, (*at, index), erased, kind or _flagged(value, index)) for index, item in enumerate(value)]


def _text(value: str, at: Where, erased: list[Erased], kind: str | None) -> str:
    if kind is not None and not harmless(kind, value):
        return _note(at, kind, erased, f"[erased:{kind}]")
    text, spans = redact_text(value)
    return _noted(text, tuple(span.kind for span in spans), at, erased)


def _object(owner: Mapping[Any, Any], at: Where, erased: list[Erased], kind: str | None) -> dict[Any, Any]:
    clean: dict[Any, Any] = {}
    for key, value in owner.items():
        name, kinds = _clean_name(key) if isinstance(key, str) else (key, ())
        name = _free(name, clean)
        _noted(name, kinds, (*at, str(name)), erased)
        clean[name] = _data(
            value, (*at, str(name)), erased, kind if kind == "password" else _announced(owner, key) or kind
        )
    return clean


def _free(name: Any, taken: Mapping[Any, Any]) -> Any:
    """A name that is not taken: two names may be the same without their secrets, and no member may be lost."""
    numbered = (f"{name} ({number})" for number in count(2))
    return name if name not in taken else next(free for free in numbered if free not in taken)


def _announced(owner: Mapping[Any, Any], key: Any) -> str | None:
    """What a member's name announces; `{"name": "DB_PASSWORD", "value": …}` names its secret beside it."""
    name = owner.get("name", owner.get("key")) if key == "value" else key
    return _secret_name(name) if isinstance(name, str) else None


def _flagged(items: Sequence[Any], index: int) -> str | None:
    """What the item before announces: in a list of arguments it may be a flag, ["--password", …]."""
    before = items[index - 1] if index else None
    named = isinstance(before, str) and len(before) <= 80 and full_match(_FLAG, before)  # no flag is longer
    return _secret_name(before) if named and isinstance(before, str) else None


@lru_cache(maxsize=4096)
def _clean_name(name: str) -> tuple[str, tuple[str, ...]]:
    clean, spans = redact_text(name)
    return clean, tuple(span.kind for span in spans)


@lru_cache(maxsize=4096)
def _secret_name(name: str) -> str | None:
    if len(name) > 200:  # no name is longer, and this is asked of every member
        return None
    seen = (_without_surrogates(name), _clean_name(name)[0])  # the second is what the next redaction sees
    return next((kind for kind, pattern in SECRET_KEYS.items() if any(full_match(pattern, one) for one in seen)), None)


def _noted(shown: str, kinds: Sequence[str], at: Where, erased: list[Erased]) -> str:
    for kind in dict.fromkeys(kinds):
        _note(at, kind, erased, shown)
    return shown


def _note(at: Where, kind: str, erased: list[Erased], shown: str) -> str:
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in at)
    erased.append(Erased(pointer=pointer, kind=kind, rule_version=RULE_VERSION))
    return shown


def _size(value: Any) -> int:
    try:
        return len(json.dumps(value, default=str).encode())
    except (RecursionError, ValueError):
        return 0
