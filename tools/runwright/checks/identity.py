"""Check `identity`: an id stands once, in the file that bears its name, below the folder of its platform."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from runwright.corpus.corpus import Corpus, Entry
from runwright.model.finding import Finding
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook


def check(corpus: Corpus) -> Iterator[Finding]:
    """Find ids that stand twice or in the wrong file."""
    first: dict[str, str] = {}
    entries: tuple[Entry[Runbook] | Entry[Rule], ...] = (*corpus.runbooks, *corpus.rules)
    for entry in entries:
        name = entry.value.id
        if name in first:
            yield entry.finding("identity", f"id {name} stands in {first[name]} too; give each its own", ("id",))
        first.setdefault(name, entry.path)
        if entry.path != expected_path(entry.value):
            yield entry.finding("identity", f"{name} belongs into {expected_path(entry.value)}", ("id",))


def expected_path(noun: Runbook | Rule) -> str:
    """Where a runbook or rule belongs."""
    folder = f"runbooks/{noun.platform}" if isinstance(noun, Runbook) else "rules/promoted"
    return str(PurePosixPath(folder, f"{noun.id}.yaml"))
