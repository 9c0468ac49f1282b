"""The risk class of a whole change: that of its riskiest file. Labels and titles are never asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runwright.checks.difference.content import Trees
from runwright.checks.difference.line import worst
from runwright.corpus.corpus import Corpus
from runwright.model.fields import Risk
from runwright.release.approval import CONTENT, JUDGES

PAGE = ".md"
"""The pages beside runbooks: no agent reads them."""


def change_risk(base: Corpus, head: Corpus, paths: Iterable[str]) -> Risk:
    """Give the highest risk of anything that changed between two trees; `paths` names every changed file."""
    differences = Trees(base, head).differences()
    return worst((*(found.risk for found in differences), *_places(_known(base) | _known(head), paths)))


def _known(corpus: Corpus) -> frozenset[str]:
    return frozenset({entry.path for entry in corpus.runbooks} | {entry.path for entry in corpus.rules})


def _places(known: frozenset[str], paths: Iterable[str]) -> Iterator[Risk]:
    """The risk of files by their place: judges, and content that nobody can read as what it should be, are high."""
    for path in paths:
        unread = path.startswith(CONTENT) and path not in known and not path.endswith(PAGE)
        yield "high" if path.startswith(JUDGES) or unread else "low"
