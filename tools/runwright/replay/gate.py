"""The gate: a change of the tree, replayed against every recording that it can affect.

It does not pass with a regression, with an empty or silently shrunken set of recordings, with one that cannot be read,
or while the failure that the change brings with it is still failing. One that stays inconclusive passes only with the
label `needs-staging`, and says what it hangs on. Recordings are read one after the other, and none is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from runwright.corpus.corpus import Corpus
from runwright.corpus.evidence import recording_path
from runwright.model.execution import Execution
from runwright.model.finding import Finding
from runwright.model.runbook import Runbook
from runwright.model.verdict import ModelRecord, ReplayReport, RunbookReport, Tally, Verdict
from runwright.replay import scope
from runwright.replay.backtest import Tries, try_rules
from runwright.replay.counting import Counted
from runwright.replay.dangers import new_destructive
from runwright.replay.headline import cannot_show, headline
from runwright.replay.judging import Pair, judge_all, recorded_outcome
from runwright.replay.ledger import records_of
from runwright.replay.scope import Sides
from runwright.replay.side import Side
from runwright.replay.tampering import altered_runs, doubled, spoiled_runs, spoiled_states
from runwright.replay.tape import make_tape

NEEDS_STAGING = "needs-staging"
MAX_LEDGER = 1000
"""Recordings of each runbook that the record of a model is taken from."""
MAX_FAILURES = 50
"""Reasons of one kind that are told for each runbook."""
Progress = Callable[[str, int], None]
"""Is told the runbook and how many of its recordings were replayed."""


@dataclass(frozen=True, slots=True)
class Change:
    """Two trees, what people call them, and the labels of the pull request between them."""

    base: Corpus | Side
    head: Corpus | Side
    base_name: str = "base"
    head_name: str = "head"
    labels: frozenset[str] = frozenset()

    @property
    def sides(self) -> Sides:
        """Both trees, read as far as they are needed."""
        return Sides(Side.of(self.base), Side.of(self.head))


@dataclass(frozen=True, slots=True)
class _Replayed:
    """One runbook, replayed on all of its recordings."""

    report: RunbookReport
    missing: tuple[str, ...]
    failures: tuple[str, ...]
    modelled: frozenset[str]
    """The actions whose model answered something."""
    recorded: Iterable[Execution]
    """What the record of a model is taken from."""
    destroys: tuple[str, ...] = ()
    """The destructive commands that only head has, or has with less care, in words."""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The recordings of a runbook, each as it stood before the change; may be read several times."""

    sides: Sides
    runbook_id: str
    brought: bool = True
    """Whether those count that the change brings: each says what happened once, and nothing of other runs."""

    def __iter__(self) -> Iterator[Execution]:
        """Give the recordings by path, the older ones first; what cannot be read becomes a finding of its side."""
        base, head = self.sides.base, self.sides.head
        same, altered, brought = self.sides.told_apart(head.recordings.get(self.runbook_id, ()))
        yield from (execution for _, execution in base.executions(same, again=True) if execution is not None)
        # A change is not judged by evidence that it altered, unless nobody could read what stood there before.
        for path, execution in base.executions(altered):
            if execution is None:
                brought.append(path)
            else:
                yield execution
        if self.brought:
            yield from (execution for _, execution in head.executions(brought) if execution is not None)


def replay_change(
    change: Change, only: Iterable[str] = (), progress: Progress = lambda runbook_id, number: None
) -> ReplayReport:
    """Replay every runbook that a change touches, or the named ones, and try the rules that it touches."""
    sides = change.sides
    wanted = tuple(dict.fromkeys(only)) or scope.affected(sides)
    replayed = [_runbook(change, sides, runbook_id, progress) for runbook_id in wanted if _known(sides, runbook_id)]
    tries = Tries() if only else try_rules(sides)
    set_failures = (
        *doubled(sides),
        *(() if only else _first(tuple(spoiled_states(sides)), "healthy states are gone or altered")),
    )
    findings = _findings(sides)
    unknown = tuple(f"{name} is not in {change.head_name}" for name in wanted if not _known(sides, name))
    replaying = (reason for one in replayed for reason in one.failures)
    failures = (*unknown, *replaying, *set_failures, *tries.alarms, *_unread(findings))
    counted = Counted()
    for one in replayed:
        counted.include(one.report.tally or Tally(), one.missing)
    return ReplayReport(
        base=change.base_name,
        head=change.head_name,
        runbooks=tuple(one.report for one in replayed),
        passed=not failures,
        headline=headline(counted.tally, counted.missing, not failures),
        failures=failures,
        cannot_show=(*_unreached(replayed), *(cannot_show(counted.missing) if counted.tally.runs else ())),
        models=_models(replayed),
        rules=tries.trials,
        findings=findings,
    )


