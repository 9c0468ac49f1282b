"""What git reads and writes on its standard streams, as values: trees, batches, import streams, reference changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from runwright.release.names import checked_oid, checked_path, checked_ref
from runwright.release.objects import Identity, Kind

NOTHING = "0" * 40
SCRATCH = "refs/runwright/scratch"
"""Where `git fast-import` builds a commit; it is gone when the import ends."""


@dataclass(frozen=True)
class TreeEntry:
    """One file of a tree; `size` is in bytes, None for what is no blob."""

    path: str
    mode: str
    kind: str
    oid: str
    size: int | None


@dataclass(frozen=True)
class GitObject:
    """An object as Git stores it."""

    kind: Kind
    data: bytes


@dataclass(frozen=True)
class NewCommit:
    """A commit to be written: on top of its first parent, files are set (bytes) or deleted (None)."""

    message: str
    author: Identity
    when: datetime
    files: Mapping[str, bytes | None]
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class RefChange:
    """A reference to move to `new` (None deletes it) if it still is at `expected` (None: does not exist)."""

    ref: str
    new: str | None
    expected: str | None


def step_of(change: RefChange) -> str:
    """Write one line for `git update-ref --stdin`."""
    ref, expected = checked_ref(change.ref), checked_oid(change.expected or NOTHING)
    if change.new is None:
        return f"delete {ref} {expected}"
    return f"update {ref} {checked_oid(change.new)} {expected}"


def split_batch(names: Sequence[str], data: bytes) -> Iterable[tuple[str, GitObject]]:
    """Take the output of `git cat-file --batch` apart."""
    position = 0
    for name in names:
        end = data.index(b"\n", position)
        words = data[position:end].split(b" ")
        position = end + 1
        if words[-1] != b"missing":
            size = int(words[2])
            yield name, GitObject(cast(Kind, words[1].decode()), data[position : position + size])
            position += size + 1


def entry_of(line: bytes) -> TreeEntry:
    """Read one line of `git ls-tree -l -z`."""
    head, _, path = line.partition(b"\t")
    mode, kind, oid, size = head.decode().split()
    return TreeEntry(path.decode("utf-8", "surrogateescape"), mode, kind, oid, None if size == "-" else int(size))


def paths_of(data: bytes) -> tuple[str, ...]:
    """Split a list of paths ended by NUL."""
    return tuple(path.decode("utf-8", "surrogateescape") for path in data.split(b"\0") if path)


def import_stream(commit: NewCommit) -> bytes:
    """Write the stream for `git fast-import`; the scratch reference is gone when it ends."""
    stamp, message = commit.author.at(commit.when).encode(), commit.message.encode()
    parents = [checked_oid(parent).encode() for parent in commit.parents]
    parts = [f"commit {SCRATCH}\nmark :1\n".encode()]
    parts += [b"author ", stamp, b"\ncommitter ", stamp, b"\n", data_of(message)]
    parts += [(b"merge " if index else b"from ") + parent + b"\n" for index, parent in enumerate(parents)]
    for path, content in sorted(commit.files.items()):
        name = checked_path(path).encode()
        parts.append(b"D " + name + b"\n" if content is None else b"M 100644 inline " + name + b"\n" + data_of(content))
    parts.append(f"\nget-mark :1\nreset {SCRATCH}\nfrom {NOTHING}\n\ndone\n".encode())
    return b"".join(parts)


def data_of(content: bytes) -> bytes:
    """Write a counted block of data."""
    return b"data %d\n%s\n" % (len(content), content)
