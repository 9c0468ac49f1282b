"""Check `healthy`: no rule fires on a host on which nothing is wrong.

How a rule fires there is `engine.healthy`'s part. Whether it fires where something was wrong is left to replay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runwright.checks.tree import Summary, Tree
from runwright.corpus.evidence import Healthy
from runwright.engine.healthy import Firing, fires
from runwright.model.finding import Finding
from runwright.model.healthy import HealthyState, healthy_data, parse_healthy
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook

RULE = "healthy"


def note(found: Healthy) -> dict[str, Any]:
    """What this check needs to know of a healthy state: all of it."""
    return {RULE: healthy_data(found.state)}


def check_tree(tree: Tree) -> Iterator[Finding]:
    """Find rules that fire on a healthy state."""
    states = [(summary, parse_healthy(summary.notes[RULE])) for summary in tree.of("healthy") if RULE in summary.notes]
    rules = [(summary, entry.value) for summary in tree.of("rule") if states and (entry := tree.entry(summary.path))]
    for summary, rule in rules:
        for place, state in states:
            book = _runbook(tree, rule)
            yield from (_finding(tree, summary, place, state, firing) for firing in fires(rule, state, book))


def _runbook(tree: Tree, rule: Rule) -> Runbook | None:
    summary = tree.find("runbook", rule.runbook_id)
    entry = tree.entry(summary.path) if summary else None
    return entry.value if entry else None


def _finding(tree: Tree, rule: Summary, place: Summary, state: HealthyState, firing: Firing) -> Finding:
    check = state.checks[firing.check]
    what = f"{check.check_type} {check.resource or ''}".strip()
    message = f"fires on a healthy host, {place.path} ({what!r:.80}): {firing.reason}"
    advice = "narrow its conditions or status, or give its runbook a precheck"
    return tree.finding(rule.path, RULE, message[:600], ("id",), suggestion=advice)
