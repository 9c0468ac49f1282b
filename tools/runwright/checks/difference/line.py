"""One line of a difference in meaning: what changed, in words, how risky that is, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from runwright.model.fields import RISKS, Risk

Reason = tuple[Risk, str]
"""A risk, and what brings it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One change, in words, and how risky it is by itself."""

    text: str
    risk: Risk = "low"
    step: str | None = None
    reason: str = ""
    """Why it is no low risk; the text itself where that says it."""
    title: str = ""
    """The change without any value: ids and words of the language."""


def worst(risks: Iterable[Risk]) -> Risk:
    """The highest of some risks; low when there is none."""
    return max(risks, key=RISKS.index, default="low")


def gravest(reasons: Iterable[Reason]) -> Reason:
    """The first of the reasons with the highest risk; a low risk without a reason when there is none."""
    return max(reasons, key=lambda reason: RISKS.index(reason[0]), default=("low", ""))


def risk_of(changes: Iterable[Meaning]) -> Risk:
    """The risk class of a change: that of its riskiest part."""
    return worst(change.risk for change in changes)


def reasons_of(changes: Iterable[Meaning]) -> tuple[str, ...]:
    """Why a change is of more than low risk, the gravest first, such as `high: destructive step clean added`."""
    told = [change for change in changes if change.risk != "low"]
    ordered = sorted(told, key=lambda change: -RISKS.index(change.risk))
    return tuple(dict.fromkeys(f"{change.risk}: {change.reason or change.text}" for change in ordered))
