"""All pull requests, kept in memory and brought up to date with few requests.

A look asks for the list, newest change first, and reads no further than to what it knows; the details are asked for
only where something changed, and only of proposals and open ones. Checks change without a sign in the list, so those
of open proposals are asked again after a while; an answer that did not change costs nothing of GitHub's limit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Any

from runwright.adapters.forge_github.as_proposal import name_of, pull_of
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.details import Details
from runwright.adapters.forge_github.kept import Shelf
from runwright.adapters.forge_github.mirrored import Mirrored
from runwright.adapters.forge_github.reading import read_hosted, translated, understood, updated
from runwright.adapters.forge_github.refusals import Missing
from runwright.adapters.forge_github.translating import Around
from runwright.adapters.git_repository import GitRepository
from runwright.errors import EdgeError
from runwright.model.hosted import HostedPull
from runwright.model.proposal import ELSEWHERE, PullRequest

MAX_AGE = 30.0
"""Seconds; what is older is looked at again."""
CHECKS_AGE = 120.0
"""Seconds after which the checks of an open proposal are asked for again."""
LATE = 86_400.0
"""Seconds after which a merge that is not on the base is not waited for any more."""
SAME_SECOND = 2.0
"""Seconds after a change in which another one could bear the same time."""
BUSY = 10.0
"""Seconds to wait while somebody else reads; a long look, or one that hangs, must not hold up whoever else asks."""
BASE = "refs/heads/main"


@dataclass(frozen=True)
class Known:
    """One pull request as it was read, and what the list said of its last change."""

    updated: str
    hosted: HostedPull
    pull: PullRequest
    checked: float
    """When its checks were read, by the clock that only goes on."""
    sure: bool
    """Whether a later change would be told by another time; GitHub's times have whole seconds."""
    placed: bool = False
    """Whether it is known which commit of the base it was merged on."""


