"""The bot's side of a forge on which people can tick: puts the boxes in, keeps what was ticked, and heeds "stop".

What "draft it again" comes to is `tidying`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runwright.learn.body_boxes import STOP, ticked, with_boxes
from runwright.model.proposal import CloseReason, Comment, Proposal, PullRequest
from runwright.service.governing_ports import Forge
from runwright.service.hosting import Cached


@dataclass(frozen=True, slots=True)
class BoxedForge:
    """Writes nothing where a person ticked that enough was written."""

    forge: Forge
    known: Cached

    def pulls(self) -> tuple[PullRequest, ...]:
        """All pull requests, oldest first."""
        return self.forge.pulls()

    def open(self, proposal: Proposal, now: datetime) -> PullRequest:
        """Open it, or find it open; one that is not to be updated stays as it is."""
        found = next((p for p in self.pulls() if p.state == "open" and p.branch == proposal.branch), None)
        before = self._anew(found.number) if found is not None else None
        ticks = ticked(before.body) if before is not None else frozenset()
        if before is not None and STOP in ticks:
            return before
        return self.forge.open(proposal.model_copy(update={"body": with_boxes(proposal.body, ticks)}), now)

    def say(self, number: int, key: str, text: str, now: datetime) -> Comment:
        """Put a comment about `key`, or bring the own one up to date in place."""
        return self.forge.say(number, key, text, now)

    def retell(self, number: int, body: str, labels: tuple[str, ...], now: datetime) -> bool:
        """Give an open one a newer text and labels, ticked as it is now; False when that is not wanted."""
        before = self._anew(number)
        ticks = ticked(before.body) if before is not None else frozenset()
        if before is None or STOP in ticks:
            return False
        return self.forge.retell(number, with_boxes(body, ticks), labels, now)

    def withdraw(self, number: int, reason: CloseReason, note: str, now: datetime) -> bool:
        """Take an own open one back; one that is not to be updated only where a person asked for a better one."""
        before = self._anew(number) if reason != "needs-work" else None
        if before is not None and STOP in ticked(before.body):
            return False
        return self.forge.withdraw(number, reason, note, now)

    def _anew(self, number: int) -> PullRequest | None:
        """What it says by now: somebody may have ticked since it was read last."""
        self.known.stale(number)
        return next((pull for pull in self.pulls() if pull.number == number and pull.state == "open"), None)
