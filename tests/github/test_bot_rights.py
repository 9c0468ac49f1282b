"""What the bot's App cannot do once a repository is set up: GitHub refuses it, and the bot has no code for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.forge_github import (
    App,
    AppCredentials,
    Connection,
    Gaps,
    Pace,
    Place,
    Refused,
    TokenCredentials,
)
from runwright.adapters.git_remote import fetch, push
from runwright.adapters.git_repository import GitRepository
from runwright.errors import EdgeError
from tests.support.commands import runwright
from tests.support.github.site import GitHubSite

needs_github = pytest.mark.needs("github-server")
RELEASE_APP = 9999
"""The App of the release; it is not the bot's."""
PACKAGE = Path(__file__).resolve().parents[2] / "tools" / "runwright" / "adapters" / "forge_github"


@pytest.fixture
def site(github_site: GitHubSite, monkeypatch: pytest.MonkeyPatch) -> GitHubSite:
    """A repository that dana has set up, with a release, a channel, a branch of a person and a proposal of the bot."""
    for name, value in (
        ("RUNWRIGHT_GITHUB_API", github_site.api),
        ("RUNWRIGHT_GITHUB_WEB", github_site.web),
        ("RUNWRIGHT_GITHUB_TOKEN", github_site.tokens["dana"]),
        ("RUNWRIGHT_GITHUB_GAP", "0"),
    ):
        monkeypatch.setenv(name, value)
    main = str(github_site.bare.resolve("refs/heads/main"))
    for ref in ("tags/rules-v1", "heads/channels", "heads/erin/idea"):
        github_site.bare.git("update-ref", f"refs/{ref}", main)
    github_site.bare.commit_files("main", {"README.md": b"newer\n"}, "newer")
    words = ("--bot-app", str(github_site.app.id), "--release-app", str(RELEASE_APP))
    leave = ("--leave", "labels", "--leave", "files")
    told = runwright("github", "setup", "--forge", f"github:{github_site.repository}", "--apply", *words, *leave)
    assert "FAILED" not in told.out, told.out
    return github_site


@pytest.fixture
def bot(site: GitHubSite) -> Connection:
    """The bot's App, with one open proposal."""
    place = Place(site.repository, site.api, site.web)
    app = App(str(site.app.id), site.app.key.read_text("ascii"))
    connection = Connection(place, AppCredentials(place, app), pace=Pace(Gaps(seconds=0)))
    tip = site.bare.resolve("refs/heads/main")
    file = {"path": "runbooks/x.yaml", "mode": "100644", "type": "blob", "content": "id: x\n"}
    base = connection.get(f"git/commits/{tip}")["tree"]["sha"]
    tree = connection.write("POST", "git/trees", {"base_tree": base, "tree": [file]})["sha"]
    commit = connection.write("POST", "git/commits", {"message": "x", "tree": tree, "parents": [tip]})["sha"]
    connection.write("POST", "git/refs", {"ref": "refs/heads/runwright/improve/x/0", "sha": commit})
    words = {"title": "x", "body": "x", "head": "runwright/improve/x/0", "base": "main"}
    connection.write("POST", "pulls", words)
    return connection


def older(site: GitHubSite) -> str:
    return str(site.bare.resolve("refs/tags/rules-v1"))


def newer(site: GitHubSite) -> str:
    return str(site.bare.resolve("refs/heads/runwright/improve/x/0"))


Asked = Callable[[GitHubSite], tuple[str, str, Any]]
FORBIDDEN: dict[str, Asked] = {
    "push to main": lambda site: ("PATCH", "git/refs/heads/main", {"sha": newer(site)}),
    "force main back": lambda site: ("PATCH", "git/refs/heads/main", {"sha": older(site), "force": True}),
    "delete a person's branch": lambda _: ("DELETE", "git/refs/heads/erin/idea", None),
    "move a person's branch": lambda site: ("PATCH", "git/refs/heads/erin/idea", {"sha": newer(site)}),
    "make a branch elsewhere": lambda site: ("POST", "git/refs", {"ref": "refs/heads/evil", "sha": newer(site)}),
    "make a release tag": lambda site: ("POST", "git/refs", {"ref": "refs/tags/rules-v2", "sha": newer(site)}),
    "move a release tag": lambda site: ("PATCH", "git/refs/tags/rules-v1", {"sha": newer(site), "force": True}),
    "delete a release tag": lambda _: ("DELETE", "git/refs/tags/rules-v1", None),
    "write a channel": lambda site: ("PATCH", "git/refs/heads/channels", {"sha": newer(site)}),
    "approve its own proposal": lambda _: ("POST", "pulls/1/reviews", {"event": "APPROVE"}),
    "merge what nobody approved": lambda _: ("PUT", "pulls/1/merge", {"merge_method": "squash"}),
    "switch a ruleset off": lambda site: (
        "PUT", f"rulesets/{min(site.rules.rulesets)}", {"enforcement": "disabled"}),
    "protect main otherwise": lambda _: ("DELETE", "branches/main/protection", None),
    "open the environment of the release": lambda _: ("PUT", "environments/release", {"reviewers": []}),
    "let workflows approve": lambda _: (
        "PUT", "actions/permissions/workflow", {"can_approve_pull_request_reviews": True}),
}  # fmt: skip


