"""Says in a text where it was cut, so that what a cut left of a secret is found and erased.

Who reads from outside cuts before anybody knows which values are secret; `registered` looks at the place of the cut.
"""

from __future__ import annotations

from dataclasses import dataclass

_BEFORE = " bytes before this were left out]\n"
_AFTER = "\n[what came after this was left out]"
_NUMBER = 24
"""Characters that the count of the bytes needs at most."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """The places of a text where something was left out."""

    start: int | None
    """The first character after the left out beginning."""
    end: int | None
    """The place after the last character before the left out end."""


def without_beginning(text: str, count: int) -> str:
    """A text that lost so many bytes at its beginning, and says so."""
    return f"[{count}{_BEFORE}{text}"


def beginning(text: str, limit: int) -> str:
    """The first characters of a text; it says when there were more."""
    return text if len(text) <= limit else without_end(text[:limit])


def without_end(text: str) -> str:
    """A text that lost its end, and says so."""
    return text + _AFTER


def cuts_of(text: str) -> Cuts:
    """Where a text says that it was cut."""
    before, after = text[: len(_BEFORE) + _NUMBER].find(_BEFORE), text.rfind(_AFTER)
    return Cuts(before + len(_BEFORE) if before >= 0 else None, after if after >= 0 else None)
