"""The open pull requests of the local forge, for reading: no key is needed, and nothing can be said through it."""

from __future__ import annotations

from runwright.adapters.forge_local import read_pulls
from runwright.adapters.git_repository import GitRepository
from runwright.model.proposal import PullRequest


class LocalPulls:
    """Reads the pull requests of a repository."""

    def __init__(self, repository: GitRepository, base_ref: str = "refs/heads/main") -> None:
        self.repository, self.base_ref = repository, base_ref

    def open_pulls(self) -> tuple[PullRequest, ...]:
        """Those that are open."""
        return tuple(pull for pull in read_pulls(self.repository, self.base_ref) if pull.state == "open")
