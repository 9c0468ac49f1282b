"""Check `status`: nothing relies on a runbook that is marked as failed, and what replaces one can be used.

Calls are looked at by `calls`, which asks here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runwright.checks.references import absent_runbook
from runwright.checks.tree import Summary, Tree
from runwright.corpus.corpus import Entry
from runwright.model.finding import Finding
from runwright.model.rule import Rule
from runwright.model.walk import Pointer


def note(entry: Entry[Any]) -> dict[str, Any] | None:
    """The status of a runbook that is not active, and what replaces it."""
    if isinstance(entry.value, Rule) or entry.value.status == "active":
        return None
    return {"status": entry.value.status, "instead": entry.value.replaced_by}


def check_tree(tree: Tree) -> Iterator[Finding]:
    """Find rules that run what should not run any more, and replacements that are none."""
    for rule in tree.of("rule"):
        target = tree.find("runbook", rule.notes["references"]["runs"])
        if target is not None and "status" in target.notes:
            yield from status_of(tree, target, rule.path, ("action",))
    for summary in tree.of("runbook"):
        if "status" in summary.notes and summary.notes["status"]["instead"] is not None:
            yield from _replacement(tree, summary)


def status_of(tree: Tree, target: Summary, path: str, at: Pointer) -> Iterator[Finding]:
    """What is said to a rule or a call about the runbook that it relies on."""
    noted = target.notes.get("status")
    if noted is None:
        return
    advice = f"use {noted['instead']}" if noted["instead"] else "use another runbook"
    if noted["status"] == "failed":
        message = f"{target.id} is marked as failed, and no agent runs it"
        yield tree.finding(path, "status", message, at, suggestion=advice)
    else:
        message = f"{target.id} is deprecated"
        yield tree.finding(path, "status", message, at, severity="warning", suggestion=advice)


def _replacement(tree: Tree, summary: Summary) -> Iterator[Finding]:
    instead = summary.notes["status"]["instead"]
    target, at = tree.find("runbook", instead), ("replaced_by",)
    if target is None:
        yield absent_runbook(tree, summary.path, instead, at)
    elif target.id == summary.id:
        yield tree.finding(summary.path, "status", f"{summary.id} cannot be replaced by itself", at)
    elif target.notes.get("status", {}).get("status") == "failed":
        yield tree.finding(summary.path, "status", f"{instead} is marked as failed, and replaces nothing", at)
