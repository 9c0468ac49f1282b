"""Whether what was measured went the right way: more was given and used up again, it grew, or nothing moved it.

Only numbers of one fact before and after a run are compared; what a single fact says is left to `premise`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from runwright.learn.diagnosis.clues import Clue, clue, named
from runwright.learn.diagnosis.course import Course
from runwright.learn.diagnosis.domains import domains_of, primary_domains, tokens
from runwright.model.execution import Execution

MAX_VALUE = 200
MAX_FACTS = 200
GIVEN = 1.3
"""By which factor a limit has grown where more was given."""
GREW = 1.05
"""By which factor a measure of trouble has grown where it got worse."""
FULL = 95.0
"""From how many per cent on something is used up."""
SETTLED = 2.0
"""How many points a share moves by itself."""
MOST = 1e18
"""Numbers beyond it are no measures of anything."""
_AMOUNT = re.compile(r"(?<![\w.])(\d{1,15}(?:\.\d{1,6})?) ?([KMGTP]i?)?B?(?![\w.])", re.IGNORECASE)
_SIZE = re.compile(r"\d{1,15}(\.\d{1,6})? ?[KMGTP]i?B?", re.IGNORECASE)
"""A size with its unit, which is better the lower it is where room is short."""
_SHARE = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,3})?) ?%")
_SIZES: Mapping[str, float] = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "p": 1e15}
_LIMITS = frozenset(("max", "limit", "limits", "size", "capacity", "quota", "total", "allowed"))
_PEAKS = frozenset(("used", "current", "peak"))
_BURDEN_WORDS = (
    "used usage queue queued backlog deferred pending errors failures failed fails restarts again times occurrences"
    " timeouts rejected drops dropped lag retries refused crashes stuck waiting blocked"
)
_BURDENS = frozenset(_BURDEN_WORDS.split())
"""Words of measures that are better the lower they are."""
_SHARES = frozenset(("pct", "percent", "percentage", "util", "utilization"))
_LEFT = frozenset(("free", "available", "avail", "idle", "left", "remaining"))


def clues_of(course: Course) -> Iterator[Clue]:
    """What the numbers say of a remedy that was applied."""
    run = course.execution
    if not course.acted or not run.state_after:
        return
    if outgrown := _outgrown(run):
        why = f"more was given, and it is used up again ({_few(outgrown)})"
        yield clue(why, outgrown, wrong_runbook=3.0, runbook_insufficient=-1.0)
    elif worse := grown_burdens(run):
        why = f"what was to become less became more ({_few(worse)})"
        yield clue(why, worse, wrong_runbook=1.2)
    elif course.looked and (same := _untouched(run)):
        why = f"the trouble is what it was taken for, and the remedy did not touch it ({_few(same)})"
        yield clue(why, same, wrong_runbook=1.0)


def grown_burdens(run: Execution) -> dict[str, Any]:
    """The measures of trouble that are higher after a run than before it."""
    found = {}
    sizes = bool({"disk", "memory"} & primary_domains(run.incident_type, run.runbook_id))
    for key, before, after in _both(run):
        old, new = amount(before), amount(after)
        burden = tokens(key) & _BURDENS or (sizes and _SIZE.fullmatch(str(before)) and not tokens(key) & _LIMITS)
        if burden and not tokens(key) & _LEFT and old is not None and new is not None and new > old * GREW:
            found[key] = after
    return found


def confirmed(run: Execution) -> dict[str, Any]:
    """The facts in which the trouble that a run was for shows before it: something of its domain that is used up."""
    domains = primary_domains(run.incident_type, run.runbook_id) - {"service"}
    facts = list(run.state_before.items())[:MAX_FACTS]
    return {key: value for key, value in facts if domains & domains_of(key) and _is_full(key, value)}


def amount(value: Any) -> float | None:
    """A number, or the first one of a text, in its smallest unit; none of a text that does not begin with it."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value) if -MOST < value < MOST else None
    found = _AMOUNT.match(str(value)[:MAX_VALUE])
    return float(found[1]) * _SIZES[(found[2] or "")[:1].lower()] if found else None


def _outgrown(run: Execution) -> dict[str, Any]:
    """What was raised, where it or what it bounds is full afterwards."""
    raised = {}
    for key, before, after in _both(run):
        old, new = amount(before), amount(after)
        if old and new and new >= old * GIVEN and (tokens(key) & _LIMITS and "used" not in tokens(key)):
            raised[key] = after
        elif old and new and new >= old * GIVEN and _full_text(before) and _full_text(after):
            return {key: after}
    return {key: value for key, value in raised.items() if _reached_again(run, key, amount(value) or 0.0)}


def _reached_again(run: Execution, limit: str, raised: float) -> bool:
    own = tokens(limit) - _LIMITS
    for key, after in list(run.state_after.items())[:MAX_FACTS]:
        if key == limit:
            continue
        if _is_full(key, after) and domains_of(key) & domains_of(limit):
            return True
        reached = amount(after)
        if own & tokens(key) and tokens(key) & _PEAKS and reached is not None and reached >= raised * FULL / 100:
            return True
    return False


def _untouched(run: Execution) -> dict[str, Any]:
    """What was full of the incident's domain, and is as full afterwards."""
    after = run.state_after
    shares = ((key, _share(key, value), _share(key, after.get(key))) for key, value in confirmed(run).items())
    return {
        key: after[key] for key, old, new in shares if old is not None and new is not None and abs(old - new) < SETTLED
    }


def _both(run: Execution) -> Iterator[tuple[str, Any, Any]]:
    for key, before in list(run.state_before.items())[:MAX_FACTS]:
        if key in run.state_after and run.state_after[key] != before:
            yield key, before, run.state_after[key]


def _is_full(key: str, value: Any) -> bool:
    share = _share(key, value)
    return share is not None and share >= 90


def _share(key: str, value: Any) -> float | None:
    """A share in per cent, of a text that names one or of a number whose name says that it is one."""
    if tokens(key) & _LEFT or isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value) if tokens(key) & _SHARES and 0 <= value <= 100 else None
    return share_in(str(value))


def share_in(text: str) -> float | None:
    """The share in per cent that a text tells, as in `97% of 58G` or `1024 of 1024`."""
    if found := _SHARE.search(text[:MAX_VALUE]):
        return float(found[1])
    part, of, whole = text[:MAX_VALUE].partition(" of ")
    used, all_of_it = amount(part), amount(whole)
    return 100 * used / all_of_it if of and used is not None and all_of_it else None


def _full_text(value: Any) -> bool:
    share = _share("", value) if isinstance(value, str) else None
    return share is not None and share >= FULL


def _few(facts: Mapping[str, Any]) -> str:
    return ", ".join(named(key) for key in list(facts)[:2])
