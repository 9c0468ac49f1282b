"""From one failed run to a proposal, or to a clear reason why there is none.

Triage, drafts, then the judges: each candidate is read strictly, validated and replayed against everything
recorded; the one that fixes its own failure, regresses nothing and changes least becomes the proposal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from runwright.checks.commands import policy_of
from runwright.checks.meaning import meanings, risk_of
from runwright.checks.validation import errors, validate
from runwright.corpus.corpus import Corpus, Entry, read_corpus
from runwright.corpus.evidence import MAX_BYTES, recording_path
from runwright.corpus.manifest import manifest_of, write_manifest
from runwright.errors import ContentError
from runwright.learn import body
from runwright.learn.author import Candidate, Failure, draft
from runwright.learn.body import Story
from runwright.learn.fingerprint import fingerprint
from runwright.learn.triage import triage
from runwright.model.execution import Execution
from runwright.model.policy import Policy
from runwright.model.proposal import Proposal
from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data, parse_execution
from runwright.model.triage import Triage
from runwright.model.verdict import ReplayReport, Verdict
from runwright.model.walk import closure
from runwright.redact.redact import redact_data
from runwright.replay.gate import Change, replay_change
from runwright.replay.judging import Pair, judge, recorded_outcome

_RISK = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the forge already knows of this failure."""

    open_pull: int | None = None
    refused: tuple[str, ...] = ()
    """Reasons with which people closed earlier proposals for it."""
    seen: int = 1
    """How often this failure was recorded, this time included."""


Kind = Literal["succeeded", "not_improvable", "fixed_already", "refused_before", "needs_person", "proposed"]
"""How the thinking ended."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """A proposal, or why there is none."""

    kind: Kind
    triage: Triage
    fingerprint: str | None
    proposal: Proposal | None
    reason: str
    tried: tuple[str, ...] = ()
    missing_facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    candidate: Candidate
    head: Entry[Runbook]
    report: ReplayReport
    files: dict[str, str | None]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What replay said of every recording."""
        return tuple(verdict for report in self.report.runbooks for verdict in report.verdicts)

    def rank(self, base: Runbook) -> tuple[bool, int, int, int, int, str]:
        """Shown before predicted, then what leaves least open, fixes most, is least risky and changes least."""
        verdicts = self.verdicts
        changes = meanings(base, self.head.value)
        return (
            any(verdict.grade == "predicted" for verdict in verdicts),
            sum(verdict.verdict == "inconclusive" for verdict in verdicts),
            -sum(verdict.verdict == "fixed" for verdict in verdicts),
            _RISK[risk_of(changes)],
            len(changes),
            self.candidate.summary,
        )


def improve(execution: Execution, corpus: Corpus, earlier: Earlier, now: datetime) -> Improvement:
    """Think one failed run through; what is thought about is redacted first, whoever redacted it before."""
    execution = _redacted(execution)
    found = triage(execution).model_copy(update={"analyzed_at": now})
    nothing = Improvement("needs_person", found, None, None, "")
    if recorded_outcome(execution) == "succeed":
        return replace(nothing, kind="succeeded", reason="the run succeeded")
    if not found.improvable:
        why = f"not improvable: {found.failure_type}: {found.rationale}"
        return replace(nothing, kind="not_improvable", reason=why)
    named = replace(nothing, fingerprint=fingerprint(execution))
    parent = corpus.runbook(execution.runbook_id)
    if parent is None:
        return replace(named, reason=f"{execution.runbook_id} is not in the library, so there is nothing to improve")
    settled = _settled(execution, parent, (corpus, earlier), named)
    if settled is not None:
        return settled
    failure = Failure(execution, found, parent, corpus.files[parent.path].decode(), now)
    return _proposed(failure, corpus, earlier, named)


def _settled(
    execution: Execution, parent: Entry[Runbook], known: tuple[Corpus, Earlier], named: Improvement
) -> Improvement | None:
    """What needs no proposal: refused before, handled already, or too large to be kept as a recording."""
    corpus, earlier = known
    if earlier.refused:
        return replace(named, kind="refused_before", reason=f"refused before: {earlier.refused[0]}")
    if _fixed_already(execution, parent, corpus):
        why = f"version {parent.value.version}, which is released already, would have handled it"
        return replace(named, kind="fixed_already", reason=why)
    if (size := len(canonical(execution_data(execution)))) > MAX_BYTES:
        return replace(named, reason=f"needs a person: a run of {size} bytes; a recording has at most {MAX_BYTES}")
    return None


def _redacted(execution: Execution) -> Execution:
    data, _ = redact_data(execution_data(execution))
    return parse_execution(data)


