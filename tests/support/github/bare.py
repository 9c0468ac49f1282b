"""The Git data of one repository: a bare repository on disk, asked with the program git.

It is the truth about objects and refs. What the API says of them is worded elsewhere.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

NOBODY = "0" * 40
WHY_NOT = "GITHUB_SITE_WHY_NOT"
"""The variable in which the server tells a push why it is refused."""
STEPS_ONLY, NO_FORCE = "GITHUB_SITE_STEPS_ONLY", "GITHUB_SITE_NO_FORCE"
"""The variables of the references that only take steps forward, and of what is said where one would not."""
HOOK = f"""#!/bin/sh
if [ -n "${WHY_NOT}" ]; then echo "GH013: ${WHY_NOT}" >&2; exit 1; fi
while read -r old new ref; do
  case "$old$new" in *{NOBODY}*) continue ;; esac
  case " ${STEPS_ONLY} " in *" $ref "*) git merge-base --is-ancestor "$old" "$new" ||
    {{ echo "GH013: ${NO_FORCE}" >&2; exit 1; }} ;; esac
done
"""
"""Refuses a push; what it brings is there to be looked at, and nowhere else yet."""
QUIET = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}
SEEDED = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in {"NAME": "Dana", "EMAIL": "dana@acme.example", "DATE": "1767225600 +0000"}.items()
}
"""Who wrote the first commit."""


class GitError(AssertionError):
    """Git refused what the server asked of it."""


@dataclass(frozen=True)
class Bare:
    """One bare repository."""

    path: Path

    @classmethod
    def make(cls, path: Path) -> Bare:
        """Make an empty one that may be pushed to over HTTP."""
        bare = cls(path)
        subprocess.run(
            ["git", "init", "--quiet", "--bare", "-b", "main", str(path)], check=True, env=bare.environment()
        )
        settings = {"http.receivepack": "true", "uploadpack.allowAnySHA1InWant": "true", "gc.auto": "0"}
        for name, value in settings.items():
            bare.git("config", name, value)
        bare.write_hook()
        return bare

    def write_hook(self) -> None:
        """A push is refused where the server says so in the environment."""
        hook = self.path / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(HOOK, "ascii")
        hook.chmod(0o755)

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of git: nothing of this machine's settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return kept | QUIET | dict(more or {})

    def try_git(
        self, *words: str, stdin: bytes = b"", more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git and give how it ended."""
        command = ["git", "-C", str(self.path), *words]
        return subprocess.run(command, input=stdin, capture_output=True, check=False, env=self.environment(more))

    def git(self, *words: str, stdin: bytes = b"", more: Mapping[str, str] | None = None) -> bytes:
        """Run git and give what it printed; raises `GitError`."""
        done = self.try_git(*words, stdin=stdin, more=more)
        if done.returncode != 0:
            raise GitError(f"git {words[0]}: {done.stderr.decode('utf-8', 'replace').strip()}")
        return done.stdout

    def text(self, *words: str) -> str:
        """What git printed, as one stripped text."""
        return self.git(*words).decode("utf-8", "replace").strip()

    def lines(self, *words: str) -> list[str]:
        """What git printed, by lines."""
        return self.text(*words).splitlines()

    def resolve(self, name: str) -> str | None:
        """The object that a name means; None where there is none."""
        done = self.try_git("rev-parse", "--quiet", "--verify", "--end-of-options", name)
        return done.stdout.decode().strip() or None if done.returncode == 0 else None

    def kind(self, oid: str) -> str | None:
        """What an object is: blob, tree, commit or tag; None where it is missing."""
        done = self.try_git("cat-file", "-t", oid)
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def commit_of(self, name: str) -> str | None:
        """The commit that a branch, a tag, a ref or an id means, as the API looks names up."""
        for spelt in (f"refs/heads/{name}", f"refs/tags/{name}", name):
            if found := self.resolve(spelt + "^{commit}"):
                return found
        return None

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """The refs and what they name."""
        rows = (line.split(" ", 1) for line in self.lines("for-each-ref", "--format=%(objectname) %(refname)"))
        return {name: oid for oid, name in rows if name.startswith(prefix)}

    def set_ref(self, name: str, new: str | None, old: str | None = None) -> None:
        """Make, move or (None) delete a ref; with `old` only from there."""
        words = ["update-ref", name, new or NOBODY] if new else ["update-ref", "-d", name]
        self.git(*words, *([old] if old else []))

    def write(self, kind: str, data: bytes) -> str:
        """Keep an object; gives its id."""
        return self.git("hash-object", "-w", "-t", kind, "--stdin", stdin=data).decode().strip()

    def write_tree(self, base: str | None, entries: Iterable[tuple[str, str | None, str]]) -> str:
        """Keep a tree: `base` with (mode, id or None for none, path) changed; gives its id."""
        with tempfile.TemporaryDirectory() as folder:
            more = {"GIT_INDEX_FILE": f"{folder}/index"}
            if base:
                self.git("read-tree", base, more=more)
            for mode, oid, path in entries:
                self.change_index(mode, oid, path, more)
            return self.git("write-tree", more=more).decode().strip()

    def change_index(self, mode: str, oid: str | None, path: str, more: Mapping[str, str]) -> None:
        """Put one entry into an index; a tree replaces what was below its path."""
        words = ["rm", "--cached", "-r", "-q", "--ignore-unmatch", "--", f":(literal){path}"]
        self.git(*words, more={**more, **self.nowhere()})
        if oid is None:
            return
        if mode == "040000":
            self.git("read-tree", f"--prefix={path}/", oid, more=more)
        else:
            self.git("update-index", "--add", "--cacheinfo", f"{mode},{oid},{path}", more=more)

    def nowhere(self) -> dict[str, str]:
        """A work tree that is never looked at: git rm wants one."""
        return {"GIT_WORK_TREE": str(self.path), "GIT_DIR": str(self.path)}

    def commit_files(self, branch: str, files: Mapping[str, bytes | None], message: str) -> str:
        """Commit files to a branch (None deletes one), as whoever the seed names; gives the commit."""
        parent = self.resolve(f"refs/heads/{branch}")
        entries = [("100644", None if data is None else self.write("blob", data), path) for path, data in files.items()]
        tree = self.write_tree(parent, entries)
        parents = ["-p", parent] if parent else []
        made = self.git("commit-tree", tree, *parents, "-F", "-", stdin=message.encode(), more=SEEDED).decode().strip()
        self.set_ref(f"refs/heads/{branch}", made)
        return made

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether a commit is reachable from another."""
        return self.try_git("merge-base", "--is-ancestor", older, newer).returncode == 0

    def merge_base(self, one: str, other: str) -> str | None:
        """The newest commit that both have."""
        done = self.try_git("merge-base", one, other)
        return done.stdout.decode().strip() or None

    def merge_tree(self, ours: str, theirs: str) -> str | None:
        """The tree of a merge; None where it conflicts."""
        done = self.try_git("merge-tree", "--write-tree", "--no-messages", ours, theirs)
        return done.stdout.decode().split("\n", 1)[0] if done.returncode == 0 else None

    def between(self, base: str, head: str) -> list[str]:
        """The commits that a head has more than a base, oldest first."""
        return self.lines("rev-list", "--reverse", "--topo-order", head, f"^{base}")
