"""Which commits the bot wrote: by what it noted itself, or by who GitHub says pushed them.

What a commit says of its author and committer, anybody who may write can write into it. An id cannot be forged, nor can
GitHub's record of who pushed. What neither bears out is a person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from runwright.adapters.forge_github.as_proposal import is_by
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.provenance import MOST_PUSHES, PUSHES
from runwright.adapters.forge_github.reading import understood
from runwright.adapters.forge_github.refusals import Forbidden, Missing, Unprocessable
from runwright.adapters.forge_github.translating import account_from, moment
from runwright.adapters.git_repository import GitRepository, RefChange, RefMoved
from runwright.model.hosted import HostedCommit, HostedPull

WROTE = "refs/runwright/wrote/"
"""Where the mirror notes the commits that the bot wrote."""


class Authorship:
    """Notes in the mirror what the bot writes, and asks GitHub about what is not noted there."""

    def __init__(self, connection: Connection, mirror: GitRepository) -> None:
        self.connection, self.mirror = connection, mirror

    def note(self, commits: Iterable[str]) -> None:
        """Note commits as the bot's own; those that are not in the mirror are left out."""
        noted = self.noted()
        new = [oid for oid in commits if oid not in noted and self.mirror.resolve(oid)]
        for oid in new:
            try:
                self.mirror.update_refs([RefChange(f"{WROTE}{oid}", oid, None)])
            except RefMoved:
                continue  # another thread noted it

    def noted(self) -> frozenset[str]:
        """Give the commits that are noted."""
        return frozenset(self.mirror.refs(WROTE).values())

    def is_bots(self, pull: HostedPull) -> bool:
        """Say whether everything in a pull request is the bot's work: each commit its own, or each push."""
        return self.are_bots(pull.head_ref, pull.commits, pull.head_sha, pull.opened_at)

    def are_bots(self, branch: str, commits: Sequence[HostedCommit], head: str, since: datetime | None = None) -> bool:
        """Say so of a branch; pushes after `since` count whatever became of them."""
        names = [commit.sha for commit in commits]
        if set(names) <= self.noted():
            return True
        if not self.pushed_alone(branch, {*names, head}, head, since):
            return False
        self.note(names)
        return True

    def pushed_alone(self, branch: str, names: set[str], head: str, since: datetime | None) -> bool:
        """Say whether the bot alone pushed to a branch, as far as GitHub tells; no where it does not tell."""
        ref = f"refs/heads/{branch}"
        told = [one for one in self.pushes(ref) if one.get("activity_type") in PUSHES and one.get("ref") == ref]
        heads = understood(lambda: {str(one["after"]) for one in told})
        counted = understood(
            lambda: [one for one in told if one["after"] in names or (since and moment(one["timestamp"]) >= since)]
        )
        login = self.connection.login
        return head in heads and all(is_by(account_from(one.get("actor")), login) for one in counted)

    def pushes(self, ref: str) -> list[Any]:
        """Ask who pushed; nothing where GitHub does not say, or where so much was pushed that nobody can tell."""
        try:
            told = list(islice(self.connection.pages("activity", ref=ref), MOST_PUSHES + 1))
        except (Missing, Forbidden, Unprocessable):
            return []
        return [] if len(told) > MOST_PUSHES else [one for one in told if isinstance(one, dict)]
