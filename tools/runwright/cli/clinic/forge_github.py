"""The demo's library and pull requests at GitHub: the bot proposes, a person's own token reviews and releases.

The environment names everybody; each process of the demo gets no more of it than its own part.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runwright.adapters.git_repository import GitRepository, NewCommit
from runwright.cli.clinic.cast import run, verb, wait_for
from runwright.cli.clinic.forges import NOTES, Remote, Serving
from runwright.cli.clinic.premises import Premises
from runwright.cli.forge_address import GitHubAddress
from runwright.cli.github_wiring import API, APP_ID, APP_KEY, INSTALLATION, TOKEN, WEB, place_of
from runwright.cli.shipped import library
from runwright.cli.wiring import now
from runwright.errors import ContentError
from runwright.learn.pacing import BRANCHES
from runwright.model.proposal import PullRequest
from runwright.release.objects import Identity

if TYPE_CHECKING:
    from runwright.adapters.forge_github import Connection, Place
    from runwright.cli.review_sides import GitHubSide

REPOSITORY = "RUNWRIGHT_DEMO_REPOSITORY"
REVIEWER, CHECKS, AGENT = "RUNWRIGHT_DEMO_REVIEWER_TOKEN", "RUNWRIGHT_DEMO_CHECKS_TOKEN", "RUNWRIGHT_DEMO_AGENT_TOKEN"
BOT = (APP_ID, APP_KEY, INSTALLATION, TOKEN)
SECRETS = (*BOT, REVIEWER, CHECKS, AGENT)
"""What no process of the demo gets that has no use for it."""
EVERY = 1.0
"""Seconds between two looks at GitHub."""
SECONDS_OF_WORKFLOWS = 900.0
"""How long GitHub's own workflows may take, where they set the checks."""
RECONCILE = "2"
"""Seconds between two looks of the service: nobody calls a webhook on a machine that GitHub does not reach."""


