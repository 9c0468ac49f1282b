"""The two forges with the same handles: what the bot sees, and what people do to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from runwright.adapters.forge_github import (
    App,
    AppCredentials,
    Clocks,
    Connection,
    Gaps,
    GitHubProposals,
    GitHubPulls,
    GitHubTerms,
    Pace,
    Place,
    TokenCredentials,
)
from runwright.adapters.forge_github.connection import Connection as GitHubConnection
from runwright.adapters.git_remote import fetch
from runwright.adapters.git_repository import GitRepository
from runwright.adapters.pulls_local import LocalPulls, LocalTerms
from runwright.model.proposal import CloseReason, PullRequest
from runwright.service.governing_ports import Forge as BotPort
from runwright.service.governing_ports import Terms
from runwright.service.ports import Pulls
from tests.support.forge import OWNERS, RUNBOOK, Forge, later, make_forge
from tests.support.github.site import GitHubSite

BASE_FILES: dict[str, bytes | None] = {
    RUNBOOK: b"id: RB-LIN-SERVICE-001\nversion: 1\n",
    "runbooks/linux/RB-LIN-DISK-001.yaml": b"id: RB-LIN-DISK-001\nversion: 1\n",
    "rules/promoted/L1-SERVICE-DOWN.yaml": b"id: L1-SERVICE-DOWN\n",
    "runwright.toml": b"# settings\n",
}


class Side(Protocol):
    """One forge as the contract sees it."""

    bot_name: str
    reviewers: tuple[str, str]

    def bot(self) -> BotPort:
        """The bot's port, made anew: as after a restart."""

    def reader(self) -> Pulls:
        """The port for reading."""

    def terms(self) -> Terms:
        """What the base asks."""

    def pull(self, number: int) -> PullRequest:
        """One pull request as it is now."""

    def heads(self) -> dict[str, str]:
        """The branches of the bot."""

    def file(self, commit: str, path: str) -> bytes | None:
        """A file at a commit."""

    def person_pushes(self, pull: PullRequest) -> str:
        """A person commits on the branch of a pull request; gives the new head."""

    def person_opens(self) -> PullRequest:
        """A person opens a pull request of their own."""

    def approve(self, pull: PullRequest) -> None:
        """A person approves; it is not merged by that."""

    def ask_changes(self, pull: PullRequest, text: str) -> None:
        """A person asks for changes."""

    def close(self, pull: PullRequest, text: str, sense: CloseReason | None) -> None:
        """A person closes it in a sense."""

    def merge(self, pull: PullRequest) -> None:
        """People merge it."""


class LocalSide:
    """The local forge."""

    bot_name = "runwright-bot"
    reviewers = ("alex", "dana")

    def __init__(self, folder: Path) -> None:
        self.forge: Forge = make_forge(folder, OWNERS)
        self.forge.push(BASE_FILES)

    def bot(self) -> BotPort:
        return self.forge.bot()

    def reader(self) -> Pulls:
        return LocalPulls(self.forge.repository)

    def terms(self) -> Terms:
        return LocalTerms(self.forge.repository)

    def pull(self, number: int) -> PullRequest:
        return self.forge.reviews().show(number)

    def heads(self) -> dict[str, str]:
        return self.forge.repository.refs("refs/heads/runwright/")

    def file(self, commit: str, path: str) -> bytes | None:
        return self.forge.repository.read_file(commit, path)

    def person_pushes(self, pull: PullRequest) -> str:
        files: dict[str, bytes | None] = {RUNBOOK: b"a person was here\n"}
        return self.forge.push(files, "dana", f"refs/heads/{pull.branch}")

    def person_opens(self) -> PullRequest:
        from runwright.adapters.forge_local import BranchRequest, LocalBranches
        from tests.support.forge import key_of

        self.forge.push({"runbooks/linux/RB-LIN-DISK-001.yaml": b"version: 2\n"}, "dana", "refs/heads/mine")
        return LocalBranches(self.forge.repository, key_of("dana")).open(BranchRequest("mine", "Mine"), later(2))

    def approve(self, pull: PullRequest) -> None:
        self.forge.green(pull, risk="high")
        self.forge.reviews("dana").approve(pull.number, later(3))

    def ask_changes(self, pull: PullRequest, text: str) -> None:
        self.forge.reviews("dana").request_changes(pull.number, text, later(3))

    def close(self, pull: PullRequest, text: str, sense: CloseReason | None) -> None:
        self.forge.reviews("dana").reject(pull.number, text, later(4), sense)

    def merge(self, pull: PullRequest) -> None:
        self.forge.green(pull)
        self.forge.reviews("dana").approve(pull.number, later(3))


