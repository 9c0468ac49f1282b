"""Check `identity`: an id stands once, in the file that bears its name, below the folder of its platform.

Ids that only look alike are left to `lookalikes`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runwright.checks.tree import Tree
from runwright.corpus.corpus import Entry
from runwright.model.finding import Finding
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook


def check(entry: Entry[Runbook] | Entry[Rule]) -> Iterator[Finding]:
    """Find an id that stands in the wrong file."""
    if entry.path != expected_path(entry.value):
        yield entry.finding("identity", f"{entry.value.id} belongs into {expected_path(entry.value)}", ("id",))


def check_tree(tree: Tree) -> Iterator[Finding]:
    """Find ids that stand twice, and files that are one file where names do not tell small letters from large."""
    folded: dict[str, str] = {}
    for summary in (*tree.of("runbook"), *tree.of("rule")):
        first = tree.find(summary.kind, summary.id)
        if first is not None and first.path != summary.path:
            message = f"id {summary.id} stands in {first.path} too; give each its own"
            yield tree.finding(summary.path, "identity", message, ("id",))
        other = folded.setdefault(summary.path.casefold(), summary.path)
        if other != summary.path:
            message = f"the path is the same as {other} on Windows and macOS, where only one of them can be checked out"
            yield tree.finding(summary.path, "identity", message, (), suggestion="remove or rename one of them")


def expected_path(noun: Runbook | Rule) -> str:
    """Where a runbook or rule belongs."""
    folder = f"runbooks/{noun.platform}" if isinstance(noun, Runbook) else "rules/promoted"
    return f"{folder}/{noun.id}.yaml"
