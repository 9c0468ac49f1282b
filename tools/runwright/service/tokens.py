"""Bearer tokens: how one looks, and that only its hash is ever compared or stored."""

from __future__ import annotations

import hashlib
import hmac
import re

from runwright.model.intake import Role

_FORM = re.compile(rb"rw_(?:agent|reviewer)_[A-Za-z0-9_-]{43}")


def token_text(role: Role, chance: str) -> str:
    """Write a token from 43 characters of URL-safe randomness; the role in it helps people, and grants nothing."""
    return f"rw_{role}_{chance}"


def hash_token(token: str) -> str:
    """The SHA-256 of a token, in hexadecimal; slow hashing is for what people choose, not for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(header: str | None) -> str | None:
    """The token in an Authorization header; None for anything else, whatever bytes it holds."""
    kind, _, token = (header or "").partition(" ")
    plain = token.strip().encode("utf-8", "replace")
    return plain.decode() if kind.lower() == "bearer" and _FORM.fullmatch(plain) else None


def same(one: str, other: str) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
