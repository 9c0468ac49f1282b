"""Whether a webhook's body was signed with the shared secret: HMAC-SHA256 over its bytes, compared in constant time.

GitHub's header is `X-Hub-Signature-256: sha256=<64 hex digits>`; the older one over SHA-1 counts for nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

HEADER = b"x-hub-signature-256"
_FORM = re.compile(rb"sha256=[0-9a-f]{64}")


def claimed(headers: Sequence[tuple[bytes, bytes]]) -> bytes | None:
    """The one signature that the headers hold; None where there is none, or several, or what cannot be one."""
    found = [value for name, value in headers if name.lower() == HEADER]
    return found[0] if len(found) == 1 and _FORM.fullmatch(found[0]) else None


def is_signed(secret: bytes, body: bytes, claim: bytes) -> bool:
    """Whether a body bears the signature that is claimed for it."""
    mine = b"sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest().encode()
    return hmac.compare_digest(mine, claim)
