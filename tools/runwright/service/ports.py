"""What the service needs from the world; adapters meet these by shape, `cli` joins them.

Reading and writing are apart, and nothing here can approve or merge: that is a person's, who brings a token of their
own each time (`review_ports`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from runwright.learn.background import Background
from runwright.model.execution import Execution
from runwright.model.intake import (
    Access,
    AgentReport,
    Case,
    Finished,
    Hold,
    Incoming,
    Kept,
    Misfit,
    Orphan,
    ReleaseView,
    Sorted,
    Work,
)
from runwright.model.pacing import Wait
from runwright.model.pattern_stats import PatternStats
from runwright.model.proposal import Proposal, PullRequest
from runwright.model.question import Answer, Question
from runwright.redact.redact import Marks, site_key
from runwright.service.governing_ports import Opinions, Probes
from runwright.service.hosting import Hosting
from runwright.service.review_ports import PastRuns, Reviewers

if TYPE_CHECKING:
    from runwright.service.proposing import Declined

Clock = Callable[[], datetime]
"""Tells the time, with its offset."""


class Inbox(Protocol):
    """Where Executions are kept the moment they arrive."""

    async def keep(self, items: Sequence[Incoming], now: datetime) -> tuple[Kept, ...]:
        """Store what is new, durably, and say of each whether it was."""

    def put_aside(self, items: Sequence[Misfit], now: datetime) -> None:
        """Keep what cannot be read by this version."""


class Arrivals(Protocol):
    """What was kept and nobody has looked at."""

    def unsorted(self, now: datetime, limit: int) -> tuple[Work, ...]:
        """What is due, each site in its turn, of each the oldest first."""

    def sort(self, items: Sequence[Sorted], now: datetime) -> None:
        """Note of each where it belongs, all or nothing."""

    def hold(self, work: Work, due_at: datetime, reason: str) -> None:
        """Come back to one that broke the look at it."""

    def next_unsorted(self) -> datetime | None:
        """When the next one is due."""


class Cases(Protocol):
    """Failures, one a fingerprint: who thinks about which."""

    def claim(self, owner: str, slots: int, now: datetime) -> tuple[Case, ...]:
        """Take what is due, each site in its turn, up to so many under way at once for this owner."""

    def adopt(self, key: str, owner: str) -> Case | None:
        """Take over what is under way under a key; None when nothing is any more."""

    def under_way(self) -> tuple[tuple[str, str], ...]:
        """Who thinks about what: owners and keys."""

    def release(self, keys: Sequence[str], now: datetime, *, cut_off: bool) -> int:
        """Let what was under way be due again."""

    def case(self, key: str) -> Case | None:
        """What is under way under a key; None when nothing is any more."""

    def next_due(self, after: datetime | None = None) -> datetime | None:
        """When the next one that nobody has is due, of those that are due after a moment."""


class Results(Protocol):
    """What belongs to a failure, and its end; what is written under an old key changes nothing."""

    def leader(self, case: Case) -> Work:
        """The Execution that leads."""

    def waiting(self, case: Case, after: int, limit: int) -> tuple[Work, ...]:
        """What waits for the end at the site that leads, in the order of receipt."""

    def finish(self, case: Case, ended: Sequence[tuple[Work, Finished]], now: datetime, *, last: bool) -> bool:
        """End some of it, all or nothing; with the last of it the case is closed, or begins anew."""

    def put_off(self, case: Case, hold: Hold) -> None:
        """Come back to it later."""

    def forgive(self, case: Case) -> None:
        """Forget that processes ended under it: it has got on since."""

    def note_asked(self, case: Case, base: str) -> None:
        """Note that a model was asked about it at a state of the library."""

    def reopen(self, orphans: Sequence[Orphan], now: datetime) -> int:
        """Think again, once, about failures that ended with a proposal that was taken back; how many there are."""


Json = Any
"""A value that JSON can say."""


class Steps(Protocol):
    """The steps of one piece of work: what was done is never done again, whatever ends in between."""

    def run(self, name: str, work: Callable[[], Json]) -> Json:
        """Do a step, or give the result that it had; raises `Interrupted` when it must be done later."""


class Durable(Protocol):
    """Work that outlives its process."""

    owner: str
    """The name of this process among all that work on the database."""

    def open(self) -> None:
        """Begin to work, or see that it still does; raises EdgeError when it cannot."""

    def start(self, key: str) -> None:
        """Begin the work of that key, or go on with it where it was left."""

    def unfinished(self) -> tuple[tuple[str, str], ...]:
        """The keys that somebody is at, and who."""

    def cancel(self, key: str) -> None:
        """Give the work of a key up."""

    def is_gone(self, owner: str) -> bool:
        """Whether a process has ended."""

    def prune(self, before: datetime) -> int:
        """Forget what ended before a moment."""

    def close(self, timeout: float) -> bool:
        """End after the steps under way; False when they did not within `timeout` seconds."""


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


class Lineage(Repository, Protocol):
    """The repository with what came from what, for reading."""

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits."""

    def changed_paths(self, old: str | None, new: str) -> tuple[str, ...]:
        """The paths that differ between two commits."""


