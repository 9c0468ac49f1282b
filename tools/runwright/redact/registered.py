"""Erases values that are known to be secret, wherever they stand and however they were written.

What looks like a secret without being known is `redact`'s business. The values come from the agent, which alone knows
them; they live in memory and are never written anywhere.
"""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "[erased:secret]"
MIN_LENGTH = 4
"""Characters of the shortest secret: a shorter one stands in every other word, and without those no text is left."""
_MIN_LINE = 12
"""A line of a longer value, such as a key, is erased on its own when it has so many characters."""
_MIN_PART = 6
"""So many characters of a value at the start of a text that was cut are its rest, and no chance."""


@dataclass(frozen=True, slots=True)
class Registered:
    """The values that must not be kept; changed by copy."""

    values: frozenset[str] = frozenset()

    def plus(self, *values: str) -> Registered:
        """The same with these values as well."""
        return Registered(self.values | frozenset(value for value in values if value))

    def mask(self, text: str, *, cut: bool = False) -> str:
        """Erase every value in a text; `cut` says that the text's beginning is missing."""
        for form in _all_forms(self.values):
            if form in text:
                text = text.replace(form, MASK)
        return self._without_rest(text) if cut else text

    def mask_data(self, data: Any) -> Any:
        """Erase every value in JSON data, names included."""
        if not self.values:
            return data
        if isinstance(data, str):
            return self.mask(data)
        if isinstance(data, Mapping):
            return {self.mask_data(key): self.mask_data(value) for key, value in data.items()}
        if isinstance(data, list | tuple):
            return [self.mask_data(item) for item in data]
        return data

    def _without_rest(self, text: str) -> str:
        """The end of a value may be all that the cut has left of it."""
        for form in _all_forms(self.values):
            for size in range(len(form) - 1, _MIN_PART - 1, -1):
                if text.startswith(form[-size:]):
                    return MASK + text[size:]
        return text


@lru_cache(maxsize=64)
def _all_forms(values: frozenset[str]) -> tuple[str, ...]:
    """Every form of every value, the longest first: a form may be a part of another one."""
    forms = {form for value in values for form in forms_of(value)}
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def forms_of(value: str) -> frozenset[str]:
    """How programs write a value: as it is, in base64, hex, for addresses, in JSON and for shells."""
    parts = {value, value.strip(), *(line.strip() for line in value.splitlines() if len(line.strip()) >= _MIN_LINE)}
    written = {form for part in parts for form in _written(part)}
    return frozenset(form for form in written if len(form) >= min(MIN_LENGTH, len(value)))


def _written(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogatepass")
    yield value
    yield from (raw.hex(), raw.hex().upper(), raw.hex(" "), raw.hex(":"), raw.hex(":").upper())
    yield from _base64(raw)
    for address in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield from (address, _lower_escapes(address))
    for ascii_only in (True, False):
        inside = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield from (inside, inside.replace("/", "\\/"), json.dumps(inside, ensure_ascii=ascii_only)[1:-1])
    yield from _quoted(value)


def _quoted(value: str) -> Iterator[str]:
    """In a shell's or a program's quotes; the quotes themselves may stay."""
    yield shlex.quote(value).strip("'")
    yield repr(value)[1:-1]
    yield value.replace("'", "''")
    yield "".join(f"\\{char}" if not (char.isalnum() or char in "_-./@%+=:,") else char for char in value)
    yield "".join(f"\\{char}" if char in '"\\$`' else char for char in value)


def _base64(raw: bytes) -> Iterator[str]:
    """In base64, also in the middle of something longer, such as `user:password`.

    Three bytes make four letters, so a value has three forms; letters that mix with its neighbours are left out.
    """
    for before in range(3):
        text = base64.b64encode(bytes(before) + raw).decode()
        whole = text if (before + len(raw)) % 3 == 0 else text.rstrip("=")[:-1]
        for form in (text if before == 0 else "", whole[(0, 2, 3)[before] :]):
            yield from (form, form.replace("+", "-").replace("/", "_"))


def _lower_escapes(address: str) -> str:
    parts = address.split("%")
    return "%".join([parts[0], *(part[:2].lower() + part[2:] for part in parts[1:])])
