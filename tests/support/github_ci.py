"""A repository at the GitHub of the tests with a runbook and its recordings, a proposed change, a clone of both."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runwright.adapters.forge_github import App, AppCredentials, Connection, Gaps, Pace, Place, TokenCredentials
from tests.support.commands import ROOT, Answer, git, runwright
from tests.support.github.accounts import ACTIONS
from tests.support.github.site import GitHubSite

RUNBOOK = "runbooks/linux/RB-LIN-DISK-001.yaml"
RECORDINGS = "tests/recordings/RB-LIN-DISK-001"
Edits = Mapping[str, bytes | None]
Edit = Callable[[str], Edits]
"""From the runbook's text to the files that the change writes."""


@dataclass(frozen=True)
class Change:
    """A change on its way: the commits, its pull request, and a bare clone that holds all of it."""

    site: GitHubSite
    repo: Path
    base: str
    head: str
    number: int

    @property
    def forge(self) -> str:
        """The address of the repository."""
        return f"github:{self.site.repository}"

    def judged(self, folder: Path) -> tuple[Path, Path]:
        """Validate and replay the change; gives what they saved."""
        saved = folder / "validate.json", folder / "replay.json"
        runwright("validate", "--repo", self.repo, "--ref", self.head, "--changed-since", self.base, "--save", saved[0])
        runwright("replay", "--repo", self.repo, "--base", self.base, "--head", self.head, "--save", saved[1])
        return saved

    def report(self, *words: str | Path) -> Answer:
        """Tell GitHub."""
        return runwright(
            "github",
            "report",
            "--forge",
            self.forge,
            "--repo",
            self.repo,
            "--base",
            self.base,
            "--sha",
            self.head,
            *words,
        )

    def asked(self, path: str) -> Any:
        """What GitHub says now."""
        return as_user(self.site, "dana").get(path)

    def runs(self) -> list[Any]:
        """The check runs called runwright at the head."""
        found = self.asked(f"commits/{self.head}/check-runs")["check_runs"]
        return [run for run in found if run["name"] == "runwright"]

    def notes(self) -> list[Any]:
        """The notes of the one check run, as GitHub lists them."""
        (run,) = self.runs()
        return list(as_user(self.site, "dana").pages(f"check-runs/{run['id']}/annotations"))

    def comments(self) -> list[str]:
        """The comments of the pull request."""
        return [one["body"] for one in self.asked(f"issues/{self.number}/comments")]


def raised(text: str) -> str:
    """A runbook with the next version."""
    version = re.search(r"^version: (\d+)$", text, re.MULTILINE)
    assert version
    return text.replace(version[0], f"version: {int(version[1]) + 1}")


def reworded(text: str) -> Edits:
    """A harmless change."""
    return {RUNBOOK: raised(text).replace("Delete the old files", "Delete old files").encode()}


def regressed(text: str) -> Edits:
    """A change that deletes files of today."""
    return {RUNBOOK: raised(text).replace('days: "${{ params.days }}"', "days: 1").encode()}


def wrong(text: str) -> Edits:
    """A change with a word that the language does not know."""
    return {RUNBOOK: raised(text).replace("settle:", "setle:").encode()}


def library() -> dict[str, bytes]:
    """What the base holds."""
    found = {RUNBOOK: (ROOT / RUNBOOK).read_bytes()}
    found |= {f"{RECORDINGS}/{path.name}": path.read_bytes() for path in (ROOT / RECORDINGS).iterdir()}
    return found | {".github/workflows/validate.yml": b"# the base's\n", ".github/CODEOWNERS": b"* @acme/owners\n"}


def proposed(site: GitHubSite, folder: Path, edit: Edit, branch: str = "change") -> Change:
    """Bring the library to main, and propose a change of it as erin."""
    base = site.bare.commit_files("main", library(), "The library\n")
    site.bare.set_ref(f"refs/heads/{branch}", base)
    head = site.bare.commit_files(branch, edit((ROOT / RUNBOOK).read_text("utf-8")), "A change\n")
    opened = as_user(site, "erin").write("POST", "pulls", {"title": "A change", "head": branch, "base": "main"})
    repo = folder / "clone.git"
    git(folder, "clone", "--quiet", "--mirror", str(site.bare.path), str(repo))
    return Change(site, repo, base, head, int(opened["number"]))


def as_user(site: GitHubSite, login: str) -> Connection:
    """A connection as one of the people."""
    return Connection(place(site), TokenCredentials(site.tokens[login]), pace=Pace(Gaps(seconds=0)))


def as_app(site: GitHubSite) -> Connection:
    """A connection as the App."""
    app = App(str(site.app.id), site.app.key.read_text("ascii"), site.app.installation)
    return Connection(place(site), AppCredentials(place(site), app), pace=Pace(Gaps(seconds=0)))


def workflow_token(site: GitHubSite, **permissions: str) -> str:
    """The token of a workflow's run, with what its job asks for."""
    number, _, installation = ACTIONS
    app = App(str(number), site.app.key.read_text("ascii"), installation)
    return AppCredentials(place(site), app, {"metadata": "read", **permissions}).token()


def place(site: GitHubSite) -> Place:
    """Where the repository is."""
    return Place(site.repository, site.api, site.web)


def environment(site: GitHubSite, login: str = "") -> dict[str, str]:
    """What the verbs read: speak as one of the people, or as the App."""
    at = {"RUNWRIGHT_GITHUB_API": site.api, "RUNWRIGHT_GITHUB_WEB": site.web, "RUNWRIGHT_GITHUB_GAP": "0"}
    if login:
        return {**at, "RUNWRIGHT_GITHUB_TOKEN": site.tokens[login]}
    app = {"APP_ID": site.app.id, "APP_KEY": site.app.key, "INSTALLATION": site.app.installation}
    return at | {f"RUNWRIGHT_GITHUB_{name}": str(value) for name, value in app.items()}
