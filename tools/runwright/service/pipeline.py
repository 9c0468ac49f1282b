"""From a stored failure to a proposal: triage, author, validation and replay are `learn`'s; here is the order.

Every step may be done twice: a crash anywhere leaves the execution where it was, and what was opened is found again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from runwright.corpus.corpus import Corpus, read_corpus
from runwright.corpus.layout import CONTENT, SETTINGS
from runwright.errors import EdgeError
from runwright.learn.fingerprint import fingerprint
from runwright.learn.improve import Earlier, Improvement, improve
from runwright.learn.triage import triage
from runwright.model.execution import Execution
from runwright.model.intake import Finished, Stage, Work
from runwright.model.proposal import PullRequest
from runwright.model.telemetry import parse_execution
from runwright.service.evidence import evidence_text
from runwright.service.ports import Backlog, Proposals, Repository
from runwright.service.versions import proposed_version


class Library:
    """The content of the base branch, read again only when the branch moved."""

    def __init__(self, repository: Repository, base_ref: str = "refs/heads/main") -> None:
        self.repository, self.base_ref = repository, base_ref
        self._read: tuple[str, Corpus] | None = None

    def corpus(self) -> Corpus:
        """The corpus at the branch's commit; raises EdgeError while there is none."""
        commit = self.repository.resolve(self.base_ref)
        if commit is None:
            raise EdgeError(f"{self.base_ref} does not exist in the repository; push the first commit")
        if self._read is None or self._read[0] != commit:
            self._read = commit, read_corpus(self.repository.read_files(commit, *CONTENT, *SETTINGS))
        return self._read[1]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Thinks one stored execution through."""

    library: Library
    proposals: Proposals
    backlog: Backlog

    def process(self, work: Work, now: datetime) -> Finished:
        """Do all that there is to do for it; raises EdgeError when the forge or the store is not ready."""
        execution = parse_execution(work.body)
        if execution.success and execution.verification_passed is not False:
            return Finished("succeeded", "the run succeeded")
        if execution.status == "dry_run":
            return Finished("not_improvable", "a dry run: nothing was tried")
        name = fingerprint(execution)
        pull = self.proposals.find(name)
        if pull is not None:
            return self._add_evidence(pull, execution, now)
        return self._improve(execution, name, now)

    def _add_evidence(self, pull: PullRequest, execution: Execution, now: datetime) -> Finished:
        found = triage(execution).model_copy(update={"analyzed_at": now})
        # Where it is the evidence that the request was opened with, a crash came between opening and noting it.
        opened = execution.execution_id in pull.evidence
        if not opened:
            self.proposals.add_evidence(pull.number, execution.execution_id, evidence_text(execution, found), now)
        return Finished(
            "proposed" if opened else "evidence_added",
            f"pull request {pull.number}",
            triage=found,
            fingerprint=pull.fingerprint,
            pull_number=pull.number,
            improved_runbook_id=proposed_version(pull, self.library.repository),
        )

    def _improve(self, execution: Execution, name: str, now: datetime) -> Finished:
        refused = tuple(pull.closed_reason for pull in self.proposals.earlier(name) if pull.state == "closed")
        earlier = Earlier(refused=refused, seen=self.backlog.seen(name) + 1)
        improvement = improve(execution, self.library.corpus(), earlier, now)
        if improvement.proposal is None:
            return _finished(improvement.kind, improvement)
        pull = self.proposals.open(improvement.proposal, now)
        improved = proposed_version(pull, self.library.repository)
        return replace(_finished("proposed", improvement), pull_number=pull.number, improved_runbook_id=improved)


def _finished(stage: Stage, improvement: Improvement) -> Finished:
    return Finished(
        stage,
        improvement.reason,
        triage=improvement.triage,
        fingerprint=improvement.fingerprint,
        tried=improvement.tried,
        missing_facts=improvement.missing_facts,
    )
