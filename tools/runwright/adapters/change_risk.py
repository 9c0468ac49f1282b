"""How risky a change is, worked out from two trees in Git: what labels and texts say of it is never asked."""

from __future__ import annotations

from collections.abc import Iterable

from runwright.adapters.git_repository import GitRepository
from runwright.checks.risk import change_risk
from runwright.corpus.corpus import Corpus, read_corpus
from runwright.corpus.layout import RULES, RUNBOOKS, SETTINGS
from runwright.model.fields import Risk


def risk_of(repository: GitRepository, base: str, head: str, paths: Iterable[str]) -> Risk:
    """Give the risk of what lies between two commits or trees; `paths` names every changed file."""
    return change_risk(_tree(repository, base), _tree(repository, head), paths)


def _tree(repository: GitRepository, treeish: str) -> Corpus:
    """What is run and what judges it; recordings are evidence, and no risk."""
    return read_corpus(repository.read_files(treeish, RUNBOOKS, RULES, *SETTINGS))
