"""The L1 matcher: which rule answers an incident, and why the others do not.

The lowest priority number wins; ties go to the more specific rule, then to the lower id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.model.condition import UNKNOWN, Condition, Truth, bind, evaluate, tests
from runwright.model.incident import Incident
from runwright.model.insertion import MissingValue, insert
from runwright.model.path import Path
from runwright.model.rule import Rule


@dataclass(frozen=True, slots=True)
class Considered:
    """One rule that was looked at: whether it matches, and the reason."""

    rule: Rule
    matches: Truth
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """The winning rule, if there is one, and everything that was considered."""

    rule: Rule | None
    considered: tuple[Considered, ...]

    def params(self, incident: Incident) -> dict[str, Any]:
        """The winning rule's parameters for this incident; raises `MissingValue`."""
        return dict(insert(self.rule.params, {"incident": incident_scope(incident)})) if self.rule else {}


def match(rules: Iterable[Rule], incident: Incident) -> Match:
    """Find the rule that answers an incident."""
    considered = tuple(_consider(rule, incident) for rule in sorted(rules, key=lambda rule: rule.id))
    winners = sorted((c.rule for c in considered if c.matches is True), key=rank)
    return Match(winners[0] if winners else None, considered)


def incident_scope(incident: Incident) -> dict[str, Any]:
    """The incident as insertions see it."""
    return incident.model_dump(mode="json")


def rank(rule: Rule) -> tuple[int, int, str]:
    """Which of several matching rules wins: the one that sorts first."""
    conditions = len(list(tests(rule.conditions))) if rule.conditions is not None else 0
    scoped = 2 * bool(rule.scope.sites) + bool(rule.scope.partners)
    return rule.priority, -(conditions + scoped), rule.id


def _consider(rule: Rule, incident: Incident) -> Considered:
    if rule.check_type != incident.check_type:
        return Considered(rule, False, f"answers checks of type {rule.check_type}")
    if incident.status not in rule.status:
        return Considered(rule, False, f"answers status {', '.join(rule.status)}")
    if rule.scope.sites and incident.site_id not in rule.scope.sites:
        return Considered(rule, False, "is for other sites")
    if rule.scope.partners and incident.client_id not in rule.scope.partners:
        return Considered(rule, False, "is for other partners")
    if rule.conditions is None:
        return Considered(rule, True, "matches")
    return _decide(rule, rule.conditions, incident_scope(incident))


def _decide(rule: Rule, conditions: Condition, scope: Mapping[str, Any]) -> Considered:
    try:
        holds = evaluate(bind(conditions, {"incident": scope}), _lookup(scope))
    except MissingValue as error:
        return Considered(rule, None, f"its conditions could not be decided: {error}")
    said = {True: "matches", False: "its conditions do not hold", None: "its conditions could not be decided"}
    return Considered(rule, holds, said[holds])


def _lookup(scope: Mapping[str, Any]) -> Any:
    def value(path: Path) -> Any:
        found: Any = scope
        for name in path:
            if not isinstance(found, Mapping) or name not in found:
                return UNKNOWN
            found = found[name]
        return found

    return value
