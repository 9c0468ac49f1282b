"""Whether a proposal has its turn: people are asked seldom, the most urgent first, and nobody's no is asked again.

Pure: the pull requests, the others that wait and the time come in. Who keeps the turns is left to the store; a
rollback never asks here. A comparable bot saw 72 % of its requests closed unmerged: fewer and better ones are the aim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from runwright.learn.unanswered import went_unanswered
from runwright.model.pacing import ProposalLimits, Turn, Wait
from runwright.model.proposal import PullRequest
from runwright.model.queue import PRIORITIES

BRANCHES = "runwright/improve/"
"""Where the branches of improvements are; others, such as rollbacks, are not counted and not held up."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOOK_AGAIN = timedelta(minutes=15)
"""When to ask again where only a person's decision makes room."""
NEXT_IN_LINE = timedelta(seconds=30)
FRESH = timedelta(minutes=10)
"""How long a turn that was granted counts before its pull request is seen, and one that was due keeps its place."""
DECIDED, FEWEST = 20, 5
"""How many of the newest decisions say how people like the proposals, and how many it takes to say anything."""
RATE_DAYS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that decides about a turn besides the turn itself."""

    pulls: Sequence[PullRequest]
    limits: ProposalLimits
    approvers: int
    """How many people may approve it."""
    now: datetime
    replaced: frozenset[int] = frozenset()
    """The open pull requests whose place it takes."""
    sites: int = 1
    """How many sites send failures: where there are several, none may take every place."""


def wait_for(turn: Turn, others: Sequence[Turn], scene: Scene) -> Wait | None:
    """Why a proposal has to wait and until when; None when it has its turn."""
    ours = [pull for pull in scene.pulls if pull.branch.startswith(BRANCHES)]
    if any(pull.state == "open" and pull.fingerprint == turn.fingerprint for pull in ours):
        return None  # it is open: bringing it up to date asks nobody for more
    sites = {one.fingerprint: one.site_id for one in (*others, turn)}
    own = [pull for pull in ours if _may_be_of(turn.site_id, pull, sites)]
    opened = _opened(turn, others, ours, scene.now)
    slow = HOUR * slow_down(own, scene.now)
    waits = (
        _cooling(turn, ours, scene),
        _too_many_open(opened, ours, scene),
        _last_place(turn, own, scene),
        _too_many(opened, scene.limits.per_hour, HOUR, scene.now, "were opened lately"),
        _too_many(sorted(pull.opened_at for pull in own), scene.limits.per_hour, slow, scene.now, "were opened lately"),
        _too_many(opened, _a_day(scene), DAY, scene.now, "were opened within a day"),
    )
    told = [wait for wait in waits if wait is not None]
    return max(told, key=lambda wait: wait.until) if told else _others_first(turn, others, opened, ours, scene)


def _may_be_of(site_id: str, pull: PullRequest, sites: Mapping[str, str]) -> bool:
    """Whether a pull request answers a failure of that site first; one of which nobody knows counts for every site."""
    return not site_id or sites.get(pull.fingerprint or "", "") in {"", site_id}


def merge_rate(pulls: Sequence[PullRequest], now: datetime) -> float | None:
    """The share of merged ones among the newest that people decided; None where too few were."""
    said = [pull for pull in pulls if pull.ended_at and now - pull.ended_at <= RATE_DAYS and _decided(pull)]
    newest = sorted(said, key=lambda pull: pull.ended_at or now)[-DECIDED:]
    return sum(pull.state == "merged" for pull in newest) / len(newest) if len(newest) >= FEWEST else None


def slow_down(pulls: Sequence[PullRequest], now: datetime) -> int:
    """How many hours count as one: more when people merge less than half, and many when they merge hardly any."""
    rate = merge_rate(pulls, now)
    return 1 if rate is None or rate >= 0.5 else 4 if rate >= 0.2 else 12


def _decided(pull: PullRequest) -> bool:
    """Whether a person said yes or no; that something took another's place says nothing."""
    return pull.state == "merged" or pull.closed_as in {"rejected", "needs-work"}


def _a_day(scene: Scene) -> int:
    return scene.limits.per_approver_a_day * max(scene.approvers, 1)