class Pulls(Protocol):
    """The pull requests, for reading."""

    def open_pulls(self) -> tuple[PullRequest, ...]:
        """Those that wait for a decision."""

    def pulls(self) -> tuple[PullRequest, ...]:
        """All of them, oldest first."""


class Releases(Protocol):
    """What was released, for telling agents to pull it."""

    def latest(self) -> ReleaseView | None:
        """The latest release; None before the first."""


class Governing(Protocol):
    """What people decided and how often they are asked; each call may be repeated."""

    def background_for(self, fingerprint: str, runbook_id: str) -> Background:
        """What is known besides the failure."""

    def with_feedback(self, site_id: str, execution: Execution) -> Execution:
        """An Execution with what people said about it since."""

    def propose(self, proposal: Proposal, now: datetime, site_id: str) -> PullRequest | Wait | Declined:
        """Open it, or find it open, or say until when it must wait, or that it will not be proposed.

        `site_id` is the site whose failure it answers.
        """

    def settled(self, site_id: str, execution: Execution, finished: Finished, now: datetime) -> None:
        """Take note of an end, for what must be asked of the agent."""


class Stewardship(Protocol):
    """What is done about open pull requests beside the pipeline; each call may be repeated."""

    def tell_evidence(self, now: datetime) -> datetime | None:
        """Bring what open pull requests say up to date; gives when to come back, if there is more to say."""

    def tidy(self, now: datetime) -> tuple[Orphan, ...]:
        """Close what has no use any more; gives the failures that are left without a proposal, each time anew."""


class Model(Protocol):
    """A language model: it has no tools, and gives one text for one question."""

    def ask(self, question: Question) -> Answer:
        """Ask once; raises EdgeError, with the seconds to wait where it is known that it is worth coming back."""


class KeptEvidence(Protocol):
    """What a model's drafts were made of, so that they can be made again."""

    def keep_evidence(self, fingerprint: str, data: Json, now: datetime) -> None:
        """Keep it for a failure; the same again changes nothing."""


class Database(Protocol):
    """The database as operations see it."""

    def ping(self) -> None:
        """Raise EdgeError when it does not answer."""


class Counts(Protocol):
    """How much there is of what is kept."""

    def numbers(self, now: datetime, newest: int | None) -> Mapping[str, int]:
        """Each number by its name; `newest` is the sequence number of the newest release."""


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """How the worker is doing."""

    alive: bool
    trouble: str | None = None
    """What keeps it from looking after open requests until somebody acts."""


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
    repository: Lineage
    pulls: Pulls
    releases: Releases
    database: Database
    worker: Worker
    opinions: Opinions
    probes: Probes
    clock: Clock
    base_ref: str = "refs/heads/main"
    past: PastRuns | None = None
    """None where nobody asks for it."""
    reviewers: Reviewers | None = None
    """None where a person's own key decides, which never comes here."""
    redaction_key: bytes = b""
    """Of this installation; each site has one of its own, made from it. Without one, marks say the kind alone."""
    hosting: Hosting | None = None
    """The hosting service of the repository; None on a local forge."""
    counts: Counts | None = None
    """None where nobody counts."""

    def marks(self, site_id: str | None) -> Marks:
        """How what goes from a site's telemetry is called."""
        return Marks(site_key(self.redaction_key, site_id or ""))
