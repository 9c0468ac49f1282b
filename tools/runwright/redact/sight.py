"""Whether a whole JSON text holds nothing that must go, seen from its strings alone: most of what arrives is so.

It asks less of each string than `data` does: one that may announce something, as a name or as a flag, makes the text
unsure, and then `data` looks closely. Strings that were found quiet are remembered, as telemetry repeats itself.
"""

from __future__ import annotations

import re
from itertools import filterfalse

from runwright.redact.data import flag_name, tells
from runwright.redact.quick import all_clean

_SHORT = 256
"""Characters of the longest string that is remembered."""
_NEAR = 16
"""Characters of what stands behind a string, up to the next one, where both are remembered together."""
_MOST = 20_000
"""Strings that are remembered."""
_FIRST = re.compile(rb'\[\s*"(?=([^"]*)"\s*,)')
"""The first string of a list of several: of a list of two, `data` takes it for the other's name."""

_names: set[bytes] = set()
_values: set[bytes] = set()
_pairs: set[tuple[bytes, bytes]] = set()
"""Strings that were found quiet with what stood behind them: most of a text is known by one look at each."""


def clean_at_sight(text: bytes) -> bool:
    """Whether a JSON text that was read strictly holds nothing that must go; an unsure answer is no."""
    if b"\\" in text or not text.isascii():
        return False  # a string may say something else than it shows
    parts = text.split(b'"')  # there is no escape in it: strings and what stands between them take turns
    pairs = [*filterfalse(_pairs.__contains__, zip(parts[1::2], parts[2::2], strict=True))]
    # Outside of strings a colon stands behind a name alone.
    names = {word for word, behind in pairs if b":" in behind} - _names
    values = {word for word, behind in pairs if b":" not in behind} - _values
    if any(tells(name.decode()) for name in {*names, *_FIRST.findall(text)}) or any(
        _is_flag(value.decode()) for value in values
    ):
        return False
    fresh = [word.decode() for word in names | values]
    if fresh and not all_clean(fresh):
        return False
    _remember(_names, names)
    _remember(_values, values)
    _remember_pairs(pairs)
    return True


def _is_flag(value: str) -> bool:
    return value[:1] in ("-", "/") and (bool(flag_name(value)) or value.startswith("-----BEGIN"))


def _remember(known: set[bytes], words: set[bytes]) -> None:
    if len(known) + len(words) > _MOST:
        known.clear()
    known.update(word for word in words if len(word) <= _SHORT)


def _remember_pairs(pairs: list[tuple[bytes, bytes]]) -> None:
    if len(_pairs) + len(pairs) > _MOST:
        _pairs.clear()
    _pairs.update(pair for pair in pairs if len(pair[0]) <= _SHORT and len(pair[1]) <= _NEAR)
