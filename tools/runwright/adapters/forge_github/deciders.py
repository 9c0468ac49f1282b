"""The people of a repository at GitHub, as a service meets them: each comes with a token, for one request.

No token is kept, and nothing here knows the service's own.
"""

from __future__ import annotations

from collections.abc import Callable

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.credentials import TokenCredentials
from runwright.adapters.forge_github.looking import Bring
from runwright.adapters.forge_github.pace import Gaps, Pace
from runwright.adapters.forge_github.place import Place
from runwright.adapters.forge_github.reviews import GitHubReviews
from runwright.adapters.git_repository import GitRepository

PATIENCE = (1.0,)
"""Seconds; nobody waits long on the web."""


class GitHubReviewers:
    """Makes the side of a person from a token."""

    def __init__(
        self, place: Place, repository: GitRepository, bring: Bring, decided: Callable[[int], None], gaps: Gaps
    ) -> None:
        """`bring` keeps the repository up with GitHub; `decided` is told which pull request somebody decided on."""
        self.place, self.repository, self.bring, self.gaps = place, repository, bring, gaps
        self.decided = decided

    def with_token(self, token: str) -> GitHubReviews:
        """Give the person whose token it is; raises ContentError for what cannot be a token."""
        connection = Connection(self.place, TokenCredentials(token), pace=Pace(self.gaps))
        return GitHubReviews(connection, self.repository, self.bring, patience=PATIENCE)