def affected(change: Change) -> tuple[str, ...]:
    """The runbooks that a change can affect, as far as head has them."""
    sides = change.sides
    return tuple(runbook_id for runbook_id in scope.affected(sides) if sides.head.runbook(runbook_id))


def own_failures(sides: Sides, runbook_id: str) -> frozenset[str]:
    """The runs without a verified success that the change itself brings as recordings.

    A new runbook has none: its recordings show how it fails, and nothing before it could have failed. Nor has one that
    the change leaves as it was: whoever only keeps a failed run repairs nothing.
    """
    base, head = sides.base.runbook(runbook_id), sides.head.runbook(runbook_id)
    if base is None or (head is not None and base.value == head.value):
        return frozenset()
    brought = (execution for _, execution in sides.head.executions(sides.brought(runbook_id)) if execution is not None)
    return frozenset(one.execution_id for one in brought if recorded_outcome(one) != "succeed")


def _known(sides: Sides, runbook_id: str) -> bool:
    there = sides.head.runbook(runbook_id) or sides.base.runbook(runbook_id)
    return there is not None or runbook_id in sides.base.recordings


def _runbook(change: Change, sides: Sides, runbook_id: str, progress: Progress) -> _Replayed:
    head, base = sides.head.runbook(runbook_id), sides.base.runbook(runbook_id)
    pair = _pair(sides, base.value if base else None, head.value) if head else None
    # What a change brings along must not speak for it, unless there was nothing before.
    evidence, others = _Evidence(sides, runbook_id), _Evidence(sides, runbook_id, brought=base is None)
    counted, failures = Counted(), _Failures(change.labels, own_failures(sides, runbook_id))
    modelled: set[str] = set()
    brought = frozenset(sides.brought(runbook_id))
    for number, judged in enumerate(judge_all(pair, evidence, others) if pair else (), start=1):
        verdict = _placed(judged, brought)
        counted.add(verdict, whole=verdict.execution_id in failures.own)
        failures.look_at(verdict)
        modelled |= {step.action for step in verdict.steps if step.answer == "modelled" and step.source == step.action}
        progress(runbook_id, number)
    gone = [path for path in sides.gone(runbook_id) if sides.why_removed(path) is None]
    spoiled = spoiled_runs(sides, runbook_id)
    report = RunbookReport(
        runbook_id=runbook_id,
        base_version=base.value.version if base else None,
        head_version=head.value.version if head else None,
        verdicts=counted.kept,
        tally=counted.tally,
        shrunken=tuple(_stem(path) for path in sorted({*gone, *spoiled})),
        left=tuple(_left(sides, path) for path in sides.gone(runbook_id) if path not in gone),
        altered=tuple(_stem(path) for path in sides.altered(runbook_id)),
        rules=tuple(rule.id for rule in sides.head.rules(runbook_id)),
    )
    altered = [_stem(path) for path in altered_runs(sides, runbook_id) if path not in spoiled]
    standing = len(sides.base.recordings.get(runbook_id, ())) - len(sides.gone(runbook_id))
    failed = (*_set_failures(report, altered, standing), *failures.told())
    new = new_destructive((pair.base, pair.base_called), (pair.head, pair.head_called)) if pair and pair.base else ()
    return _Replayed(report, tuple(counted.missing), failed, frozenset(modelled), others, new)


def _unreached(replayed: Iterable[_Replayed]) -> Iterator[str]:
    """The destructive commands that a change brings, or guards less; where a run comes to one, it has regressed too."""
    for one in replayed:
        yield from (f"what {said} {one.report.runbook_id}" for said in one.destroys)


def _models(replayed: Iterable[_Replayed]) -> tuple[ModelRecord, ...]:
    """The record of each model that answered something, over what was recorded before the change."""
    ones = tuple(replayed)
    wanted = frozenset(action for one in ones for action in one.modelled)
    if not wanted:
        return ()
    recorded = (recording for one in ones for recording in islice(one.recorded, MAX_LEDGER))
    telling = (one for one in recorded if any(step.action in wanted for step in one.executed_steps))
    known = {record.action: record for record in records_of(map(make_tape, telling))}
    return tuple(known.get(action, ModelRecord(action=action)) for action in sorted(wanted))


