"""A desk of reviewers on each forge, with the same handles: the bot proposes, checks turn green, people decide."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from runwright.adapters.forge_github import (
    App,
    AppCredentials,
    Connection,
    Gaps,
    GitHubProposals,
    Pace,
    Place,
    TokenCredentials,
)
from runwright.adapters.git_remote import fetch
from runwright.adapters.git_repository import GitRepository
from runwright.cli.forge_address import GitHubAddress
from runwright.cli.review_sides import GitHubSide, LocalSide, Side
from runwright.model.proposal import PullRequest
from runwright.release.sshkeys import private_key_text
from tests.support.forge import RUNBOOK, Forge, later, make_forge, proposal
from tests.support.github.accounts import APP_ID
from tests.support.github.site import GitHubSite
from tests.support.service_site import RUNBOOK as TEXT

NEXT = TEXT.replace("version: 1", "version: 2")
LOW = NEXT.replace("Starts a stopped service.", "Starts a service that was stopped.")
HIGH = NEXT.replace("settle: 1s", "settle: 0s")
OWNERS = "* @dana\n/runbooks/ @dana @{second}\n/rules/ @dana @{second}\n/tests/ @dana @{second}\n"
SETTINGS = f"[github.checks]\nvalidate = {APP_ID}\nreplay = {APP_ID}\n"


class Desk(Protocol):
    """What a test holds."""

    owner: str
    second: str
    """Another owner of the runbooks."""
    outsider: str
    """Somebody with write access who owns nothing."""
    forge: str
    """The forge as a word of a command."""

    def propose(self, text: str, fingerprint: str = "ab" * 8) -> int:
        """The bot opens a pull request; gives its number."""

    def push_again(self, number: int, text: str) -> str:
        """The bot's branch gets another commit; gives the new head."""

    def check(self, number: int, name: str = "", conclusion: str = "success", risk: str = "low") -> None:
        """A check says something of the head; both say so without a name."""

    def person(self, name: str) -> Side:
        """Somebody's side of the forge."""

    def base_moves(self, text: str) -> None:
        """The runbook changes on main."""

    def main(self) -> str:
        """The tip of main."""


@dataclass
class LocalDesk:
    """A forge in a folder."""

    folder: Path
    owner: str = "dana"
    second: str = "alex"
    outsider: str = "mallory"
    site: Forge = field(init=False)

    def __post_init__(self) -> None:
        self.site = make_forge(self.folder, OWNERS.format(second=self.second))
        self.site.push({RUNBOOK: TEXT.encode(), "rules/promoted/L1-SERVICE-DOWN.yaml": None, "runwright.toml": None})
        self.forge = str(self.site.repository.path)

    def propose(self, text: str, fingerprint: str = "ab" * 8) -> int:
        return self.site.bot().open(proposal({RUNBOOK: text}, fingerprint), later()).number

    def push_again(self, number: int, text: str) -> str:
        pull = self.pull(number)
        self.site.bot().open(proposal({RUNBOOK: text}, pull.fingerprint or ""), later(2))
        return self.pull(number).head_sha

    def check(self, number: int, name: str = "", conclusion: str = "success", risk: str = "low") -> None:
        from tests.support.forge import result

        for one in (name,) if name else ("validate", "replay"):
            self.site.checks().set_check(result(self.pull(number).head_sha, one, conclusion, risk), later(2))

    def person(self, name: str) -> Side:
        return LocalSide(self.site.repository.path, self.key(name))

    def key(self, name: str) -> Path:
        """The file of somebody's key."""
        path = self.folder / f"{name}.key"
        if not path.exists():
            path.touch(0o600)
            path.write_bytes(private_key_text(hashlib.sha256(name.encode()).digest(), name))
        return path

    def base_moves(self, text: str) -> None:
        self.site.push({RUNBOOK: text.encode()})

    def main(self) -> str:
        return self.site.main

    def pull(self, number: int) -> PullRequest:
        """One as it is now."""
        return self.site.reviews().show(number)


