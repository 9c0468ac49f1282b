"""The back-test of rules: every rule that a change adds, alters or removes, run over recorded incidents.

A recording says which runbook ran and whether it ended well; so it says whether a rule would have fired rightly. What
it does not say of its incident is not known, which is neither. How the gate uses this is left to `gate`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from runwright.corpus.layout import HEALTHY
from runwright.engine.healthy import fires
from runwright.engine.matcher import rank
from runwright.model.condition import Truth
from runwright.model.execution import Execution
from runwright.model.healthy import HealthyState
from runwright.model.rule import Rule
from runwright.model.verdict import Firing, RuleFiring, RuleTrial
from runwright.replay.judging import recorded_outcome
from runwright.replay.scope import Sides, changed_rules, rules_of_changed_runbooks
from runwright.replay.seen import Seen, consider, seen_of

MAX_FIRINGS = 20
"""Firings of each kind that are told for a rule, those on healthy hosts by themselves."""
MAX_OPEN = 5
"""The same for those that nobody can judge, and for those where another rule wins."""
_ORDER: tuple[Firing, ...] = ("wrongly", "no longer", "not known", "in vain", "rightly", "behind")


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule before and after the change; None where it was not, or is no more."""

    before: Rule | None
    after: Rule | None

    @property
    def rule(self) -> Rule:
        """The rule as it is, or as it was."""
        found = self.after or self.before
        if found is None:
            raise RuntimeError("a rule that is on neither side")
        return found


@dataclass(slots=True)
class _Trial:
    """One rule, and what it came to so far."""

    tried: Tried
    incidents: int = 0
    counts: Counter[Firing] = field(default_factory=Counter)
    firings: list[RuleFiring] = field(default_factory=list)
    alarms: int = 0
    """Healthy hosts on which it fires; all of them, however many are told."""

    def note(self, firing: RuleFiring | None) -> None:
        """Count what the rule came to on one more incident."""
        self.incidents += 1
        if firing is None:
            return
        self.counts[firing.firing] += 1
        most = MAX_OPEN if firing.firing in ("not known", "behind") else MAX_FIRINGS
        if self.counts[firing.firing] - self.alarms <= most:
            self.firings.append(firing)

    def note_healthy(self, firing: RuleFiring | None) -> None:
        """Count what the rule came to on one more host on which nothing was wrong."""
        self.incidents += 1
        if firing is None:
            return
        self.counts[firing.firing] += 1
        self.alarms += 1
        if self.alarms <= MAX_FIRINGS:
            self.firings.append(firing)

    def told(self) -> RuleTrial:
        """The trial, what is wrong first."""
        rule, before, after = self.tried.rule, self.tried.before, self.tried.after
        return RuleTrial(
            rule_id=rule.id,
            runbook_id=rule.runbook_id,
            change=_change(before, after),
            incidents=self.incidents,
            counts={word: self.counts[word] for word in _ORDER if self.counts[word]},
            firings=tuple(sorted(self.firings, key=_place)),
        )

    def told_alarms(self) -> Iterator[str]:
        """That it fires where nothing is wrong, in words; no change may bring that."""
        told = [firing for firing in self.firings if _on_a_healthy_host(firing)]
        for firing in told:
            yield f"{self.tried.rule.id} fires on a healthy host, {firing.recording}: {firing.reason}"
        if self.alarms > len(told):
            yield f"{self.tried.rule.id} fires on {self.alarms - len(told)} more healthy hosts"


@dataclass(frozen=True, slots=True)
class Tries:
    """What the rules came to."""

    trials: tuple[RuleTrial, ...] = ()
    alarms: tuple[str, ...] = ()
    """The rules that fire where nothing is wrong, in words; decided on every firing, not on those that are told."""


def try_rules(sides: Sides) -> Tries:
    """Try every rule that differs on every recorded incident, and on healthy hosts those whose runbook differs too.

    Nothing is read where no rule and no runbook differs.
    """
    differing = [_Trial(Tried(before, after)) for before, after in changed_rules(sides)]
    _try_on_incidents(differing, sides)
    there = [trial.tried.after for trial in differing]
    others = [_Trial(Tried(rule, rule)) for rule in rules_of_changed_runbooks(sides) if rule not in there]
    trials = [*differing, *others]
    for path, state in _healthy(sides) if trials else ():
        for trial in trials:
            trial.note_healthy(_on_healthy(trial.tried, path, state, sides))
    # A rule that stood there before is told where it does harm.
    telling = [*differing, *(trial for trial in others if trial.alarms)]
    told = tuple(trial.told() for trial in sorted(telling, key=lambda trial: trial.tried.rule.id))
    return Tries(told, tuple(line for trial in telling for line in trial.told_alarms()))


def _try_on_incidents(trials: list[_Trial], sides: Sides) -> None:
    if not trials:
        return
    before, after = sides.base.rules(), sides.head.rules()
    for path, execution in _recorded(sides):
        seen = seen_of(execution, sides.head.runbook(execution.runbook_id))
        was, now = _Answer.of(before, seen), _Answer.of(after, seen)
        for trial in trials:
            trial.note(_firing(trial.tried, path, execution, (was, now)))


def _change(before: Rule | None, after: Rule | None) -> Literal["new", "changed", "removed", "as before"]:
    if before is None or after is None:
        return "removed" if after is None else "new"
    return "as before" if before == after else "changed"


