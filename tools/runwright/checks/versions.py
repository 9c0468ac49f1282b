"""Check `versions`: a changed runbook raises its version by exactly one, and a removed one was deprecated before.

That nothing names a removed runbook any more is found by `references` and `calls`, with or without a base.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runwright.checks.tree import Tree
from runwright.corpus.corpus import Entry
from runwright.model.finding import Finding
from runwright.model.runbook import Runbook


def note(entry: Entry[Any]) -> str | None:
    """The status of a runbook."""
    return entry.value.status if isinstance(entry.value, Runbook) else None


def check(base: Tree, head: Tree) -> Iterator[Finding]:
    """Find versions that do not fit the change from base to head."""
    for summary in head.of("runbook"):
        old = base.find("runbook", summary.id)
        if old is None or old.blob == summary.blob:
            continue
        before, after = base.entry(old.path), head.entry(summary.path)
        if before is None or after is None or before.value == after.value:
            continue
        wanted = before.value.version + 1
        if after.value.version != wanted:
            message = f"{summary.id} changed, so its version must be {wanted}, not {after.value.version}"
            yield after.finding("versions", message, ("version",))


def check_removed(base: Tree, head: Tree) -> Iterator[Finding]:
    """Find runbooks that are gone without having been deprecated first: hosts may be about to run them."""
    for summary in base.of("runbook"):
        gone = head.find("runbook", summary.id) is None and head.at(summary.path) is None
        if gone and summary.notes.get("versions") == "active":
            message = f"{summary.id} was removed while it was active"
            advice = "release it as deprecated, with a reason, before it is removed"
            yield base.finding(summary.path, "versions", message, ("id",), severity="warning", suggestion=advice)
