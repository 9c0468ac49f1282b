"""Regular expressions in linear time, whatever the pattern and whatever the text.

RE2 is used instead of `re`: a runbook's pattern meets text that an attacker may have written.
Syntax: https://github.com/google/re2/wiki/Syntax (no look-around, no back-references).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from runwright.errors import ContentError

MAX_LENGTH = 512
"""Longest pattern accepted, in characters; RE2's memory grows with the pattern."""


_WORDS_MEMORY = 16 * 1024 * 1024
"""Bytes that a look for many words may use."""


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


class Words:
    """Which of many words a text holds, in one look at the text however many the words are."""

    def __init__(self, words: Sequence[str]) -> None:
        import re2  # imported on first use, as above

        options = re2.Options()
        options.log_errors = False
        options.max_mem = _WORDS_MEMORY
        self._words = tuple(words)
        self._set = re2.Set.SearchSet(options)
        for word in self._words:
            self._set.Add(re2.escape(word))
        self._always = self._set.Add("")
        self._set.Compile()

    def of(self, text: str) -> list[int]:
        """The places, in the list of words, of those that are in the text; RE2 is not asked twice when it gives up."""
        found: list[int] = self._set.Match(text.encode())
        if self._always in found:  # it is in every text, unless the look failed for want of memory
            return [place for place in found if place != self._always]
        return [place for place, word in enumerate(self._words) if word in text]
