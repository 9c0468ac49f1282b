"""The word that was most likely meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that is most like another one, or None when none is like it (1 is equal, 0 has nothing alike)."""
    from difflib import get_close_matches  # needed only where something is wrong

    return next(iter(get_close_matches(word, list(known), n=1, cutoff=cutoff)), None)
