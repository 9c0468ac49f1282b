"""Opens a proposal when it has its turn: once a failure, in place of older ones about the same step, never again what
a person sent back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runwright.checks.meaning import meanings
from runwright.corpus.corpus import read_corpus
from runwright.corpus.layout import RUNBOOKS
from runwright.learn.body import marker_of
from runwright.learn.pacing import BRANCHES, Scene, wait_for
from runwright.model.pacing import Turn, Wait
from runwright.model.proposal import Proposal, PullRequest
from runwright.model.queue import priority_of
from runwright.model.runbook import Runbook
from runwright.service.governing_ports import Base, Forge, Terms, Turns
from runwright.service.versions import runbook_at


@dataclass(frozen=True, slots=True)
class Declined:
    """It is not proposed, since a person sent the very same change back."""

    reason: str
    final: bool
    """Whether that was a no; otherwise a better draft was asked for, and this is none."""


@dataclass(frozen=True, slots=True)
class Proposer:
    """Opens proposals."""

    forge: Forge
    base: Base
    terms: Terms
    turns: Turns

    def propose(self, proposal: Proposal, now: datetime, site_id: str = "") -> PullRequest | Wait | Declined:
        """Open a proposal, or say why not now or not at all; asked again it finds what it opened.

        `site_id` is the site whose failure it answers: no site's failures may hold up those of all others, or take the
        place of their proposals.
        """
        pulls = self.forge.pulls()
        change = _runbook({path: text.encode() for path, text in proposal.files.items() if text}, proposal.runbook_id)
        mine = [pull for pull in pulls if self.turns.led_by(pull.fingerprint or "") == site_id]
        older = tuple(pull for pull in mine if change is not None and self._covers(proposal, change, pull))
        existing = next((pull for pull in pulls if _same(pull, proposal) and pull.state == "open"), None)
        if existing is not None and existing.labels and _input(existing.body) == _input(proposal.body) != "":
            # Made from the same, and whole: labels come last, so one without any is opened to its end below.
            return self._alone(existing, older, now)  # its text stays, whatever was counted since
        if existing is None and change is not None and (sent_back := self._sent_back(proposal, change, pulls)):
            return sent_back
        wait = self._wait(proposal, pulls, older, now, site_id)
        return wait if wait is not None else self._alone(self.forge.open(proposal, now), older, now)

    def _alone(self, pull: PullRequest, older: Sequence[PullRequest], now: datetime) -> PullRequest:
        """Take back what it takes the place of; a crash in between is made good when it is proposed again."""
        for other in older:
            said = f"superseded by #{pull.number}, which changes the same and more at the same step"
            self.forge.withdraw(other.number, "superseded", said, now)
        return pull

    def _wait(
        self,
        proposal: Proposal,
        pulls: Sequence[PullRequest],
        older: Sequence[PullRequest],
        now: datetime,
        site_id: str,
    ) -> Wait | None:
        path = next((path for path in proposal.files if path.startswith(RUNBOOKS)), RUNBOOKS)
        replaced = frozenset(pull.number for pull in older)
        scene = Scene(pulls, self.terms.limits(), self.terms.approvers(path), now, replaced, self.turns.sites())
        turn = Turn(proposal.fingerprint, priority_of(proposal), now, site_id=site_id)
        return self.turns.take(turn, lambda mine, others: wait_for(mine, others, scene))

    def _covers(self, proposal: Proposal, change: Runbook, pull: PullRequest) -> bool:
        """Whether an open one about the same runbook and step asks for nothing that this one does not ask for, too."""
        topic = marker_of(proposal.body).get("topic")
        alike = pull.state == "open" and not _same(pull, proposal) and marker_of(pull.body).get("topic") == topic
        if not alike or not topic or not pull.branch.startswith(BRANCHES):
            return False
        before, asked = self._at(pull.base_sha, proposal), self._at(pull.head_sha, proposal)
        told = _texts(before, asked)
        return bool(told) and told <= _texts(before, change)

    def _sent_back(self, proposal: Proposal, change: Runbook, pulls: Sequence[PullRequest]) -> Declined | None:
        """Why the very same change is not proposed a second time; None where it is another one.

        A no is to a change, not to a failure: whoever forges a failure and has its draft refused silences nobody.
        """
        for pull in reversed(pulls):
            if _same(pull, proposal) and pull.closed_as in {"rejected", "needs-work"}:
                before = self._at(pull.head_sha, proposal)
                if before is not None and not meanings(before, change):
                    said = f"the same change was closed as {pull.closed_as} in #{pull.number}: {pull.closed_reason}"
                    return Declined(said, pull.closed_as == "rejected")
        return None

    def _at(self, commit: str, proposal: Proposal) -> Runbook | None:
        return runbook_at(self.base, commit, proposal.runbook_id)


def _same(pull: PullRequest, proposal: Proposal) -> bool:
    return pull.fingerprint == proposal.fingerprint


def _input(body: str) -> str:
    return marker_of(body).get("input", "")


def _texts(before: Runbook | None, after: Runbook | None) -> frozenset[str]:
    return frozenset(change.text for change in meanings(before, after)) if after is not None else frozenset()


def _runbook(files: dict[str, bytes], runbook_id: str) -> Runbook | None:
    entry = read_corpus({path: data for path, data in files.items() if path.startswith(RUNBOOKS)}).runbook(runbook_id)
    return entry.value if entry is not None else None
