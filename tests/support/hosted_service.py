"""A real service on a repository at GitHub: the test's GitHub on the loopback, the service in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwright.adapters.forge_github import GitHubPulls
from runwright.adapters.git_repository import GitRepository
from runwright.cli.github_wiring import connect
from runwright.model.proposal import PullRequest
from tests.support.faults import Replica
from tests.support.forge import Forge
from tests.support.github.site import GitHubSite
from tests.support.service_site import LIMITS, RUNBOOK, RUNBOOK_PATH

OWNERS = b"* @dana\n/runbooks/ @dana @erin\n/tests/ @dana @erin\n"
LIBRARY: Mapping[str, bytes] = {RUNBOOK_PATH: RUNBOOK.encode()}


@dataclass
class HostedService(Replica):
    """The service of one folder; what it needs to know of GitHub stands in its environment."""

    site: GitHubSite = field(kw_only=True)
    reconcile: int = 600
    as_app: bool = True

    def environ(self) -> dict[str, str]:
        """What its environment says of GitHub."""
        app, site = self.site.app, self.site
        as_app = {"RUNWRIGHT_GITHUB_APP_ID": str(app.id), "RUNWRIGHT_GITHUB_APP_KEY": str(app.key)}
        who = as_app if self.as_app else {"RUNWRIGHT_GITHUB_TOKEN": site.tokens["bot"]}
        places = {"RUNWRIGHT_GITHUB_API": site.api, "RUNWRIGHT_GITHUB_WEB": site.web, "RUNWRIGHT_GITHUB_GAP": "0"}
        return {**places, **who, "RUNWRIGHT_GITHUB_WEBHOOK_SECRET": site.webhook_secret}

    def words(self) -> list[str]:
        """What its command line says of GitHub."""
        return ["--forge", f"github:{self.site.repository}", "--reconcile", str(self.reconcile)]

    def start(self, plan: str = "") -> None:
        """Start it with a plan of faults, and have webhooks sent there."""
        super().start(plan)
        if self.url:
            self.site.hooks_to(f"{self.url}/webhooks/github")

    def act(self, login: str, method: str, path: str, body: Any = None) -> Any:
        """Do something at GitHub as a person; a path is one of the repository."""
        url = f"{self.site.api}/repos/{self.site.repository}/{path}"
        headers = {"Authorization": f"Bearer {self.site.tokens[login]}", "Content-Type": "application/json"}
        got = self.client.request(method, url, body=json.dumps(body or {}).encode(), headers=headers)
        assert got.status < 300, (method, path, got.status, got.data[:500])
        return got.json() if got.data else None

    def merge(self, number: int) -> str:
        """Approve and merge as people do; gives the commit on main."""
        self.act("erin", "POST", f"pulls/{number}/reviews", {"event": "APPROVE", "body": "fine"})
        return str(self.act("dana", "PUT", f"pulls/{number}/merge", {"merge_method": "squash"})["sha"])

    @property
    def mirror(self) -> GitRepository:
        """The service's own copy."""
        return GitRepository(self.state / "mirror.git")

    def mirrored(self) -> str | None:
        """The tip of main in the service's copy."""
        return self.mirror.resolve("refs/heads/main")

    def pulls(self) -> tuple[PullRequest, ...]:
        """All pull requests as the product reads them, oldest first."""
        return GitHubPulls(connect(self.site.repository, self.environ()), self.mirror).pulls()

    def pull(self, number: int = 1) -> dict[str, Any]:
        """One pull request, as GitHub gives it."""
        return self.site.pull_json(number)

    def comments(self, number: int = 1) -> list[Any]:
        """The comments of a conversation."""
        found: list[Any] = self.site.told("GET", f"/repos/{self.site.repository}/issues/{number}/comments")
        return found

    def wait_for_pull(self) -> dict[str, Any]:
        """Wait until every failure is at its end; gives the newest open pull request."""
        self.settled(60)
        found = [pull for pull in map(self.pull, sorted(self.site.pulls)) if pull["state"] == "open"]
        assert found, (self.rows("select stage, reason from executions"), self.log.read_text()[-2000:])
        return found[-1]

    def writes(self) -> list[str]:
        """The changes that were asked of the API by the service and by people, in order."""
        asked = (one for one in self.site.requests if one.method != "GET" and "/git-" not in one.path)
        return [f"{one.method} {one.path}" for one in asked]

    def is_done_with(self, number: int) -> bool:
        """Whether what a merge came to is noted."""
        return self.rows("select pull_number from amendments") == [(number,)]


def make_hosted(
    site: GitHubSite, folder: Path, library: Mapping[str, bytes] = LIBRARY, limits: bytes = LIMITS, **more: Any
) -> HostedService:
    """Put a library on main and make a service that is not started yet."""
    folder.mkdir(parents=True, exist_ok=True)
    site.bare.commit_files("main", {**library, "runwright.toml": limits, ".github/CODEOWNERS": OWNERS}, "The library\n")
    return HostedService(folder, Forge(site.git), folder / "no-key", site=site, **more)
