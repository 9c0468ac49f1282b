"""Cuts releases of a repository that is elsewhere: in a mirror of it, then pushed whole or not at all.

The tag and the branch of the documents go in one atomic push, each on condition that the other side is where it was
when it was read. So of two who release at once one is refused, and who was cut off looks, and goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from runwright.adapters.git_remote import Refused, Token, fetch, push, remote_refs
from runwright.adapters.git_repository import GitRepository, RefMoved
from runwright.adapters.release_git import (
    WEEK,
    CutRelease,
    CutRequest,
    Judge,
    NothingNew,
    check_newest,
    cut_release,
    promote,
)
from runwright.adapters.release_published import CHANNELS, Keys, LastTag, last_tag, published
from runwright.errors import ContentError, EdgeError, TrustError
from runwright.fault import point

MIRRORED = {"refs/heads/*": "refs/heads/*", "refs/tags/*": "refs/tags/*"}
TRIES = 3
"""How often a push is sent whose fate nobody knows and that is found not to have happened."""
FIRST_FETCH = 300.0
"""Seconds that a whole repository may take."""


@dataclass(frozen=True)
class Remote:
    """Where the repository is, and by which token."""

    url: str
    token: Token | None


@dataclass(frozen=True)
class RemoteReleases:
    """The releases of a repository that is elsewhere."""

    mirror: GitRepository
    remote: Remote
    judge: Judge
    """Says who approved what since the last release."""
    announce: Callable[[LastTag], bool]
    """Tells people of a release that is published, unless they were told; says whether it did."""
    told: Callable[[str], None] = lambda _doing: None
    """Hears what is being done, since it takes a while."""

    def cut(self, keys: Keys, request: CutRequest) -> CutRelease:
        """Release the tip of the base branch, and announce it.

        A release that was published and not announced is announced now. Raises what `cut_release` raises, NothingNew
        when all is done, RefMoved when somebody else released meanwhile.
        """
        before = self.refresh()
        try:
            made = cut_release(self.mirror, keys, request, self.judge)
        except NothingNew:
            document = published(self.mirror, keys).get(request.channel)
            if self.announced(keys) and document and before:
                return CutRelease(document, document.tag, document.tag_oid, before)
            raise
        point("release_cut")
        self.send(made, before, with_tag=True)
        point("release_pushed")
        self.announced(keys)
        return made

    def promote(self, keys: Keys, source: str, target: str, now: datetime, valid_for: timedelta = WEEK) -> CutRelease:
        """Bring a channel to the release of another, or of itself with a new date.

        Raises what `release_git.promote` raises, and RefMoved.
        """
        before = self.refresh()
        made = promote(self.mirror, keys, source, target, now, valid_for)
        self.send(made, before)
        return made

    def keep(self, keys: Keys, request: CutRequest, fresh_for: timedelta) -> CutRelease | None:
        """Release what was merged; else issue the document again if it is older than `fresh_for`; else do nothing.

        What agents were told to hold stays held. Where the release is refused, what they have is kept fresh all the
        same, and then the refusal is raised; but not where an older document was brought back (release.document_old).
        """
        self.refresh()
        document = published(self.mirror, keys).get(request.channel)
        check_newest(self.newest(keys), document, request.channel)
        again = replace(request, holds=document.holds if document else ())
        try:
            return self.cut(keys, again)
        except NothingNew:
            return self.renewed(keys, again, fresh_for)
        except (TrustError, ContentError):
            self.renewed(keys, again, fresh_for)
            raise

    def newest(self, keys: Keys) -> LastTag | None:
        """Give the newest release, None too where its tag is not believed: the cut that follows says so."""
        try:
            return last_tag(self.mirror, keys)
        except TrustError:
            return None

    def renewed(self, keys: Keys, request: CutRequest, fresh_for: timedelta) -> CutRelease | None:
        """Issue the document again if it is older than `fresh_for`."""
        document = published(self.mirror, keys).get(request.channel)
        if document is None or request.now - document.issued < fresh_for:
            return None
        return self.promote(keys, request.channel, request.channel, request.now, request.valid_for)

    def refresh(self) -> str | None:
        """Bring the mirror up to date, and say where the branch of the documents is."""
        self.told(f"fetching {self.remote.url}")
        fetch(self.mirror, self.remote.url, MIRRORED, self.remote.token, prune=True, limit=FIRST_FETCH)
        return self.mirror.resolve(CHANNELS)

    def send(self, made: CutRelease, before: str | None, with_tag: bool = False) -> None:
        """Push what was made, on condition that nobody else was there since.

        Raises RefMoved when somebody was, Refused when the token is not enough, EdgeError when GitHub is away.
        """
        self.told(f"publishing {made.tag}")
        refs: dict[str, str | None] = {CHANNELS: made.channel_commit}
        leases: dict[str, str | None] = {CHANNELS: before}
        if with_tag:
            refs[f"refs/tags/{made.tag}"], leases[f"refs/tags/{made.tag}"] = made.tag_oid, None
        for left in reversed(range(TRIES)):
            try:
                return push(self.mirror, self.remote.url, refs, self.remote.token, leases=leases)
            except (RefMoved, Refused):
                # An earlier try may have been done although nobody said so.
                if self.happened(refs):
                    return None
                raise
            except EdgeError:
                if self.happened(refs):
                    return None
                if not left:
                    raise
        raise RuntimeError("a push was tried no times")

    def happened(self, refs: dict[str, str | None]) -> bool:
        """Say whether the other side has exactly what was pushed."""
        return dict(refs) == remote_refs(self.mirror, self.remote.url, *refs, token=self.remote.token)

    def announced(self, keys: Keys) -> bool:
        """Announce the newest release if it was not; says whether it was done now."""
        last = last_tag(self.mirror, keys)
        return last is not None and self.announce(last)
