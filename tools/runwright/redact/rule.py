"""One rule: what something that must go looks like, or where it stands. The tables are in the files beside this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from runwright.errors import ContentError

Proof = Literal[
    "form", "place", "prose", "strong", "random", "host", "card", "iban", "digits", "id", "phone", "public", "email",
    "person", "people", "titled", "salute", "given", "beside", "caret", "address", "old", "health", "care", "ailment",
    "fhir", "code", "mixed", "signed", "phrase", "likely", "single", "initial", "sought", "sure", "told", "config",
    "pin", "long", "near", "born", "lane", "row", "pair", "identified", "made", "quoted", "object", "digits2", "caps",
    "nhs", "hetu", "said", "day", "handle", "ill",
    "words", "clan", "sole", "pnr", "option", "tagged", "part", "stricken", "spelled",
    "shaped", "both", "named", "rare", "placed", "illness",
]  # fmt: skip
FAILURES = (
    ContentError, ValueError, RuntimeError, MemoryError, ArithmeticError, LookupError, TypeError, AttributeError
)  # fmt: skip
"""Whatever a pattern or a check may fail with: what could not be searched is withheld, and no failure gets out."""
Part = tuple[int, int]
"""Where the part of a match that goes begins and ends."""
Check = Callable[[str, int, int], Part | None]
"""A proof: what part of a match goes, of a text, the start and the end of the match."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to recognise what must go.

    It is the first group that took part in the match, or the whole match where the pattern has no group. Every pattern
    runs in linear time (`model.pattern`).
    """

    kind: str
    pattern: str
    hints: tuple[str, ...] = ()
    """Texts in small letters, of which at least one is in every match: they spare a search where no match can be."""
    proof: Proof = "form"
    """What must hold besides the match; its form may prove it (`proofs`)."""
    needs: tuple[str, ...] = ()
    """Texts in small letters that must all be somewhere in the text."""
    shapes: tuple[str, ...] = ()
    """More hints, in the text with 0 for each digit."""


def words(between_bars: str) -> tuple[str, ...]:
    """Hints, written between bars."""
    return tuple(between_bars.split("|"))


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rules, the one that gives its name first; and each hint once, with the rules that it is one of as bits."""

    rules: tuple[Rule, ...]
    hints: tuple[tuple[str, int], ...]
    shapes: tuple[tuple[str, int], ...]


def table_of(rules: tuple[Rule, ...]) -> Table:
    """The table of some rules; every text holds the hint of a rule that has none, the empty one."""
    hints: dict[str, int] = {}
    shapes: dict[str, int] = {}
    for rank, rule in enumerate(rules):
        for hint in rule.hints or (() if rule.shapes else ("",)):
            hints[hint] = hints.get(hint, 0) | 1 << rank
        for shape in rule.shapes:
            shapes[shape] = shapes.get(shape, 0) | 1 << rank
    return Table(rules, tuple(hints.items()), tuple(shapes.items()))
