"""The pull requests of the local forge and what its base asks for, for reading: no key is needed for either."""

from __future__ import annotations

from runwright.adapters.forge_local.book import Book
from runwright.adapters.git_repository import GitRepository
from runwright.errors import EdgeError
from runwright.model.pacing import ProposalLimits
from runwright.model.policy import FILE, read_limits
from runwright.model.proposal import PullRequest
from runwright.release.approval import policy_at
from runwright.release.signers import CHECK, DECISION, PROPOSAL


class LocalPulls:
    """Reads the pull requests of a repository."""

    def __init__(self, repository: GitRepository, base_ref: str = "refs/heads/main") -> None:
        self.book = Book(repository, base_ref)

    def pulls(self) -> tuple[PullRequest, ...]:
        """All of them, oldest first; raises EdgeError while they cannot be read."""
        return self.book.pulls()

    def open_pulls(self) -> tuple[PullRequest, ...]:
        """Those that are open; raises EdgeError while they cannot be read."""
        return tuple(pull for pull in self.pulls() if pull.state == "open")


class LocalTerms:
    """Reads what the base branch asks of proposals."""

    def __init__(self, repository: GitRepository, base_ref: str = "refs/heads/main") -> None:
        self.repository, self.base_ref = repository, base_ref

    def limits(self) -> ProposalLimits:
        """How many proposals people want to see; raises ContentError for a file that cannot be read."""
        return read_limits(self.repository.read_file(self._tip(), FILE))

    def approvers(self, path: str) -> int:
        """How many people may approve a change of a path; two keys of one person are one."""
        policy = policy_at(self.repository, self._tip())
        found: set[str] = set()
        for line in policy.signers.lines:
            names = policy.signers.names_of(line.key)
            powers = policy.signers.powers_of(names)
            owns = any(policy.owners.owns(name, path) for name in names)
            if owns and DECISION in powers and not powers & {PROPOSAL, CHECK}:
                found.add(names[0])
        return len(found)

    def _tip(self) -> str:
        tip = self.repository.resolve(self.base_ref)
        if tip is None:
            raise EdgeError(f"{self.base_ref} does not exist in the repository; push the first commit")
        return tip
