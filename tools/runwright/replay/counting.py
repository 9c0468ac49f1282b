"""Counts verdicts as they come, and keeps those that tell something, so that thousands need no more room than some.

What the counts mean for a change is left to `gate`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from runwright.model.verdict import Tally, Verdict

MAX_WHOLE = 100
"""Verdicts of each kind that are kept with their steps, for each runbook."""
MAX_UNCHANGED_WHOLE = 20
"""The same for those that say that nothing changes."""
MAX_KEPT = 1000
"""Verdicts of each kind that are kept at all, for each runbook."""
MAX_MISSING = 100
"""Missing facts that are kept by name."""
_COUNTED = ("fixed", "regressed", "still_failing", "inconclusive", "unchanged", "predicted", "synthetic", "brought")


class Counted:
    """What many verdicts come to; the first of each kind are kept."""

    def __init__(self, verdicts: Iterable[Verdict] = ()) -> None:
        self._kept: list[Verdict] = []
        self._counts: Counter[str] = Counter()
        self._covered = 0.0
        self.missing: dict[str, None] = {}
        """The facts on which undecided verdicts hang, each once."""
        for verdict in verdicts:
            self.add(verdict)

    def add(self, verdict: Verdict, whole: bool = False) -> None:
        """Count one more verdict; `whole` keeps it with its steps, however many there are."""
        word = verdict.verdict.replace(" ", "_")
        self._counts[word] += 1
        self._counts["predicted"] += verdict.grade == "predicted"
        self._counts["synthetic"] += verdict.synthetic
        self._counts["brought"] += verdict.brought and not verdict.synthetic
        if verdict.coverage is not None:
            self._counts["covered"] += 1
            self._covered += verdict.coverage
        for name in verdict.missing_facts:
            if len(self.missing) < MAX_MISSING:
                self.missing.setdefault(name)
        if whole or self._counts[word] <= MAX_KEPT:
            self._kept.append(verdict if whole else self._cut(verdict, self._counts[word]))

    def include(self, other: Tally, missing: Iterable[str]) -> None:
        """Count what others have counted."""
        for word in _COUNTED:
            self._counts[word] += getattr(other, word)
        self.missing |= dict.fromkeys(missing)

    @property
    def kept(self) -> tuple[Verdict, ...]:
        """The verdicts that are kept, by execution id."""
        return tuple(sorted(self._kept, key=lambda verdict: verdict.execution_id))

    @property
    def tally(self) -> Tally:
        """All of them, counted."""
        covered = self._counts["covered"]
        share = round(self._covered / covered, 3) if covered else None
        return Tally(**{word: self._counts[word] for word in _COUNTED}, coverage=share)

    @staticmethod
    def _cut(verdict: Verdict, number: int) -> Verdict:
        whole = MAX_UNCHANGED_WHOLE if verdict.verdict == "unchanged" else MAX_WHOLE
        return verdict if number <= whole else verdict.model_copy(update={"steps": (), "base_steps": ()})
