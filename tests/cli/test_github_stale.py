"""`runwright github stale`: a proposal that nobody answered for a week is closed as stale, once; nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.forge_github.as_proposal import View, pull_of
from runwright.adapters.forge_github.reading import read_hosted
from runwright.learn.unanswered import went_unanswered
from tests.support.commands import Answer, runwright
from tests.support.github import faults
from tests.support.github.accounts import BOT
from tests.support.github.faults import Fault
from tests.support.github.site import GitHubSite
from tests.support.github_ci import as_app, as_user, environment, workflow_token

pytestmark = pytest.mark.needs("github-server")
BRANCH = "runwright/improve/RB-LIN-X-001/abababababab"


def old(answer: Any) -> Any:
    """A pull request that was opened long ago."""
    return replace(answer, body={**answer.body, "created_at": "2026-01-01T00:00:00Z"})


@pytest.fixture
def proposal(github_site: GitHubSite) -> int:
    """A proposal of the bot's, opened long ago."""
    bot = as_app(github_site)
    base = github_site.bare.resolve("refs/heads/main") or ""
    blob = bot.write("POST", "git/blobs", {"content": "id: RB-LIN-X-001\n", "encoding": "utf-8"})["sha"]
    entry = {"path": "runbooks/linux/RB-LIN-X-001.yaml", "mode": "100644", "type": "blob", "sha": blob}
    tree = bot.write("POST", "git/trees", {"base_tree": github_site.bare.resolve(f"{base}^{{tree}}"), "tree": [entry]})[
        "sha"
    ]
    who = {"name": BOT, "email": f"9+{BOT}@users.noreply.github.com", "date": "2026-01-01T00:00:00Z"}
    words = {"message": "A proposal\n", "tree": tree, "parents": [base], "author": who, "committer": who}
    commit = bot.write("POST", "git/commits", words)["sha"]
    bot.write("POST", "git/refs", {"ref": f"refs/heads/{BRANCH}", "sha": commit})
    number = int(bot.write("POST", "pulls", {"title": "A proposal", "head": BRANCH, "base": "main"})["number"])
    bot.write("POST", f"issues/{number}/labels", {"labels": ["runwright"]})
    github_site.faults.add(Fault(old, after=True), "GET", rf"/pulls/{number}$", times=99)
    return number


