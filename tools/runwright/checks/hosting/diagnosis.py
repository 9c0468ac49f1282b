"""A diagnosis: one thing that was looked at, whether it is good, and what to do where it is not.

Three values: what could not be found out is neither good nor wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Health = Literal["good", "wrong", "unknown"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found about one thing."""

    key: str
    state: Health
    what: str
    do: str = ""
    """What a person can do about it; empty where it is good."""


def good(key: str, what: str) -> Diagnosis:
    """It is as it should be."""
    return Diagnosis(key, "good", what)


def wrong(key: str, what: str, do: str) -> Diagnosis:
    """It is not as it should be."""
    return Diagnosis(key, "wrong", what, do)


def unknown(key: str, what: str, do: str) -> Diagnosis:
    """Nobody could tell."""
    return Diagnosis(key, "unknown", what, do)


def counts(found: Iterable[Diagnosis]) -> dict[Health, int]:
    """How many there are of each."""
    states = [one.state for one in found]
    return {"good": states.count("good"), "wrong": states.count("wrong"), "unknown": states.count("unknown")}
