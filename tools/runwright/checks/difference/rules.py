"""What changed in a rule: which incidents it answers, for whom, how early, and whether it acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from runwright.checks.difference.line import Meaning, worst
from runwright.checks.difference.sameness import same
from runwright.checks.difference.step_risk import Around, runbook_risk
from runwright.checks.difference.surroundings import ORIGIN
from runwright.checks.difference.words import became, shown
from runwright.model.fields import Risk
from runwright.model.rule import RUN, Rule, Scope

PROSE = frozenset({"name", "description"})
Judged = tuple[Risk, str, str]
"""A risk, its reason, and what is said besides."""


def rule_changes(base: Rule | None, head: Rule | None, around: Around) -> tuple[Meaning, ...]:
    """Everything that changed in meaning between two versions of a rule; None is no rule."""
    if head is None:
        return (Meaning("rule removed", "medium", title="rule removed"),)
    if base is None:
        return (_new(head),)
    return tuple(_fields(base, head, around))


def _new(rule: Rule) -> Meaning:
    condition = f" when {shown(rule.conditions)}" if rule.conditions else ""
    text = f"new rule: {rule.check_type} {shown(rule.status)} runs {rule.runbook_id}{condition} ({rule.mode})"
    return Meaning(text, "medium", None, "new rule", "new rule")


def _fields(base: Rule, head: Rule, around: Around) -> Iterator[Meaning]:
    for name, info in Rule.model_fields.items():
        old, new = getattr(base, name), getattr(head, name)
        if name in ORIGIN or same(name, old, new):
            continue
        word = info.alias or name
        judge = _JUDGES.get(name, _usual)
        risk, reason, said = judge(old, new, around) if name not in PROSE else ("low", "", "")
        verb = f"{word} reworded:" if name in PROSE else word
        yield Meaning(f"{verb} {became(_named(old), _named(new))}{said}", risk, None, reason, f"{word} changed")


def _named(value: Any) -> Any:
    return "everyone" if value == Scope() else value


def _usual(old: Any, new: Any, around: Around) -> Judged:
    del old, new, around
    return "medium", "", ""


def _priority(old: int, new: int, around: Around) -> Judged:
    del around
    return "medium", "", " (wins earlier)" if new < old else " (wins later)"


def _status(old: tuple[str, ...], new: tuple[str, ...], around: Around) -> Judged:
    del around
    more = set(new) - set(old)
    return "medium", "answers more states" if more else "", ""


def _conditions(old: Any, new: Any, around: Around) -> Judged:
    del around
    if new is None:
        return "high", "answers more incidents: conditions removed", ""
    return "medium", "answers fewer incidents" if old is None else "answers other incidents", ""


def _action(old: str, new: str, around: Around) -> Judged:
    del old
    called = around.runbooks.get(new.removeprefix(RUN))
    if called is None:
        return "high", f"runs {new.removeprefix(RUN)}, which is not known here", ""
    return worst(("medium", runbook_risk(called, around))), f"runs {called.id}", ""


def _scope(old: Scope, new: Scope, around: Around) -> Judged:
    del around
    wider = any(
        was and (not now or set(now) - set(was)) for was, now in ((old.partners, new.partners), (old.sites, new.sites))
    )
    return ("high", "wider scope", " (wider)") if wider else ("medium", "", " (narrower)")


def _mode(old: str, new: str, around: Around) -> Judged:
    del old, around
    return ("high", "acts now", "") if new == "act" else ("low", "", "")


_JUDGES: dict[str, Callable[[Any, Any, Around], Judged]] = {
    "priority": _priority,
    "status": _status,
    "conditions": _conditions,
    "action": _action,
    "scope": _scope,
    "mode": _mode,
}