def _pair(sides: Sides, base: Runbook | None, head: Runbook) -> Pair:
    given = tuple(scope.given_otherwise(sides, head.id))
    return Pair(base, head, sides.base.called(base) if base else {}, sides.head.called(head), given)


def _placed(verdict: Verdict, brought: frozenset[str]) -> Verdict:
    """The verdict, which says whether the change itself brings its recording."""
    path = recording_path(verdict.runbook_id, verdict.execution_id)
    return verdict.model_copy(update={"brought": True}) if path in brought else verdict


def _left(sides: Sides, path: str) -> str:
    return f"{_stem(path)}: {sides.why_removed(path)}"


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".json")


def _set_failures(report: RunbookReport, altered: list[str], standing: int) -> Iterator[str]:
    """What is wrong with the set of recordings, of which so many stand on both sides."""
    if report.base_version is not None and report.head_version is None and standing:
        yield f"{report.runbook_id} is gone, and {standing} of its recordings still stand; each leaves with a reason"
    if report.head_version is not None and not (report.tally and report.tally.runs):
        yield f"{report.runbook_id} has no recordings, so nothing was replayed; keep a run of it: runwright record"
    gone = tuple(f"the recording {name} of {report.runbook_id} is gone" for name in report.shrunken)
    yield from _first(gone, f"recordings of {report.runbook_id} are gone")
    changed = tuple(f"the change alters the recording {name} of {report.runbook_id}" for name in altered)
    yield from _first(changed, f"recordings of {report.runbook_id} are altered")


def _first(lines: tuple[str, ...], what: str) -> Iterator[str]:
    """As many lines as anybody reads, and how many more there are."""
    yield from lines[:MAX_FAILURES]
    if len(lines) > MAX_FAILURES:
        yield f"{len(lines) - MAX_FAILURES} more {what}"


class _Failures:
    """Why the gate does not pass, from verdicts one after the other."""

    def __init__(self, labels: frozenset[str], own: frozenset[str]) -> None:
        self.labels, self.own, self.count = labels, own, 0
        self.reasons: list[str] = []

    def look_at(self, verdict: Verdict) -> None:
        """Note what is wrong with one verdict."""
        for reason in self._wrong(verdict):
            self.count += 1
            if self.count <= MAX_FAILURES:
                self.reasons.append(reason)

    def told(self) -> tuple[str, ...]:
        """The reasons, as many as anybody reads, and how many more there are."""
        more = self.count - len(self.reasons)
        return (*self.reasons, *([f"{more} more runs do not pass"] if more else []))

    def _wrong(self, verdict: Verdict) -> Iterator[str]:
        if verdict.verdict == "regressed":
            yield f"{verdict.execution_id} regressed{f': {verdict.reasons[0]}' if verdict.reasons else ''}"
        elif verdict.execution_id in self.own:
            yield from _own_failure(verdict, self.labels)


def _own_failure(verdict: Verdict, labels: frozenset[str]) -> Iterator[str]:
    if verdict.verdict == "still failing":
        yield f"{verdict.execution_id} is the failure that this change is for, and it is still failing"
    if verdict.verdict == "inconclusive" and NEEDS_STAGING not in labels:
        yield (
            f"{verdict.execution_id} is the failure that this change is for, and replay cannot decide it; "
            f"try the change on a staging host and label the pull request {NEEDS_STAGING}"
        )


def _findings(sides: Sides) -> tuple[Finding, ...]:
    """What could not be read of head; a file that is the same on both sides was perhaps read there."""
    base, head = sides.base, sides.head
    same = {path: found for path, found in base.findings.items() if path in head.blobs}
    found = {path: told for path, told in same.items() if base.blobs.get(path) == head.blobs[path]} | head.findings
    return tuple(finding for path in sorted(found) for finding in found[path])


def _unread(findings: tuple[Finding, ...]) -> Iterator[str]:
    paths = tuple(dict.fromkeys(finding.path for finding in findings))
    yield from _first(tuple(f"{path} cannot be read" for path in paths), "files cannot be read")
