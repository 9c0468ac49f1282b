"""The gate: a change of the tree, replayed against every recording that it can affect.

It does not pass with a regression, with an empty or silently shrunken set of recordings, or while the failure
that the change brings with it is still failing. One that stays inconclusive passes only with the label
`needs-staging`, and says what it hangs on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runwright.corpus.corpus import Corpus
from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.verdict import ReplayReport, RunbookReport, Verdict
from runwright.model.walk import called_by
from runwright.replay.judging import Pair, judge_all, recorded_outcome

ALWAYS_UNSHOWN = (
    "causes that no recording shows: a second fault may stand behind the first",
    "side effects that no action declares",
    "how long new steps take",
)
NEEDS_STAGING = "needs-staging"
MAX_NAMED = 3
"""Facts that a headline names."""
_PLAIN_NAME = re.compile(r'[A-Za-z0-9 ._:/\[\]"-]{1,80}')


@dataclass(frozen=True, slots=True)
class Change:
    """Two trees, what people call them, and the labels of the pull request between them."""

    base: Corpus
    head: Corpus
    base_name: str = "base"
    head_name: str = "head"
    labels: frozenset[str] = frozenset()


def replay_change(change: Change, only: Iterable[str] = ()) -> ReplayReport:
    """Replay every runbook that a change touches, or the named ones."""
    wanted = tuple(only) or affected(change)
    there = tuple(runbook_id for runbook_id in wanted if change.head.runbook(runbook_id))
    reports = tuple(_runbook(change, runbook_id) for runbook_id in there)
    failures = tuple(f"{runbook_id} is not in {change.head_name}" for runbook_id in wanted if runbook_id not in there)
    failures += tuple(reason for report in reports for reason in _failures(change, report))
    verdicts = [verdict for report in reports for verdict in report.verdicts]
    return ReplayReport(
        base=change.base_name,
        head=change.head_name,
        runbooks=reports,
        passed=not failures,
        headline=headline(verdicts, not failures),
        failures=failures,
        cannot_show=_cannot_show(verdicts) if verdicts else (),
    )


def affected(change: Change) -> tuple[str, ...]:
    """The runbooks whose text, whose recordings or whose rules changed, and those that call one whose text did."""
    ids = {entry.value.id for entry in change.head.runbooks if _changed(change, entry.path)}
    ids |= _callers(change.head, ids)
    ids |= {rule.value.runbook_id for rule in change.head.rules if _changed(change, rule.path)}
    for recorded in (*change.head.recordings, *change.base.recordings):
        if _changed(change, recorded.path):
            ids.add(recorded.execution.runbook_id)
    return tuple(sorted(runbook_id for runbook_id in ids if change.head.runbook(runbook_id)))


def headline(verdicts: list[Verdict], passed: bool) -> str:
    """One line that never says more than the weakest answer."""
    if not verdicts:
        return "nothing was replayed"
    counts = {
        word: sum(v.verdict == word for v in verdicts)
        for word in ("fixed", "regressed", "still failing", "inconclusive", "unchanged")
    }
    predicted = any(v.grade == "predicted" for v in verdicts)
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    sure = " (predicted, not shown)" if predicted else ""
    ending = "" if passed else "; the gate does not pass"
    return f"{said} of {_runs(verdicts)}{sure}{_missing(verdicts)}{ending}"


def _runs(verdicts: list[Verdict]) -> str:
    """How many runs were replayed; those that no host has made are counted apart."""
    runs = "run" if len(verdicts) == 1 else "runs"
    synthetic = sum(verdict.synthetic for verdict in verdicts)
    if not synthetic:
        return f"{len(verdicts)} recorded {runs}"
    return f"{len(verdicts)} {runs} ({len(verdicts) - synthetic} recorded, {synthetic} synthetic)"


def own_failures(change: Change, runbook_id: str) -> frozenset[str]:
    """The runs without a verified success that the change itself brings as recordings.

    A new runbook has none: its recordings show how it fails, and nothing before it could have failed.
    """
    if change.base.runbook(runbook_id) is None:
        return frozenset()
    new = (item.execution for item in change.head.recordings_of(runbook_id) if item.path not in change.base.files)
    return frozenset(execution.execution_id for execution in new if recorded_outcome(execution) != "succeed")


def _callers(corpus: Corpus, ids: set[str]) -> set[str]:
    """The runbooks that call one of these, directly or through others."""
    calls = {entry.value.id: called_by(entry.value) for entry in corpus.runbooks}
    found: set[str] = set()
    while more := {name for name, called in calls.items() if called & (ids | found)} - found:
        found |= more
    return found


def _changed(change: Change, path: str) -> bool:
    return change.base.files.get(path) != change.head.files.get(path)


def _runbook(change: Change, runbook_id: str) -> RunbookReport:
    head = change.head.runbook(runbook_id)
    if head is None:
        raise RuntimeError(f"{runbook_id} is not in head")
    base = change.base.runbook(runbook_id)
    pair = Pair(base.value if base else None, head.value, _library(change.base), _library(change.head))
    kept = {item.path for item in change.head.recordings_of(runbook_id)}
    gone = [item.execution.execution_id for item in change.base.recordings_of(runbook_id) if item.path not in kept]
    return RunbookReport(
        runbook_id=runbook_id,
        base_version=pair.base.version if pair.base else None,
        head_version=pair.head.version,
        verdicts=tuple(judge_all(pair, _evidence(change, runbook_id))),
        shrunken=tuple(gone),
    )


def _library(corpus: Corpus) -> dict[str, Runbook]:
    return {entry.value.id: entry.value for entry in corpus.runbooks}


def _evidence(change: Change, runbook_id: str) -> Iterator[Execution]:
    """The recordings, each as it stood before the change: a change is not judged by evidence that it altered."""
    before = {item.path: item.execution for item in change.base.recordings_of(runbook_id)}
    return (before.get(item.path, item.execution) for item in change.head.recordings_of(runbook_id))


def _failures(change: Change, report: RunbookReport) -> Iterator[str]:
    if not report.verdicts:
        yield f"{report.runbook_id} has no recordings, so nothing was replayed"
    for execution_id in report.shrunken:
        yield f"the recording {execution_id} of {report.runbook_id} is gone"
    own = own_failures(change, report.runbook_id)
    for verdict in report.verdicts:
        if verdict.verdict == "regressed":
            yield f"{verdict.execution_id} regressed{f': {verdict.reasons[0]}' if verdict.reasons else ''}"
        elif verdict.execution_id in own:
            yield from _own_failure(verdict, change.labels)


def _own_failure(verdict: Verdict, labels: frozenset[str]) -> Iterator[str]:
    if verdict.verdict == "still failing":
        yield f"{verdict.execution_id} is the failure that this change is for, and it is still failing"
    if verdict.verdict == "inconclusive" and NEEDS_STAGING not in labels:
        yield (
            f"{verdict.execution_id} is the failure that this change is for, and replay cannot decide it; "
            f"try the change on a staging host and label the pull request {NEEDS_STAGING}"
        )


def _missing(verdicts: list[Verdict]) -> str:
    names = tuple(dict.fromkeys(name for verdict in verdicts for name in verdict.missing_facts))
    if not names:
        return ""
    shown = [name if _PLAIN_NAME.fullmatch(name) else "a fact with an odd name" for name in names[:MAX_NAMED]]
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return f"; hangs on {', '.join(shown)}{more}"


def _cannot_show(verdicts: list[Verdict]) -> tuple[str, ...]:
    missing = tuple(dict.fromkeys(name for verdict in verdicts for name in verdict.missing_facts))
    facts = (f"what hangs on: {', '.join(missing)}",) if missing else ()
    return (*facts, *ALWAYS_UNSHOWN)