def _opened(turn: Turn, others: Sequence[Turn], ours: Sequence[PullRequest], now: datetime) -> list[datetime]:
    """When proposals were opened, those included that were just let through and are not seen yet."""
    seen = {pull.fingerprint for pull in ours}
    coming = [
        other.granted_at
        for other in others
        if other.granted_at and now - other.granted_at <= FRESH and other.fingerprint not in seen | {turn.fingerprint}
    ]
    return sorted([*(pull.opened_at for pull in ours), *coming])


def _too_many(opened: Sequence[datetime], most: int, window: timedelta, now: datetime, said: str) -> Wait | None:
    recent = [at for at in opened if now - at < window]
    if len(recent) < most:
        return None
    return Wait(recent[-most] + window, f"rate-limited: {len(recent)} proposals {said}; at most {most} are")


def _too_many_open(opened: Sequence[datetime], ours: Sequence[PullRequest], scene: Scene) -> Wait | None:
    if _places(opened, ours, scene) > 0:
        return None
    said = f"rate-limited: {scene.limits.open} proposals wait for a decision already; one must be decided first"
    return Wait(scene.now + LOOK_AGAIN, said)


def _last_place(turn: Turn, own: Sequence[PullRequest], scene: Scene) -> Wait | None:
    """One site's failures, forged or not, must not keep all others from being seen."""
    held = sum(pull.state == "open" and pull.number not in scene.replaced for pull in own)
    if not turn.site_id or scene.sites < 2 or scene.limits.open < 2 or held < scene.limits.open - 1:
        return None
    return Wait(
        scene.now + LOOK_AGAIN, f"rate-limited: {held} proposals for one site wait; the last place is another's"
    )


def _places(opened: Sequence[datetime], ours: Sequence[PullRequest], scene: Scene) -> int:
    """How many more may be open; what this one takes the place of does not count."""
    waiting = [pull for pull in ours if pull.state == "open" and pull.number not in scene.replaced]
    return scene.limits.open - len(waiting) - (len(opened) - len(ours))


def _cooling(turn: Turn, ours: Sequence[PullRequest], scene: Scene) -> Wait | None:
    """After a person closed it without a no, for a reason that may pass, there is some peace."""
    closed = [
        pull.ended_at
        for pull in ours
        if pull.fingerprint == turn.fingerprint
        and pull.ended_at
        and pull.closed_as not in {None, "rejected", "needs-work"}
        and (pull.closed_by != pull.by or went_unanswered(pull))
    ]
    until = max(closed) + timedelta(hours=scene.limits.cool_down_hours) if closed else scene.now
    return Wait(until, "a proposal for this failure was closed a short while ago") if until > scene.now else None


def _others_first(
    turn: Turn, others: Sequence[Turn], opened: Sequence[datetime], ours: Sequence[PullRequest], scene: Scene
) -> Wait | None:
    """Where several are due and there is not room for all: whose site has least, then the more urgent, then the older.

    The site comes first, since how urgent a failure is and how often it came is what telemetry says of itself.
    """
    recent = sum(scene.now - at < HOUR for at in opened)
    room = min(scene.limits.per_hour - recent, _places(opened, ours, scene))
    has = _held(turn, others, ours, scene.now)
    before = [other for other in others if _due(other, scene.now) and _rank(other, has) < _rank(turn, has)]
    if len(before) < room:
        return None
    said = f"rate-limited: {len(before)} go first: of sites with fewer proposals, more urgent, or older"
    return Wait(scene.now + NEXT_IN_LINE, said)


def _held(turn: Turn, others: Sequence[Turn], ours: Sequence[PullRequest], now: datetime) -> Counter[str]:
    """How many proposals each site has open, or had opened within a day; nothing for a site that nobody knows."""
    counted = {pull.fingerprint for pull in ours if pull.state == "open" or now - pull.opened_at < DAY}
    counted |= {other.fingerprint for other in others if other.granted_at and now - other.granted_at <= FRESH}
    return Counter(one.site_id for one in (*others, turn) if one.site_id and one.fingerprint in counted)


def _due(other: Turn, now: datetime) -> bool:
    """Whether it may come at any moment; one that did not come when it could has lost its place."""
    return other.granted_at is None and other.until is not None and other.until <= now <= other.until + FRESH


def _rank(turn: Turn, has: Counter[str]) -> tuple[int, int, datetime, str]:
    return has[turn.site_id], PRIORITIES.index(turn.priority), turn.asked_at, turn.fingerprint