def _fixed_already(execution: Execution, parent: Entry[Runbook], corpus: Corpus) -> bool:
    if execution.runbook_version is None or execution.runbook_version >= parent.value.version:
        return False
    others = [item.execution for item in corpus.recordings_of(parent.value.id)]
    library = closure(parent.value, {entry.value.id: entry.value for entry in corpus.runbooks})
    return judge(Pair(None, parent.value, head_called=library), execution, others).would == "succeed"


def _proposed(failure: Failure, corpus: Corpus, earlier: Earlier, named: Improvement) -> Improvement:
    drafted = draft(failure)
    judged = [_judge(candidate, failure, corpus) for candidate in drafted.candidates]
    tried = tuple(
        f"{candidate.summary}: {verdict if isinstance(verdict, str) else verdict.report.headline}"
        for candidate, verdict in zip(drafted.candidates, judged, strict=True)
    )
    valid = [verdict for verdict in judged if isinstance(verdict, _Judged)]
    missing = (*drafted.missing_facts, *(name for verdict in valid for name in _open(verdict, failure)))
    thought = replace(named, tried=tried, missing_facts=tuple(dict.fromkeys(missing)))
    good = [verdict for verdict in valid if _good(verdict, failure)]
    if not good:
        unrecorded = f"not recorded: {', '.join(thought.missing_facts[:5])}" if thought.missing_facts else ""
        why = drafted.reason or unrecorded or "no candidate fixes the failure without a regression"
        return replace(thought, reason=f"needs a person: {why}")
    best = min(good, key=lambda item: item.rank(failure.parent.value))
    proposal = _proposal(best, failure, _seen(failure, corpus, earlier), policy_of(corpus.files))
    return replace(thought, kind="proposed", proposal=proposal, reason=f"proposed: {best.candidate.summary}")


def _seen(failure: Failure, corpus: Corpus, earlier: Earlier) -> Earlier:
    """How often, by whoever counted more: the caller, or the recordings in Git."""
    others = (item.execution for item in corpus.recordings_of(failure.parent.value.id))
    name, own = fingerprint(failure.execution), failure.execution.execution_id
    alike = sum(
        other.execution_id != own and recorded_outcome(other) == "fail" and fingerprint(other) == name
        for other in others
    )
    return replace(earlier, seen=max(earlier.seen, 1 + alike))


def _judge(candidate: Candidate, failure: Failure, corpus: Corpus) -> _Judged | str:
    files: dict[str, str | None] = {failure.parent.path: candidate.text, **_evidence(failure, corpus)}
    head = read_corpus({**corpus.files, **{path: text.encode() for path, text in files.items() if text is not None}})
    wrong = errors(validate(head, corpus))
    if wrong:
        return f"not valid: {wrong[0]}"
    entry = head.runbook(failure.parent.value.id)
    if entry is None:
        raise ContentError(f"{failure.parent.value.id} is gone from its own new version")
    report = replay_change(Change(corpus, head, "main", entry.value.version_name()))
    return _Judged(candidate, entry, report, files)


def _evidence(failure: Failure, corpus: Corpus) -> dict[str, str]:
    """The failed run as a recording, and its line in the manifest."""
    path = recording_path(failure.parent.value.id, failure.execution.execution_id)
    content = canonical(execution_data(failure.execution))
    manifest = manifest_of(corpus.files, path).with_file(path, content)
    return {path: content.decode(), manifest.path: write_manifest(manifest)}


def _own(judged: _Judged, failure: Failure) -> tuple[Verdict, ...]:
    return tuple(verdict for verdict in judged.verdicts if verdict.execution_id == failure.execution.execution_id)


def _open(judged: _Judged, failure: Failure) -> tuple[str, ...]:
    """What would have to be known to decide the candidate."""
    return tuple(name for verdict in _own(judged, failure) for name in verdict.missing_facts)


def _good(judged: _Judged, failure: Failure) -> bool:
    own = _own(judged, failure)
    return judged.report.passed and bool(own) and all(verdict.verdict == "fixed" for verdict in own)


def _proposal(best: _Judged, failure: Failure, earlier: Earlier, asked: Policy) -> Proposal:
    name = fingerprint(failure.execution)
    story = Story(
        failure.parent.value,
        best.head.value,
        failure.execution,
        failure.triage,
        best.report,
        name,
        earlier.seen,
        earlier.refused,
        asked,
    )
    return Proposal(
        runbook_id=best.head.value.id,
        fingerprint=name,
        title=body.title(story),
        body=body.body(story),
        labels=body.labels(story),
        evidence=(failure.execution.execution_id,),
        files=best.files,
    )
