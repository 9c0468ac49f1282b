"""Tokens that were looked up a moment ago: an agent that sends a lot is not looked up in the database each time.

A moment is a fifth of a second, so that a revoked token is refused at once as far as anybody can see.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from runwright.model.intake import Access
from runwright.service.ports import Accesses

MOMENT = 0.2
"""Seconds that what was found may be believed."""
MOST = 4_096
Found = tuple[str, Access]


class RecentAccesses:
    """The accesses, with what was found in the last moment."""

    def __init__(self, accesses: Accesses, now: Callable[[], float] = time.monotonic) -> None:
        self.accesses, self.now = accesses, now
        self._found: dict[str, tuple[float, Found]] = {}
        self._asking: set[str] = set()

    def at_hand(self, token_hash: str) -> Found | None:
        """What was found a moment ago, or a moment more while somebody asks; nothing is asked here."""
        found = self._found.get(token_hash)
        if found is None:
            return None
        patience = 2 * MOMENT if token_hash in self._asking else MOMENT
        return found[1] if self.now() - found[0] < patience else None

    def find(self, token_hash: str) -> Found | None:
        """Ask the store."""
        self._asking.add(token_hash)
        try:
            return self._asked(token_hash)
        finally:
            self._asking.discard(token_hash)

    def _asked(self, token_hash: str) -> Found | None:
        found = self.accesses.find(token_hash)
        if len(self._found) >= MOST:
            self._found.clear()
        if found is None:
            self._found.pop(token_hash, None)
        else:
            self._found[token_hash] = self.now(), found
        return found
