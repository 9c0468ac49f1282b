"""Whether the facts bear out what the incident was taken for: in order there, in trouble elsewhere, a limit reached.

Facts come in any words, so nothing here is certain. What they say of this host besides is left to `surroundings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from runwright.learn.diagnosis.clues import Clue, clue, named
from runwright.learn.diagnosis.course import Course, kind_of
from runwright.learn.diagnosis.domains import domains_of, primary_domains, tokens
from runwright.learn.diagnosis.measures import FULL, share_in
from runwright.learn.diagnosis.surroundings import COMPARES, MAX_VALUE, Facts, facts_of

MAX_OUTPUT = 2_000
MAX_ACTED = 50
_FINE = re.compile(
    r"(ok|open|healthy|reachable|allow(ed)?|connected|normal|fine|clean|in sync|synced|correct|valid|enabled"
    r"|answers?|resolves?|good|passes|established)\b",
    re.IGNORECASE,
)
_THERE = re.compile(r"(up|online|running|active|listening|started)\b", re.IGNORECASE)
_ABSENCE = frozenset(
    ("down", "stopped", "unreachable", "crash", "crashed", "dead", "missing", "offline", "unavailable")
)
_NOT_FINE = re.compile(
    r"\b(but|not|no|idle|hung|loop|failed|expired|missing|stale|old|full|wrong|timeout|behind)\b", re.IGNORECASE
)
_LOOKS_FINE = re.compile(
    r"\b0(\.0)?% packet loss|succeeded\s{0,4}:\s{0,4}true|^\s{0,4}(open|ok|healthy|reachable|answers)\b|\b0 errors"
    r"|no errors (were )?found|^[^\n]{0,80}\bclean, \d|\bfilesystem is clean\b|\bno problems found",
    re.IGNORECASE | re.MULTILINE,
)
_BAD = re.compile(
    r"\b(time(d )?-?out|missing|stopped|inactive|failed|expired|full|unreachable|no answer|blocked|drop(ped)?|denied"
    r"|disabled|not running|exhausted|wrong|broken|unsynchroni[sz]ed|decommissioned|behind|refused"
    r"|down|dead|hung|hangs|unresponsive|faulted|degraded)\b",
    re.IGNORECASE,
)
_SILENT = re.compile(
    r"\b(no answer|no response|unreachable|timed? ?out|not responding|offline|outage|refused|no route)\b", re.IGNORECASE
)
_HOUR = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_COMMON = frozenset(("used", "free", "count", "max", "limit", "pct", "bytes", "gb", "mb", "disk"))
_LOSSES = frozenset(("loss", "drops", "dropped", "errors", "lag", "failures", "timeouts"))
_SHARES = frozenset(("pct", "percent", "util", "utilization"))
_LEFT = frozenset(("free", "available", "avail", "idle"))
_LASTS = frozenset(("left", "remaining", "valid", "until"))
_COUNTED = frozenset(("count", "connections", "used", "current"))
_CLOCKS = frozenset(("clock", "ntp", "skew", "drift", "chrony", "chronyd", "ntpd", "timesyncd", "offset"))
_OFF = frozenset(("false", "no", "stopped", "inactive", "disabled", "not running", "absent", "failed"))
_TROUBLE = frozenset(("blocked", "failed", "stale", "expired", "exhausted", "dropped", "waiting", "deadlocks", "stuck"))
_WANTED = frozenset(("resolves", "resolvable", "reachable", "same", "matches", "valid", "synced", "synchronized"))
"""Words of facts that are in trouble where they are denied."""
_STRANGE = frozenset(("mtu", "mss", "duplicate", "duplicates", "conflict", "conflicts", "arping"))
STEM = 5
"""How many letters a daemon's name shares with its service's, as in `postgres` and `postgresql`."""
DAYS_ENOUGH = 30
"""From how many days until it ends on something does not expire now."""
MINUTES_APART, DAY = 2, 24 * 60
"""From how many minutes on two clocks do not show the same, but for the turn of the day."""
SECONDS_OFF = 5
"""From how many seconds on a clock is held to be wrong."""


def clues_of(course: Course) -> Iterator[Clue]:
    """What the facts say of the incident."""
    run = course.execution
    facts, domains = facts_of(run), primary_domains(run.incident_type, run.runbook_id)
    yield from _clock(domains, facts)
    yield from _limits(course, domains, facts)
    yield from _disowned(run.incident_type or "", facts)
    if course.treated:
        yield from _in_order(course, domains, facts)
    yield from _trouble(course, domains, facts)


def _disowned(incident: str, facts: Facts) -> Iterator[Clue]:
    """The sign that the incident is called after, which the facts say was not there."""
    sign = tokens(incident)
    denied = {key: value for key, value in facts.items() if len(sign) > 1 and sign <= tokens(key) and _is_no(value)}
    if denied:
        why = f"the sign that the incident is called after was not there ({_few(denied)})"
        yield clue(why, denied, wrong_diagnosis=3.3)


def _is_no(value: Any) -> bool:
    return value is False or str(value)[:MAX_VALUE].lower() in ("false", "no", "none", "0")


def _in_order(course: Course, domains: frozenset[str], facts: Facts) -> Iterator[Clue]:
    particular = domains - {"service"}  # that another service runs says nothing of this one
    about = {key: value for key, value in facts.items() if particular & domains_of(key)}
    absence = tokens(course.execution.incident_type or "") & _ABSENCE
    gone, gone_itself = bool(absence), bool(absence - {"missing", "unreachable"})
    fine = {key: value for key, value in about.items() if _is_fine(key, value) or (gone and _is_there(key, value))}
    fine |= _room(particular, facts)
    if fine:
        why = f"what the incident was taken for was in order before anything was done ({_few(fine)})"
        yield clue(why, fine, wrong_diagnosis=3.3)
    if gone_itself and (ran := _ran_already(course, facts)):
        why = f"what was said to be away ran before anything was done ({_few(ran)})"
        yield clue(why, ran, wrong_diagnosis=2.0)
    told = (step for step in course.execution.executed_steps if step.outcome == "success")
    if any(_LOOKS_FINE.search(step.output[-MAX_OUTPUT:]) for step in told if kind_of(step) in ("looks", "changes")):
        yield clue("a look during the run found in order what was being treated", wrong_diagnosis=1.8)


def _ran_already(course: Course, facts: Facts) -> dict[str, Any]:
    """The facts by which what was started again ran before that, whatever its daemon is called."""
    given = (value for step in course.acted[:MAX_ACTED] for value in step.params.values() if isinstance(value, str))
    stems = tuple({value[:STEM].lower() for value in given if len(value) >= STEM})
    return {key: value for key, value in facts.items() if key.lower().startswith(stems) and _is_there(key, value)}


def _few(facts: Facts) -> str:
    return ", ".join(named(key) for key in list(facts)[:2])


def _is_fine(key: str, value: Any) -> bool:
    words = tokens(key)
    if COMPARES.search(key) or isinstance(value, bool) or "inodes" in words:
        return False
    if isinstance(value, (int, float)):
        return _is_a_good_number(words, value)
    text = str(value)[:MAX_VALUE]
    if "firewall" in words and text.lower() in _OFF:
        return True  # what is off blocks nothing
    return bool(_FINE.match(text)) and not _NOT_FINE.search(text)


def _is_a_good_number(words: frozenset[str], value: float) -> bool:
    """No losses, a share that leaves room, or days enough until something ends."""
    if value == 0 and words & _LOSSES:
        return True
    if words & _SHARES:
        return 30 < value <= 100 if words & _LEFT else 0 <= value < 70
    return "days" in words and bool(words & _LASTS) and value >= DAYS_ENOUGH


def _is_there(key: str, value: Any) -> bool:
    text = str(value)[:MAX_VALUE]
    return not COMPARES.search(key) and bool(_THERE.match(text)) and not _NOT_FINE.search(text)


def _room(domains: frozenset[str], facts: Facts) -> dict[str, Any]:
    """What is left of a whole, where the incident says that it is short."""
    about = {key: value for key, value in facts.items() if domains & domains_of(key)}
    numbers = {key: value for key, value in about.items() if isinstance(value, (int, float))}
    whole = _most(numbers, frozenset(("total", "size"))) or _most(numbers, frozenset(("used",)))
    left = {key: value for key, value in numbers.items() if tokens(key) & _LEFT}
    return {key: value for key, value in left.items() if whole > 0 and value >= whole / 4}


def _most(numbers: Mapping[str, float], words: frozenset[str]) -> float:
    return max((value for key, value in numbers.items() if tokens(key) & words), default=0)


def _clock(domains: frozenset[str], facts: Facts) -> Iterator[Clue]:
    if "time" in domains:
        return
    off = {key: value for key, value in facts.items() if _is_of_a_clock(key) and _is_off(value)}
    now, since = _dated(facts, "time", "now"), _dated(facts, "before")
    if now and since and now < since:
        off["now"] = now
    off |= _two_clocks(facts)
    if off:
        yield clue("this host's clock is wrong, which is no matter of what was treated", off, wrong_diagnosis=2.8)


def _two_clocks(facts: Facts) -> dict[str, Any]:
    """The times that two sides show at once, where they are minutes apart."""
    shown = ((key, _HOUR.fullmatch(str(value))) for key, value in facts.items() if tokens(key) & {"time", "now"})
    minutes = {key: int(found[1]) * 60 + int(found[2]) for key, found in shown if found}
    apart = max(minutes.values(), default=0) - min(minutes.values(), default=0)
    return {key: facts[key] for key in minutes} if MINUTES_APART <= apart <= DAY - MINUTES_APART else {}


def _is_of_a_clock(key: str) -> bool:
    return bool(tokens(key) & _CLOCKS) or "w32time" in key.lower()


def _dated(facts: Facts, *words: str) -> str | None:
    found = (value for key, value in facts.items() if tokens(key) & set(words) and isinstance(value, str))
    return next((value for value in found if _DATE.match(value)), None)


def _is_off(value: Any) -> bool:
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return abs(value) >= SECONDS_OFF
    return str(value)[:MAX_VALUE].lower() in _OFF


def _limits(course: Course, domains: frozenset[str], facts: Facts) -> Iterator[Clue]:
    """A limit that is reached where nobody looked for the trouble."""
    run = course.execution
    treated = run.runbook_id.partition("-")[2]  # what comes first is the product, which owns most facts
    looked_for = (tokens(treated) | tokens(run.incident_type or "")) - _COMMON
    reached = {key: value for key, value in facts.items() if _is_reached(key, value, facts)}
    elsewhere = {
        key: value
        for key, value in reached.items()
        if {"inodes", "quota"} & tokens(key)
        or not (domains & domains_of(key) or tokens(key) & looked_for or _is_the_disk(key, domains, facts))
    }
    if elsewhere:
        why = f"a limit is reached elsewhere than where the trouble was looked for ({_few(elsewhere)})"
        yield clue(why, elsewhere, wrong_diagnosis=2.5)


def _is_the_disk(key: str, domains: frozenset[str], facts: Facts) -> bool:
    """Whether a share in use is the disk's that an incident is about: its name says nothing else, and it is alone."""
    others = (other for other in facts if other != key and {"used", "pct"} <= tokens(other))
    other_kinds = domains_of(key) & {"memory", "processor", "network"}
    return "disk" in domains and {"used", "pct"} <= tokens(key) and not other_kinds and not any(others)


