"""Counts of what replay said, right and wrong, and the table that shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.support.simulator.trial import Said

HEADINGS = ("runs", "decided %", "shown", "wrong", "predicted", "wrong", "would fail", "wrong", "only unsafe")


@dataclass
class Tally:
    """How often what was said, and how often it did not come true."""

    runs: int = 0
    shown: int = 0
    shown_wrong: int = 0
    predicted: int = 0
    predicted_wrong: int = 0
    fails: int = 0
    fails_wrong: int = 0
    unsafe: int = 0
    """How it ends is not known; what it destroys on the way is enough for a verdict."""
    wrong: list[Said] = field(default_factory=list)
    """What was said and did not come true."""

    @property
    def decided(self) -> float:
        """The share of runs with a verdict, in per cent."""
        return 100 * (self.shown + self.predicted + self.fails + self.unsafe) / max(1, self.runs)

    @property
    def successes_wrong(self) -> int:
        """Successes that do not come true, shown or predicted."""
        return self.shown_wrong + self.predicted_wrong

    def add(self, said: Said) -> None:
        """Count one more."""
        self.runs += 1
        verdict = said.verdict
        if verdict.would == "inconclusive":
            self.unsafe += verdict.verdict != "inconclusive"
            return
        wrong = (verdict.would == "succeed") is not said.succeeds
        name = "fails" if verdict.would == "fail" else str(verdict.grade)
        setattr(self, name, getattr(self, name) + 1)
        setattr(self, f"{name}_wrong", getattr(self, f"{name}_wrong") + wrong)
        if wrong:
            self.wrong.append(said)

    def row(self) -> tuple[str, ...]:
        """The figures under `HEADINGS`."""
        counted = (self.shown, self.shown_wrong, self.predicted, self.predicted_wrong, self.fails, self.fails_wrong)
        return (str(self.runs), f"{self.decided:.1f}", *map(str, counted), str(self.unsafe))


def tally(said: Iterable[Said]) -> Tally:
    """Count them all."""
    counts = Tally()
    for one in said:
        counts.add(one)
    return counts


def table(rows: Iterable[tuple[str, Tally]]) -> str:
    """The figures, one line each."""
    lines = [("", *HEADINGS), *((name, *counts.row()) for name, counts in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
