"""What was delivered and acknowledged, and what must be so afterwards: the invariants, checked from outside.

I1 what was acknowledged is there once and has come to an end; I2 one pull request and one branch for each cause; I3
what is noted and what is in the forge say the same; I5 the records' chain is whole (the forge's reader refuses what
is not signed); I6 no secret in any place where text ends. I4 is the agent's and is shown there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

OPEN_STAGES = frozenset({"received"})
"""Stages that are no end."""
PROPOSED = frozenset({"proposed", "evidence_added"})
"""Where a failure ends that a pull request answers."""

Key = tuple[str, str]
"""A site and an execution's id."""


@dataclass(frozen=True)
class Delivery:
    """One execution of a plan: who sends it, and the cause of its failure ('' for a success)."""

    site: str
    body: Mapping[str, Any]
    cause: str = ""

    @property
    def key(self) -> Key:
        """What names it."""
        return self.site, str(self.body["execution_id"])


@dataclass
class History:
    """What the agents were told, as it happened; several threads may write."""

    acknowledged: dict[Key, Delivery] = field(default_factory=dict)
    accepted: Counter[Key] = field(default_factory=Counter)
    """How often the service said that an execution was new."""
    answers: Counter[int] = field(default_factory=Counter)
    lost: int = 0
    """How often no answer came."""
    _lock: Lock = field(default_factory=Lock)

    def answered(self, delivery: Delivery, status: int, data: Any) -> None:
        """Note an answer."""
        with self._lock:
            self.answers[status] += 1
            if status == 202:
                self.acknowledged[delivery.key] = delivery
                self.accepted[delivery.key] += data["accepted"]

    def unanswered(self) -> None:
        """Note that the connection ended."""
        with self._lock:
            self.lost += 1

    def causes(self) -> set[str]:
        """Every cause of an acknowledged failure."""
        return {delivery.cause for delivery in self.acknowledged.values() if delivery.cause}


@dataclass(frozen=True)
class Pull:
    """A pull request as far as it matters here."""

    number: int
    state: str
    fingerprint: str
    branch: str
    evidence: tuple[str, ...]
    comment_keys: tuple[str, ...]
    told: int = 1
    """How often it says that its failure was seen."""


@dataclass(frozen=True)
class Seen:
    """What the service holds at the end."""

    executions: tuple[tuple[str, str, str], ...]
    """Site, id and stage of every row."""
    links: tuple[tuple[str, str, str, int], ...]
    """Fingerprint, site, id and pull request of every link."""
    pulls: tuple[Pull, ...]
    branches: tuple[str, ...]
    """The bot's branches in the repository."""
    sinks: tuple[tuple[str, bytes], ...] = ()
    """Places where text ends, with all of it."""


def complaints(history: History, seen: Seen, secrets: Iterable[bytes] = ()) -> list[str]:
    """Say what is not as it must be; an empty list is the pass."""
    checks: tuple[Callable[[History, Seen], Iterator[str]], ...] = (
        nothing_is_lost,
        nothing_is_doubled,
        each_cause_has_one_pull_request,
        what_is_noted_is_in_the_forge,
    )
    found = [complaint for check in checks for complaint in check(history, seen)]
    return [*found, *no_secret_is_seen(seen, secrets)]


def nothing_is_lost(history: History, seen: Seen) -> Iterator[str]:
    """I1: every acknowledged execution has come to an end."""
    stages = {(site, name): stage for site, name, stage in seen.executions}
    for key, delivery in history.acknowledged.items():
        if key not in stages:
            yield f"I1 {key} was acknowledged and is lost"
        elif stages[key] in OPEN_STAGES:
            yield f"I1 {key} never came to an end: {stages[key]}"
        elif delivery.cause and stages[key] not in PROPOSED:
            yield f"I1 {key} failed and ended as {stages[key]}"
        elif not delivery.cause and stages[key] != "succeeded":
            yield f"I1 {key} went well and ended as {stages[key]}"


def nothing_is_doubled(history: History, seen: Seen) -> Iterator[str]:
    """I1: one row each, and the service called it new at most once."""
    for key, times in Counter((site, name) for site, name, _ in seen.executions).items():
        if times > 1:
            yield f"I1 {key} is kept {times} times"
    for key, times in history.accepted.items():
        if times > 1:
            yield f"I1 {key} was called new {times} times"


def each_cause_has_one_pull_request(history: History, seen: Seen) -> Iterator[str]:
    """I2: as many pull requests, fingerprints and branches as causes."""
    opened = [pull for pull in seen.pulls if pull.state == "open"]
    for what, names in (("fingerprint", [pull.fingerprint for pull in opened]), ("branch", [p.branch for p in opened])):
        for name, times in Counter(names).items():
            if times > 1:
                yield f"I2 {what} {name} has {times} open pull requests"
    if len(seen.pulls) != len(history.causes()):
        yield f"I2 {len(history.causes())} causes have {len(seen.pulls)} pull requests"
    extra = set(seen.branches) ^ {pull.branch for pull in opened}
    if extra:
        yield f"I2 branches and pull requests differ: {sorted(extra)}"


def what_is_noted_is_in_the_forge(history: History, seen: Seen) -> Iterator[str]:
    """I3: each failure is linked to the one pull request of its cause, and nothing else is."""
    known = {pull.number: pull for pull in seen.pulls}
    links = Counter((site, name) for _, site, name, _ in seen.links)
    causes: dict[int, set[str]] = {}
    for fingerprint, site, name, number in seen.links:
        delivery = history.acknowledged.get((site, name))
        if number not in known or known[number].fingerprint != fingerprint:
            yield f"I3 {(site, name)} is linked to #{number}, which is none of its own"
        if delivery is not None:
            causes.setdefault(number, set()).add(delivery.cause)
    yield from (f"I3 #{number} answers several causes: {sorted(of)}" for number, of in causes.items() if len(of) > 1)
    for key, delivery in history.acknowledged.items():
        if links[key] != bool(delivery.cause):
            yield f"I3 {key} has {links[key]} links"
    for pull in seen.pulls:
        yield from (f"I3 #{pull.number} says {key} twice" for key, n in Counter(pull.comment_keys).items() if n > 1)


def miscounted(history: History, seen: Seen) -> list[str]:
    """I3: each open pull request says how often its failure was seen; it is told a moment after the end."""
    counted = Counter(delivery.cause for delivery in history.acknowledged.values() if delivery.cause)
    cause_of = {
        number: history.acknowledged[(site, name)].cause
        for _, site, name, number in seen.links
        if (site, name) in history.acknowledged
    }
    wanted = {pull.number: counted[cause_of[pull.number]] for pull in seen.pulls if pull.number in cause_of}
    told = {pull.number: pull.told for pull in seen.pulls if pull.state == "open"}
    return [
        f"I3 #{number} says {told[number]} of {wanted.get(number)}"
        for number in told
        if told[number] != wanted.get(number)
    ]


def no_secret_is_seen(seen: Seen, secrets: Iterable[bytes]) -> Iterator[str]:
    """I6: no place where text ends holds a secret."""
    wanted = tuple(secrets)
    for name, data in seen.sinks:
        yield from (f"I6 {name} holds {secret.decode()}" for secret in wanted if secret in data)
