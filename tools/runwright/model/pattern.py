"""Regular expressions in linear time, whatever the pattern and whatever the text.

RE2 is used instead of `re`: a runbook's pattern meets text that an attacker may have written.
Syntax: https://github.com/google/re2/wiki/Syntax (no look-around, no back-references).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from runwright.errors import ContentError

MAX_LENGTH = 512
"""Longest pattern accepted, in characters; RE2's memory grows with the pattern."""


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """Compile a pattern once; raises `ContentError` when RE2 cannot run it in linear time."""
    import re2  # imported on first use: most commands match nothing

    if len(pattern) > MAX_LENGTH:
        raise ContentError(f"pattern of {len(pattern)} characters; at most {MAX_LENGTH} are accepted")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise ContentError(f"pattern {pattern!r} is not a linear-time expression: {reason}") from error


def full_match(pattern: str, text: str) -> bool:
    """Whether the whole text matches."""
    return compiled(pattern).fullmatch(text) is not None


def found_in(pattern: str, text: str) -> bool:
    """Whether the pattern occurs anywhere in the text."""
    return compiled(pattern).search(text) is not None
