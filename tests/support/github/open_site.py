"""Makes a site for a test and takes it down again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.github.accounts import APPS, PEOPLE, REPOSITORY, Accounts, seed
from tests.support.github.bare import Bare
from tests.support.github.door import door
from tests.support.github.emulator import emulator
from tests.support.github.keys import app_key
from tests.support.github.messages import Answer, Request
from tests.support.github.site import GitHubSite, app_of

FIRST: Mapping[str, bytes] = {"README.md": b"# Runbooks of Acme\n"}


@contextmanager
def github_site(folder: Path, files: Mapping[str, bytes] = FIRST) -> Iterator[GitHubSite]:
    """Keep a GitHub with one repository that holds these files; `folder` must be empty."""
    accounts = Accounts(tokens={f"ghp_{login.replace('-', '')}{secrets.token_hex(12)}": login for login in PEOPLE})
    accounts.emails = {f"{login}@acme.example": login for login in PEOPLE}
    box: list[GitHubSite] = []
    broken: list[str] = []

    def answer(request: Request) -> Answer | None:
        return box[0](request)

    with ExitStack() as stack:
        address = stack.enter_context(door(answer, broken))
        server = stack.enter_context(emulator(seed(accounts, app_key()), address))
        app = app_of(folder)
        app.key.write_text(app_key(), "ascii")
        app.key.chmod(0o600)
        site = GitHubSite(folder, accounts, app, server, secrets.token_hex(20), address, address)
        site.bares[REPOSITORY] = Bare.make(folder / f"{REPOSITORY}.git")
        site.bare.commit_files("main", files, "First runbooks\n")
        settle(site)
        box.append(site)
        stack.callback(site.hooks.stop)
        yield site
        assert not broken, "\n".join(broken)
        found = site.violations()
        assert not found, "against GitHub's description of its API:\n" + "\n".join(found)


def settle(site: GitHubSite) -> None:
    """Tell the emulator who may what, and learn the numbers of the accounts."""
    granted = {"write": "push", "read": "pull"}
    for login, role in site.accounts.roles.items():
        site.accounts.ids[login] = site.told("GET", f"/users/{login}")["id"]
        if role in granted:
            path = f"/repos/{site.repository}/collaborators/{login}"
            site.told("PUT", path, {"permission": granted[role]})
    for _, slug, installation in APPS:
        site.accounts.ids[f"{slug}[bot]"] = number_of_bot(site, slug, installation)


def number_of_bot(site: GitHubSite, slug: str, installation: int) -> int:
    """The number of an App's account; the emulator makes the account with the first thing that the App writes."""
    token = site.token_for({"contents": "write"}, installation)
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    path = f"/repos/{site.repository}/git/blobs"
    assert site.emulator.ask(Request("POST", path, {}, headers, b'{"content": ""}')).fine
    return int(site.told("GET", f"/users/{slug}[bot]")["id"])
