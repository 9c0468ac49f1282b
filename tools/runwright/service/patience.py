"""Leaves a hosting service alone for as long as it asked to be, whoever in this service was told so.

The pause is kept in the store: a restart waits, too, and so do the other replicas. Nobody sleeps for it: what is asked
meanwhile is refused here, with the seconds that are left, and is done later by whoever put it off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from runwright.errors import EdgeError
from runwright.model.proposal import CloseReason, Comment, Proposal, PullRequest
from runwright.service.governing_ports import Forge
from runwright.service.hosting import Mirror, Pauses
from runwright.service.ports import Clock, Pulls

T = TypeVar("T")
NAME = "github"
LONGEST = timedelta(hours=2)
"""No pause lasts longer, whatever was said: GitHub's own limits begin anew every hour."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Remembers until when nothing is asked."""

    pauses: Pauses
    clock: Clock
    name: str = NAME

    def call(self, work: Callable[[], T]) -> T:
        """Do it, unless it is too early for anything; raises EdgeError with the seconds that are left."""
        left = self.left()
        if left > timedelta():
            seconds = left.total_seconds()
            raise EdgeError(f"{self.name} asked for a pause; {seconds:.0f} s of it are left", retry_after=seconds)
        try:
            return work()
        except EdgeError as error:
            if error.retry_after is not None:
                pause = min(timedelta(seconds=error.retry_after), LONGEST)
                self.pauses.pause(self.name, self.clock() + pause, error.message)
            raise

    def left(self) -> timedelta:
        """How long nothing may be asked; nothing where all may be."""
        until = self.pauses.until(self.name)
        return min(until - self.clock(), LONGEST) if until is not None else timedelta()


@dataclass(frozen=True, slots=True)
class PatientForge:
    """The bot's side of a forge that may ask to be left alone."""

    forge: Forge
    patience: Patience

    def pulls(self) -> tuple[PullRequest, ...]:
        """All pull requests, oldest first."""
        return self.patience.call(self.forge.pulls)

    def open(self, proposal: Proposal, now: datetime) -> PullRequest:
        """Open it, or find it open."""
        return self.patience.call(lambda: self.forge.open(proposal, now))

    def say(self, number: int, key: str, text: str, now: datetime) -> Comment:
        """Put a comment about `key`, or bring the own one up to date in place."""
        return self.patience.call(lambda: self.forge.say(number, key, text, now))

    def retell(self, number: int, body: str, labels: tuple[str, ...], now: datetime) -> bool:
        """Give an open one a newer text and labels; False when a person has spoken or nothing is new."""
        return self.patience.call(lambda: self.forge.retell(number, body, labels, now))

    def withdraw(self, number: int, reason: CloseReason, note: str, now: datetime) -> bool:
        """Take an own open one back; False when it is not open or a person has spoken."""
        return self.patience.call(lambda: self.forge.withdraw(number, reason, note, now))


@dataclass(frozen=True, slots=True)
class PatientPulls:
    """The pull requests of a forge that may ask to be left alone, for reading."""

    source: Pulls
    patience: Patience

    def pulls(self) -> tuple[PullRequest, ...]:
        """All, oldest first."""
        return self.patience.call(self.source.pulls)

    def open_pulls(self) -> tuple[PullRequest, ...]:
        """Those that wait for a decision."""
        return self.patience.call(self.source.open_pulls)


@dataclass(frozen=True, slots=True)
class PatientMirror:
    """A mirror of a repository whose service may ask to be left alone: to fetch it a new token may be needed."""

    mirror: Mirror
    patience: Patience

    def refresh(self) -> bool:
        """Bring it up to date; whether anything moved."""
        return self.patience.call(self.mirror.refresh)