class GitHubPulls:
    """Reads the pull requests of a repository; any number of threads may ask. Raises Limited and other EdgeErrors."""

    def __init__(
        self,
        connection: Connection,
        mirror: GitRepository,
        *,
        shelf: Shelf | None = None,
        max_age: float = MAX_AGE,
        busy: float = BUSY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`shelf` keeps what was said about proposals that are over beyond this process."""
        self.connection, self.mirror, self.base_ref = connection, mirror, BASE
        self.mirrored, self.details = Mirrored(mirror, BASE), Details(connection, shelf)
        self.max_age, self.busy, self.clock = max_age, busy, clock
        self.lock = threading.Lock()
        self.known: dict[int, Known] = {}
        self.hints: SimpleQueue[int | None] = SimpleQueue()
        """What was said to have changed; whoever says so never waits for a look."""
        self.dirty: set[int] = set()
        self.whole = False
        """Whether the list was read to its end."""
        self.looked: float | None = None

    def pulls(self) -> tuple[PullRequest, ...]:
        """Give all, oldest first, no older than the greatest age; raises EdgeError while another reads for long."""
        if not self.lock.acquire(timeout=self.busy):
            raise EdgeError("the pull requests are being read from GitHub just now; ask again in a while")
        try:
            if self.is_old():
                self.look()
            return tuple(self.settled(self.known[number]) for number in sorted(self.known))
        finally:
            self.lock.release()

    def open_pulls(self) -> tuple[PullRequest, ...]:
        """Give those that wait for a decision."""
        return tuple(pull for pull in self.pulls() if pull.state == "open")

    def hosted(self, number: int) -> HostedPull:
        """Read one anew, without its checks, and keep what is seen."""
        hosted = read_hosted(self.connection, number, checks=False)
        self.stale(number)
        return hosted

    def stale(self, number: int | None = None) -> None:
        """Mark one as changed, or everything: the next look reads it anew."""
        self.hints.put(number)

    def is_old(self) -> bool:
        """Say whether it is time for a look."""
        return not self.hints.empty() or self.looked is None or self.clock() - self.looked >= self.max_age

    def take_hints(self) -> None:
        """Note what was said to have changed."""
        while not self.hints.empty():
            number = self.hints.get()
            self.dirty.update(self.unended() if number is None else {number})
            if number is None:
                self.mirrored.missed.clear()
            self.whole = self.whole and number is not None

    def unended(self) -> set[int]:
        """Give the open proposals. What ended, and what is somebody else's, is read again when the list says that
        it changed: else each time all is read anew would ask four times for everything there ever was.
        """
        return {
            number for number, known in self.known.items() if known.pull.runbook_id and known.hosted.state == "open"
        }

    def look(self) -> None:
        """Bring everything up to date; what was read stays read when a request fails in between."""
        self.looked = None
        self.take_hints()
        listed = self.changed()
        for data in reversed(listed):  # the oldest change first: what is known then is a whole beginning
            self.learn(data)
        for number in sorted(self.dirty):
            self.learn_number(number)
        self.renew_checks()
        self.bring_heads()
        self.whole, self.looked = True, self.clock()

    def bring_heads(self) -> None:
        """Have the commits of proposals that are over; those of open ones come with the bot's branches."""
        over = [known.hosted for known in self.known.values() if known.pull.runbook_id and known.hosted.state != "open"]
        self.mirrored.bring(over, self.connection.place, self.connection.credentials.token)

    def changed(self) -> list[Any]:
        """List those that changed since the last look, the newest change first."""
        found: list[Any] = []
        for data in self.connection.pages("pulls", state="all", sort="updated", direction="desc"):
            if self.is_known(data):
                if self.whole and self.is_sure(data):
                    break
                continue
            found.append(data)
        return found

    def is_known(self, data: Any) -> bool:
        """Say whether one is known as it is listed."""
        known = self.known.get(understood(lambda: int(data["number"])))
        if known is None or known.updated != updated(data) or known.hosted.number in self.dirty:
            return False
        return known.sure or not self.is_past(known.hosted)

    def is_sure(self, data: Any) -> bool:
        """Say whether a known one was read after the second of its last change."""
        return self.known[understood(lambda: int(data["number"]))].sure

    def is_past(self, hosted: HostedPull) -> bool:
        """Say whether the second of its last change is over, by GitHub's own clock."""
        return self.connection.told_at - hosted.updated_at.timestamp() > SAME_SECOND

    def learn_number(self, number: int) -> None:
        """Read one by its number; what is none, such as an issue, is forgotten."""
        try:
            self.learn(self.connection.get(f"pulls/{number}"))
        except Missing:
            self.dirty.discard(number)

    def learn(self, data: Any) -> None:
        """Read one with its details, where it is a proposal or open."""
        shallow = translated(data, Around())
        sure = self.is_past(shallow)
        self.keep(updated(data), self.details.read(data, sure=sure, anew=shallow.number in self.dirty), sure)

    def keep(self, changed: str, hosted: HostedPull, sure: bool) -> None:
        """Remember one."""
        merged_on, unheard = self.mirrored.merged_on(hosted), self.details.unheard(hosted)
        view = replace(self.details.view(), merged_on=merged_on, unheard=unheard)
        placed = bool(view.merged_on)
        pull = understood(lambda: pull_of(hosted, view))
        self.known[hosted.number] = Known(changed, hosted, pull, self.clock(), sure, placed)
        self.dirty.discard(hosted.number)

    def renew_checks(self) -> None:
        """Ask again for the checks of open proposals whose checks were read a while ago, and place what was merged."""
        now = self.clock()
        for known in list(self.known.values()):
            hosted = known.hosted
            if hosted.state == "merged" and not known.placed and self.mirrored.has(hosted.merge_sha):
                self.keep(known.updated, hosted, known.sure)
            if hosted.state == "open" and known.pull.runbook_id and now - known.checked >= CHECKS_AGE:
                self.keep(known.updated, replace(hosted, checks=self.details.checks(hosted.head_sha)), known.sure)

    def settled(self, known: Known) -> PullRequest:
        """Give one as far as the mirror bears it out.

        A merge that is not on the base of the mirror has not happened yet, or is none of ours, and a proposal whose
        commits are not there is none yet: whoever read them would find nothing.
        """
        pull = known.pull
        if pull.state == "merged" and not self.mirrored.is_on_base(pull.merge_commit):
            pull = pull.model_copy(update=self.not_on_base(known.hosted))
        if pull.runbook_id and pull.state == "open" and not self.mirrored.has(pull.head_sha):
            pull = pull.model_copy(update={"runbook_id": None, "fingerprint": None})
        return pull

    def not_on_base(self, hosted: HostedPull) -> dict[str, object]:
        """Give what a merge is that the base does not have: not fetched yet, or ended without coming there.

        Anybody who may write can merge it into another branch; seen as open, it would hide its failure for good.
        """
        ended = {"state": "closed", "merge_commit": "", "closed_as": "stale", "closed_by": name_of(hosted.merged_by)}
        if f"refs/heads/{hosted.base_ref}" != self.base_ref:
            return {**ended, "closed_reason": f"{ELSEWHERE}{hosted.base_ref!a:.100}, and is not on {self.base_ref}"}
        if hosted.ended_at is None or self.connection.told_at - hosted.ended_at.timestamp() <= LATE:
            return {"state": "open", "merge_commit": "", "ended_at": None}
        return {**ended, "closed_reason": f"it was merged, and is not on {self.base_ref}"}


def tip_of(mirror: GitRepository, base_ref: str) -> str:
    """Give the commit of the base in the mirror; raises EdgeError when there is none yet."""
    tip = mirror.resolve(base_ref)
    if tip is None:
        raise EdgeError(f"{base_ref} is not in the mirror {mirror.path} yet; it is fetched again")
    return tip
