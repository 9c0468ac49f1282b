"""Chooses among judged candidates by evidence, and makes the proposal; or says why a person is needed.

What a person then learns: what was tried, what came of it, and which facts nobody recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from runwright.checks.commands import policy_of
from runwright.checks.difference.content import Trees
from runwright.corpus.corpus import Corpus
from runwright.learn import body
from runwright.learn.background import Background
from runwright.learn.body import Story
from runwright.learn.drafts import Drafted, Failure
from runwright.learn.extracting import wanted
from runwright.learn.fingerprint import failed_step, fingerprint
from runwright.learn.judging import Judged, judged
from runwright.learn.paring import pared
from runwright.learn.staging import unread
from runwright.learn.story import BUILT_IN
from runwright.model.proposal import Proposal
from runwright.model.question import Provenance, Usage
from runwright.model.triage import Triage
from runwright.replay.gate import NEEDS_STAGING
from runwright.replay.judging import recorded_outcome

MAX_TOLD = 5
"""Missing facts that a reason names; all of them stand beside it."""
Kind = Literal["succeeded", "not_improvable", "fixed_already", "needs_person", "proposed"]
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


def chosen(
    failure: Failure, candidates: Sequence[Judged], corpus: Corpus, background: Background, drafted: Drafted
) -> Improvement:
    """The best candidate as a proposal, or the need of a person; `drafted` says what kept the author from more."""
    tried = tuple(dict.fromkeys(f"{one.candidate.summary}: {one.why}" for one in candidates))
    missing = (*drafted.missing_facts, *(name for one in candidates for name in one.missing_facts))
    thought = Improvement(
        "needs_person",
        failure.triage,
        failure.fingerprint,
        None,
        "",
        tried,
        unread(tuple(dict.fromkeys(missing)), failure),
    )
    best = _pared_best(failure, candidates, corpus)
    if best is None:
        # Where nothing says exactly what is missing, what an error of this kind leaves open is asked for.
        asked = thought.missing_facts or wanted(failed_step(failure.execution), failure.execution)
        thought = replace(thought, missing_facts=asked)
        return replace(thought, reason=f"needs a person: {_why(drafted, thought)}")
    story = replace(_story(best, failure, corpus, background), provenance=_origin(best, candidates))
    proposal = _proposal(best, story)
    if left := body.leaks(proposal.title, proposal.body) or body.overlong(story, proposal.body):
        return replace(thought, reason=f"needs a person: {left}")
    return replace(thought, kind="proposed", proposal=proposal, reason=f"proposed: {best.candidate.summary}")


def _pared_best(failure: Failure, candidates: Sequence[Judged], corpus: Corpus) -> Judged | None:
    """The best candidate, without what its fix does not need; where nothing is left of it, the next best."""
    left = list(candidates)
    while (best := best_of(left)) is not None:
        # What was kept of a verdict is without its report.
        found = pared(judged(best.candidate, failure, corpus) if best.report is None else best, failure, corpus)
        if found.ok or found.undecided:
            return found
        left.remove(best)
    return None


def best_of(candidates: Sequence[Judged]) -> Judged | None:
    """What fixes the failure; else what was measured, and only a staging host can decide."""
    good = [one for one in candidates if one.ok] or [one for one in candidates if one.undecided]
    return min(good, key=lambda one: one.rank, default=None)


def _origin(best: Judged, candidates: Sequence[Judged]) -> Provenance:
    """Who drafted it; where no model did, with what was paid for drafts that were no better."""
    found = best.candidate.provenance
    if found.by != BUILT_IN.by:
        return found
    others = (one.candidate.provenance for one in candidates)
    # All drafts of one answer tell the usage of the whole answer.
    paid = {one.input_digest: one.usage for one in others if one.by != BUILT_IN.by}.values()
    usage = Usage(
        input_tokens=sum(one.input_tokens for one in paid),
        output_tokens=sum(one.output_tokens for one in paid),
        cost_usd=round(sum(one.cost_usd for one in paid), 8),
    )
    return found.model_copy(update={"usage": usage})


def _why(drafted: Drafted, thought: Improvement) -> str:
    told = ", ".join(thought.missing_facts[:MAX_TOLD])
    return drafted.reason or (
        f"not recorded: {told}" if told else "no candidate fixes the failure without a regression"
    )


def seen(failure: Failure, corpus: Corpus, told: int) -> int:
    """How often this failure happened, by whoever counted more: the caller, or the recordings in Git."""
    others = (item.execution for item in corpus.recordings_of(failure.parent.value.id))
    name, own = fingerprint(failure.execution), failure.execution.execution_id
    alike = sum(
        other.execution_id != own and recorded_outcome(other) == "fail" and fingerprint(other) == name
        for other in others
    )
    return max(told, 1 + alike)


def _story(best: Judged, failure: Failure, corpus: Corpus, background: Background) -> Story:
    if best.base is None or best.head is None or best.report is None:
        raise RuntimeError("a candidate that was not replayed cannot be proposed")
    return Story(
        base=best.base.value,
        head=best.head.value,
        execution=failure.execution,
        triage=failure.triage,
        report=best.report,
        fingerprint=failure.fingerprint,
        seen=seen(failure, corpus, background.seen),
        policy=policy_of(corpus.files),
        background=background,
        provenance=best.candidate.provenance,
        reconstructed=failure.reconstructed,
        around=Trees(corpus, corpus).base_around,
        first_uses=body.first_uses((entry.value for entry in corpus.runbooks), best.head.value),
    )


def _proposal(best: Judged, story: Story) -> Proposal:
    return Proposal(
        runbook_id=story.head.id,
        fingerprint=story.fingerprint,
        title=body.title(story),
        body=body.body(story),
        labels=(*body.labels(story), *((NEEDS_STAGING,) if best.undecided else ())),
        evidence=(story.execution.execution_id,),
        files=dict(best.files),
    )
