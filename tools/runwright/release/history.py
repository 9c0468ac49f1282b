"""What the trusting part needs to read of a Git history: a port, met by `adapters.git_repository`."""

from __future__ import annotations

from typing import Protocol

from runwright.release.objects import CommitObject


class History(Protocol):
    """Commits, what they changed, and how they merge; all arguments are object ids."""

    def commit(self, oid: str) -> CommitObject:
        """Read a commit."""

    def log(self, include: str, *exclude: str, first_parent: bool = False) -> tuple[str, ...]:
        """List commits reachable from one and not from others, newest first."""

    def merge_base(self, one: str, other: str) -> str | None:
        """Give the best common ancestor."""

    def changed_paths(self, old: str | None, new: str) -> tuple[str, ...]:
        """List the paths that differ between two commits."""

    def touched_paths(self, commit: str) -> tuple[str, ...]:
        """List what a commit itself changed."""

    def merge_tree(self, ours: str, theirs: str) -> str | None:
        """Merge and give the tree's id, or None when they conflict."""

    def read_file(self, commit: str, path: str) -> bytes | None:
        """Read one file of a commit."""
