"""A mechanism of failure and the phrases that show it; the phrases themselves stand in the files beside.

A phrase is plain text in lower case; a star stands for up to 100 characters in between. It is plain text and not a
regular expression because what it is searched in is hostile: this takes linear time whatever the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from runwright.model.fields import FailureType

HEAD, TAIL = 3_000, 5_000
"""Characters of a text that are looked at, from its beginning and from its end."""
GAP = 100
TRIES = 20
"""How many places are tried for the beginning of a phrase with a star."""
_QUOTES = str.maketrans({"`": "'", '"': "'", "\u2018": "'", "\u2019": "'", "\u201c": "'", "\u201d": "'", "\\": ""})
_SPACES = re.compile(r"\s+")

CERTAIN, LIKELY, HINT = 3.5, 2.5, 1.2
"""How much a mechanism weighs: the logarithm of the odds that it adds to its failure type."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism, whichever program shows it."""

    failure_type: FailureType
    why: str
    """The mechanism in our own words."""
    weight: float
    phrases: tuple[tuple[str, ...], ...]
    symptomatic: bool = True
    """Whether it may be no more than a symptom of something else, where it is read in a look."""

    def shown_by(self, said: str) -> bool:
        """Whether a text that `readable` returned holds one of the phrases."""
        return any(_stands_in(phrase, said) for phrase in self.phrases)


def mechanism(
    failure_type: FailureType, why: str, weight: float, phrases: str, *, symptomatic: bool = True
) -> Mechanism:
    """A mechanism by its phrases, as a table writes them: separated by semicolons."""
    found = tuple(tuple(phrase.strip().split("*")) for phrase in phrases.split(";"))
    if any("" in pieces for pieces in found):
        raise RuntimeError(f"{why!r} has an empty phrase, which would stand in every text")
    return Mechanism(failure_type, why, weight, found, symptomatic)


def readable(*texts: str | None) -> str:
    """What was said, in lower case, with one kind of quotes and single spaces; of a long text both ends."""
    kept = (text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}" for text in texts if text)
    return f" {_SPACES.sub(' ', ' | '.join(kept).lower().translate(_QUOTES))} "


def _stands_in(phrase: tuple[str, ...], said: str) -> bool:
    if len(phrase) == 1:
        return phrase[0] in said
    at = said.find(phrase[0])
    for _ in range(TRIES):
        if at < 0:
            return False
        if _goes_on(phrase, said, at + len(phrase[0])):
            return True
        at = said.find(phrase[0], at + 1)
    return False


def _goes_on(phrase: tuple[str, ...], said: str, at: int) -> bool:
    for piece in phrase[1:]:
        found = said.find(piece, at, at + GAP + len(piece))
        if found < 0:
            return False
        at = found + len(piece)
    return True
