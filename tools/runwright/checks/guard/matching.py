"""The guard's own patterns, compiled once: there are more of them than the shared cache keeps.

Only patterns of our own tables come here, never text of a command.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from runwright.model.pattern import compiled


@lru_cache(maxsize=4096)
def _kept(pattern: str) -> Any:
    return compiled(pattern)


def occurs(pattern: str, text: str) -> bool:
    """Whether the pattern occurs in the text, whatever the case; a dot is any character."""
    return _kept(f"(?is){pattern}").search(text) is not None


def is_whole(pattern: str, text: str) -> bool:
    """Whether the whole text matches, case and all."""
    return _kept(pattern).fullmatch(text) is not None
