"""Which characters a person sees: some count as letters or as printable, and are nothing to the eye.

What takes the place of those that nobody sees is left to who shows a text.
"""

from __future__ import annotations

_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters by Unicode's word, and nothing to the eye (UTS #39)."""
_VARIATION = range(0xE0100, 0xE01F0)


def is_seen(character: str) -> bool:
    """Whether a person sees a character, or the space that it leaves."""
    return character.isprintable() and character not in _BLANK and ord(character) not in _VARIATION


def says_something(text: str) -> bool:
    """Whether a text has one letter or digit that a person sees."""
    return any(character.isalnum() and is_seen(character) for character in text)