@pytest.fixture(autouse=True)
def as_the_workflow(github_site: GitHubSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment as stale.yml sets it."""
    token = workflow_token(github_site, contents="read", issues="write", pull_requests="write")
    more = {"RUNWRIGHT_GITHUB_TOKEN": token, "RUNWRIGHT_GITHUB_BOT": BOT}
    for name, value in (environment(github_site, "dana") | more).items():
        monkeypatch.setenv(name, value)


def stale(site: GitHubSite, *words: str) -> Answer:
    return runwright("github", "stale", "--forge", f"github:{site.repository}", *words)


def state(site: GitHubSite, number: int) -> tuple[str, list[str], int]:
    """State, labels and how many comments."""
    issue = as_user(site, "dana").get(f"issues/{number}")
    comments = as_user(site, "dana").get(f"issues/{number}/comments")
    return issue["state"], sorted(label["name"] for label in issue["labels"]), len(comments)


def test_it_is_closed_with_the_reason_and_remembered_as_unanswered(github_site: GitHubSite, proposal: int) -> None:
    told = stale(github_site)
    assert (told.code, told.err, told.out) == (0, "", f"#{proposal}: no answer in 7 days; closed as stale\n")
    assert state(github_site, proposal) == ("closed", ["closed:stale", "runwright"], 1)
    pull = pull_of(read_hosted(as_app(github_site), proposal), View(BOT, github_site.repository))
    assert (pull.closed_as, went_unanswered(pull)) == ("stale", True)


def test_the_bot_itself_may_close_it_too(
    github_site: GitHubSite, proposal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RUNWRIGHT_GITHUB_TOKEN", "RUNWRIGHT_GITHUB_BOT"):
        monkeypatch.delenv(name)
    for name, value in environment(github_site).items():
        monkeypatch.setenv(name, value)
    assert stale(github_site).code == 0
    pull = pull_of(read_hosted(as_app(github_site), proposal), View(BOT, github_site.repository))
    assert (pull.closed_as, pull.closed_by, went_unanswered(pull)) == ("stale", BOT, True)


def test_a_dry_run_closes_nothing(github_site: GitHubSite, proposal: int) -> None:
    told = stale(github_site, "--dry-run")
    assert told.out == f"#{proposal}: no answer in 7 days\n"
    assert state(github_site, proposal) == ("open", ["runwright"], 0)


@pytest.mark.parametrize(
    "act",
    [
        lambda erin, number: erin.write("POST", f"issues/{number}/comments", {"body": "Tomorrow."}),
        lambda erin, number: erin.write("POST", f"pulls/{number}/reviews", {"event": "COMMENT", "body": "Hm."}),
        lambda erin, number: erin.write("POST", f"issues/{number}/labels", {"labels": ["needs-work"]}),
    ],
    ids=["comment", "review", "label"],
)
def test_what_a_person_touched_stays_open(
    github_site: GitHubSite, proposal: int, act: Callable[[Any, int], object]
) -> None:
    act(as_user(github_site, "erin"), proposal)
    told = stale(github_site)
    assert told.out == f"no proposal of {BOT} waits for longer than 7 days\n"
    assert state(github_site, proposal)[0] == "open"


@pytest.mark.parametrize(
    "act",
    [
        lambda gina, number: gina.write("POST", f"issues/{number}/comments", {"body": "Bump!"}),
        lambda gina, number: gina.write("POST", f"pulls/{number}/reviews", {"event": "APPROVE", "body": ""}),
        lambda gina, number: gina.write("POST", f"pulls/{number}/reviews", {"event": "REQUEST_CHANGES", "body": "No."}),
    ],
    ids=["comment", "approval", "changes"],
)
def test_what_a_passer_by_says_keeps_nothing_open(
    github_site: GitHubSite, proposal: int, act: Callable[[Any, int], object]
) -> None:
    act(as_user(github_site, "gina"), proposal)
    assert stale(github_site).out == f"#{proposal}: no answer in 7 days; closed as stale\n"
    assert state(github_site, proposal)[:2] == ("closed", ["closed:stale", "runwright"])


def test_what_a_person_opened_again_stays_open(github_site: GitHubSite, proposal: int) -> None:
    stale(github_site)
    as_user(github_site, "erin").write("PATCH", f"pulls/{proposal}", {"state": "open"})
    stale(github_site)
    assert state(github_site, proposal)[0] == "open"


def test_what_is_not_a_week_old_stays_open(github_site: GitHubSite, proposal: int) -> None:
    github_site.faults.planted.clear()
    stale(github_site)
    assert state(github_site, proposal)[0] == "open"


@pytest.mark.parametrize(("verb", "path"), [("POST", "/comments$"), ("PATCH", r"/issues/\d+$")])
@pytest.mark.parametrize("after", [False, True])
def test_whatever_goes_wrong_it_is_closed_once_with_one_comment(
    github_site: GitHubSite, proposal: int, verb: str, path: str, after: bool
) -> None:
    github_site.faults.add(faults.dropped(after=after), verb, path)
    github_site.faults.add(faults.bad_gateway(after=after), verb, path)
    assert stale(github_site).code == 0
    assert state(github_site, proposal) == ("closed", ["closed:stale", "runwright"], 1)


def test_a_job_that_ended_between_comment_and_closing_is_taken_up_again(github_site: GitHubSite, proposal: int) -> None:
    github_site.faults.add(faults.secondary_limit(), "PATCH", r"/issues/\d+$")
    assert stale(github_site).code == 1
    assert state(github_site, proposal) == ("open", ["runwright"], 1)
    assert stale(github_site).code == 0
    assert state(github_site, proposal) == ("closed", ["closed:stale", "runwright"], 1)


def test_the_token_of_a_workflow_is_not_taken_for_the_bot(
    github_site: GitHubSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RUNWRIGHT_GITHUB_BOT")
    told = stale(github_site)
    assert (told.code, "name the bot with --bot" in told.err) == (2, True)


def test_a_local_forge_is_told_apart(tmp_path: Path) -> None:
    told = runwright("github", "stale", "--forge", tmp_path)
    assert (told.code, "--forge github:OWNER/NAME" in told.err) == (2, True)
