"""The headline of a replay, and what replay cannot show: never more than the weakest answer.

Names of facts come from recordings; only plain ones are put into a headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from runwright.model.verdict import Tally, Verdict
from runwright.replay.counting import Counted

ALWAYS_UNSHOWN = (
    "causes that no recording shows: a second fault may stand behind the first",
    "side effects that no action declares",
    "how long new steps take",
)
MAX_NAMED = 3
"""Facts that a headline names."""
_PLAIN_NAME = re.compile(r'[A-Za-z0-9 ._:/\[\]"-]{1,80}')


def headline(tally: Tally, missing: Iterable[str], passed: bool) -> str:
    """One line on many verdicts, with the facts on which undecided ones hang."""
    if not tally.runs:
        return "nothing was replayed" if passed else "nothing was replayed; the gate does not pass"
    words = ("fixed", "regressed", "still_failing", "inconclusive", "unchanged")
    said = ", ".join(f"{count} {word.replace('_', ' ')}" for word in words if (count := getattr(tally, word)))
    sure = " (predicted, not shown)" if tally.predicted else ""
    ending = "" if passed else "; the gate does not pass"
    return f"{said} of {_runs(tally)}{sure}{_missing(tuple(missing))}{ending}"


def headline_of(verdicts: Iterable[Verdict], passed: bool) -> str:
    """The same on verdicts that nobody has counted yet."""
    counted = Counted(verdicts)
    return headline(counted.tally, counted.missing, passed)


def _runs(tally: Tally) -> str:
    """How many runs were replayed; apart are those that no host has made and those that the change brings."""
    runs = "run" if tally.runs == 1 else "runs"
    if not tally.synthetic and not tally.brought:
        return f"{tally.runs} recorded {runs}"
    parts = [f"{tally.runs - tally.synthetic - tally.brought} recorded{' before' if tally.brought else ''}"]
    parts += [f"{tally.brought} brought by this change"] if tally.brought else []
    parts += [f"{tally.synthetic} synthetic"] if tally.synthetic else []
    return f"{tally.runs} {runs} ({', '.join(parts)})"


def _missing(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    shown = [name if _PLAIN_NAME.fullmatch(name) else "a fact with an odd name" for name in names[:MAX_NAMED]]
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return f"; hangs on {', '.join(shown)}{more}"


def cannot_show(missing: Iterable[str]) -> tuple[str, ...]:
    """What no replay can show, and what this one hangs on."""
    names = tuple(missing)
    facts = (f"what hangs on: {', '.join(names)}",) if names else ()
    return (*facts, *ALWAYS_UNSHOWN)