def _place(firing: RuleFiring) -> tuple[int, bool, str]:
    """Where a firing stands in a list: what is wrong first, and first of all a healthy host."""
    return _ORDER.index(firing.firing), not _on_a_healthy_host(firing), firing.recording


def _on_a_healthy_host(firing: RuleFiring) -> bool:
    return firing.recording.startswith(HEALTHY)


def _recorded(sides: Sides) -> Iterator[tuple[str, Execution]]:
    """Every recording of head, each as it stood before the change."""
    paths = [path for paths in sides.head.recordings.values() for path in paths]
    same, altered, brought = sides.told_apart(paths)
    found = (
        sides.base.executions(same, again=True),
        sides.base.executions(altered),
        sides.head.executions(brought),
    )
    yield from ((path, execution) for some in found for path, execution in some if execution is not None)


def _healthy(sides: Sides) -> Iterator[tuple[str, HealthyState]]:
    """Every healthy state, each as it stood before the change; those too that the change takes away."""
    same, altered, brought = sides.told_apart(sides.head.paths("healthy"))
    unread = dict.fromkeys(altered)
    for path, state in sides.base.healthy([*same, *altered, *sides.lost("healthy")]):
        unread.pop(path, None)
        yield path, state
    yield from sides.head.healthy([*unread, *brought])


def _on_healthy(tried: Tried, path: str, state: HealthyState, sides: Sides) -> RuleFiring | None:
    if tried.after is None:
        return None
    book = sides.head.runbook(tried.after.runbook_id)
    first = next(fires(tried.after, state, book.value if book else None), None)
    if first is None:
        return None
    check = state.checks[first.check]
    where = f"{check.check_type} {check.resource or ''}".strip()
    reason = f"nothing is wrong there ({where}): {first.reason}"
    return RuleFiring(recording=path, firing="wrongly", reason=reason, winner=tried.after.id)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a set of rules makes of one incident."""

    fires: tuple[Rule, ...]
    """Those that match, the one that wins first."""
    open: Mapping[str, str]
    """Those of which it is not known, by id, with the reason."""

    @classmethod
    def of(cls, rules: Iterable[Rule], seen: Seen) -> _Answer:
        found = [(rule, *consider(rule, seen)) for rule in rules]
        fires = sorted((rule for rule, truth, _ in found if truth is True), key=rank)
        return cls(tuple(fires), {rule.id: reason for rule, truth, reason in found if truth is None})

    def truth(self, rule: Rule | None) -> Truth:
        """Whether a rule fires."""
        if rule is None:
            return False
        return None if rule.id in self.open else rule in self.fires

    @property
    def winner(self) -> str | None:
        """The rule that answers the incident."""
        return self.fires[0].id if self.fires else None


def _firing(tried: Tried, path: str, execution: Execution, answers: tuple[_Answer, _Answer]) -> RuleFiring | None:
    was, now = answers
    truth = now.truth(tried.after)
    if truth is True and tried.after is not None:
        return _fires(tried.after, path, execution, now)
    if tried.before is not None and was.winner == tried.before.id and truth is False:
        instead = f"{now.winner} answers it now" if now.winner else "no rule answers it now"
        ended = f"; {execution.runbook_id} {_ended(execution)}"
        return RuleFiring(recording=path, firing="no longer", reason=f"{instead}{ended}", winner=now.winner)
    if truth is None and tried.after is not None:
        return RuleFiring(recording=path, firing="not known", reason=now.open[tried.after.id], winner=None)
    return None


def _fires(rule: Rule, path: str, execution: Execution, now: _Answer) -> RuleFiring:
    others = tuple(other.id for other in now.fires if other.id != rule.id)
    if now.winner != rule.id:
        reason = f"{now.winner} wins: {_why_first(now.fires[0], rule)}"
        return RuleFiring(recording=path, firing="behind", reason=reason, together=others, winner=now.winner)
    firing, reason = _worth(rule, execution)
    doubt = f"; it is not known whether {', '.join(sorted(now.open))} fires too" if now.open else ""
    observes = "; it only observes" if rule.mode == "observe" else ""
    said = f"{reason}{observes}{doubt}"
    return RuleFiring(recording=path, firing=firing, reason=said, together=others, winner=rule.id)


def _worth(rule: Rule, execution: Execution) -> tuple[Firing, str]:
    """Whether it would have been right to run the rule's runbook."""
    said = f"{execution.runbook_id} {_ended(execution)}"
    cured, same = recorded_outcome(execution) == "succeed", execution.runbook_id == rule.runbook_id
    if cured and not _did_something(execution):
        return ("in vain" if same else "not known"), said
    if cured:
        return ("rightly" if same else "wrongly"), said
    if same and recorded_outcome(execution) == "fail":
        return "in vain", said
    return "not known", f"{said}, and nobody ran {rule.runbook_id}" if not same else said


def _did_something(execution: Execution) -> bool:
    """Whether a run did more than find that all was well."""
    return any(step.outcome != "skipped" for step in execution.executed_steps)


def _ended(execution: Execution) -> str:
    if recorded_outcome(execution) == "succeed" and not _did_something(execution):
        return "found nothing to do"
    words = {"succeed": "cured it", "fail": "did not cure it"}
    return words.get(recorded_outcome(execution), "ran, and nobody knows whether it helped")


def _why_first(winner: Rule, other: Rule) -> str:
    if winner.priority != other.priority:
        return f"its priority is {winner.priority}, not {other.priority}"
    return "it is more specific" if rank(winner)[1] != rank(other)[1] else "its id comes first"
