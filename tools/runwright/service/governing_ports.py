"""What governing the proposals needs from the world: the forge for speaking, the store for remembering, the base."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from runwright.learn.background import Amendment, VersionRate
from runwright.model.pacing import ProposalLimits, Turn, Wait
from runwright.model.probe import ProbeRequest
from runwright.model.proposal import CloseReason, Comment, Proposal, PullRequest
from runwright.model.review import Analysis, Opinion, Run, Seen


class Forge(Protocol):
    """The bot's side of the forge: ask, tell, take back; never decide."""

    def pulls(self) -> tuple[PullRequest, ...]:
        """All pull requests, oldest first."""

    def open(self, proposal: Proposal, now: datetime) -> PullRequest:
        """Open it, or find it open."""

    def say(self, number: int, key: str, text: str, now: datetime) -> Comment:
        """Put a comment about `key`, or bring the own one up to date in place."""

    def retell(self, number: int, body: str, labels: tuple[str, ...], now: datetime) -> bool:
        """Give an open one a newer text and labels; False when a person has spoken or nothing is new."""

    def withdraw(self, number: int, reason: CloseReason, note: str, now: datetime) -> bool:
        """Take an own open one back; False when it is not open or a person has spoken."""


class Base(Protocol):
    """The base branch and its history, for reading."""

    def resolve(self, name: str) -> str | None:
        """The commit that a full reference names."""

    def read_files(self, treeish: str, *prefixes: str) -> dict[str, bytes]:
        """The files of a commit below some folders."""

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether a commit is reachable from another."""


class Terms(Protocol):
    """What the base asks of proposals."""

    def limits(self) -> ProposalLimits:
        """How many people want to see."""

    def approvers(self, path: str) -> int:
        """How many people may approve a change of a path."""


class Turns(Protocol):
    """The line of those that want to propose."""

    def take(self, turn: Turn, decide: Callable[[Turn, tuple[Turn, ...]], Wait | None]) -> Wait | None:
        """Ask for a turn, and note what was decided."""

    def sites(self) -> int:
        """How many sites have sent anything."""

    def led_by(self, fingerprint: str) -> str:
        """The site whose failure was answered first; empty where nobody knows any more."""


class Counts(Protocol):
    """How often failures were seen, and how runbooks have done."""

    def seen(self, fingerprint: str) -> Seen:
        """How often, where and when a failure was recorded."""

    def counts(self, fingerprints: Sequence[str]) -> dict[str, int]:
        """How often each of some failures was recorded."""

    def rates(self, runbook_id: str) -> tuple[VersionRate, ...]:
        """How each version of a runbook did lately."""

    def good_since(self, runbook_id: str, moment: datetime) -> int:
        """How many runs of a runbook went well since a moment."""

    def runs(self, runbook_ids: Collection[str]) -> tuple[Run, ...]:
        """How the newest runs of some runbooks ended, oldest first."""

    def told(self) -> dict[int, tuple[int, datetime]]:
        """The count that each pull request was last given, and when."""

    def tell(self, pull_number: int, count: int, now: datetime) -> None:
        """Note the count that a pull request was given."""


class Opinions(Protocol):
    """What people said, and what was thought."""

    def sites_of(self, execution_id: str) -> tuple[str, ...]:
        """The sites that sent an execution of that name."""

    def give(self, opinion: Opinion) -> None:
        """Keep an opinion beside those that are there."""

    def of(self, site_id: str, execution_id: str) -> tuple[Opinion, ...]:
        """What was said of one run, oldest first."""

    def about(self, fingerprint: str) -> tuple[Opinion, ...]:
        """What was said of the runs of one failure, newest first."""

    def analyses(
        self,
        execution_id: str | None = None,
        failure_type: str | None = None,
        limit: int = 50,
        *,
        site_id: str | None = None,
    ) -> tuple[Analysis, ...]:
        """The newest analyses."""

    def noted(self) -> frozenset[int]:
        """The pull requests whose changes before the merge are noted."""

    def note(self, runbook_id: str, amendment: Amendment, now: datetime) -> None:
        """Keep what a person changed before a merge."""

    def amendments(self, runbook_id: str) -> tuple[Amendment, ...]:
        """What people changed in proposals for a runbook."""


class Probes(Protocol):
    """Requests for facts."""

    def ask(self, site_id: str, fingerprint: str, request: ProbeRequest, now: datetime) -> None:
        """Keep what is to be known of a failure."""

    def hand(self, site_id: str, now: datetime) -> tuple[ProbeRequest, ...]:
        """Give a site's agent what waits."""

    def answered(self, site_id: str, fingerprint: str, now: datetime) -> None:
        """Note that the facts came."""

    def facts_asked(self, site_id: str, fingerprint: str) -> tuple[str, ...]:
        """What was asked of a site about a failure and is not answered."""
