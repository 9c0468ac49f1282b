"""An agent's releases: fetch from a Git remote, verify, switch, keep the last good one.

Whatever is refused or fails, the active release stays; the error says why, for the caller to report.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from runwright.adapters.git_remote import Token, fetch_newest
from runwright.adapters.git_repository import Excess, GitRepository
from runwright.adapters.release_folder import ActiveRelease, ReleaseFolder, State
from runwright.errors import EdgeError, TrustError
from runwright.release.document import LARGEST
from runwright.release.manifest import FOLDERS, MOST_FILES, Entry, check_entries
from runwright.release.signers import parse_allowed_signers
from runwright.release.verify import (
    Accepted,
    Release,
    Trust,
    check_commit,
    check_content,
    check_document,
    check_tag,
)

CHANNELS, FETCHED = "refs/heads/channels", "refs/runwright/channels"
LARGEST_CACHE = 96 * 1024 * 1024
"""Bytes that a cache may have before a pull, and that a pull may add; a release is smaller."""


@dataclass(frozen=True)
class Source:
    """Where releases come from, and which keys are believed; known to the agent before it fetches anything."""

    remote: str
    pins: str
    """Text in the format of allowed_signers, oldest key first."""
    channel: str = "stable"
    revoked: tuple[str, ...] = ()
    agent_version: str = "0.1.0"
    token: Token | None = None
    """Gives the token for a remote over HTTPS that lets not everybody in."""


@dataclass(frozen=True)
class Pulled:
    """What a pull did."""

    changed: bool
    active: ActiveRelease


def nothing(_point: str) -> None:
    """Go on: outside of tests nobody watches the steps."""


class ReleaseStore:
    """The releases of one agent in a folder of their own."""

    def __init__(self, root: Path, source: Source, checkpoint: Callable[[str], None] = nothing) -> None:
        self.root, self.source, self.checkpoint = root.absolute(), source, checkpoint
        self.folder = ReleaseFolder(self.root, checkpoint)
        self.pins = parse_allowed_signers(source.pins, "pinned keys")

    def active(self) -> ActiveRelease | None:
        """Read the active release; None when there is none yet. Raises TrustError active.tampered."""
        return self.folder.active()

    def key_id(self, active: ActiveRelease) -> str:
        """Name the pinned key that stands for a release; empty when none of its keys is pinned any more."""
        pinned = {line.key.key_id for line in self.pins.lines}
        return next((key for key in reversed(active.document.key_ids) if key in pinned), "")

    def pull(self, now: datetime) -> Pulled:
        """Bring the agent to the release that its channel is at.

        Raises TrustError (the codes of `release.verify`, objects.*) and EdgeError; the last good release stays.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with self.locked():
            self.folder.clean()
            state = self.folder.state()
            if state:
                self.folder.recover(state)
            trust = self.trust(state)
            cache = self.cache()
            accepted = self.document(cache, trust, now)
            if state and self.is_running(accepted):
                return Pulled(False, self.running())
            return self.advance(cache, accepted, state, now)

    def trust(self, state: State | None) -> Trust:
        """Sum up what is believed and what is held."""
        source = self.source
        held = state.held if state else None
        return Trust(source.channel, self.pins, source.agent_version, frozenset(source.revoked), held)

    def advance(self, cache: GitRepository, accepted: Accepted, state: State | None, now: datetime) -> Pulled:
        """Activate a document that is not the running one."""
        before = state.held.document if state else None
        after = State(accepted.held, previous_trees(state, accepted))
        if before and before.seq == accepted.document.seq and self.folder.intact(before):
            self.folder.activate(after, None)
            return Pulled(False, self.running())
        release = self.content(cache, accepted, self.trust(state), now)
        self.checkpoint("verified")
        files = None if self.folder.intact(accepted.document) else release.files
        self.folder.activate(after, files)
        return Pulled(True, self.running())

    def is_running(self, accepted: Accepted) -> bool:
        """Say whether exactly this document is active, with its files unharmed."""
        try:
            active = self.folder.active()
        except TrustError:
            return False
        return active is not None and active.document == accepted.document

    def running(self) -> ActiveRelease:
        """Give the release that was just found or made active."""
        active = self.folder.active()
        if active is None:
            raise EdgeError(f"{self.root} has no active release after a switch; pull again")
        return active

    # Fetching

    def cache(self) -> GitRepository:
        """Give the agent's own bare repository; it holds nothing that could not be fetched again."""
        path = self.root / "cache.git"
        if size_of(path) > LARGEST_CACHE:
            shutil.rmtree(path)
        return GitRepository.init_bare(path)

    def fetch(self, cache: GitRepository, theirs: str, ours: str) -> str:
        """Fetch one reference and give what it points at.

        A fetch that was killed leaves lock files; only this process works here, so the cache is then made anew.
        """
        try:
            self.bring(cache, {theirs: ours})
        except EdgeError as error:
            if ".lock" not in error.message:
                raise
            shutil.rmtree(cache.path)
            self.bring(self.cache(), {theirs: ours})
        if size_of(cache.path) > 2 * LARGEST_CACHE:
            shutil.rmtree(cache.path)
            raise TrustError("objects.too_large", f"{self.source.remote} sent more than {LARGEST_CACHE} bytes")
        oid = cache.resolve(ours)
        if oid is None:
            raise EdgeError(f"{self.source.remote} has no {theirs}")
        return oid

    def bring(self, cache: GitRepository, refs: dict[str, str]) -> None:
        """Fetch, with the token where there is one; raises EdgeError, and TrustError objects.malformed."""
        if self.source.token:
            fetch_newest(cache, self.source.remote, refs, self.source.token)
        else:
            cache.fetch(self.source.remote, refs)

    def document(self, cache: GitRepository, trust: Trust, now: datetime) -> Accepted:
        """Fetch and check the document of the channel."""
        commit = self.fetch(cache, CHANNELS, FETCHED)
        self.checkpoint("fetched")
        name = f"{self.source.channel}.json"
        # By name: nobody has vouched for this commit yet, and what else is in it is not looked at.
        sizes = cache.file_sizes(commit, name, f"{name}.sig")
        if name not in sizes or max(sizes.values()) > LARGEST:
            raise TrustError("document.malformed", f"{self.source.remote} has no {name} of a believable size")
        data, signature = cache.read_file(commit, name), cache.read_file(commit, f"{name}.sig")
        return check_document(data or b"", signature or b"", trust, now)

    def content(self, cache: GitRepository, accepted: Accepted, trust: Trust, now: datetime) -> Release:
        """Fetch and check the tag, the commit and the files of a document."""
        document = accepted.document
        ref = f"refs/tags/{document.tag}"
        oid = self.fetch(cache, ref, ref)
        tag = cache.read_object(oid)
        check_tag(accepted, oid, tag.kind, tag.data, trust, now=now)
        check_commit(accepted, cache.read_object(document.commit).data)
        try:
            entries = cache.list_tree(document.tree, *FOLDERS, most=MOST_FILES)
        except Excess as error:
            raise TrustError("content.too_many", f"the release holds more than {MOST_FILES} files") from error
        check_entries(Entry(entry.path, entry.mode, entry.size) for entry in entries)
        return check_content(accepted, cache.read_files(document.tree, *FOLDERS))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the folder; raises EdgeError at once when another pull holds it."""
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise EdgeError(f"another pull is at work in {self.root}; wait for it") from error
        try:
            yield
        finally:
            os.close(descriptor)


def size_of(folder: Path) -> int:
    """Give the bytes that the files of a folder take; 0 when it is not there."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def previous_trees(state: State | None, accepted: Accepted) -> tuple[str, ...]:
    """List the trees that were active before, newest first, without the one that becomes active."""
    if state is None:
        return ()
    trees = dict.fromkeys((state.held.document.tree, *state.previous))
    return tuple(tree for tree in trees if tree != accepted.document.tree)[:2]
