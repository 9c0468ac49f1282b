"""The content of the base branch, read again only when the branch moved."""

from __future__ import annotations

import threading

from runwright.corpus.corpus import Corpus, read_corpus
from runwright.corpus.layout import CONTENT, SETTINGS
from runwright.errors import EdgeError
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
