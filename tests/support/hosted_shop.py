"""A repository at the test GitHub whose content is valid, and the people who change, review, merge and release it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwright.adapters.forge_github import Connection, Gaps, Pace, Place, TokenCredentials
from runwright.adapters.git_remote import push
from runwright.adapters.git_repository import GitRepository, NewCommit
from runwright.release.objects import Identity
from runwright.release.sshkeys import private_key_text
from tests.support.commands import Answer, runwright
from tests.support.forge import NOW
from tests.support.github.accounts import APP_ID, INSTALLATION
from tests.support.github.site import GitHubSite
from tests.support.recordings import WEB_RUNS, recording, runbook, service, start, started, tree

OWNERS = b"* @dana @erin\n"
ACTIONS = 816
"""The installation of GitHub's own workflows at the test GitHub."""
RELEASER = {
    "metadata": "read",
    "contents": "write",
    "pull_requests": "read",
    "checks": "read",
    "issues": "read",
    "statuses": "read",
}
"""What the token of a release job may."""
DOWN = {**service("web", "stopped", "db"), **service("db", "stopped")}
HEALED = recording(started("web"), before={**DOWN, "services.db.state": "running"}, execution_id="exec-2")
FAILED = recording(started("web", "failed"), before=DOWN, verified=False)
"""The run that the second version answers."""


def book(version: int = 1, *first: str, settle: str = "1s", name: str = "Start a stopped service") -> dict[str, bytes]:
    """Give the files of a version of the runbook, with what it starts before the web service, and its recordings."""
    verify = {"method": "service_status_check", "settle": settle, "checks": [{"when": WEB_RUNS, "confidence": 0.9}]}
    steps = [start(one) for one in (*first, "web")]
    made = runbook(*steps, version=version, verify=verify, name=name)
    return dict(tree(made, HEALED, *([FAILED] if first else [])).files)


SECOND = book(2, "db")


@dataclass
class Shop:
    """The repository, and whoever acts in it."""

    site: GitHubSite
    folder: Path
    voices: dict[str, Connection] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Give what --forge takes."""
        return f"github:{self.site.repository}"

    @property
    def main(self) -> str:
        """Give the tip of main."""
        return str(self.site.bare.resolve("refs/heads/main"))

    @property
    def place(self) -> Place:
        """Give where it is."""
        return Place(self.site.repository, self.site.api, self.site.web)

    def voice(self, who: str) -> Connection:
        """Speak as a person, as the bot (`runwright[bot]`) or as the workflows (`actions`)."""
        if who not in self.voices:
            self.voices[who] = Connection(self.place, TokenCredentials(self.token(who)), pace=Pace(Gaps(seconds=0)))
        return self.voices[who]

    def token(self, who: str) -> str:
        """Give somebody's token."""
        machines = {"runwright[bot]": INSTALLATION, "actions": ACTIONS}
        return self.site.token_for(installation=machines[who]) if who in machines else self.site.tokens[who]

    def propose(
        self,
        files: Mapping[str, bytes | None] = SECOND,
        branch: str = "runwright/improve/x",
        by: str = "runwright[bot]",
    ) -> int:
        """Push a branch and open a pull request, as the bot or as a person."""
        number = APP_ID if by.endswith("[bot]") else self.site.accounts.ids.get(by, 1)
        identity = Identity(by, f"{number}+{by}@users.noreply.github.com")
        mirror = self.site.git
        oid = mirror.write_commit(NewCommit(f"change by {by}\n", identity, NOW, files, (self.main,)))
        push(mirror, self.place.git_url, {f"refs/heads/{branch}": oid}, lambda: self.token(by))
        body = {"title": "Start the database first", "head": branch, "base": "main", "body": "Merging releases it."}
        return int(self.voice(by).write("POST", "pulls", body)["number"])

    def head(self, number: int) -> str:
        """Give the head of a pull request."""
        return self.site.pulls[number].head_sha

    def green(self, number: int, *names: str, who: str = "actions") -> None:
        """Let the workflows say that the head is good."""
        for name in names or ("validate", "replay"):
            run = {"name": name, "head_sha": self.head(number), "status": "completed", "conclusion": "success"}
            self.voice(who).write("POST", "check-runs", run)

    def review(self, number: int, who: str = "dana", event: str = "APPROVE") -> int:
        """Review the head as a person."""
        said = {"event": event, "body": "Looked at.", "commit_id": self.head(number)}
        return int(self.voice(who).write("POST", f"pulls/{number}/reviews", said)["id"])

    def merge(self, number: int, method: str = "squash") -> str:
        """Merge as the administrator, whatever the rules say."""
        done = self.voice("dana").write("PUT", f"pulls/{number}/merge", {"merge_method": method})
        return str(done["sha"])

    def merged(
        self, files: Mapping[str, bytes | None] = SECOND, method: str = "squash", branch: str = "runwright/improve/x"
    ) -> int:
        """Propose, check, approve and merge."""
        number = self.propose(files, branch)
        self.green(number)
        for who in ("dana", "erin"):
            self.review(number, who)
        self.merge(number, method)
        return number

    def pages(self) -> list[dict[str, Any]]:
        """List the pages of releases."""
        return list(self.voice("dana").pages("releases"))

    def key(self, name: str = "runwright-release") -> str:
        """Give the file of a key; always the same one for a name."""
        path = self.folder / f"{name}.key"
        if not path.exists():
            path.touch(0o600)
            path.write_bytes(private_key_text(hashlib.sha256(name.encode()).digest(), name))
        return str(path)

    def environment(self, who: str = "actions") -> dict[str, str]:
        """Give the variables of a release job."""
        token = self.site.token_for(RELEASER, ACTIONS) if who == "actions" else self.token(who)
        return {
            "RUNWRIGHT_GITHUB_API": self.site.api,
            "RUNWRIGHT_GITHUB_WEB": self.site.web,
            "RUNWRIGHT_GITHUB_TOKEN": token,
            "RUNWRIGHT_GITHUB_GAP": "0",
        }

    def release(self, verb: str = "cut", *words: str) -> Answer:
        """Run a verb of `runwright release` with the release key; who speaks stands in the environment."""
        return runwright("release", verb, "--forge", self.address, "--key", self.key(), *words)

    def first(self) -> None:
        """Release what is there, as an operator does once."""
        said = self.release("cut", "--first")
        assert said.code == 0, said

    def tags(self) -> dict[str, str]:
        """Give the release tags as they are on the other side."""
        return self.site.bare.refs("refs/tags/")

    @property
    def git(self) -> GitRepository:
        """Give the repository behind the site."""
        return self.site.git


@contextmanager
def opened(site: GitHubSite, folder: Path) -> Iterator[Shop]:
    """Fill the repository with valid content, its owners, one runbook and a recording of it."""
    site.bare.commit_files("main", {**book(), ".github/CODEOWNERS": OWNERS}, "Initial import")
    yield Shop(site, folder)
