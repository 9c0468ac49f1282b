"""Which commit a reviewer was shown last of a proposal: who approves without naming one approves that, and no other."""

from __future__ import annotations

import threading
from collections import OrderedDict

MOST = 10_000
"""Looks that are remembered; the oldest go first, and whoever made one is asked to look again."""


class ShownHeads:
    """Remembered in memory alone; any thread may ask."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._heads: OrderedDict[tuple[int, int], str] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, reviewer: int, number: int, head: str) -> None:
        """Note that the holder of a token, by its number, was shown a pull request at a commit."""
        with self._lock:
            self._heads[(reviewer, number)] = head
            self._heads.move_to_end((reviewer, number))
            while len(self._heads) > self.most:
                self._heads.popitem(last=False)

    def of(self, reviewer: int, number: int) -> str | None:
        """Give the commit that was shown last; None where nothing was."""
        with self._lock:
            return self._heads.get((reviewer, number))