@dataclass
class GitHubDesk:
    """The test GitHub; the bot is its App."""

    folder: Path
    site: GitHubSite
    owner: str = "dana"
    second: str = "erin"
    outsider: str = "frank"
    forge: str = "github:acme/runbooks"

    def __post_init__(self) -> None:
        owners = OWNERS.format(second=self.second).encode()
        files: dict[str, bytes | None] = {
            RUNBOOK: TEXT.encode(),
            ".github/CODEOWNERS": owners,
            "runwright.toml": SETTINGS.encode(),
        }
        self.site.bare.commit_files("main", files, "The library\n")
        self.mirror = GitRepository.init_bare(self.folder / "mirror.git")
        self.place = Place(self.site.repository, self.site.api, self.site.web)
        app = App(str(self.site.app.id), self.site.app.key.read_text("ascii"), self.site.app.installation)
        self.bot = Connection(self.place, AppCredentials(self.place, app), pace=Pace(Gaps(seconds=0)))

    def propose(self, text: str, fingerprint: str = "ab" * 8) -> int:
        names = {"refs/heads/main": "refs/heads/main"}
        fetch(self.mirror, self.place.git_url, names, self.bot.credentials.token)
        return GitHubProposals(self.bot, self.mirror).open(proposal({RUNBOOK: text}, fingerprint), later()).number

    def push_again(self, number: int, text: str) -> str:
        pull = self.site.pulls[number]
        self.propose(text, "ab" * 8)
        return pull.head_sha

    def check(self, number: int, name: str = "", conclusion: str = "success", risk: str = "low") -> None:
        del risk  # it is worked out from the trees
        head = self.site.pulls[number].head_sha
        done = {"status": "completed", "conclusion": conclusion, "completed_at": "2026-03-02T09:02:00Z"}
        ended = {"status": "in_progress"} if conclusion == "pending" else done
        for one in (name,) if name else ("validate", "replay"):
            self.bot.write("POST", "check-runs", {"name": one, "head_sha": head, **ended})

    def person(self, name: str) -> Side:
        return GitHubSide(GitHubAddress(self.site.repository), self.environ(name))

    def environ(self, name: str) -> dict[str, str]:
        """What somebody's commands are given."""
        return {
            "RUNWRIGHT_GITHUB_API": self.site.api,
            "RUNWRIGHT_GITHUB_WEB": self.site.web,
            "RUNWRIGHT_GITHUB_GAP": "0",
            "RUNWRIGHT_GITHUB_TOKEN": self.site.tokens[name],
            "XDG_CONFIG_HOME": str(self.folder / f"config-{name}"),
            "XDG_CACHE_HOME": str(self.folder / f"cache-{name}"),
            "HOME": str(self.folder),
        }

    def as_person(self, name: str) -> Connection:
        """Somebody's plain connection."""
        return Connection(self.place, TokenCredentials(self.site.tokens[name]), pace=Pace(Gaps(seconds=0)))

    def commit(self, name: str, branch: str, files: dict[str, bytes]) -> str:
        """Commit on a branch as somebody, through the API as their editor would."""
        who, head = self.as_person(name), str(self.site.bare.resolve(f"refs/heads/{branch}"))
        tree = [
            {"path": path, "mode": "100644", "type": "blob", "content": text.decode()} for path, text in files.items()
        ]
        made = who.write("POST", "git/trees", {"base_tree": self.site.git.tree_of(head), "tree": tree})
        author = {"name": name, "email": f"{name}@acme.example", "date": "2026-03-02T09:10:00Z"}
        body = {"message": "By hand", "tree": made["sha"], "parents": [head], "author": author, "committer": author}
        sha = str(who.write("POST", "git/commits", body)["sha"])
        who.write("PATCH", f"git/refs/heads/{branch}", {"sha": sha})
        return sha

    def person_opens(self, name: str, files: dict[str, str], base: str = "main") -> int:
        """Somebody opens a pull request of their own; gives its number."""
        who = self.as_person(name)
        who.write("POST", "git/refs", {"ref": f"refs/heads/by-{name}", "sha": self.main()})
        self.commit(name, f"by-{name}", {path: text.encode() for path, text in files.items()})
        told = {"title": "By hand", "head": f"by-{name}", "base": base, "body": ""}
        return int(who.write("POST", "pulls", told)["number"])

    def rule(self, kind: str, **parameters: object) -> None:
        """Make a rule for main."""
        defaults = {
            "dismiss_stale_reviews_on_push": False,
            "require_code_owner_review": False,
            "require_last_push_approval": False,
            "required_review_thread_resolution": False,
        }
        ruleset = {
            "name": "main",
            "target": "branch",
            "enforcement": "active",
            "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
            "rules": [{"type": kind, "parameters": {**defaults, **parameters}}],
        }
        self.as_person("dana").write("POST", "rulesets", ruleset)

    def base_moves(self, text: str) -> None:
        self.site.bare.commit_files("main", {RUNBOOK: text.encode()}, "By hand\n")

    def main(self) -> str:
        return str(self.site.bare.resolve("refs/heads/main"))
