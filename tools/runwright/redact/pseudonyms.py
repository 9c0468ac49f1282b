"""What is put in the place of something erased: the same mark for the same value, where a key is given.

Equal values stay equal and others differ, so that replay can still compare them. Nobody without the key can try out
values: the marks are keyed (HMAC-SHA-256), a key for each site. Secrets get no such mark: nothing is said about them.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

_DIGITS = 8
"""Of the mark, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How erased values are called."""

    key: bytes = b""
    """Without a key only the kind is said."""

    def mark(self, kind: str, value: str, *, secret: bool) -> str:
        """The mark of a value; its blanks, signs and capitals do not count."""
        if secret or not self.key:
            return f"[erased:{kind}]"
        same = "".join(char for char in value.casefold() if char.isalnum())
        digest = hmac.new(self.key, f"{kind}\0{same}".encode("utf-8", "replace"), hashlib.sha256)
        return f"[erased:{kind}:{digest.hexdigest()[:_DIGITS]}]"


PLAIN = Marks()
"""Marks that say the kind alone."""


def site_key(key: bytes, site_id: str) -> bytes:
    """The key of one site, made from the installation's: the marks of two sites cannot be compared."""
    return hmac.new(key, b"runwright-redaction\0" + site_id.encode(), hashlib.sha256).digest() if key else b""
