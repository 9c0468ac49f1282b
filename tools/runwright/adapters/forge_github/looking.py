"""Looking at pull requests at GitHub as a person: lists, one with all that was said, its change. Nothing is decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runwright.adapters.forge_github.as_proposal import BRANCH, View, name_of, pull_of
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.people import refused_token
from runwright.adapters.forge_github.reading import around, read_hosted, translated
from runwright.adapters.forge_github.refusals import Forbidden, Missing
from runwright.adapters.forge_github.translating import Around
from runwright.adapters.forge_local.book import changes_of
from runwright.adapters.git_repository import GitRepository
from runwright.errors import TrustError
from runwright.model.hosted import HostedPull
from runwright.model.proposal import FileChange, PullRequest

BASE = "refs/heads/main"
MOST = {"open": 100, "merged": 100, "closed": 30}
"""How many pull requests are listed; what was said about a closed one takes four requests each."""
Bring = Callable[[int], None]
"""Fetches the base and the head of one pull request."""


class GitHubLooks:
    """Looks with the token of one person."""

    def __init__(self, connection: Connection, repository: GitRepository, bring: Bring) -> None:
        """Get ready; `repository` is a copy of the Git data that `bring` keeps up with GitHub."""
        self.connection, self.repository, self.bring = connection, repository, bring

    def list(self, state: str = "open") -> tuple[PullRequest, ...]:
        """List the newest pull requests in a state (`open`, `merged`, `closed`), oldest first."""
        asked = {"state": "open" if state == "open" else "closed", "sort": "created", "direction": "desc"}
        found = []
        for data in self.connection.pages("pulls", **asked):
            shallow = translated(data, Around())
            if shallow.state == state:
                found.append(data)
            if len(found) == MOST[state]:
                break
        return tuple(self.shown(self.told(data)) for data in reversed(found))

    def told(self, data: Any) -> HostedPull:
        """Read what was said about a listed one, as far as its state asks for it."""
        shallow = translated(data, Around())
        if shallow.state == "merged":
            return shallow
        return translated(data, around(self.connection, data, checks=shallow.state == "open"))

    def show(self, number: int) -> PullRequest:
        """Give one pull request; raises TrustError record.missing."""
        return self.shown(self.read(number))

    def changes(self, pull: PullRequest) -> tuple[FileChange, ...]:
        """Give the files that a pull request changes, before (where it left the base branch) and after."""
        self.bring(pull.number)
        return changes_of(self.repository, pull, BASE)

    def read(self, number: int, how: Callable[[Connection, int], HostedPull] = read_hosted) -> HostedPull:
        """Read a pull request whole; raises TrustError record.missing."""
        try:
            return how(self.connection, number)
        except Missing as missing:
            text = f"there is no pull request #{number}; `runwright review list` shows the open ones"
            raise TrustError("record.missing", text) from missing
        except Forbidden as refused:
            if refused.status == 401:
                raise refused_token(refused) from refused
            raise TrustError("reviewer.permission", f"this token may not read #{number}: {refused.reason}") from refused

    def shown(self, pull: HostedPull) -> PullRequest:
        """Give a pull request as people look at it: what a branch of the bot's name says is its opener's word."""
        opener = name_of(pull.by) if BRANCH.fullmatch(pull.head_ref) else ""
        return pull_of(pull, View(opener, self.connection.place.repository))
