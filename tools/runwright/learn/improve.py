"""From one failed run to a proposal, or to a clear reason why there is none.

Triage, drafts, then the judges, then the choice: each is a pure step that may be done again with the same result, so
that whoever keeps their results calls them one by one, and whoever needs no more than the end calls `improve`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from runwright.corpus.corpus import Corpus, Entry
from runwright.corpus.evidence import MAX_BYTES, recording_path
from runwright.learn import choosing
from runwright.learn.author import draft
from runwright.learn.background import Background
from runwright.learn.choosing import Improvement, Kind
from runwright.learn.drafts import Drafted, Failure
from runwright.learn.extracting import wanted
from runwright.learn.fingerprint import failed_step, fingerprint
from runwright.learn.foreign import only_for_a_person
from runwright.learn.judging import Judged, judged
from runwright.learn.prompting import redacted
from runwright.learn.reconstruct import reconstruct
from runwright.learn.triage import triage
from runwright.model.execution import Execution
from runwright.model.fields import IMPROVABLE
from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data
from runwright.model.triage import Triage
from runwright.model.walk import closure
from runwright.replay.judging import Pair, judge, recorded_outcome

__all__ = ["Improvement", "Kind", "chosen", "drafted", "improve", "judged", "settled"]


def improve(execution: Execution, corpus: Corpus, now: datetime, seen: int = 1) -> Improvement:
    """Think one failed run through with the built-in author alone."""
    failure = settled(execution, corpus, now)
    if isinstance(failure, Improvement):
        return failure
    background = Background(seen=seen)
    found = drafted(failure, background)
    return chosen(failure, [judged(one, failure, corpus) for one in found.candidates], corpus, background, found)


def settled(execution: Execution, corpus: Corpus, now: datetime, found: Triage | None = None) -> Improvement | Failure:
    """A failure that is worth a draft, or why it is not; `found` takes the place of the built-in triage.

    What is thought about is redacted first, whoever redacted it before.
    """
    execution = redacted(execution)
    found = (found or triage(execution)).model_copy(update={"analyzed_at": now})
    nothing = Improvement("needs_person", found, None, None, "")
    if recorded_outcome(execution) == "succeed":
        return replace(nothing, kind="succeeded", reason="the run succeeded")
    if not found.improvable:
        doubt = "not sure enough to rewrite a runbook" if found.failure_type in IMPROVABLE else "not improvable"
        why = f"{doubt}: {found.failure_type}: {found.rationale}"
        return replace(nothing, kind="not_improvable", reason=why)
    named = replace(nothing, fingerprint=fingerprint(execution))
    failure = _failure(execution, found, corpus, now)
    if isinstance(failure, str):
        asked = wanted(failed_step(execution), execution)
        return replace(named, reason=f"needs a person: {failure}", missing_facts=asked)
    return _done(failure, corpus, named) or failure


def drafted(failure: Failure, background: Background) -> Drafted:
    """What the built-in author writes for a failure."""
    del background  # it works from what was recorded; what people said is for those who read prose
    return draft(failure)


def chosen(
    failure: Failure,
    all_judged: Sequence[Judged],
    corpus: Corpus,
    background: Background,
    found: Drafted | None = None,
    *,
    unattended: bool = False,
) -> Improvement:
    """The best of all candidates by evidence, or the need of a person with what was tried and what is missing.

    Where nobody looks at a draft before it is opened, `unattended`, it holds no command that only telemetry named.
    """
    found = drafted(failure, background) if found is None else found
    ended = choosing.chosen(failure, all_judged, corpus, background, found)
    why = only_for_a_person(failure) if unattended and ended.proposal is not None else ""
    return replace(ended, kind="needs_person", proposal=None, reason=f"needs a person: {why}") if why else ended


def _failure(execution: Execution, found: Triage, corpus: Corpus, now: datetime) -> Failure | str:
    """The failure with the runbook that ran; one that no library has is put together from what ran."""
    parent = corpus.runbook(execution.runbook_id)
    if parent is not None:
        return Failure(execution, found, parent, corpus.files[parent.path].decode(), now, corpus)
    if execution.release:
        return (
            f"{execution.runbook_id} ran from a release and is not in the library any more; what was removed stays so"
        )
    put_together = reconstruct(execution, corpus)
    if isinstance(put_together, str):
        return f"{execution.runbook_id} is not in the library, and {put_together}"
    entry, text, again = put_together
    return Failure(again, found, entry, text, now, corpus, fingerprint(execution))


def _done(failure: Failure, corpus: Corpus, named: Improvement) -> Improvement | None:
    """What needs no proposal: handled already, or not to be kept as a recording."""
    if _fixed_already(failure.execution, failure.parent, corpus):
        why = f"version {failure.parent.value.version}, which is released already, would have handled it"
        return replace(named, kind="fixed_already", reason=why)
    if (size := len(canonical(execution_data(failure.execution)))) > MAX_BYTES:
        return replace(named, reason=f"needs a person: a run of {size} bytes; a recording has at most {MAX_BYTES}")
    return replace(named, reason=f"needs a person: {taken}") if (taken := _taken(failure.execution, corpus)) else None


def _taken(execution: Execution, corpus: Corpus) -> str:
    """Why its name cannot name its recording; ids tell the runs of one site apart, and recordings are of all sites."""
    path = recording_path(execution.runbook_id, execution.execution_id)
    others = (one.execution for one in corpus.recordings_of(execution.runbook_id) if one.path == path)
    if all(_whence(other) == _whence(execution) for other in others):
        return ""
    return f"{path} is the recording of another run with the same id; this run needs an id of its own to be kept"


def _whence(execution: Execution) -> tuple[object, ...]:
    return execution.site_id, execution.hostname, execution.started_at


def _fixed_already(execution: Execution, parent: Entry[Runbook], corpus: Corpus) -> bool:
    if execution.runbook_version is None or execution.runbook_version >= parent.value.version:
        return False
    others = [item.execution for item in corpus.recordings_of(parent.value.id)]
    library = closure(parent.value, {entry.value.id: entry.value for entry in corpus.runbooks})
    return judge(Pair(None, parent.value, head_called=library), execution, others).would == "succeed"
