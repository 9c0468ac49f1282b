"""What is said on a pull request when its failure was seen again: one comment that is kept up to date, and the table.

However often a failure comes, a few edits tell it: what is told is counted from the store, so a batch that is told
twice changes nothing, and a crash in between loses nothing. Ids and our own words, no byte of telemetry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from runwright.errors import EdgeError
from runwright.fault import point
from runwright.learn.body import leaks, recounted, relabelled
from runwright.learn.quoting import fence
from runwright.model.proposal import PullRequest
from runwright.model.review import Seen
from runwright.replay.telling import code
from runwright.service.governing_ports import Counts, Forge

KEY = "seen"
FEW = 10
"""Up to so many, each one is told at once; later ones are gathered."""
PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""How long later ones are gathered, at first and at most."""


@dataclass(frozen=True, slots=True)
class EvidenceWriter:
    """Brings pull requests up to date with what was counted."""

    forge: Forge
    counts: Counts

    def tell(self, now: datetime) -> datetime | None:
        """Tell each open pull request what was seen since; gives when to come back, None when all is told."""
        open_ones = {pull.number: pull for pull in self.forge.pulls() if pull.state == "open" and pull.fingerprint}
        counted = self.counts.counts([pull.fingerprint for pull in open_ones.values() if pull.fingerprint])
        told, later = self.counts.told(), []
        for pull in open_ones.values():
            count = counted.get(pull.fingerprint or "", 0)
            before, at = told.get(pull.number, (1, None))
            if count <= max(before, 1):
                continue
            if at is None or count <= FEW or now - at >= pause_after(before) or now < at:
                self._tell(pull, now)
            else:
                later.append(at + pause_after(before))
        return min(later, default=None)

    def _tell(self, pull: PullRequest, now: datetime) -> None:
        seen = self.counts.seen(pull.fingerprint or "")
        text = postable(seen)
        point("evidence_begun")
        self.forge.say(pull.number, KEY, text, now)
        labels = relabelled(pull.labels, seen.count, seen.sites)
        self.forge.retell(pull.number, recounted(pull.body, seen.count, seen.sites), labels, now)
        point("evidence_added")
        self.counts.tell(pull.number, seen.count, now)


def pause_after(told: int) -> timedelta:
    """How long sightings are gathered once so many were told.

    The more were told the longer, so that what fails all day takes a few writes and not most of those that a forge
    allows in an hour.
    """
    return min(PAUSE * max(told // FEW, 1), LONGEST_PAUSE)


def evidence_text(seen: Seen) -> str:
    """The comment: how often, where, since when, and the newest executions."""
    return "\n\n".join(_parts(seen))


def postable(seen: Seen) -> str:
    """The comment, without any name where a name looks like something that must not leave; raises EdgeError."""
    for told in (seen, replace(seen, newest=(), busiest=())):
        text = evidence_text(told)
        if not (left := leaks(text)):
            return text
    raise EdgeError(f"nothing is told of what was seen again: {left}")


def _parts(seen: Seen) -> Iterator[str]:
    at = f"at {seen.sites} sites" if seen.sites > 1 else "at one site"
    yield f"Seen {seen.count} times {at}{_when(seen)}. This comment is kept up to date; no other is added."
    if len(seen.busiest) > 1:
        rows = "\n".join(f"| {code(site)} | {often} |" for site, often in seen.busiest)
        yield f"| site | seen |\n|---|---|\n{rows}"
    if seen.newest:
        listed = fence("\n".join(seen.newest), "start")
        yield f"<details><summary>The newest executions</summary>\n\n{listed}\n\n</details>"


def _when(seen: Seen) -> str:
    if seen.first_at is None or seen.last_at is None:
        return ""
    return f", first {seen.first_at:%Y-%m-%d %H:%M} and last {seen.last_at:%Y-%m-%d %H:%M} UTC"
