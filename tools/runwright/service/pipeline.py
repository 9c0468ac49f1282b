"""From a stored failure to a proposal, step by step; what the steps do is `learn`'s, here is the order.

Every step may be done twice with the same result: it knows one moment, one commit of the library and one Execution.
A step's result is JSON. Whoever runs the steps sees to it that what was done is not done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from runwright.corpus.corpus import Corpus
from runwright.fault import point
from runwright.learn.choosing import best_of
from runwright.learn.drafts import Drafted, Failure
from runwright.learn.improve import chosen, drafted, judged, settled
from runwright.learn.judging import Judged
from runwright.learn.triage import triage
from runwright.model.execution import Execution
from runwright.model.intake import Case
from runwright.model.pacing import Wait
from runwright.model.proposal import PullRequest
from runwright.model.telemetry import parse_execution
from runwright.service.asking import Asking
from runwright.service.attempts import Moved, NotYet
from runwright.service.consulting import model_drafts, triaged
from runwright.service.ending import Ending
from runwright.service.helping import no_help
from runwright.service.library import Library
from runwright.service.ports import Clock, Governing, Json, KeptEvidence, Pulls, Results, Steps
from runwright.service.proposing import Declined
from runwright.service.redrafting import evidence
from runwright.service.thoughts import (
    background_data,
    background_of,
    drafted_data,
    drafted_of,
    ended,
    improvement_data,
    judged_data,
    judged_of,
    proposal_of,
    triage_data,
    triage_of,
)
from runwright.service.versions import proposed_version


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Thinks a failure through."""

    library: Library
    pulls: Pulls
    governing: Governing
    results: Results
    ending: Ending
    clock: Clock
    asking: Asking | None = None
    """A model to be consulted beside the built-in rules and author."""
    kept: KeptEvidence | None = None
    """Where it is kept what a model's drafts were made of."""

    def think(self, steps: Steps, case: Case) -> None:
        """Do all steps; raises `Interrupted` where one must be done later."""
        seen = steps.run("triage", lambda: self._triage(case))
        end = seen["ended"] or self._author(steps, case, seen)
        self._settle(steps, case, {**end, "base": seen["base"]})

    def _author(self, steps: Steps, case: Case, seen: Json) -> Json:
        # What is known grows with every run: what a model is asked with must stay the same when it is asked again.
        known = steps.run("recall", lambda: self._recall(case, seen))
        drafts = steps.run("draft", lambda: self._draft(case, seen, known))
        verdicts = steps.run("judge", lambda: self._judge(case, seen, drafts))
        choice = steps.run("choose", lambda: self._choose(case, seen, known, drafts, verdicts))
        if choice["proposal"] is None:
            return choice
        opened = steps.run("propose", lambda: self._propose(case, seen, choice))
        return {**choice, **opened}

    def _settle(self, steps: Steps, case: Case, end: Json) -> None:
        after: int | None = 0
        while after is not None:
            after = steps.run("settle", partial(self.ending.settle, case, end, after))["after"]

    def _triage(self, case: Case) -> Json:
        """Whether it is worth a draft; an open pull request needs none."""
        base = self.library.head()
        execution = self._execution(case)
        pull = self._open_pull(case)
        if pull is not None:
            return {"base": base, "ended": self._beside(pull, execution, case), "triage": None}
        told = triaged(self._may_ask(case, base), execution, site_id=case.site_id)
        found = told.model_copy(update={"analyzed_at": case.thought_at})
        said = settled(execution, self.library.corpus(base), case.thought_at, found)
        worth = isinstance(said, Failure)
        return {
            "base": base,
            "ended": None if isinstance(said, Failure) else improvement_data(said),
            "triage": triage_data(found) if worth else None,
        }

    def _beside(self, pull: PullRequest, execution: Execution, case: Case) -> Json:
        """One more run of a failure that has a proposal: its evidence, where that would have helped the run, too."""
        found = triage(execution).model_copy(update={"analyzed_at": case.thought_at})
        if (why := no_help(self.library, pull, execution)) and execution.execution_id not in pull.evidence:
            return ended("needs_person", why, found)
        return {**ended("evidence_added", f"pull request {pull.number}", found), **self._told(pull)}

    def _recall(self, case: Case, seen: Json) -> Json:
        """What is known besides the failure, once and for all drafts."""
        failure, _ = self._failure(case, seen)
        return background_data(self.governing.background_for(case.fingerprint, failure.parent.value.id))

    def _draft(self, case: Case, seen: Json, known: Json) -> Json:
        """What the built-in author writes, and what a model writes beside it."""
        failure, _ = self._failure(case, seen)
        background, asking = background_of(known), self._may_ask(case, seen["base"])
        built_in = drafted(failure, background)
        more = model_drafts(asking, failure, background, site_id=case.site_id)
        if asking is not None and self.kept is not None and more.answers:
            told = evidence(failure, background, more, asking.settings, seen["base"])
            self.kept.keep_evidence(case.fingerprint, told, case.thought_at)
        both = Drafted((*built_in.candidates, *more.candidates), built_in.missing_facts, built_in.reason)
        return {**drafted_data(both), "tried": list(more.tried), "asked": bool(more.answers)}

    def _judge(self, case: Case, seen: Json, drafts: Json) -> Json:
        failure, corpus = self._failure(case, seen)
        return [judged_data(judged(one, failure, corpus)) for one in drafted_of(drafts).candidates]

    def _choose(self, case: Case, seen: Json, known: Json, drafts: Json, verdicts: Json) -> Json:
        failure, corpus = self._failure(case, seen)
        found = drafted_of(drafts)
        told = _with_report(found, verdicts, failure, corpus)
        choice = chosen(failure, told, corpus, background_of(known), found, unattended=True)
        data = improvement_data(choice)
        return {**data, "tried": [*data["tried"], *drafts["tried"]], "asked": drafts["asked"]}

    def _propose(self, case: Case, seen: Json, choice: Json) -> Json:
        """Open it; raises `Moved` when what it rests on is another by now, and `NotYet` when it must wait its turn."""
        proposal = proposal_of(choice["proposal"])
        if not self.library.same_for(seen["base"], self.library.head(), proposal.files, proposal.runbook_id):
            raise Moved("the library changed meanwhile; it is thought about again")
        point("pull_begun")
        said = self.governing.propose(proposal, self.clock(), case.site_id)
        if isinstance(said, Wait):
            raise NotYet(said.until, said.reason)
        point("pull_opened")
        if isinstance(said, Declined):
            stage, words = ("refused_before", "refused before") if said.final else ("needs_person", "needs a person")
            return {"stage": stage, "reason": f"{words}: {said.reason}"}
        return self._told(said)

    def _told(self, pull: PullRequest) -> dict[str, Json]:
        improved = proposed_version(pull, self.library.repository)
        return {"pull": pull.number, "evidence": list(pull.evidence), "improved": improved}

    def _open_pull(self, case: Case) -> PullRequest | None:
        return next((pull for pull in self.pulls.open_pulls() if pull.fingerprint == case.fingerprint), None)

    def _may_ask(self, case: Case, base: str) -> Asking | None:
        """The model; none where it was asked about this failure already and the library is still the same.

        So however often a failure comes, one question is paid for.
        """
        return self.asking if case.asked_base != base else None

    def _execution(self, case: Case) -> Execution:
        work = self.results.leader(case)
        return self.governing.with_feedback(work.site_id, parse_execution(work.body))

    def _failure(self, case: Case, seen: Json) -> tuple[Failure, Corpus]:
        corpus = self.library.corpus(seen["base"])
        found = triage_of(seen["triage"])
        failure = settled(self._execution(case), corpus, case.thought_at, found)
        if not isinstance(failure, Failure):
            raise RuntimeError(f"what was worth a draft is {failure.kind} when it is looked at again")
        return failure, corpus


def _with_report(found: Drafted, verdicts: Json, failure: Failure, corpus: Corpus) -> list[Judged]:
    """What the judges said, with the full report of the best one, which is judged again for it."""
    told = [judged_of(data, one) for data, one in zip(verdicts, found.candidates, strict=True)]
    best = best_of(told)
    return [judged(one.candidate, failure, corpus) if one is best else one for one in told]
