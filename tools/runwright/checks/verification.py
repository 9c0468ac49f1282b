"""Check `verification`: a fix is confirmed by looking at the host, apart from what the steps said of themselves.

A change also needs a moment before its effect can be seen: `settle`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from runwright.actions.catalogue import ACTIONS
from runwright.corpus.corpus import Entry
from runwright.model.condition import Condition, tests
from runwright.model.finding import Finding
from runwright.model.insertion import ROOTS
from runwright.model.runbook import Runbook
from runwright.model.walk import nested


def check(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find verifications that look at the run alone, or too early."""
    verify = entry.value.verify
    blind = [index for index, one in enumerate(verify.checks) if not _looks_at_the_host(one.when)]
    # One check of the host among several is a verification; the others then add nothing that is independent.
    severity = "error" if len(blind) == len(verify.checks) else "warning"
    for index in blind:
        message = "looks only at what the run itself says, which proves nothing about the host"
        advice = "compare a fact of the host, such as services.NAME.state"
        at = ("verify", "checks", index, "when")
        yield entry.finding("verification", message, at, severity=severity, suggestion=advice)
    if verify.settle == timedelta(0) and (changing := _changing(entry.value)) is not None:
        message = f"is looked at without a pause, right after {changing!r} changed something"
        advice = "give `settle`, such as 5s: what starts may stop again, and numbers need a moment"
        yield entry.finding("verification", message, ("verify",), severity="warning", suggestion=advice)


def _looks_at_the_host(condition: Condition) -> bool:
    return any(test.path[0] not in ROOTS for test in tests(condition))


def _changing(runbook: Runbook) -> str | None:
    """The first step that changes something, or None when all of them only look, wait or ask."""
    for placed in nested(runbook):
        action = ACTIONS.get(placed.step.action or "")
        if placed.step.call is not None or (action is not None and not action.check):
            return placed.step.id
    return None
