"""The risk class of a whole change: that of its riskiest file. Labels and titles are never asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runwright.checks.meaning import meanings, risk_of
from runwright.corpus.corpus import Corpus
from runwright.model.fields import Risk
from runwright.model.rule import Rule
from runwright.release.approval import CONTENT, JUDGES

ORDER: tuple[Risk, ...] = ("low", "medium", "high")


def change_risk(base: Corpus, head: Corpus, paths: Iterable[str]) -> Risk:
    """Give the highest risk of anything that changed between two trees; `paths` names every changed file."""
    parts = (*_runbooks(base, head), *_rules(base, head), *_places(_known(base) | _known(head), paths))
    return max(parts, key=ORDER.index, default="low")


def _runbooks(base: Corpus, head: Corpus) -> Iterator[Risk]:
    for entry in head.runbooks:
        before = base.runbook(entry.value.id)
        if before is None or before.value != entry.value:
            yield risk_of(meanings(before.value if before else None, entry.value))
    if {entry.value.id for entry in base.runbooks} - {entry.value.id for entry in head.runbooks}:
        yield "high"  # what was remediated is not any more


def _rules(base: Corpus, head: Corpus) -> Iterator[Risk]:
    before, after = ({entry.value.id: entry.value for entry in corpus.rules} for corpus in (base, head))
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        if old != new:
            yield "high" if old and new and _wider(old, new) else "medium"


def _wider(old: Rule, new: Rule) -> bool:
    """Whether a rule reaches somebody whom it did not reach; an empty list is everyone."""
    pairs = ((old.scope.partners, new.scope.partners), (old.scope.sites, new.scope.sites))
    return any(was and (not now or set(now) - set(was)) for was, now in pairs)


def _known(corpus: Corpus) -> frozenset[str]:
    return frozenset({entry.path for entry in corpus.runbooks} | {entry.path for entry in corpus.rules})


def _places(known: frozenset[str], paths: Iterable[str]) -> Iterator[Risk]:
    """The risk of files by their place: judges, and content that is neither a runbook nor a rule, are high."""
    for path in paths:
        yield "high" if path.startswith(JUDGES) or (path.startswith(CONTENT) and path not in known) else "low"
