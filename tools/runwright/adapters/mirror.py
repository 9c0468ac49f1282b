"""A bare copy of a hosted repository in the service's state folder, for reading what is there and writing what is new.

What the service reads comes together or not at all: main, the bot's branches, the branch of the releases, the tags. The
heads of pull requests, which anybody can push, and people's own branches stay where they are: only the head of one that
somebody decides on is brought.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from runwright.adapters.git_remote import fetch
from runwright.adapters.git_repository import GitRepository
from runwright.errors import EdgeError

NAMES = (
    "refs/heads/main",
    "refs/heads/runwright/*",
    # There is none before the first release; git takes a pattern that nothing fits, and no name of nothing.
    "refs/heads/channels*",
    "refs/tags/*",
)
OURS = {name: name for name in NAMES}
FOLDERS = ("refs/heads/", "refs/tags/")
LIMIT = 600.0
"""Seconds that a fetch may take; the first one brings everything."""


class Mirror:
    """Fetches; one at a time, any thread may ask."""

    def __init__(self, folder: Path, url: str, token: Callable[[], str] | None) -> None:
        self.url, self.token = url, token
        self.repository = _opened(folder)
        self._fetching = threading.Lock()

    def refresh(self) -> bool:
        """Bring it up to date; whether anything moved. Raises EdgeError, and stays as it was, when it cannot."""
        with self._fetching:
            before = self._refs()
            fetch(self.repository, self.url, OURS, self.token, prune=True, limit=LIMIT)
            return self._refs() != before

    def bring(self, number: int) -> None:
        """Bring main and the head of one pull request, whatever becomes of the heads of others; raises EdgeError."""
        with self._fetching:
            wanted = ("refs/heads/main", f"refs/pull/{number}/head")
            fetch(self.repository, self.url, {name: name for name in wanted}, self.token, limit=LIMIT)

    def _refs(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for folder in FOLDERS:
            found |= self.repository.refs(folder)
        return found


def _opened(folder: Path) -> GitRepository:
    """The repository of a folder, made where there is none."""
    if (folder / "HEAD").is_file():
        return GitRepository(folder)
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EdgeError(f"the folder {folder.parent} cannot be made: {error.strerror}", retryable=False) from error
    return GitRepository.init_bare(folder)
