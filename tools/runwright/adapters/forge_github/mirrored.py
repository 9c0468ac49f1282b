"""What the mirror bears out of pull requests: which commits are here, and what is on the base.

The heads of strangers' pull requests never come here. Those of proposals come with the bot's branches, and from their
pull requests where the branch is gone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from runwright.adapters.forge_github.place import Place
from runwright.adapters.git_remote import Token, fetch
from runwright.adapters.git_repository import GitRepository
from runwright.errors import RunwrightError
from runwright.model.hosted import HostedPull
from runwright.release.names import checked_oid

log = logging.getLogger("runwright.hosting")
AT_ONCE = 100
"""How many heads are brought in one fetch."""
LIMIT = 600.0
"""Seconds that one fetch may take."""


class Mirrored:
    """Looks into the mirror, and remembers what cannot change."""

    def __init__(self, mirror: GitRepository, base_ref: str) -> None:
        self.mirror, self.base_ref = mirror, base_ref
        self.seen: set[str] = set()
        """Merges that are on the base of the mirror: what is there once stays there."""
        self.there: set[str] = set()
        """Commits that the mirror has."""
        self.missed: set[str] = set()
        """Heads that could not be brought; they are tried again when everything is read anew."""

    def has(self, commit: str) -> bool:
        """Say whether the mirror has a commit."""
        if commit not in self.there and commit and self.mirror.resolve(commit) is not None:
            self.there.add(commit)
        return commit in self.there

    def is_on_base(self, commit: str) -> bool:
        """Say whether a commit is reachable from the base of the mirror."""
        if commit not in self.seen:
            tip = self.mirror.resolve(self.base_ref)
            if tip is None or not self.has(commit) or not self.mirror.is_ancestor(commit, tip):
                return False
            self.seen.add(commit)
        return True

    def merged_on(self, hosted: HostedPull) -> str:
        """Give the commit of the base that a merge was made on, where the mirror has it."""
        if hosted.state != "merged" or not self.has(hosted.merge_sha):
            return ""
        return next(iter(self.mirror.commit(hosted.merge_sha).parents), "")

    def bring(self, pulls: Iterable[HostedPull], place: Place, token: Token) -> None:
        """Fetch heads of proposals that are over and whose branches are gone: later drafts are held against them."""
        new = [pull for pull in pulls if pull.head_sha not in self.there | self.missed]
        self.look_for({pull.head_sha for pull in new})
        wanted = [pull for pull in new if pull.head_sha not in self.there]
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            names = [f"refs/pull/{pull.number}/head" for pull in some]
            try:
                fetch(self.mirror, place.git_url, {name: name for name in names}, token, limit=LIMIT)
            except RunwrightError as error:
                log.warning("heads of proposals that are over cannot be fetched: %s", error)
            self.missed.update(pull.head_sha for pull in some if not self.has(pull.head_sha))

    def look_for(self, commits: Iterable[str]) -> None:
        """Find out which commits are here, in one process for all."""
        asked = "".join(f"{checked_oid(commit)}\n" for commit in commits)
        lines = self.mirror.ask("cat-file", "--batch-check", "--buffer", stdin=asked.encode()) if asked else b""
        told = (line.split(" ") for line in lines.decode().splitlines())
        self.there.update(name for name, kind, *_ in told if kind == "commit")
