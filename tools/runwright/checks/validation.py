"""The registries of all checks, and all of them in one pass.

Checks of one file see that file alone, so that what they say can be kept as long as the file stays as it is.
Checks across files see summaries (`checks.tree`); checks of a change see the summaries of both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from runwright.checks import (
    calls,
    commands,
    evidence,
    guarded,
    healthy,
    hidden_text,
    identity,
    impossible,
    known_actions,
    lookalikes,
    near_facts,
    parallel_steps,
    patterns,
    plain_texts,
    recordings,
    references,
    repeats,
    secret_use,
    shadowed,
    status,
    targets,
    unused,
    verification,
    versions,
    written_secrets,
)
from runwright.checks.tree import Summary, Tree, TreeCheck
from runwright.corpus.corpus import Corpus, Entry
from runwright.corpus.layout import SETTINGS, Kind, blob_id
from runwright.model.finding import Finding
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook

RUNBOOK_CHECKS: tuple[Callable[[Entry[Runbook]], Iterable[Finding]], ...] = (
    identity.check,
    known_actions.check,
    references.check_runbook,
    patterns.check,
    guarded.check,
    verification.check,
    impossible.check_runbook,
    near_facts.check,
    repeats.check,
    plain_texts.check,
    parallel_steps.check,
    secret_use.check,
    written_secrets.check,
    hidden_text.check,
    lookalikes.check,
    targets.check,
    unused.check,
)
"""What is looked at in one runbook alone."""
RULE_CHECKS: tuple[Callable[[Entry[Rule]], Iterable[Finding]], ...] = (
    identity.check,
    references.check_rule,
    impossible.check_rule,
    written_secrets.check,
    hidden_text.check,
    lookalikes.check,
)
"""What is looked at in one rule alone."""
TREE_CHECKS: tuple[TreeCheck, ...] = (
    TreeCheck(commands.RULE, commands.check, commands.note),
    TreeCheck("identity", identity.check_tree),
    TreeCheck("references", references.check_tree, references.note),
    TreeCheck("calls", calls.check_tree, calls.note),
    TreeCheck("status", status.check_tree, status.note),
    TreeCheck("shadowed", shadowed.check_tree, shadowed.note),
    TreeCheck("lookalikes", lookalikes.check_tree),
    TreeCheck("versions", lambda _: (), versions.note),
    TreeCheck("manifest", recordings.check_tree),
    TreeCheck("healthy", healthy.check_tree),
)
"""What is looked at across files."""
CHANGE_CHECKS: tuple[Callable[[Tree, Tree], Iterable[Finding]], ...] = (
    versions.check,
    versions.check_removed,
    recordings.check_change,
)
"""What is looked at in a change, given the tree before it and the tree after it."""


def validate(head: Corpus, base: Corpus | None = None) -> tuple[Finding, ...]:
    """Every finding on a tree, and on its change where the tree before it is given; by place."""
    findings = [*head.findings, *(found for entry in head.runbooks for found in check_entry(entry))]
    findings += (found for rule in head.rules for found in check_entry(rule))
    findings += (found for path in evidence.new_in(head, base) for found in evidence.check(path, head.files[path]))
    findings += check_tree(tree_of(head), tree_of(base) if base is not None else None)
    return in_order(findings)


def validate_change(head: Corpus, base: Corpus) -> tuple[Finding, ...]:
    """Every finding on the files that a change brings or alters, and across the tree; the other files are not read."""
    changed = {path for path, content in head.files.items() if base.files.get(path) != content}
    findings = [found for found in head.findings if found.path in changed]
    several: tuple[Entry[Any], ...] = (*head.runbooks, *head.rules)
    findings += (found for entry in several if entry.path in changed for found in check_entry(entry))
    findings += (found for path in evidence.new_in(head, base) for found in evidence.check(path, head.files[path]))
    return in_order([*findings, *check_tree(tree_of(head), tree_of(base))])


def check_entry(entry: Entry[Any]) -> list[Finding]:
    """Every finding on one runbook or rule alone."""
    checks: tuple[Callable[[Entry[Any]], Iterable[Finding]], ...] = (
        RUNBOOK_CHECKS if isinstance(entry.value, Runbook) else RULE_CHECKS
    )
    return [finding for check in checks for finding in check(entry)]


def check_tree(head: Tree, base: Tree | None = None) -> list[Finding]:
    """Every finding across the files of a tree, and on its change where the tree before it is given."""
    findings = [finding for one in TREE_CHECKS for finding in one.check(head)]
    if base is not None:
        findings += (finding for check in CHANGE_CHECKS for finding in check(base, head))
    return findings


def summary_of(entry: Entry[Any], blob: str) -> Summary:
    """What the checks across files need to know of one runbook or rule."""
    kind: Kind = "runbook" if isinstance(entry.value, Runbook) else "rule"
    noted = {one.name: one.note(entry) for one in TREE_CHECKS if one.note is not None}
    notes = {name: note for name, note in noted.items() if note is not None}
    return Summary(entry.path, kind, entry.value.id, blob, notes)


def tree_of(corpus: Corpus) -> Tree:
    """The summaries of a corpus; its entries are at hand."""
    several: tuple[Entry[Any], ...] = (*corpus.runbooks, *corpus.rules)
    entries = {entry.path: entry for entry in several}
    blobs = {path: blob_id(corpus.files.get(path, b"")) for path in entries}
    summaries = [summary_of(entry, blobs[path]) for path, entry in entries.items()]
    summaries += evidence.summaries_of(corpus)
    settings = {path: corpus.files[path] for path in SETTINGS if path in corpus.files}
    return Tree(summaries, entries.get, settings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by place."""
    return tuple(sorted(findings, key=lambda f: (f.path, f.line, f.column, f.rule, f.message)))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that must be mended."""
    return tuple(finding for finding in findings if finding.severity == "error")
