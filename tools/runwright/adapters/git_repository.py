"""A bare Git repository as plumbing: objects, trees, commits, references. No policy.

Every name is checked against `release.names` before git sees it; values go by standard input where git allows it.
Writing makes objects first and moves references last, by compare-and-swap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from runwright.adapters.git import Excess, Output, Records, run
from runwright.adapters.git_formats import (
    GitObject,
    NewCommit,
    RefChange,
    TreeEntry,
    entry_of,
    import_stream,
    paths_of,
    split_batch,
    step_of,
)
from runwright.errors import EdgeError, TrustError
from runwright.release.names import checked_oid, checked_path, checked_prefix, checked_ref, checked_remote
from runwright.release.objects import CommitObject, Kind, parse_commit

__all__ = ["EMPTY_TREE", "Excess", "GitObject", "GitRepository", "NewCommit", "RefChange", "RefMoved", "TreeEntry"]

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
MANY_PACKS = 50
"""Each commit comes as a pack of its own; so many are gathered into one."""
LOOSE = ("-c", "fastimport.unpackLimit=1000000", "-c", "core.fsyncMethod=batch")
"""Makes an import write each object into a file of its own."""


PLAIN = {"/": "file", "http://": "http"}
"""How addresses begin that are only ever those of this machine, and the protocol of each."""


class RefMoved(EdgeError):
    """Another writer moved a reference first; read again and retry."""


class GitRepository:
    """A bare repository in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()

    @classmethod
    def init_bare(cls, path: Path, branch: str = "main") -> GitRepository:
        """Make an empty bare repository (SHA-1, no hooks)."""
        checked_ref(f"refs/heads/{branch}")
        repository = cls(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        options = ["--bare", "--quiet", "--template=", "--object-format=sha1", f"--initial-branch={branch}"]
        repository.ask("init", *options, "--end-of-options", str(repository.path))
        return repository

    def call(self, *words: str, stdin: bytes = b"", sink: Records | None = None) -> Output:
        """Run git; the status is for the caller. Raises EdgeError when the repository is not there."""
        if words[0] != "init" and not (self.path / "HEAD").is_file():
            raise EdgeError(f"{self.path} is no bare Git repository; check the path", retryable=False)
        return run(self.path, words, stdin=stdin, sink=sink)

    def ask(self, *words: str, stdin: bytes = b"", sink: Records | None = None) -> bytes:
        """Run git and give its output; raises EdgeError when it fails."""
        output = self.call(*words, stdin=stdin, sink=sink)
        if output.status:
            raise EdgeError(f"git {words[0]} failed in {self.path}: {output.error[:500]}")
        return output.data

    # References

    def resolve(self, name: str) -> str | None:
        """Give the object id that a full reference names, an id itself, or None when there is none."""
        if "/" not in name:
            checked_oid(name)
            return name if self.call("cat-file", "-e", name).status == 0 else None
        return self.refs(checked_ref(name)).get(name)

    def refs(self, prefix: str) -> dict[str, str]:
        """Give all references in a folder (or the one of that name) with what they point at, not followed."""
        wanted = checked_prefix(prefix) if prefix.endswith("/") else checked_ref(prefix)
        lines = self.ask("for-each-ref", "--format=%(objectname) %(refname)", wanted).decode().splitlines()
        return {name: oid for oid, _, name in (line.partition(" ") for line in lines)}

    def update_refs(self, changes: Sequence[RefChange]) -> None:
        """Move references all or none; raises RefMoved when one is not where it was expected."""
        steps = ["start", *(step_of(change) for change in changes), "prepare", "commit", ""]
        output = self.call("update-ref", "--no-deref", "--stdin", stdin="\n".join(steps).encode())
        if output.status and "lock ref" in output.error:
            raise RefMoved(f"another writer was first: {output.error[:500]}")
        if output.status:
            raise EdgeError(f"git update-ref failed in {self.path}: {output.error[:500]}")

    # Objects

    def read_objects(self, names: Iterable[str]) -> dict[str, GitObject]:
        """Read many objects in one process, by id or `commit:path`; those that do not exist are left out."""
        wanted = list(dict.fromkeys(names))
        for name in wanted:
            oid, _, path = name.partition(":")
            checked_oid(oid)
            if path:
                checked_path(path)
        data = self.ask("cat-file", "--batch", "--buffer", stdin="".join(f"{name}\n" for name in wanted).encode())
        return dict(split_batch(wanted, data))

    def file_sizes(self, commit: str, *paths: str) -> dict[str, int]:
        """Give the sizes in bytes of files of a commit without reading or listing; those not there are left out."""
        asked = "".join(f"{checked_oid(commit)}:{checked_path(path)}\n" for path in paths)
        lines = self.ask("cat-file", "--batch-check=%(objecttype) %(objectsize)", stdin=asked.encode()).splitlines()
        found = {path: line.split() for path, line in zip(paths, lines, strict=True)}
        return {path: int(words[1]) for path, words in found.items() if words[0] == b"blob"}

    def read_object(self, oid: str) -> GitObject:
        """Read one object; raises EdgeError when it is missing."""
        found = self.read_objects([oid]).get(oid)
        if found is None:
            raise EdgeError(
                f"the object {oid} is missing in {self.path}; the repository is incomplete", retryable=False
            )
        return found

    def commit(self, oid: str) -> CommitObject:
        """Read a commit; raises TrustError when the object is something else."""
        found = self.read_object(oid)
        if found.kind != "commit":
            raise TrustError("object.kind", f"{oid} is a {found.kind}, expected a commit")
        return parse_commit(found.data)

    def tree_of(self, commit: str) -> str:
        """Give the id of a commit's tree."""
        return self.commit(commit).tree

    def write_object(self, kind: Kind, data: bytes) -> str:
        """Store an object byte for byte and give its id; git refuses one that is malformed (EdgeError)."""
        return self.ask("hash-object", "-w", "--stdin", "-t", kind, stdin=data).decode().strip()

    # Trees and files

    def list_tree(self, treeish: str, *prefixes: str, most: int | None = None) -> tuple[TreeEntry, ...]:
        """List what a commit or tree holds, with all folders opened, whole or below some folders.

        A few kilobytes of trees can name millions of files: raises Excess when there are more than `most`.
        """
        checked = [checked_path(prefix.rstrip("/")) + "/" * prefix.endswith("/") for prefix in prefixes]
        words = ["ls-tree", "-r", "-z", "-l", "--full-tree", checked_oid(treeish), *checked]
        listed = self.ask(*words, sink=None if most is None else Records(most))
        return tuple(entry_of(line) for line in listed.split(b"\0") if line)

    def read_file(self, commit: str, path: str) -> bytes | None:
        """Read one file of a commit; None when it is not there or no file."""
        name = f"{commit}:{path}"
        found = self.read_objects([name]).get(name)
        return found.data if found and found.kind == "blob" else None

    def read_files(self, treeish: str, *prefixes: str) -> dict[str, bytes]:
        """Read all regular files of a commit or tree, whole or below some folders."""
        entries = [entry for entry in self.list_tree(treeish, *prefixes) if entry.mode in {"100644", "100755"}]
        blobs = self.read_objects(entry.oid for entry in entries)
        return {entry.path: blobs[entry.oid].data for entry in entries}

    def write_commit(self, commit: NewCommit) -> str:
        """Write a commit with its files and give its id; the same values give the same id. No reference moves."""
        stream, words = import_stream(commit), ("fast-import", "--quiet", "--done", "--date-format=raw")
        output = self.call(*words, stdin=stream)
        # Another process is writing the very same pack, or was killed at it and left its mark: the same objects then
        # go in one by one, where nobody is in anybody's way.
        data = self.ask(*LOOSE, *words, stdin=stream) if output.status else output.data
        self.gather_packs()
        return checked_oid(data.decode().strip())

    def gather_packs(self, most: int = MANY_PACKS) -> None:
        """Gather small packs when there are many; large ones stay, and who reads meanwhile looks again by itself."""
        if len(tuple((self.path / "objects" / "pack").glob("*.pack"))) > most:
            self.call("-c", "repack.writeBitmaps=false", "repack", "-d", "-q", "--geometric=2")

    # History

    def log(self, include: str, *exclude: str, first_parent: bool = False) -> tuple[str, ...]:
        """List commits reachable from one and not from others, newest first."""
        lines = [checked_oid(include), *(f"^{checked_oid(oid)}" for oid in exclude), ""]
        words = ["rev-list", "--topo-order", *(["--first-parent"] if first_parent else []), "--stdin"]
        return tuple(self.ask(*words, stdin="\n".join(lines).encode()).decode().split())

    def merge_base(self, one: str, other: str) -> str | None:
        """Give the best common ancestor of two commits, or None when they share no history."""
        output = self.call("merge-base", checked_oid(one), checked_oid(other))
        return output.text or None

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Say whether a commit is reachable from another (or is the same)."""
        return self.call("merge-base", "--is-ancestor", checked_oid(older), checked_oid(newer)).status == 0

    def changed_paths(self, old: str | None, new: str) -> tuple[str, ...]:
        """List the paths that differ between two commits (None: from nothing); a rename is two paths."""
        words = [
            "diff-tree",
            "-r",
            "-z",
            "--name-only",
            "--no-renames",
            checked_oid(old or EMPTY_TREE),
            checked_oid(new),
        ]
        return paths_of(self.ask(*words))

    def touched_paths(self, commit: str) -> tuple[str, ...]:
        """List what a commit itself changed; for a merge, what differs from every parent."""
        words = ["diff-tree", "-r", "-z", "-c", "--root", "--name-only", "--no-renames", "--no-commit-id"]
        return paths_of(self.ask(*words, checked_oid(commit)))

    def merge_tree(self, ours: str, theirs: str) -> str | None:
        """Merge two commits without a work tree and give the tree's id; None when they conflict."""
        words = ["merge-tree", "--write-tree", "--no-messages", "--name-only"]
        output = self.call(*words, checked_oid(ours), checked_oid(theirs))
        if output.status > 1:
            raise EdgeError(f"git merge-tree failed: {output.error[:500]}; git 2.38 or newer is needed")
        return output.text.split("\n", 1)[0] if output.status == 0 else None

    # Other repositories

    def fetch(self, remote: str, refs: Mapping[str, str], depth: int | None = 1) -> None:
        """Fetch references of a remote (theirs → ours) with every object checked.

        Raises TrustError objects.malformed for objects that git's fsck refuses, EdgeError for all other trouble.
        """
        checked_remote(remote)
        specs = [f"+{checked_ref(theirs)}:{checked_ref(ours)}" for theirs, ours in refs.items()]
        options = [
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--no-auto-maintenance",
        ]
        words = [
            "fetch",
            *options,
            *([f"--depth={depth}"] if depth else []),
            "--end-of-options",
            remote,
            *specs,
        ]
        output = run(self.path, words, variables={"GIT_ALLOW_PROTOCOL": protocol_of(remote)})
        if output.status and "fsck" in output.error:
            raise TrustError("objects.malformed", f"{remote} sent objects that are malformed: {output.error[:500]}")
        if output.status:
            raise EdgeError(f"fetching from {remote} failed: {output.error[:500]}; check the address and the access")


def protocol_of(remote: str) -> str:
    """Give the protocols that an address may use; the plain ones stay on this machine."""
    return next((name for start, name in PLAIN.items() if remote.startswith(start)), "https:ssh")
