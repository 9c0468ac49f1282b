"""What the steps of a run brought about: facts that moved, things left stopped, a remedy that found nothing to cure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from runwright.learn.diagnosis.clues import Clue, clue
from runwright.learn.diagnosis.course import Course, command_of, kind_of
from runwright.learn.diagnosis.domains import tokens
from runwright.learn.diagnosis.measures import confirmed, grown_burdens
from runwright.model.execution import ExecutedStep, Execution

MAX_OUTPUT = 2_000
_UNITS = (("minutes", 60.0), ("hours", 3_600.0), ("days", 86_400.0))
A_WHILE = 1_800.0
"""Seconds of waiting after which a remedy that no longer helps is held to have helped for a while."""
_MOVES_BY_ITSELF = frozenset(
    ("load", "uptime", "cpu", "time", "timestamp", "age", "restarts", "processes", "threads", "temperature")
)
_RUNS = re.compile(r"^(running|active|up|started|ready|online|healthy)\b", re.IGNORECASE)
_WENT_WRONG = re.compile(
    r"^(stopped|absent|failed|error|hung|down|exited|containercreating|crashloopbackoff|missing|notready|partial"
    r"|unknown|pending|cordoned)\b",
    re.IGNORECASE,
)
_OF_BEFORE = (
    "expired",
    " old ",
    "old state",
    "stale",
    "days left",
    "still",
    "not yet",
    "served",
    "(deleted)",
    "deleted log",
    "deleted file",
    "file descriptor",
    "meta descriptor",
    "open file",
    "reload",
    "unit file",
    "changed on disk",
    "remount",
    "partition",
    "read-only",
    "space exceeded",
    "alarm",
)
"""Words for a state that was to be over."""
_RENEWING = re.compile(
    r"renew|issue|revoke|rotate|template|generate|defrag|resize|extend|grow|delete|clean|vacuum|\brm\b|update|install",
    re.IGNORECASE,
)
_SETTING = re.compile(
    r"--permanent|template|\bconfig|\.conf\b|registry|\bGPO?\b|policy|Set-Item|sysctl\.d|drop-?in|\breg add",
    re.IGNORECASE,
)
_INSTALLING = re.compile(r"install|\bcreate\b|register|\bsetup\b|New-Service", re.IGNORECASE)
_REMOVING = re.compile(r"uninstall|remove|delete|unregister|purge", re.IGNORECASE)
_MAKING_ROOM = re.compile(
    r"resize|extend|grow|expand|enlarge|delete|prune|clean|vacuum|purge|truncate|\brm\b|storage:", re.IGNORECASE
)
_NO_ROOM = ("no space left", "disk full", "disk is full", "not enough space", "could not extend")
_GROWING = re.compile(r"resize|extend|grow|expand|enlarge", re.IGNORECASE)
_IDLE = re.compile(
    r"\b(0 (removed|deleted|files|store paths|packages|objects)|none found|nothing to (do|clean|remove)|freed 0"
    r"|reclaimed space: 0|no (changes|updates|orphans|problems)|already (up to date|enabled|the newest)|0B\b)",
    re.IGNORECASE,
)


def clues_of(course: Course, said: str) -> Iterator[Clue]:
    """What the remedy brought about; `said` is the readable error."""
    if not course.acted:
        return
    moved = _moved(course.execution)
    yield from _took_effect(course, said, moved)
    yield from _left_undone(course, said)
    if not moved and course.only_revived and course.failed is not None:
        yield clue("starting things again changed nothing", wrong_runbook=0.8, runbook_insufficient=-0.5)
    if not moved and course.failed is None and course.execution.state_after and not grown_burdens(course.execution):
        yield clue("nothing that was recorded is different for it", wrong_diagnosis=0.6)
    yield from _built_and_broken(course)
    yield from _idled(course)
    if any(_waited(step) for step in course.execution.executed_steps):
        yield clue("the remedy held for a while and the trouble came back", wrong_runbook=1.5, wrong_diagnosis=-1.0)


def _built_and_broken(course: Course) -> Iterator[Clue]:
    """What the run itself put there does not start: its own work is not complete, or not for this host."""
    failed = course.failed
    anew = _any(course, _REMOVING)  # what was taken away first was there before
    if failed and kind_of(failed) == "revives" and _INSTALLING.search(_said(course.acted[-1])) and not anew:
        why = "what the run itself has put there does not start"
        yield clue(why, runbook_insufficient=1.5, environment_difference=1.0, wrong_runbook=-0.7)


def _idled(course: Course) -> Iterator[Clue]:
    """A remedy that found nothing to do: where the facts bear the trouble out, it is the remedy that is wrong."""
    if not any(_IDLE.search(step.output[-MAX_OUTPUT:]) for step in course.acted):
        return
    if shown := confirmed(course.execution):
        why = "the trouble is there, and the remedy found nothing that it could do about it"
        yield clue(why, shown, wrong_runbook=2.2, runbook_insufficient=-0.5)
    else:
        yield clue("what was to be cured was not found", wrong_diagnosis=1.8)


def _took_effect(course: Course, said: str, moved: dict[str, Any]) -> Iterator[Clue]:
    """A remedy that worked, and not far enough."""
    stays = any(words in said for words in _OF_BEFORE)
    if stays and _any(course, _RENEWING) and (course.failed is None or kind_of(course.failed) != "changes"):
        why = "what was done took effect and the old state is still in use, so a step is missing"
        yield clue(why, runbook_insufficient=2.0)
    if moved and not course.only_revived:
        yield clue("the facts moved, and not far enough", moved, runbook_insufficient=1.0)


def _left_undone(course: Course, said: str) -> Iterator[Clue]:
    if course.looked and _any(course, _GROWING):
        yield clue("something was made larger, and what stands on it was not", runbook_insufficient=1.5)
    if course.looked and _SETTING.search(_said(course.acted[-1])):
        yield clue("a setting was changed and nothing made it take effect", runbook_insufficient=1.5)
    if any(words in said for words in _NO_ROOM) and _any(course, _MAKING_ROOM):
        yield clue("room was made, and not where it is used up", runbook_insufficient=-1.5, wrong_runbook=0.5)
    if stopped := _stopped(course.execution):
        why = "what ran before is stopped afterwards, and nothing starts it again"
        yield clue(why, stopped, runbook_insufficient=2.0)


def _any(course: Course, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(_said(step)) for step in course.acted)


def _said(step: ExecutedStep) -> str:
    return f"{step.action} {command_of(step)}"


def _waited(step: ExecutedStep) -> bool:
    told = ((step.params.get(key), seconds) for key, seconds in _UNITS)
    given = (value * seconds for value, seconds in told if isinstance(value, (int, float)) and 0 < value < A_WHILE)
    return "wait" in tokens(step.action) and max(step.duration_seconds, *given, 0.0) >= A_WHILE


def _stopped(execution: Execution) -> dict[str, Any]:
    before, after = execution.state_before, execution.state_after
    both = before.keys() & after.keys()
    ran = {key: after[key] for key in sorted(both) if _RUNS.match(str(before[key])[:MAX_OUTPUT])}
    return {key: value for key, value in ran.items() if _WENT_WRONG.match(str(value)[:MAX_OUTPUT])}


def _moved(execution: Execution) -> dict[str, Any]:
    """The facts that changed, and neither change by themselves nor went wrong or the wrong way."""
    before = execution.state_before
    changed = {key: value for key, value in execution.state_after.items() if before.get(key) != value}
    worse = grown_burdens(execution)
    steady = {key: value for key, value in changed.items() if key not in worse and not tokens(key) & _MOVES_BY_ITSELF}
    return {
        key: value
        for key, value in steady.items()
        if key != "mem_free_pct" and not _WENT_WRONG.match(str(value)[:MAX_OUTPUT])
    }
