"""Governs what the service proposes: its table of contents. Each part is a file of its own.

It has no way to approve or to merge: what it may do on the forge is open, tell and take back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runwright.learn.background import Background
from runwright.model.execution import Execution
from runwright.model.intake import Finished, Orphan
from runwright.model.pacing import Wait
from runwright.model.probe import request_of
from runwright.model.proposal import Proposal, PullRequest
from runwright.service.evidence import EvidenceWriter
from runwright.service.governing_ports import Probes
from runwright.service.measuring import Measurer
from runwright.service.proposing import Declined, Proposer
from runwright.service.remembering import Memory
from runwright.service.tidying import Tidier


@dataclass(frozen=True, slots=True)
class Governor:
    """What the pipeline asks before, while and after it proposes; everything may be asked twice."""

    memory: Memory
    proposer: Proposer
    writer: EvidenceWriter
    tidier: Tidier
    measurer: Measurer
    probes: Probes

    def background_for(self, fingerprint: str, runbook_id: str) -> Background:
        """What is known besides the failed run; what was said counts however old it is."""
        return self.memory.background(fingerprint, runbook_id)

    def with_feedback(self, site_id: str, execution: Execution) -> Execution:
        """The run with what people said of it since."""
        return self.memory.with_feedback(site_id, execution)

    def propose(self, proposal: Proposal, now: datetime, site_id: str = "") -> PullRequest | Wait | Declined:
        """Open it, or say until when it waits, or why a person is needed instead; `site_id` is who had the failure."""
        return self.proposer.propose(proposal, now, site_id)

    def settled(self, site_id: str, execution: Execution, finished: Finished, now: datetime) -> None:
        """After the end of the work on a failure: what was asked may be answered, what is missing is asked for."""
        name = finished.fingerprint
        if name is None:
            return
        asked = self.probes.facts_asked(site_id, name)
        if asked and (finished.pull_number is not None or set(asked) <= known_facts(execution)):
            self.probes.answered(site_id, name, now)
        if finished.stage == "needs_person" and finished.missing_facts:
            request = request_of(execution.runbook_id, name, finished.missing_facts)
            if request is not None:
                self.probes.ask(site_id, name, request, now)

    def tell_evidence(self, now: datetime) -> datetime | None:
        """Tell open pull requests how often their failure was seen; gives when to come back."""
        return self.writer.tell(now)

    def tidy(self, now: datetime) -> tuple[Orphan, ...]:
        """Take back what is overtaken, say what merges came to; gives the failures that are left without a proposal."""
        left = self.tidier.tidy(now)
        self.measurer.measure(now)
        return left


def known_facts(execution: Execution) -> frozenset[str]:
    """The facts that a run tells, wherever it does, and those that its agent looked for in vain."""
    steps = execution.executed_steps
    found = {*execution.state_before, *execution.state_after}
    for step in steps:
        found |= {*step.state_before, *step.state_after, *step.facts, *step.unread}
    return frozenset(found)
