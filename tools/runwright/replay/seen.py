"""The incident behind a recording, as far as the recording says it, and whether a rule answers it: yes, no, not known.

Older agents recorded the type of an incident and the parameters that were taken from it, and nothing else; what the
checks of our own agents see follows from these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runwright.corpus.corpus import Entry
from runwright.model.condition import UNKNOWN, Condition, Truth, bind, concrete, describe, evaluate, tests
from runwright.model.execution import Execution
from runwright.model.insertion import MissingValue
from runwright.model.path import Path, str_path
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook
from runwright.replay.beginning import incident_of

CHECK_OF = {
    "service_stopped": "service",
    "service_crash": "service",
    "port_closed": "port",
    "http_failing": "http",
    "disk_full": "disk",
}
"""The kind of check that raises an incident of each type; an agent's own checks raise no others."""
NAMED_BY = {"service": "service", "port": "port", "http": "url", "disk": "path"}
"""The fact of each kind of check that says what it looked at."""
FAILED = "fail"
"""What a check says that raises an incident."""


UNSAID = frozenset({"message", "detected_at"})
"""What no recording keeps of an incident."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An incident as far as it is known."""

    scope: Mapping[str, Any] = field(default_factory=dict)
    """The incident as insertions see it, without what is not known."""
    whole: bool = False
    """Nothing was left out: a fact that is not there was not there when a rule was looked for."""

    def get(self, name: str) -> Any:
        """One field of the incident, or None."""
        return self.scope.get(name)

    def lookup(self, path: Path) -> Any:
        """A value by its path, or `UNKNOWN`."""
        found: Any = self.scope
        for name in path:
            if not isinstance(found, Mapping) or name not in found:
                return UNKNOWN
            found = found[name]
        return found


def seen_of(execution: Execution, runbook: Entry[Runbook] | None) -> Seen:
    """The incident that a recording tells of."""
    known = incident_of(runbook.value if runbook else None, execution)
    scope = {name: value for name, value in known.items() if value is not None}
    if execution.incident is not None and execution.incident.check_type is not None:
        return Seen(scope, whole=True)
    check = CHECK_OF.get(execution.incident_type or "")
    if check is not None:
        scope |= {"check_type": check, "status": FAILED}
        _take_resource(scope, check)
    return Seen(scope)


def consider(rule: Rule, seen: Seen) -> tuple[Truth, str]:
    """Whether a rule answers an incident, and why not, or why that is not known; the engine's matcher knows it all."""
    found = [*_fields(rule, seen), *_conditions(rule.conditions, seen)]
    if no := next((reason for truth, reason in found if truth is False), None):
        return False, no
    unknown = [reason for truth, reason in found if truth is None]
    if unknown:
        open_ones = UNSAID.intersection(name for reason in unknown for name in reason.split(", "))
        return (False if seen.whole and not open_ones else None), f"not recorded: {', '.join(unknown)}"
    return True, "matches"


def _fields(rule: Rule, seen: Seen) -> list[tuple[Truth, str]]:
    wanted: dict[str, tuple[str, ...]] = {"check_type": (rule.check_type,), "status": tuple(rule.status)}
    if rule.scope.sites:
        wanted["site_id"] = rule.scope.sites
    if rule.scope.partners:
        wanted["client_id"] = rule.scope.partners
    return [(None if seen.get(name) is None else seen.get(name) in values, name) for name, values in wanted.items()]


def _conditions(condition: Condition | None, seen: Seen) -> list[tuple[Truth, str]]:
    if condition is None:
        return []
    try:
        bound = bind(condition, {"incident": seen.scope})
    except MissingValue as error:
        return [(None, str(error))]
    truth = evaluate(bound, seen.lookup)
    if truth is not None:
        return [(truth, describe(bound))]
    paths = (concrete(test) for test in tests(bound))
    missing = dict.fromkeys(str_path(path) for path in paths if seen.lookup(path) is UNKNOWN)
    return [(None, ", ".join(missing))]


def _take_resource(scope: dict[str, Any], check: str) -> None:
    """A check's resource is also the fact that names it, and the other way round."""
    facts = scope.setdefault("facts", {})
    named = NAMED_BY[check]
    if "resource" not in scope and named in facts:
        scope["resource"] = str(facts[named])
    if check != "port" and isinstance(scope.get("resource"), str):
        facts.setdefault(named, scope["resource"])