def _is_reached(key: str, value: Any, facts: Facts) -> bool:
    if isinstance(value, str):
        share = share_in(value)
        return share is not None and share >= FULL and not {"available", "free"} & tokens(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    words = tokens(key)
    if words & _SHARES and not words & _LEFT:
        return 90 <= value <= 100
    if "free" in words and value == 0:
        return True
    if not words & _COUNTED:
        return False
    own = words - {"count", "used"}
    limits = (facts[other] for other in facts if {"max", "limit"} & tokens(other) and tokens(other) & own)
    return any(isinstance(limit, (int, float)) and value >= limit > 0 for limit in limits)


def _trouble(course: Course, domains: frozenset[str], facts: Facts) -> Iterator[Clue]:
    """Trouble that the facts show elsewhere, or outside this host."""
    strange = {key: value for key, value in facts.items() if _is_strange(key, value)}
    bad = {key: value for key, value in facts.items() if _is_bad_elsewhere(key, value, domains)}
    if course.treated and strange:
        yield clue("the facts show a cause of another kind than the incident's", strange, wrong_diagnosis=1.5)
    if course.treated and bad:
        why = f"the facts show trouble elsewhere than where it was looked for ({_few(bad)})"
        yield clue(why, bad, wrong_diagnosis=1.8)
        return
    silent = {key: value for key, value in facts.items() if _SILENT.search(str(value)[:MAX_VALUE])}
    if silent and not any("container" in tokens(key) for key in silent):
        yield clue("something that this run needs did not answer before it began", silent, external_dependency=1.2)


def _is_strange(key: str, value: Any) -> bool:
    words = tokens(key)
    return bool(words & _STRANGE or {"same", "id"} <= words or "duplicate" in str(value)[:MAX_VALUE].lower())


def _is_bad_elsewhere(key: str, value: Any, domains: frozenset[str]) -> bool:
    about = domains_of(key) - {"service", "packages"}
    if not about or about & domains or key.startswith("services."):
        return False
    if value is False:
        return bool(tokens(key) & _WANTED)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value > 0 and bool(tokens(key) & _TROUBLE)
    return isinstance(value, str) and bool(_BAD.search(value[:MAX_VALUE]))
