"""The content of the base branch, read again only when the branch moved."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from runwright.corpus.corpus import Corpus, read_corpus
from runwright.corpus.layout import CONTENT, SETTINGS
from runwright.errors import EdgeError
from runwright.model.walk import closure
from runwright.service.ports import Repository

KEPT = 3
"""States of the library that are kept; work that was put off may still rest on an older one."""


class Library:
    """Runbooks, rules and recordings at a commit; any thread may ask."""

    def __init__(self, repository: Repository, base_ref: str = "refs/heads/main") -> None:
        self.repository, self.base_ref = repository, base_ref
        self._read: dict[str, Corpus] = {}
        self._reading = threading.Lock()

    def head(self) -> str:
        """The branch's commit; raises EdgeError while there is none."""
        commit = self.repository.resolve(self.base_ref)
        if commit is None:
            raise EdgeError(f"{self.base_ref} does not exist in the repository; push the first commit")
        return commit

    def corpus(self, commit: str) -> Corpus:
        """The content at a commit."""
        with self._reading:
            if commit not in self._read:
                while len(self._read) >= KEPT:
                    del self._read[next(iter(self._read))]
                self._read[commit] = read_corpus(self.repository.read_files(commit, *CONTENT, *SETTINGS))
            return self._read[commit]

    def same_for(self, before: str, now: str, paths: Iterable[str], runbook_id: str) -> bool:
        """Whether what a draft rests on is the same at two commits: its files, what its runbook calls, the settings."""
        if before == now:
            return True
        old, new = self.corpus(before), self.corpus(now)
        called = closure_of(old, runbook_id)
        settings = (path for path in {*old.files, *new.files} if path.startswith(SETTINGS))
        return all(old.files.get(path) == new.files.get(path) for path in {*paths, *called, *settings})


def closure_of(corpus: Corpus, runbook_id: str) -> frozenset[str]:
    """The paths of a runbook and of all that it may come to call."""
    entry = corpus.runbook(runbook_id)
    if entry is None:
        return frozenset()
    known = {one.value.id: one for one in corpus.runbooks}
    called = closure(entry.value, {name: one.value for name, one in known.items()})
    return frozenset((entry.path, *(known[name].path for name in called)))
