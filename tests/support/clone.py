"""An engineer's work tree of a forge: plain git, as a person uses it, with nothing of ours."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from runwright.adapters.git_repository import GitRepository
from runwright.release.objects import signed_commit
from runwright.release.sshkeys import SigningKey

MOMENT = "2026-03-02T09:00:30Z"


@dataclass(frozen=True)
class Clone:
    """A clone in a folder, and who works in it."""

    folder: Path
    forge: Path
    name: str

    def git(self, *words: str) -> str:
        """Run git in the work tree and give its output."""
        person = {"NAME": self.name, "EMAIL": f"{self.name}@clinic.example", "DATE": MOMENT}
        names = {f"GIT_{role}_{key}": text for role in ("AUTHOR", "COMMITTER") for key, text in person.items()}
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            env={**os.environ, **names, **quiet},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout.strip()

    def commit(self, files: dict[str, str | None], message: str = "Change it by hand") -> str:
        """Write or remove files, commit them, and give the commit."""
        for path, text in files.items():
            target = self.folder / path
            if text is None:
                target.unlink()
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def push(self, branch: str, *options: str) -> None:
        """Push what is checked out to a branch of the forge."""
        self.git("push", "--quiet", *options, str(self.forge), f"HEAD:refs/heads/{branch}")

    def pushed(
        self, files: dict[str, str | None], branch: str = "my-change", message: str = "Change it by hand"
    ) -> str:
        """Commit, push, and give the commit."""
        commit = self.commit(files, message)
        self.push(branch)
        return commit

    def sign(self, key: SigningKey) -> str:
        """Sign the last commit again with a key, as `git commit -S` does, and give it."""
        repository = GitRepository(self.folder / ".git")
        payload = repository.commit(self.git("rev-parse", "HEAD")).payload
        commit = repository.write_object("commit", signed_commit(payload, key))
        self.git("reset", "--quiet", "--hard", commit)
        return commit


def clone_of(forge: Path, folder: Path, name: str) -> Clone:
    """Clone a forge with plain git."""
    clone = Clone(folder, forge.absolute(), name)
    folder.mkdir(parents=True)
    clone.git("clone", "--quiet", str(clone.forge), ".")
    return clone
