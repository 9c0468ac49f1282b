"""Keeps the list of open proposals short and true: what a merge has overtaken is taken back.

What people changed before they merged is noted here, for the next draft. Nothing that a person has pushed to or
approved is touched: the forge refuses that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from runwright.checks.meaning import meanings
from runwright.errors import EdgeError
from runwright.fault import point
from runwright.learn.background import Amendment
from runwright.learn.body_boxes import DRAFT_AGAIN, STOP, ticked
from runwright.learn.pacing import BRANCHES
from runwright.learn.reconstruct import is_put_together
from runwright.learn.unanswered import went_unanswered
from runwright.model.intake import Orphan
from runwright.model.proposal import ELSEWHERE, CloseReason, PullRequest
from runwright.model.runbook import Runbook
from runwright.service.governing_ports import Base, Counts, Forge, Opinions
from runwright.service.versions import runbook_at

MAX_CHANGES = 20
QUIET, GOOD_RUNS = timedelta(days=14), 20
"""How long a failure is not seen, while its runbook goes well so often, before its proposal has no point."""
TOLD_FOR = timedelta(days=30)
"""How long it is told that a proposal was taken back as stale; a service is away for less."""
ASKED = "a person ticked that it should be drafted again"
_SUPERSEDED = re.compile(r"superseded by #([0-9]{1,9})\b")
"""How `proposing` says what took the place of another."""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Why an open proposal is taken back."""

    pull: PullRequest
    reason: CloseReason
    note: str


@dataclass(frozen=True, slots=True)
class Tidier:
    """Looks at all proposals."""

    forge: Forge
    base: Base
    opinions: Opinions
    counts: Counts
    base_ref: str = "refs/heads/main"

    def tidy(self, now: datetime) -> tuple[Orphan, ...]:
        """Take back what is overtaken, note what people changed; gives the failures that are left without a proposal.

        It says so each time: only the store knows which of them were thought about since.
        """
        tip = self.base.resolve(self.base_ref)
        if tip is None:
            raise EdgeError(f"{self.base_ref} does not exist in the repository; push the first commit")
        for found in self.overtaken(self.forge.pulls(), tip, now):
            point("withdraw_begun")
            self.forge.withdraw(found.pull.number, found.reason, found.note, now)
            point("withdrawn")
        pulls = self.forge.pulls()
        self.note_amendments(pulls, now)
        return tuple(orphans(pulls, now))

    def overtaken(self, pulls: Sequence[PullRequest], tip: str, now: datetime) -> Iterator[Overtaken]:
        """The open proposals that have no point any more, each with the reason."""
        for pull in pulls:
            if pull.state != "open" or not pull.branch.startswith(BRANCHES) or not pull.runbook_id:
                continue
            ticks = ticked(pull.body)
            if DRAFT_AGAIN in ticks:
                yield Overtaken(pull, "needs-work", ASKED)
            elif STOP not in ticks and (found := self._overtaken(pull, pulls, tip, now)):
                yield found

    def note_amendments(self, pulls: Sequence[PullRequest], now: datetime) -> None:
        """Keep what was merged in another form than it was proposed in."""
        noted = self.opinions.noted()
        for pull in pulls:
            if pull.state == "merged" and pull.runbook_id and pull.number not in noted:
                for amendment in self._amendments(pull, pulls):
                    self.opinions.note(pull.runbook_id, amendment, now)
                self.opinions.note(pull.runbook_id, Amendment(pull.number, ()), now)

    def _amendments(self, merged: PullRequest, pulls: Sequence[PullRequest]) -> Iterator[Amendment]:
        """A proposal of the bot's that was merged as it was, or in another's work on top of it."""
        for pull in pulls:
            if not pull.branch.startswith(BRANCHES) or pull.runbook_id != merged.runbook_id:
                continue
            if pull.number == merged.number or self.base.is_ancestor(pull.head_sha, merged.head_sha):
                before, after = self._runbook(pull, pull.head_sha), self._runbook(pull, merged.merge_commit)
                changes = meanings(before, after) if before is not None and after is not None else ()
                if changes:
                    yield Amendment(pull.number, tuple(change.text for change in changes[:MAX_CHANGES]))

    def _overtaken(self, pull: PullRequest, pulls: Sequence[PullRequest], tip: str, now: datetime) -> Overtaken | None:
        return self._merged_elsewhere(pull, pulls, tip) or self._moved_on(pull, tip) or self._quiet(pull, now)

    def _merged_elsewhere(self, pull: PullRequest, pulls: Sequence[PullRequest], tip: str) -> Overtaken | None:
        if not self.base.is_ancestor(pull.head_sha, tip):
            return None
        by = next((f" by #{other.number}" for other in reversed(pulls) if self._holds(other, pull)), "")
        return Overtaken(pull, "superseded", f"all of it was merged{by}")

    def _holds(self, other: PullRequest, pull: PullRequest) -> bool:
        return (
            other.state == "merged"
            and other.number != pull.number
            and self.base.is_ancestor(pull.head_sha, other.head_sha)
        )

    def _moved_on(self, pull: PullRequest, tip: str) -> Overtaken | None:
        then, now = self._runbook(pull, pull.base_sha), self._runbook(pull, tip)
        if then == now and (now is not None or is_put_together(pull.runbook_id or "")):
            return None
        if now is None:  # also where it went in the moment in which the request was opened
            return Overtaken(pull, "runbook-removed", f"{pull.runbook_id} is not in the library any more")
        said = f"{pull.runbook_id} is at version {now.version} since; its failure is looked at again with that"
        return Overtaken(pull, "stale", said)

    def _quiet(self, pull: PullRequest, now: datetime) -> Overtaken | None:
        """It has not failed for long, though its runbook ran often: something else has mended it."""
        last = self.counts.seen(pull.fingerprint or "").last_at or pull.opened_at
        if now - max(last, pull.opened_at) < QUIET or self.counts.good_since(pull.runbook_id or "", last) < GOOD_RUNS:
            return None
        said = f"not seen for {QUIET.days} days, in which {pull.runbook_id} went well at least {GOOD_RUNS} times"
        return Overtaken(pull, "no-longer-failing", said)

    def _runbook(self, pull: PullRequest, commit: str) -> Runbook | None:
        return runbook_at(self.base, commit, pull.runbook_id)


