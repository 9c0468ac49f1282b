"""A person's own copy of a hosted repository, in the cache: only what a review looks at is fetched, with their token.

Several commands may use one copy at once; one fetches at a time.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from runwright.adapters.git_remote import fetch
from runwright.adapters.git_repository import GitRepository
from runwright.errors import EdgeError

LIMIT = 600.0
"""Seconds that a fetch may take; the first one brings the whole history of main."""


class PersonMirror:
    """Fetches what it is told to."""

    def __init__(self, folder: Path, url: str, token: Callable[[], str]) -> None:
        self.folder, self.url, self.token = folder, url, token
        self.repository = GitRepository(folder)

    def bring(self, *names: str) -> None:
        """Bring references up to date; raises EdgeError when that cannot be done."""
        with self._alone():
            if not (self.folder / "HEAD").is_file():
                GitRepository.init_bare(self.folder)
            fetch(self.repository, self.url, {name: name for name in names}, self.token, limit=LIMIT)

    def bring_pull(self, number: int) -> None:
        """Bring main and the head of one pull request."""
        self.bring("refs/heads/main", f"refs/pull/{number}/head")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        path = self.folder.with_name(f"{self.folder.name}.lock")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = path.open("a")
        except OSError as error:
            raise EdgeError(f"{path.parent} cannot be written: {error.strerror}", retryable=False) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
