"""What is known besides a failed run: people's noes, what they changed, what they said, how versions have done.

A no is final only where it was meant so: closed as `rejected`. `needs-work` wants a better draft, and every other
reason says nothing about the failure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runwright.learn.background import Background, Feedback, Refusal, Related
from runwright.model.execution import Execution
from runwright.model.proposal import PullRequest
from runwright.model.review import Opinion
from runwright.service.governing_ports import Counts, Forge, Opinions

MAX_RELATED = 10


@dataclass(frozen=True, slots=True)
class Memory:
    """Reads what was said before."""

    forge: Forge
    counts: Counts
    opinions: Opinions

    def background(self, fingerprint: str, runbook_id: str) -> Background:
        """Everything that the next draft should know."""
        pulls = [pull for pull in reversed(self.forge.pulls()) if _concerns(pull, fingerprint, runbook_id)]
        seen = self.counts.seen(fingerprint)
        return Background(
            rates=self.counts.rates(runbook_id),
            refusals=refusals(pulls),
            amendments=self.opinions.amendments(runbook_id),
            seen=max(seen.count, 1),
            sites=max(seen.sites, 1),
            feedback=tuple(_feedback(one) for one in self.opinions.about(fingerprint)),
            related=tuple(_related(pull, fingerprint) for pull in pulls[:MAX_RELATED]),
        )

    def with_feedback(self, site_id: str, execution: Execution) -> Execution:
        """The same run with what people said of it since; the last word counts."""
        said = self.opinions.of(site_id, execution.execution_id)
        if not said:
            return execution
        right = next((one.was_correct_runbook for one in reversed(said) if one.was_correct_runbook is not None), None)
        text = next((one.human_feedback for one in reversed(said) if one.human_feedback), None)
        told = {"was_correct_runbook": right, "human_feedback": text}
        return execution.model_copy(update={name: value for name, value in told.items() if value is not None})


def refusals(pulls: Sequence[PullRequest]) -> tuple[Refusal, ...]:
    """The noes among some pull requests."""
    said = [pull for pull in pulls if pull.closed_as in {"rejected", "needs-work"}]
    asked = [
        Refusal(pull.number, decision.notes, needs_work=True)
        for pull in pulls
        if pull.state == "open"
        for decision in pull.decisions
        if decision.verdict == "changes" and decision.by
    ]
    return (*(Refusal(pull.number, pull.closed_reason, pull.closed_as == "needs-work") for pull in said), *asked)


def _concerns(pull: PullRequest, fingerprint: str, runbook_id: str) -> bool:
    return fingerprint == pull.fingerprint or runbook_id == pull.runbook_id


def _related(pull: PullRequest, fingerprint: str) -> Related:
    state = pull.closed_as or pull.state
    return Related(pull.number, state, pull.fingerprint == fingerprint, pull.closed_reason)


def _feedback(opinion: Opinion) -> Feedback:
    return Feedback(opinion.execution_id, opinion.was_correct_runbook, opinion.human_feedback)
