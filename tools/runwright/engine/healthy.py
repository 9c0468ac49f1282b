"""Where a rule would fire on a healthy state: a host on which nothing is wrong.

A rule fires there in three ways: it answers an alarm that is known to be none; its conditions on what a check sees hold
where that check is content; or its runbook would act although nothing is wrong, should a check be mistaken. What that
means for a library is left to `checks.healthy`, for a change to `replay.backtest`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.engine.matcher import Match, incident_scope, match
from runwright.engine.params import resolve_params
from runwright.errors import ContentError
from runwright.model.condition import UNKNOWN, Condition, Lookup, bind, evaluate, tests
from runwright.model.healthy import HealthyCheck, HealthyState
from runwright.model.incident import Incident
from runwright.model.insertion import MissingValue
from runwright.model.path import Path, str_path
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook

_FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fires on a healthy state: at which check, and why."""

    check: int
    """The check's place in the state."""
    reason: str


def fires(rule: Rule, state: HealthyState, book: Runbook | None = None) -> Iterator[Firing]:
    """Where a rule, with its runbook, would fire on a healthy state."""
    for number, check in enumerate(state.checks):
        if check.check_type == rule.check_type and (reason := _reason(rule, state, check, book)):
            yield Firing(number, reason)


def incident_of(state: HealthyState, check: HealthyCheck, status: str) -> Incident:
    """The incident that a check of a healthy state would raise if it said this."""
    data = {
        "incident_id": state.state_id,
        "incident_type": check.incident_type or check.check_type,
        "check_type": check.check_type,
        "status": status,
        "resource": check.resource,
        "site_id": state.site_id,
        "client_id": state.client_id,
        "hostname": state.hostname,
        "platform": state.platform,
        "detected_at": state.recorded_at,
        "message": check.message,
        "facts": check.facts,
    }
    return Incident.model_validate(data)


def _reason(rule: Rule, state: HealthyState, check: HealthyCheck, book: Runbook | None) -> str | None:
    if check.status != "ok":
        found = match([rule], incident_of(state, check, check.status))
        alarm = f"its alarm ({check.status}) is known to be none: {check.reason}"
        return alarm if found.rule else None
    incident = incident_of(state, check, rule.status[0])
    found = match([rule], incident)
    if found.rule is None:
        return None
    seen = [name for name in check.observed if rule.conditions is not None and name in _tested(rule.conditions)]
    if seen:
        shown = ", ".join(f"facts.{name} is {check.facts.get(name)!r:.60}" for name in seen)
        return f"the check is content, and yet the rule's conditions hold: {shown}"
    return _acts(found, incident, state, book)


def _tested(conditions: Condition) -> frozenset[str]:
    """The names of what the check saw that conditions look at."""
    paths = (test.path for test in tests(conditions))
    return frozenset(str(path[1]) for path in paths if len(path) > 1 and path[0] == _FACTS)


def _acts(found: Match, incident: Incident, state: HealthyState, book: Runbook | None) -> str | None:
    """Why the rule's runbook would act here; None where its precheck, or the agent, keeps it from that."""
    if book is None or book.platform not in ("any", state.platform):
        return None
    try:
        params = resolve_params(book, found.params(incident), incident_scope(incident))
    except (ContentError, MissingValue):
        return None  # the agent refuses to run it
    healthy = book.precheck.healthy
    if healthy is None:
        return f"{book.id} has no precheck `healthy`, so it would act whenever the check is mistaken"
    scope = {"params": params, "incident": incident_scope(incident)}
    well = _holds(healthy, scope, state)
    unsafe = _holds(book.precheck.unsafe, scope, state)
    return None if well is not False or unsafe else f"the precheck of {book.id} does not see that nothing is wrong"


def _holds(condition: Condition | None, scope: Mapping[str, Any], state: HealthyState) -> bool | None:
    """Whether a condition holds on the host; None where its facts were not recorded."""
    if condition is None:
        return False
    try:
        return evaluate(bind(condition, scope), _lookup(state, scope))
    except MissingValue:
        return None


def _lookup(state: HealthyState, scope: Mapping[str, Any]) -> Lookup:
    def value(path: Path) -> Any:
        if path[0] in scope:
            found: Any = scope
            for name in path:
                found = found.get(name, UNKNOWN) if isinstance(found, Mapping) else UNKNOWN
            return found
        return state.facts.get(str_path(path), UNKNOWN)

    return value
