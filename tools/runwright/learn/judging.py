"""Judges a candidate, whoever wrote it: read strictly, validated, guarded, and replayed against everything recorded.

It says what speaks for a candidate as a rank, so that `choosing` can take the best by evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from runwright.checks.meaning import meanings, risk_of
from runwright.checks.validation import errors, validate_change
from runwright.corpus.corpus import Corpus, Entry, with_files
from runwright.corpus.evidence import recording_path
from runwright.corpus.manifest import manifest_of, write_manifest
from runwright.learn.drafts import Candidate, Failure, origin
from runwright.learn.staging import made_unknown, new_verbs, only_staging_can_tell
from runwright.model.fields import RISKS
from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data
from runwright.model.verdict import ReplayReport
from runwright.replay.gate import NEEDS_STAGING, Change, replay_change

Rank = tuple[bool, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate and what the judges said; `head` and `report` are None where it was not even valid."""

    candidate: Candidate
    ok: bool
    """It is valid, fixes its own failure and makes nothing worse."""
    why: str
    """The first thing that is wrong with it, or the headline of the replay."""
    rank: Rank = (True, 0, 0, 0, 0)
    """The smaller, the better: predicted, left open, not fixed, changes, risk. Of equals the first drafted counts."""
    undecided: bool = False
    """It makes nothing worse, and nobody but a staging host can say whether it fixes its own failure."""
    missing_facts: tuple[str, ...] = ()
    """What would have to be known to decide about its own failure."""
    files: Mapping[str, str | None] = field(default_factory=dict)
    base: Entry[Runbook] | None = None
    """What it is a new version of."""
    head: Entry[Runbook] | None = None
    report: ReplayReport | None = None

    @property
    def valid(self) -> bool:
        """Whether it could be replayed at all."""
        return self.report is not None


def judged(candidate: Candidate, failure: Failure, corpus: Corpus) -> Judged:
    """Judge one candidate; a refusal is a value, never an exception."""
    base = _with_parent(failure, corpus)
    path = candidate.path or failure.parent.path
    files: dict[str, str | None] = {path: candidate.text, **evidence_of(failure, corpus)}
    head = _changed(base, files)
    old = next((entry for entry in base.runbooks if entry.path == path), None)
    new = next((entry for entry in head.runbooks if entry.path == path), None)
    if wrong := errors(validate_change(head, base)):
        return Judged(candidate, False, f"not valid: {wrong[0]}")
    if old is None or new is None or old.value.id != new.value.id:
        return Judged(candidate, False, f"not valid: {path} is no new version of the runbook that stood there")
    if untrue := _untrue_origin(new.value, candidate, replace(failure, parent=old)):
        return Judged(candidate, False, f"not valid: {untrue}")
    change = Change(base, head, "main", new.value.version_name())
    report = replay_change(change)
    found = Judged(candidate, False, report.headline, files=files, base=old, head=new, report=report)
    return _for_staging(_weighed(found, report, failure), change, failure)


def evidence_of(failure: Failure, corpus: Corpus) -> dict[str, str]:
    """The failed run as a recording, and its line in the manifest."""
    path = recording_path(failure.parent.value.id, failure.execution.execution_id)
    content = canonical(execution_data(failure.execution))
    manifest = manifest_of(corpus.files, path).with_file(path, content)
    return {path: content.decode(), manifest.path: write_manifest(manifest)}


def _with_parent(failure: Failure, corpus: Corpus) -> Corpus:
    """The library; a parent that was reconstructed stands in it as if it had run."""
    if failure.parent.path in corpus.files:
        return corpus
    return _changed(corpus, {failure.parent.path: failure.text})


def _changed(corpus: Corpus, files: Mapping[str, str | None]) -> Corpus:
    return with_files(corpus, {path: text.encode() for path, text in files.items() if text is not None})


def _untrue_origin(head: Runbook, candidate: Candidate, failure: Failure) -> str:
    """What the new version says wrongly of where it comes from; a model could write anything there."""
    told = head.metadata.model_dump(mode="json")
    wanted = origin(failure, candidate.provenance.by)
    return next((f"its metadata is wrong about {key}" for key, value in wanted.items() if told.get(key) != value), "")


def _weighed(found: Judged, report: ReplayReport, failure: Failure) -> Judged:
    verdicts = tuple(verdict for one in report.runbooks for verdict in one.verdicts)
    own = tuple(verdict for verdict in verdicts if verdict.execution_id == failure.execution.execution_id)
    said = {verdict.verdict for verdict in own}
    changes = meanings(found.base.value, found.head.value) if found.base and found.head else ()
    return replace(
        found,
        ok=report.passed and said == {"fixed"},
        rank=(
            any(verdict.grade == "predicted" for verdict in verdicts),
            sum(verdict.verdict == "inconclusive" for verdict in verdicts),
            -sum(verdict.verdict == "fixed" for verdict in verdicts),
            len(changes),
            RISKS.index(risk_of(changes)),
        ),
        missing_facts=tuple(dict.fromkeys(name for verdict in own for name in verdict.missing_facts)),
    )


def _for_staging(found: Judged, change: Change, failure: Failure) -> Judged:
    """A candidate of which nobody but a staging host can tell more, with what the gate says of it then."""
    if found.ok or found.base is None or found.head is None or found.report is None:
        return found
    verdicts = (verdict for one in found.report.runbooks for verdict in one.verdicts)
    own = {one.verdict for one in verdicts if one.execution_id == failure.execution.execution_id}
    both, left = (found.base.value, found.head.value), found.missing_facts
    if own != {"inconclusive"} or not only_staging_can_tell(found.candidate, both, left):
        return found
    if not found.candidate.measured and not made_unknown(left, new_verbs(*both), failure):
        return found
    report = replay_change(replace(change, labels=frozenset({NEEDS_STAGING})))
    return replace(found, report=report, why=report.headline, undecided=report.passed)
