"""Holds what a merged proposal promised against what happened, and says it once on the same request.

Counted from the executions that the store holds. A merged text is never rewritten, so it is a comment; that comment is
the only memory, so a crash tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runwright.learn.body_terms import AFTER, OF_TEN, WITHIN
from runwright.learn.pacing import BRANCHES
from runwright.model.proposal import PullRequest
from runwright.model.review import Run
from runwright.service.governing_ports import Base, Counts, Forge
from runwright.service.versions import runbook_at

KEY = "effect"
TOO_OLD = 3 * WITHIN
"""What was merged so long ago is not measured any more: its runs are out of view."""


@dataclass(frozen=True, slots=True)
class Effect:
    """How the versions after and before a merge did."""

    runbook_id: str
    after: int
    before: int | None
    """None where the runbook is new."""
    runs: tuple[Run, ...]
    """The first ones of the version after, since the merge."""
    earlier: tuple[Run, ...]
    """Those of the version before."""


@dataclass(frozen=True, slots=True)
class Measurer:
    """Looks at what was merged and not measured yet."""

    forge: Forge
    base: Base
    counts: Counts

    def measure(self, now: datetime) -> None:
        """Say of each merge what came of it, as soon as there were enough runs or it is time."""
        due = [pull for pull in self.forge.pulls() if _waits(pull, now)]
        known = self.counts.runs({pull.runbook_id for pull in due if pull.runbook_id})
        for pull in due:
            mine = [run for run in known if run.runbook_id == pull.runbook_id]
            late = pull.ended_at is not None and now - pull.ended_at >= WITHIN
            # The library is read only where there may be something to say.
            if late or len(_since(pull, mine)) >= AFTER:
                self._say(pull, mine, now, late=late)

    def _say(self, pull: PullRequest, mine: Sequence[Run], now: datetime, *, late: bool) -> None:
        found = self._effect(pull, mine)
        if found is not None and (late or len(found.runs) >= AFTER):
            self.forge.say(pull.number, KEY, effect_text(found), now)

    def _effect(self, pull: PullRequest, mine: Sequence[Run]) -> Effect | None:
        after, before = self._version(pull, pull.merge_commit), self._version(pull, _merged_on(pull))
        if after is None:
            return None
        runs = tuple(run for run in _since(pull, mine) if run.version == after)
        earlier = tuple(run for run in mine if run.version == before)
        return Effect(pull.runbook_id or "", after, before, runs[:AFTER], earlier)

    def _version(self, pull: PullRequest, commit: str) -> int | None:
        found = runbook_at(self.base, commit, pull.runbook_id)
        return found.version if found is not None else None


def effect_text(effect: Effect) -> str:
    """The comment: the counts, and whether the expectation held; our own words and numbers alone."""
    return f"{_happened(effect)} {_earlier(effect)} {_verdict(effect.runs)}"


def _happened(effect: Effect) -> str:
    what = f"version {effect.after} of {effect.runbook_id}"
    if not effect.runs:
        return f"In the {WITHIN.days} days after the merge, {what} did not run."
    if len(effect.runs) < AFTER:
        few = f"ran {_times(len(effect.runs))}, not the {AFTER} times that were waited for"
        return f"In the {WITHIN.days} days after the merge, {what} {few}: {_verified(effect.runs)}."
    return f"Of the first {AFTER} runs of {what} after the merge, {_verified(effect.runs)}."


def _earlier(effect: Effect) -> str:
    if effect.before is None:
        return "There was no version before."
    if not effect.earlier:
        return f"Of version {effect.before}, the one before, no run is known."
    return f"Version {effect.before}, the one before, ran {_times(len(effect.earlier))}: {_verified(effect.earlier)}."


def _verdict(runs: Sequence[Run]) -> str:
    wanted = f"At least {OF_TEN} of 10 were expected"
    if len(runs) < AFTER:
        return f"{wanted}; there are too few runs to say whether that holds."
    held = _good(runs) * 10 >= OF_TEN * len(runs)
    return f"{wanted}: {'this holds' if held else 'this does not hold'}."


def _verified(runs: Sequence[Run]) -> str:
    return f"{_good(runs)} ended verified ({100 * _good(runs) // len(runs)} %)"


def _good(runs: Sequence[Run]) -> int:
    return sum(run.verified for run in runs)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _waits(pull: PullRequest, now: datetime) -> bool:
    """Whether it is a merged proposal of the bot's of which nothing was said yet."""
    if pull.state != "merged" or pull.ended_at is None or not pull.branch.startswith(BRANCHES) or not pull.runbook_id:
        return False
    told = any(comment.key == KEY and comment.by for comment in pull.comments)
    return not told and now - pull.ended_at < TOO_OLD


def _since(pull: PullRequest, runs: Sequence[Run]) -> list[Run]:
    """The runs that came after the merge: nobody ran the new version honestly before."""
    return [run for run in runs if pull.ended_at is not None and run.at >= pull.ended_at]


def _merged_on(pull: PullRequest) -> str:
    """The commit of the base branch on which it was merged."""
    approved = [decision.base_sha for decision in pull.decisions if decision.verdict == "approve" and decision.by]
    return approved[-1] if approved else pull.base_sha
