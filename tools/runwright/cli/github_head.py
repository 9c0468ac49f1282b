"""What Git says of a commit that CI reported about: its files, the places of its steps, and whether it judges itself.

Read from the objects of a clone; nothing of the commit is checked out or run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from runwright.adapters.change_risk import risk_of
from runwright.adapters.git_repository import GitRepository
from runwright.cli.check_pages import NAMES, Head
from runwright.cli.wiring import OBJECT_ID, commit_of, repository_of
from runwright.corpus.corpus import Corpus, read_corpus
from runwright.corpus.layout import RULES, RUNBOOKS, SETTINGS
from runwright.errors import ContentError
from runwright.model.fields import Risk
from runwright.model.walk import nested
from runwright.release.approval import mixed

OWN_JUDGES = tuple(f".github/workflows/{name}.yml" for name in NAMES)
"""The workflows whose runs say what is reported; a change of them speaks for itself."""
Place = tuple[str, int, int]


def head_of(repo: Path, base: str, sha: str) -> Head:
    """Look at a commit and at what it changes since it left the base; raises `ContentError` when it is not there."""
    if not OBJECT_ID.fullmatch(sha):
        raise ContentError(f"{sha!a:.100} is no full id of a commit; give all its digits with --sha")
    repository, tip = repository_of(repo), commit_of(repo, base)
    head = commit_of(repo, sha)
    changed = repository.changed_paths(repository.merge_base(tip, head), head)
    return Head(
        sha=head,
        paths=frozenset(entry.path for entry in repository.list_tree(head)),
        places=dict(_places(_runbooks(repository, head))),
        mixed=mixed(changed),
        own_judges=tuple(path for path in OWN_JUDGES if path in changed),
    )


def risk_at(repo: Path, base: str, sha: str) -> Risk | None:
    """Give the risk of what a commit changes since it left the base; None where it touches nothing that runs or judges.

    Raises `ContentError` when one of the two is not there.
    """
    repository, tip = repository_of(repo), commit_of(repo, base)
    head = commit_of(repo, sha)
    start = repository.merge_base(tip, head)
    changed = repository.changed_paths(start, head)
    if start is None or not any(path.startswith((RUNBOOKS, RULES)) or path in SETTINGS for path in changed):
        return None
    return risk_of(repository, start, head, changed)


def _runbooks(repository: GitRepository, head: str) -> Corpus:
    return read_corpus(repository.read_files(head, RUNBOOKS))


def _places(corpus: Corpus) -> Iterator[tuple[tuple[str, str], Place]]:
    for entry in corpus.runbooks:
        yield (entry.value.id, ""), (entry.path, *entry.document.place(("id",)))
        for placed in nested(entry.value):
            yield (entry.value.id, placed.step.id), (entry.path, *entry.document.place((*placed.pointer, "id")))
