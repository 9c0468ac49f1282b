"""All checks in one pass; the registry of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from runwright.checks import guarded, identity, known_actions, patterns, references, versions
from runwright.corpus.corpus import Corpus
from runwright.model.finding import Finding

CHECKS: tuple[Callable[[Corpus], Iterable[Finding]], ...] = (
    identity.check,
    known_actions.check,
    references.check,
    patterns.check,
    guarded.check,
)


def validate(head: Corpus, base: Corpus | None = None) -> tuple[Finding, ...]:
    """Every finding on a tree, and on its change where the tree before it is given; by place."""
    findings = [*head.findings, *(finding for check in CHECKS for finding in check(head))]
    if base is not None:
        findings += versions.check(base, head)
    return tuple(sorted(findings, key=lambda f: (f.path, f.line, f.column, f.rule, f.message)))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that must be mended."""
    return tuple(finding for finding in findings if finding.severity == "error")
