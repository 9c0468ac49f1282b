"""How programs write a value: as it is, in bases of bytes, in addresses, in JSON, in HTML and for shells.

Which values are looked for, and where, is `registered`'s business.
"""

from __future__ import annotations

import base64
import html
import json
import shlex
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus

MIN_LENGTH = 4
"""Characters of the shortest secret: a shorter one stands in every other word, and without those no text is left."""
_MIN_LINE = 12
"""A line of a longer value, such as a key, is erased on its own when it has so many characters."""


def forms_of(value: str) -> frozenset[str]:
    """Every form of a value and of its long lines."""
    parts = {value, value.strip(), *(line.strip() for line in value.splitlines() if len(line.strip()) >= _MIN_LINE)}
    written = {form for part in parts for form in _written(part)}
    return frozenset(form for form in written if len(form) >= min(MIN_LENGTH, len(value)))


def _written(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogatepass")
    yield value
    yield from (raw.hex(" "), raw.hex(":"), raw.hex(":").upper())
    for octets in (raw, value.encode("utf-16-le", "surrogatepass"), value.encode("utf-16-be", "surrogatepass")):
        yield from (octets.hex(), octets.hex().upper())
        yield from _base64(octets)
    yield from _base32(raw)
    # UTF-16 that was read as bytes: each character has a zero beside it, or what stands for one.
    yield from ("\x00".join(value), "\N{REPLACEMENT CHARACTER}".join(value))
    yield from _in_addresses(raw)
    yield from _in_json(value)
    yield from _in_html(value)
    yield from _quoted(value)


def _in_addresses(raw: bytes) -> Iterator[str]:
    every = "".join(f"%{octet:02X}" for octet in raw)
    for address in (quote(raw, safe=""), quote(raw), quote_plus(raw), every):
        yield from (address, _lower_escapes(address))


def _in_json(value: str) -> Iterator[str]:
    for ascii_only in (True, False):
        inside = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield from (inside, inside.replace("/", "\\/"), json.dumps(inside, ensure_ascii=ascii_only)[1:-1])
        # What is safe inside HTML too: the first three in many libraries, the others in some.
        for unsafe in ("<>&", "<>&'", "<>&'+`"):
            escaped = "".join(f"\\u{ord(char):04x}" if char in unsafe else char for char in inside)
            yield from (escaped, _upper_escapes(escaped), _upper_escapes(escaped.replace('\\"', "\\u0022")))


def _in_html(value: str) -> Iterator[str]:
    escaped = html.escape(value)
    yield from (escaped, html.escape(value, quote=False))
    yield from (escaped.replace("&#x27;", other) for other in ("&#39;", "&#039;", "&apos;", "'"))
    yield escaped.replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


def _quoted(value: str) -> Iterator[str]:
    """In a shell's or a program's quotes; the quotes themselves may stay."""
    yield shlex.quote(value).strip("'")
    yield repr(value)[1:-1]
    yield value.replace("'", "''")
    yield "".join(f"\\{char}" if not (char.isalnum() or char in "_-./@%+=:,") else char for char in value)
    yield "".join(f"\\{char}" if char in '"\\$`' else char for char in value)


def _base64(raw: bytes) -> Iterator[str]:
    """In base64, also in the middle of something longer, such as `user:password`."""
    for form in (base64.b64encode(raw).decode(), *_within(raw, base64.b64encode, 3, 6)):
        yield from (form, form.replace("+", "-").replace("/", "_"))


def _base32(raw: bytes) -> Iterator[str]:
    for form in (base64.b32encode(raw).decode(), *_within(raw, base64.b32encode, 5, 5)):
        yield from (form, form.lower())


def _within(raw: bytes, encode: Callable[[bytes], bytes], group: int, bits: int) -> Iterator[str]:
    """The letters that belong to a value alone, at every place that it can have in a group of bytes."""
    for before in range(group):
        first, end = -(-before * 8 // bits), (before + len(raw)) * 8 // bits
        yield encode(bytes(before) + raw).decode()[first:end]


def _lower_escapes(address: str) -> str:
    parts = address.split("%")
    return "%".join([parts[0], *(part[:2].lower() + part[2:] for part in parts[1:])])


def _upper_escapes(text: str) -> str:
    parts = text.split("\\u")
    return "\\u".join([parts[0], *(part[:4].upper() + part[4:] for part in parts[1:])])
