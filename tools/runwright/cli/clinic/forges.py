"""Where the demo's library and its pull requests are: a bare repository in the demo's folder, or one at GitHub.

What the story needs of either is `Forge`; the folder's way stands here, GitHub's in `forge_github`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from runwright.adapters.git_repository import GitRepository, NewCommit, RefChange
from runwright.cli.clinic.cast import run, verb
from runwright.cli.clinic.premises import Premises
from runwright.cli.shipped import library
from runwright.cli.wiring import now
from runwright.model.proposal import PullRequest
from runwright.release.objects import Identity

NOTES = ("--notes", "Approved by the demo, which plays the reviewer.")


@dataclass(frozen=True, slots=True)
class Serving:
    """How the service is told where the proposals go."""

    words: tuple[str | Path, ...]
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remote:
    """Where agents pull releases from."""

    address: str
    token_file: Path | None = None


class Forge(Protocol):
    """Where pull requests are opened, judged, merged and released."""

    def found(self, premises: Premises) -> None:
        """Put the library on main; raises ContentError where something is there already."""

    def serving(self) -> Serving:
        """What the service must be told."""

    def remote(self) -> Remote:
        """Where the agent pulls from."""

    def proposed(self) -> PullRequest | None:
        """The open proposal, once there is one."""

    def gate(self, pull: PullRequest) -> str:
        """Have both checks run on a proposal; the first line of what replay said."""

    def shown(self, pull: PullRequest) -> str:
        """A proposal as a reviewer sees it."""

    def approve(self, pull: PullRequest) -> None:
        """Approve as the reviewer whom the demo plays."""

    def asks(self, pull: PullRequest) -> str:
        """What a person who reviews can do."""

    def one(self, number: int) -> PullRequest:
        """A pull request as it is now."""

    def cut(self, *more: str) -> dict[str, Any]:
        """Cut a release; the document of its channel."""

    def git(self) -> GitRepository:
        """The Git data as it is now, for reading."""

    def looking(self, pull_request: int | None, tag: str) -> str:
        """How to look at what came out without Runwright."""


class FolderForge:
    """A bare repository in the demo's folder, with a throw-away key for each part."""

    def __init__(self) -> None:
        self.premises: Premises | None = None

    @property
    def place(self) -> Premises:
        """The demo's premises, once they are there."""
        assert self.premises is not None
        return self.premises

    def found(self, premises: Premises) -> None:
        """Make the repository with the library on main."""
        self.premises = premises
        owners = "# Who must approve a change of what.\n* @reviewer\n"
        signers = (premises.folder / "allowed_signers").read_bytes()
        files = {**library(), ".github/CODEOWNERS": owners.encode(), ".github/allowed_signers": signers}
        repository = GitRepository.init_bare(premises.forge)
        commit = repository.write_commit(NewCommit("Import the library\n", Identity.of("reviewer"), now(), files))
        repository.update_refs([RefChange("refs/heads/main", commit, None)])
        self._let_plain_git_verify()

    def _let_plain_git_verify(self) -> None:
        """Tell the repository which keys count, so that `git verify-tag` answers without further words."""
        with (self.place.forge / "config").open("a", encoding="utf-8") as config:
            signers = json.dumps(str(self.place.folder / "allowed_signers"))
            config.write(f'[gpg "ssh"]\n\tallowedSignersFile = {signers}\n')

    def serving(self) -> Serving:
        """The folder and the bot's key."""
        return Serving(("--forge", self.place.forge, "--key", self.place.key("bot")))

    def remote(self) -> Remote:
        """The folder itself."""
        return Remote(str(self.place.forge))

    def proposed(self) -> PullRequest | None:
        """The open proposal, once there is one."""
        from runwright.adapters.forge_local import read_pulls

        return next((pull for pull in read_pulls(self.git()) if pull.state == "open"), None)

    def gate(self, pull: PullRequest) -> str:
        """Run both checks with the key of the checks."""
        common = ("--repo", self.place.forge, "--pull", str(pull.number), "--key", self.place.key("ci"))
        run(verb("validate", *common))
        return run(verb("replay", *common)).stdout.splitlines()[0]

    def shown(self, pull: PullRequest) -> str:
        """A proposal as a reviewer sees it."""
        return run(verb("review", "show", str(pull.number), "--forge", self.place.forge)).stdout

    def approve(self, pull: PullRequest) -> None:
        """Approve with the reviewer's own throw-away key."""
        words = ("--forge", self.place.forge, "--key", self.place.key("reviewer"), *NOTES, "--head", pull.head_sha)
        run(verb("review", "approve", str(pull.number), *words))

    def asks(self, pull: PullRequest) -> str:
        """The two commands."""
        common = f"--forge {self.place.forge} --key {self.place.key('reviewer')}"
        return (
            f"  runwright review approve {pull.number} --head {pull.head_sha} {common}\n"
            f"  runwright review reject {pull.number} {common} --reason '…'\n"
        )

    def one(self, number: int) -> PullRequest:
        """A pull request as it is now."""
        from runwright.adapters.forge_local import read_pulls

        return next(item for item in read_pulls(self.git()) if item.number == number)

    def cut(self, *more: str) -> dict[str, Any]:
        """Cut a release with the release key."""
        keys = ("--forge", self.place.forge, "--key", self.place.key("release"))
        document: dict[str, Any] = json.loads(run(verb("release", "cut", *keys, "--format", "json", *more)).stdout)
        return document

    def git(self) -> GitRepository:
        """The repository itself."""
        return GitRepository(self.place.forge)

    def looking(self, pull_request: int | None, tag: str) -> str:
        """Plain git in the demo's folder."""
        git = f"git -C {self.place.forge}"
        return (
            f"  {git} log --graph --oneline main channels\n"
            f"  {git} log --stat refs/runwright/pulls\n"
            f"  {git} -c gpg.ssh.allowedSignersFile={self.place.folder}/allowed_signers verify-tag {tag}\n"
        )
