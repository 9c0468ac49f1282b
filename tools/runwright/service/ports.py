"""What the service needs from the world; adapters meet these by shape, `cli` joins them.

Reading and writing are apart, and nothing here can approve or merge: that is a person's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from runwright.model.intake import Access, AgentReport, Finished, Incoming, Kept, Misfit, ReleaseView, Work
from runwright.model.pattern_stats import PatternStats
from runwright.model.proposal import Comment, Proposal, PullRequest

Clock = Callable[[], datetime]
"""Tells the time, with its offset."""


class Inbox(Protocol):
    """Where Executions are kept the moment they arrive."""

    def keep(self, items: Sequence[Incoming], now: datetime) -> tuple[Kept, ...]:
        """Store what is new, durably, and say of each whether it was."""

    def put_aside(self, items: Sequence[Misfit], now: datetime) -> None:
        """Keep what cannot be read by this version."""


class Backlog(Protocol):
    """What is still to be thought about."""

    def claim(self, now: datetime) -> Work | None:
        """Take the oldest that is due, and note so."""

    def take_up(self, now: datetime) -> int:
        """Let what an earlier process left under way be due again."""

    def finish(self, work: Work, finished: Finished, now: datetime) -> None:
        """End the work on it, all or nothing."""

    def put_off(self, work: Work, due_at: datetime, reason: str, *, attempted: bool) -> None:
        """Come back to it later."""

    def next_due(self) -> datetime | None:
        """When the next one is due."""

    def seen(self, fingerprint: str) -> int:
        """How many failures of that fingerprint were analysed."""


class Accesses(Protocol):
    """Who may come in."""

    def find(self, token_hash: str) -> tuple[str, Access] | None:
        """The stored hash and what it grants, revoked or not."""


class Agents(Protocol):
    """What agents say about themselves."""

    def report(self, report: AgentReport, now: datetime) -> None:
        """Keep an agent's report."""

    def reports(self, site_id: str) -> tuple[AgentReport, ...]:
        """The last report of each of a site's appliances."""

    def sync(
        self, site_id: str, appliance_id: str, synced_at: datetime, stats: Sequence[PatternStats], now: datetime
    ) -> bool:
        """Replace an appliance's pattern statistics; False when a newer snapshot is there."""


class Repository(Protocol):
    """The repository, for reading."""

    def resolve(self, name: str) -> str | None:
        """The commit that a full reference names."""

    def read_files(self, treeish: str, *prefixes: str) -> dict[str, bytes]:
        """The files of a commit below some folders."""


class Pulls(Protocol):
    """The pull requests, for reading."""

    def open_pulls(self) -> tuple[PullRequest, ...]:
        """Those that wait for a decision."""


class Releases(Protocol):
    """What was released, for telling agents to pull it."""

    def latest(self) -> ReleaseView | None:
        """The latest release; None before the first."""


class Proposals(Protocol):
    """The bot's side of the forge: ask, add evidence, never decide."""

    def find(self, fingerprint: str) -> PullRequest | None:
        """The open pull request for a failure."""

    def earlier(self, fingerprint: str) -> tuple[PullRequest, ...]:
        """All pull requests for it, newest first."""

    def open(self, proposal: Proposal, now: datetime) -> PullRequest:
        """Open it, or find it open."""

    def add_evidence(self, number: int, key: str, text: str, now: datetime) -> Comment:
        """Add a comment once a key."""


class Database(Protocol):
    """The database as operations see it."""

    def ping(self) -> None:
        """Raise EdgeError when it does not answer."""


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """How the worker is doing."""

    alive: bool
    last_trouble: str = ""


class Worker(Protocol):
    """What works through the backlog beside the requests."""

    def start(self) -> None:
        """Begin."""

    def stop(self, timeout: float) -> bool:
        """End after the step under way; False when it did not within `timeout` seconds."""

    def wake(self) -> None:
        """Look at the backlog now."""

    def status(self) -> WorkerStatus:
        """Say how it is doing."""


@dataclass(frozen=True, slots=True)
class Parts:
    """All that the web application is made of."""

    inbox: Inbox
    accesses: Accesses
    agents: Agents
    repository: Repository
    pulls: Pulls
    releases: Releases
    database: Database
    worker: Worker
    clock: Clock
    base_ref: str = "refs/heads/main"
