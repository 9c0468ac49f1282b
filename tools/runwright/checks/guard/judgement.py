"""The verdict on a command, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["allow", "review", "block"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What may happen to a command: run, be looked at by a second person, or never run."""

    verdict: Verdict
    reasons: tuple[str, ...]
    """Sentences for a person; an allowed command has the reason that lets it through."""
    forms: tuple[str, ...] = ()
    """The forms of its calls, known-safe or not: the program, its verb and its options, without the values."""