def let_through(site: GitHubSite, bot: Connection, attempt: str) -> bool:
    """Whether GitHub did what the bot tried."""
    verb, path, body = FORBIDDEN[attempt](site)
    try:
        bot.write(verb, path, body)
    except Refused:
        return False
    return True


@needs_github
def test_github_refuses_the_bot_everything_but_proposals(site: GitHubSite, bot: Connection) -> None:
    before = site.bare.refs()
    assert [attempt for attempt in FORBIDDEN if let_through(site, bot, attempt)] == []
    assert site.bare.refs() == before


@needs_github
def test_github_refuses_a_push_of_the_bot_with_git_too(site: GitHubSite, bot: Connection, tmp_path: Path) -> None:
    mine, url, token = GitRepository.init_bare(tmp_path / "mine.git"), bot.place.git_url, bot.credentials.token
    fetch(mine, url, {"refs/heads/*": "refs/heads/*"}, token)
    before, commit = site.bare.refs(), newer(site)
    for ref in ("refs/heads/main", "refs/tags/rules-v7", "refs/heads/evil"):
        with pytest.raises(EdgeError):
            push(mine, url, {ref: commit}, token)
    assert site.bare.refs() == before
    push(mine, url, {"refs/heads/runwright/improve/x/1": commit}, token)


@needs_github
def test_a_person_is_not_kept_from_a_branch_of_their_own(site: GitHubSite) -> None:
    place = Place(site.repository, site.api, site.web)
    erin = Connection(place, TokenCredentials(site.tokens["erin"]), pace=Pace(Gaps(seconds=0)))
    erin.write("PATCH", "git/refs/heads/erin/idea", {"sha": str(site.bare.resolve("refs/heads/main"))})
    with pytest.raises(Refused):
        erin.write("PATCH", "git/refs/heads/main", {"sha": older(site), "force": True})


# The code of the bot.

BOT_ROOTS = ("proposals", "terms", "pulls")
"""What the service holds: its proposals, its terms, its view of the pull requests."""
ALLOWED = (
    r"POST git/(blobs|trees|commits|refs)",
    r"(PATCH|DELETE) git/refs/heads/\{\}",
    r"POST pulls",
    r"PATCH pulls/\{\}",
    r"POST pulls/\{\}/requested_reviewers",
    r"(POST|PUT) issues/\{\}/labels",
    r"DELETE issues/\{\}/labels/\{\}",
    r"POST labels",
    r"POST issues/\{\}/comments",
    r"PATCH issues/\{\}",
    r"(PATCH|DELETE) issues/comments/\{\}",
)
"""Every change that the bot may ask for."""


def reached(names: tuple[str, ...]) -> set[str]:
    """The modules of the package that these import, and what those import."""
    found: set[str] = set()
    open_ = list(names)
    while open_:
        name = open_.pop()
        path = PACKAGE / f"{name}.py"
        if name in found or not path.exists():
            continue
        found.add(name)
        imports = re.findall(r"^from runwright\.adapters\.forge_github\.(\w+) import", path.read_text(), re.MULTILINE)
        open_ += imports
    return found


def text_of(node: ast.expr) -> str:
    """A text with {} for what is put into it; a name stays open."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "?"


def writes(module: str) -> Iterator[str]:
    """Every change that a module asks for: its verb and its path."""
    for node in ast.walk(ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))):
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write"
        if called and isinstance(node, ast.Call) and len(node.args) > 1:
            yield f"{text_of(node.args[0])} {text_of(node.args[1])}"


def test_the_bot_has_code_for_nothing_but_proposals() -> None:
    modules = reached(BOT_ROOTS) - {"connection", "pace", "wire"}
    assert "reviews" not in modules
    assert "merging" not in modules
    found = {write for module in modules for write in writes(module)}
    strange = {one for one in found if "?" not in one and not any(re.fullmatch(wanted, one) for wanted in ALLOWED)}
    assert strange == set()
    assert len(found) >= 8


def test_a_path_that_the_bot_puts_together_is_one_of_a_comment() -> None:
    assert {module for module in reached(BOT_ROOTS) for write in writes(module) if "?" in write} <= {
        "connection",
        "sticky",
    }
    paths = re.findall(r'f"([a-z]+/[^"]*)"', (PACKAGE / "sticky.py").read_text("utf-8"))
    assert {re.sub(r"\{[^}]*\}", "{}", path) for path in paths} == {"issues/{}/comments", "issues/comments/{}"}