def orphans(pulls: Sequence[PullRequest], now: datetime) -> Iterator[Orphan]:
    """The failures to think about again: their proposal was taken back, with neither what took its place nor anything
    newer left, or was merged where it mends nothing, or a person wants a better one.
    """
    numbered = {pull.number: pull for pull in pulls}
    for place, pull in enumerate(pulls):
        taken_back = pull.closed_by == pull.by and _left_alone(pull, numbered)
        ended = pull.ended_at if taken_back or _unmended(pull) else None
        if not (ended and now - ended < TOLD_FOR and pull.fingerprint):
            continue
        # Looked for last: of all that was ever proposed, few get here.
        if not any(other.fingerprint == pull.fingerprint for other in pulls[place + 1 :]):
            yield Orphan(pull.fingerprint, pull.number)


def _unmended(pull: PullRequest) -> bool:
    """Whether a person ended it without a no: for a better one, or into a branch that nothing is released from."""
    return pull.closed_as == "needs-work" or (pull.closed_as == "stale" and pull.closed_reason.startswith(ELSEWHERE))


def _left_alone(pull: PullRequest, numbered: Mapping[int, PullRequest]) -> bool:
    """Whether it was taken back as stale, or for one that people did not merge in the end."""
    if pull.closed_as == "stale":
        return not went_unanswered(pull)  # asking again at once would be nagging
    found = _SUPERSEDED.match(pull.closed_reason) if pull.closed_as == "superseded" else None
    after = numbered.get(int(found.group(1))) if found else None
    if after is None or after.number <= pull.number:
        return False
    return after.state == "closed" and (after.closed_as != "superseded" or _left_alone(after, numbered))