class GitHubForge:
    """A repository at GitHub that holds no library yet."""

    def __init__(self, address: GitHubAddress, environ: Mapping[str, str]) -> None:
        self.address, self.environ = address, dict(environ)
        self._looked = 0.0
        self._check_environment()
        for name in SECRETS:
            os.environ.pop(name, None)

    def _check_environment(self) -> None:
        """Raise ContentError for the first part that nobody could play."""
        given = self.environ
        if not given.get(TOKEN) and not (given.get(APP_ID) and given.get(APP_KEY)):
            raise ContentError(f"the bot needs {APP_ID} and {APP_KEY}, or {TOKEN}: the service proposes with it")
        if not given.get(REVIEWER):
            raise ContentError(
                f"{REVIEWER} is missing: a token of a person who may write to {self.address.repository}; it puts the "
                "library there, reviews, merges and pushes the release"
            )

    @cached_property
    def place(self) -> Place:
        """Where it is."""
        return place_of(self.address.repository, self.environ)

    @cached_property
    def person(self) -> Connection:
        """The reviewer's connection."""
        return self._connection(self.environ[REVIEWER])

    @cached_property
    def side(self) -> GitHubSide:
        """The reviewer's side of GitHub."""
        from runwright.cli.review_sides import GitHubSide

        return GitHubSide(self.address, self._as(self.environ[REVIEWER]))

    def found(self, premises: Premises) -> None:
        """Push the library to main, as the reviewer; refuses a repository that holds one or has releases."""
        self.premises = premises
        self.seed = GitRepository.init_bare(premises.folder / "seed.git")
        main = self.git().resolve("refs/heads/main")
        files = self.seed.list_tree(main, "runbooks/", "rules/") if main else ()
        if files or self.seed.refs("refs/tags/"):
            raise ContentError(
                f"{self.place.repository} holds runbooks or tags already; the demo takes a new, throw-away repository"
            )
        self._check_repository(main)
        self._import(main)

    def _check_repository(self, main: str | None) -> None:
        """Raise ContentError for a part that this repository needs and nobody plays, before anything is changed."""
        name = self.place.repository
        if not self.environ.get(AGENT) and self.person.get(f"/repos/{name}").get("private"):
            raise ContentError(f"{AGENT} is missing: {name} is private, and the agent needs a token that may read it")
        if not self.environ.get(CHECKS) and not (main and self.seed.list_tree(main, ".github/workflows/")):
            raise ContentError(
                f"{CHECKS} is missing: {name} has no workflows that would set the checks; bring them with "
                "`runwright github setup --apply --leave main --leave checks`, or name a token that may set checks "
                "as GitHub Actions, on a server of one's own"
            )

    def _import(self, main: str | None) -> None:
        from runwright.adapters.git_remote import push

        owners = f"# Who must approve a change of what.\n* @{self.person.login}\n"
        signers = (self.premises.folder / "trusted_keys").read_bytes()
        files = {**library(), ".github/CODEOWNERS": owners.encode(), ".github/allowed_signers": signers}
        commit = NewCommit(
            "Import the library\n", Identity.of(self.person.login), now(), files, (main,) if main else ()
        )
        made = {"refs/heads/main": self.seed.write_commit(commit)}
        push(self.seed, self.place.git_url, made, self.person.credentials.token, leases={"refs/heads/main": main})

    def serving(self) -> Serving:
        """The repository, and the bot's own part of the environment."""
        words = ("--forge", str(self.address), "--reconcile", RECONCILE)
        return Serving(words, {name: self.environ[name] for name in BOT if name in self.environ})

    def remote(self) -> Remote:
        """The repository's own address, with a token where it is not public."""
        token = self.environ.get(AGENT)
        if not token:
            return Remote(self.place.git_url)
        path = self.premises.folder / "pull.token"
        path.touch(0o600)
        path.write_text(f"{token}\n")
        return Remote(self.place.git_url, path)

    def proposed(self) -> PullRequest | None:
        """The bot's open pull request, once there is one; GitHub is asked once a second."""
        if time.monotonic() - self._looked < EVERY:
            return None
        self._looked = time.monotonic()
        return next((pull for pull in self.side.pulls("open") if pull.branch.startswith(BRANCHES)), None)

    def gate(self, pull: PullRequest) -> str:
        """Run the checks here and set them with the token of the checks; without one, wait for GitHub's workflows."""
        if not self.environ.get(CHECKS):
            wait_for(lambda: self._checked(pull), "green checks by GitHub's workflows", SECONDS_OF_WORKFLOWS)
            return "set by GitHub's own workflows"
        base = self.git().resolve("refs/heads/main") or ""
        head, folder = pull.head_sha, self.premises.folder
        saved = [folder / "validate.json", folder / "replay.json"]
        repo = ("--repo", self.seed.path)
        run(verb("validate", *repo, "--ref", head, "--changed-since", base, "--save", saved[0]))
        replayed = run(verb("replay", *repo, "--base", base, "--head", head, "--save", saved[1]))
        for name in ("validate", "replay"):
            told = {"name": name, "head_sha": head, "status": "completed", "conclusion": "success"}
            self._connection(self.environ[CHECKS]).write("POST", "check-runs", told)
        words = (*repo, "--forge", str(self.address), "--base", base, "--sha", head)
        run(verb("github", "report", *saved, *words), env=self._as(self.environ[CHECKS]))
        return replayed.stdout.splitlines()[0].replace(base, "main").replace(head, f"#{pull.number}")

    def _checked(self, pull: PullRequest) -> bool:
        if time.monotonic() - self._looked < EVERY:
            return False
        self._looked = time.monotonic()
        checks = {check.name: check.conclusion for check in self.one(pull.number).checks}
        return checks.get("validate") == checks.get("replay") == "success"

    def shown(self, pull: PullRequest) -> str:
        """A proposal as `runwright review` shows it."""
        return self._as_reviewer("review", "show", str(pull.number))

    def approve(self, pull: PullRequest) -> None:
        """Approve and merge with the reviewer's own token."""
        self._as_reviewer("review", "approve", str(pull.number), *NOTES, "--head", pull.head_sha)

    def asks(self, pull: PullRequest) -> str:
        """The page, and the two commands."""
        return (
            f"  review it at {self.place.web}/{self.place.repository}/pull/{pull.number}, or\n"
            f"  runwright review approve {pull.number} --head {pull.head_sha} --forge {self.address}\n"
            f"  runwright review reject {pull.number} --forge {self.address} --reason '…'\n"
        )

    def one(self, number: int) -> PullRequest:
        """A pull request as it is now."""
        return self.side.one(number)

    def cut(self, *more: str) -> dict[str, Any]:
        """Cut a release as an operator would, with the release key and a token that may push."""
        words = ("--key", str(self.premises.key("release")), "--format", "json", *more)
        document: dict[str, Any] = json.loads(self._as_reviewer("release", "cut", *words))
        return document

    def git(self) -> GitRepository:
        """A copy of the Git data, brought up to date."""
        from runwright.adapters.git_remote import fetch

        refs = {name: name for name in ("refs/heads/*", "refs/tags/*", "refs/pull/*")}
        fetch(self.seed, self.place.git_url, refs, self.person.credentials.token)
        return self.seed

    def looking(self, pull_request: int | None, tag: str) -> str:
        """The page, and plain git on a copy."""
        folder = self.premises.folder
        return (
            f"  {self.place.web}/{self.place.repository}/pull/{pull_request or ''}\n"
            f"  git -C {folder}/seed.git log --graph --oneline main channels\n"
            f"  git -C {folder}/seed.git -c gpg.ssh.allowedSignersFile={folder}/allowed_signers verify-tag {tag}\n"
        )

    def _as_reviewer(self, *words: str) -> str:
        environ = self._as(self.environ[REVIEWER])
        return run(verb(*words, "--forge", str(self.address)), env=environ).stdout

    def _as(self, token: str) -> dict[str, str]:
        """The environment of a verb that somebody runs: a token, the place, and a cache in the demo's folder."""
        plain = {name: value for name, value in self.environ.items() if name not in SECRETS}
        cache: Path = self.premises.folder / "cache"
        return {**plain, TOKEN: token, "XDG_CACHE_HOME": str(cache)}

    def _connection(self, token: str) -> Connection:
        from runwright.cli.github_person import connection_of

        return connection_of(self.place, token, self.environ)


def address_of(given: str, environ: Mapping[str, str]) -> GitHubAddress:
    """The repository that `github` or `github:OWNER/NAME` names; raises ContentError for all else."""
    from runwright.model.hosted import REPOSITORY as FORM

    name = environ.get(REPOSITORY, "") if given == "github" else given.removeprefix("github:")
    if not given.startswith("github") or not FORM.fullmatch(name):
        raise ContentError(
            f"{given!a} names no repository at GitHub: expected github:OWNER/NAME, or github with {REPOSITORY} set "
            f"({API} and {WEB} say which GitHub)"
        )
    return GitHubAddress(name)
