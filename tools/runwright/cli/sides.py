"""Opens both sides of a change for `replay`: trees of Git without a checkout, or the files of a folder.

Of a tree the names are listed; the bytes of a file are read when somebody asks, some files at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.cli.folder import MAX_FILE, collisions, list_content, odd_name, read_file, shown
from runwright.cli.wiring import commit_of, repository_of
from runwright.corpus.layout import CONTENT, blob_id, kind_of
from runwright.errors import ContentError
from runwright.replay.scope import Sides
from runwright.replay.side import Side

if TYPE_CHECKING:
    from runwright.adapters.git_formats import TreeEntry
    from runwright.adapters.git_repository import GitRepository

AT_ONCE = 200
"""Files that are read from Git in one go."""
_REGULAR = ("100644", "100755")
_ODD = {
    "120000": "is a link; links are not followed",
    "160000": "is a repository of its own; content stands in this one",
}


def sides_of(repo: Path, base: str, head: str | None) -> Sides:
    """What merging head into base would change; head is the files on disk where it is None.

    Raises `ContentError` for a ref that is none, and where both sides changed the same lines.
    """
    repository, tip = repository_of(repo), commit_of(repo, base)
    if head is None:
        return Sides(_of_git(repository, _left_at(repository, repo, tip)), _of_folder(repo))
    other = commit_of(repo, head)
    return Sides(_of_git(repository, tip), _of_git(repository, _merged(repository, tip, other, (base, head))))


def _merged(repository: GitRepository, base: str, head: str, names: tuple[str, str]) -> str:
    """The tree that merging would yield; what base has gained since head left it counts too."""
    if repository.is_ancestor(base, head) or repository.is_ancestor(head, base):
        return head
    if repository.merge_base(base, head) is None:
        return head
    tree = repository.merge_tree(base, head)
    if tree is None:
        raise ContentError(f"{shown(names[1])} conflicts with {shown(names[0])}; update the branch, and replay again")
    return tree


def _left_at(repository: GitRepository, repo: Path, base: str) -> str:
    """The commit at which the checked out branch left base: what happened there since is not its doing."""
    if repository.call("rev-parse", "--verify", "--quiet", "HEAD").status != 0:
        return base
    return repository.merge_base(base, commit_of(repo, "HEAD")) or base


def _of_git(repository: GitRepository, treeish: str) -> Side:
    """A tree of Git; what is refused in a folder is refused here too."""
    # Without its stroke a name also finds the link or the file that stands in the place of a folder.
    entries = repository.list_tree(treeish, *(folder.rstrip("/") for folder in CONTENT))
    refused = {entry.path: why for entry in entries if (why := _why_refused(entry))}
    oids = {entry.path: entry.oid for entry in entries if entry.path not in refused}
    refused |= collisions(path for path in oids if kind_of(path) is not None)

    def read(paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for start in range(0, len(paths), AT_ONCE):
            some = paths[start : start + AT_ONCE]
            blobs = repository.read_objects([oids[path] for path in some])
            yield from ((path, blobs[oids[path]].data) for path in some)

    return Side(oids, read, refused)


def _why_refused(entry: TreeEntry) -> str | None:
    """Why an entry of a tree is no content and cannot be passed over, as `folder` says it of files."""
    if entry.mode not in _REGULAR:
        return _ODD.get(entry.mode, "is not a regular file")
    if f"{entry.path}/" in CONTENT:
        return "is not a folder"
    if kind_of(entry.path) is not None and (entry.size or 0) > MAX_FILE:
        return f"has {entry.size} bytes; at most {MAX_FILE} are read"
    return odd_name(entry.path)


def _of_folder(root: Path) -> Side:
    """The files on disk; each is read once for the name of its bytes, and not kept."""
    listing = list_content(root)
    names: Mapping[str, str] = {name: blob_id(read_file(f"{root}/{name}")) for name in sorted(listing.files)}
    return Side(names, lambda paths: ((path, read_file(f"{root}/{path}")) for path in paths), listing.refused)