class GitHubSide:
    """The test GitHub, with the mirror that the service keeps."""

    bot_name = "runwright[bot]"
    reviewers = ("dana", "erin")

    def __init__(self, folder: Path, site: GitHubSite) -> None:
        self.site = site
        owners = OWNERS.replace("@alex", "@erin").replace("@runwright-bot @runwright-ci", "@runwright[bot]")
        files = {**BASE_FILES, ".github/CODEOWNERS": owners.replace(" @runwright[bot]", "").encode()}
        site.bare.commit_files("main", files, "The library\n")
        self.mirror = GitRepository.init_bare(folder / "mirror.git")
        self.connection = self.connect()
        self.refresh()

    @property
    def place(self) -> Place:
        return Place(self.site.repository, self.site.api, self.site.web)

    def connect(self, clocks: Clocks | None = None) -> GitHubConnection:
        app = self.site.app
        credentials = AppCredentials(self.place, App(str(app.id), app.key.read_text("ascii")))
        return Connection(self.place, credentials, pace=Pace(Gaps(seconds=0), clocks))

    def refresh(self) -> None:
        """Fetch the base, as the service does."""
        token = self.connection.credentials.token
        fetch(self.mirror, self.place.git_url, {"refs/heads/main": "refs/heads/main"}, token)

    def bot(self) -> GitHubProposals:
        self.refresh()
        return GitHubProposals(self.connection, self.mirror)

    def reader(self) -> GitHubPulls:
        self.refresh()
        return GitHubPulls(self.connection, self.mirror)

    def terms(self) -> Terms:
        return GitHubTerms(self.connection, self.mirror)

    def pull(self, number: int) -> PullRequest:
        return next(pull for pull in self.reader().pulls() if pull.number == number)

    def heads(self) -> dict[str, str]:
        return self.site.bare.refs("refs/heads/runwright/")

    def file(self, commit: str, path: str) -> bytes | None:
        return self.site.git.read_file(commit, path)

    def as_person(self, name: str) -> GitHubConnection:
        return Connection(self.place, TokenCredentials(self.site.tokens[name]), pace=Pace(Gaps(seconds=0)))

    def asks(self, name: str, verb: str, path: str, body: Any = None) -> Any:
        """Do something as a person."""
        return self.as_person(name).write(verb, path, body)

    def commit_as(self, name: str, ref: str, files: dict[str, bytes]) -> str:
        """Commit on a branch as a person, through the API as their editor would."""
        head = self.site.bare.resolve(f"refs/heads/{ref}") or ""
        tree = [
            {"path": path, "mode": "100644", "type": "blob", "content": text.decode()} for path, text in files.items()
        ]
        base = self.site.git.tree_of(head)
        made = self.asks(name, "POST", "git/trees", {"base_tree": base, "tree": tree})
        who = {"name": name, "email": f"{name}@acme.example", "date": "2026-03-02T09:10:00Z"}
        body = {"message": "direct", "tree": made["sha"], "parents": [head], "author": who, "committer": who}
        sha = str(self.asks(name, "POST", "git/commits", body)["sha"])
        self.asks(name, "PATCH", f"git/refs/heads/{ref}", {"sha": sha})
        return sha

    def person_pushes(self, pull: PullRequest) -> str:
        return self.commit_as("dana", pull.branch, {RUNBOOK: b"a person was here\n"})

    def person_opens(self) -> PullRequest:
        main = self.site.bare.resolve("refs/heads/main")
        self.asks("dana", "POST", "git/refs", {"ref": "refs/heads/mine", "sha": main})
        self.commit_as("dana", "mine", {"runbooks/linux/RB-LIN-DISK-001.yaml": b"version: 2\n"})
        data = self.asks("dana", "POST", "pulls", {"title": "Mine", "head": "mine", "base": "main", "body": ""})
        return self.pull(data["number"])

    def approve(self, pull: PullRequest) -> None:
        self.asks("dana", "POST", f"pulls/{pull.number}/reviews", {"event": "APPROVE", "body": ""})

    def ask_changes(self, pull: PullRequest, text: str) -> None:
        self.asks("dana", "POST", f"pulls/{pull.number}/reviews", {"event": "REQUEST_CHANGES", "body": text})

    def close(self, pull: PullRequest, text: str, sense: CloseReason | None) -> None:
        label = "needs-work" if sense == "needs-work" else f"closed:{sense}" if sense else ""
        if label:
            self.asks("dana", "POST", f"issues/{pull.number}/labels", {"labels": [label]})
        self.asks("dana", "POST", f"issues/{pull.number}/comments", {"body": text})
        self.asks("dana", "PATCH", f"pulls/{pull.number}", {"state": "closed"})

    def merge(self, pull: PullRequest) -> None:
        self.approve(pull)
        self.asks("dana", "PUT", f"pulls/{pull.number}/merge", {"merge_method": "squash"})
