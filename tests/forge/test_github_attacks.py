"""Attacks by somebody who may write and owns nothing: on the bot's pull requests, and on what it believes of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from runwright.adapters.git_remote import fetch
from runwright.adapters.git_repository import GitRepository
from runwright.errors import EdgeError
from runwright.model.proposal import ELSEWHERE, PullRequest
from runwright.service.tidying import orphans
from tests.forge.sides import GitHubSide
from tests.forge.test_github_trouble import ASKED, TEXT, ticking
from tests.support.forge import RUNBOOK, later, proposal
from tests.support.github import faults

pytestmark = pytest.mark.needs("github-server")
DAY = 86_400.0


def merged_elsewhere(github: GitHubSide) -> PullRequest:
    """Frank points a proposal at a branch of his own and merges it there, where no rule asks for anything."""
    pull = github.bot().open(ASKED, later())
    main = github.site.bare.resolve("refs/heads/main")
    github.asks("frank", "POST", "git/refs", {"ref": "refs/heads/franks", "sha": main})
    github.asks("frank", "PATCH", f"pulls/{pull.number}", {"base": "franks"})
    github.asks("frank", "PUT", f"pulls/{pull.number}/merge", {"merge_method": "squash"})
    return pull


def test_a_proposal_that_somebody_merged_elsewhere_hides_its_failure_and_takes_a_place_no_longer(
    github: GitHubSide,
) -> None:
    number = merged_elsewhere(github).number
    (found,) = github.reader().pulls()
    assert (found.number, found.state, found.closed_as, found.merge_commit) == (number, "closed", "stale", "")
    assert "franks" in found.closed_reason
    assert found.closed_reason.startswith(ELSEWHERE)
    ended = found.ended_at
    assert ended is not None
    assert [one.pull_number for one in orphans((found,), ended + timedelta(hours=1))] == [number]
    assert github.reader().open_pulls() == ()


@pytest.mark.parametrize("branch", ["kept", "deleted"])
def test_its_failure_is_proposed_anew(github: GitHubSide, branch: str) -> None:
    number = merged_elsewhere(github).number
    if branch == "deleted":
        github.asks("dana", "DELETE", f"git/refs/heads/{ASKED.branch}")
    again = github.bot().open(ASKED, later(5))
    assert (again.number > number, again.state, again.base_ref) == (True, "open", "refs/heads/main")
    assert github.file(again.head_sha, RUNBOOK) == TEXT.encode()


def test_what_came_to_main_by_another_branch_is_merged_all_the_same(github: GitHubSide) -> None:
    merged_elsewhere(github)
    (before,) = github.reader().pulls()
    data = github.asks("frank", "POST", "pulls", {"title": "All of it", "head": "franks", "base": "main", "body": ""})
    github.asks("dana", "PUT", f"pulls/{data['number']}/merge", {"merge_method": "merge"})
    after = github.pull(before.number)
    assert (before.state, after.state, after.closed_as) == ("closed", "merged", None)


def test_a_merge_that_main_was_moved_back_from_is_over_after_a_day(github: GitHubSide) -> None:
    before = str(github.site.bare.resolve("refs/heads/main"))
    pull = github.bot().open(ASKED, later())
    github.merge(pull)
    github.asks("dana", "PATCH", "git/refs/heads/main", {"sha": before, "force": True})
    github.refresh()
    reader, _, connection = ticking(github)
    assert [one.state for one in reader.pulls()] == ["open"]  # as after a merge that is not fetched yet
    connection.told_at += 2 * DAY
    (found,) = reader.pulls()
    assert (found.state, found.closed_as, found.closed_reason.startswith(ELSEWHERE)) == ("closed", "stale", False)


# A commit in the bot's name.

NEWER = proposal({RUNBOOK: f"{TEXT}# newer\n"})


def forged(github: GitHubSide, pull: PullRequest) -> str:
    """Frank pushes a commit whose author and committer are the bot's, as anybody can write them; gives the new head."""
    head = github.site.bare.resolve(f"refs/heads/{pull.branch}") or ""
    tree = [{"path": RUNBOOK, "mode": "100644", "type": "blob", "content": "frank was here\n"}]
    made = github.asks("frank", "POST", "git/trees", {"base_tree": github.site.git.tree_of(head), "tree": tree})
    bot = github.site.git.commit(pull.head_sha).author
    who = {"name": bot.name, "email": bot.email, "date": "2026-03-02T09:10:00Z"}
    body = {"message": "direct", "tree": made["sha"], "parents": [head], "author": who, "committer": who}
    sha = str(github.asks("frank", "POST", "git/commits", body)["sha"])
    github.asks("frank", "PATCH", f"git/refs/heads/{pull.branch}", {"sha": sha})
    return sha


def lost_mirror(github: GitHubSide, tmp_path: Path) -> None:
    """The service comes up with nothing of what it noted."""
    github.mirror = GitRepository.init_bare(tmp_path / "new.git")
    names = {"refs/heads/main": "refs/heads/main", "refs/heads/runwright/*": "refs/heads/runwright/*"}
    fetch(github.mirror, github.place.git_url, names, github.connection.credentials.token)


def is_left_alone(github: GitHubSide, number: int) -> bool:
    """Whether the bot changes neither what a proposal says nor what it holds, and does not take it back."""
    before, body = github.heads(), github.pull(number).body
    bot = github.bot()
    told = bot.retell(number, "Another change.\n", ("runwright",), later(2))
    taken = bot.withdraw(number, "superseded", "x", later(3))
    pushed = bot.open(NEWER, later(4)).number != number or github.heads() != before
    return not (told or taken or pushed) and github.pull(number).body == body


@pytest.mark.parametrize("mirror", ["kept", "lost"])
def test_a_commit_in_the_bots_name_by_somebody_else_is_a_persons(
    github: GitHubSide, tmp_path: Path, mirror: str
) -> None:
    pull = github.bot().open(ASKED, later())
    head = forged(github, pull)
    if mirror == "lost":
        lost_mirror(github, tmp_path)
    shown = github.connection.get(f"commits/{head}")
    assert {shown[who]["login"] for who in ("author", "committer")} == {"runwright[bot]"}
    assert is_left_alone(github, pull.number)
    assert github.heads()[f"refs/heads/{ASKED.branch}"] == head


def test_what_the_bot_itself_pushed_is_its_own_though_nothing_of_it_is_noted_any_more(
    github: GitHubSide, tmp_path: Path
) -> None:
    pull = github.bot().open(ASKED, later())
    github.bot().open(NEWER, later(1))
    lost_mirror(github, tmp_path)
    assert github.bot().retell(pull.number, "New.\n", ("runwright",), later(2))
    questions = sum(one.path.endswith("/activity") for one in github.site.requests)
    assert github.bot().withdraw(pull.number, "superseded", "x", later(3))
    assert (questions, sum(one.path.endswith("/activity") for one in github.site.requests)) == (1, 1)


@pytest.mark.parametrize(("mirror", "free"), [("kept", True), ("lost", False)])
@pytest.mark.parametrize("status", [403, 404, 422])
def test_where_github_does_not_say_who_pushed_what_is_noted_alone_counts(
    github: GitHubSide, tmp_path: Path, mirror: str, free: bool, status: int
) -> None:
    pull = github.bot().open(ASKED, later())
    if mirror == "lost":
        lost_mirror(github, tmp_path)
    github.site.faults.add(faults.refused(status, "no"), "GET", "/activity$", times=9)
    assert github.bot().retell(pull.number, "New.\n", ("runwright",), later(2)) is free


def test_one_that_was_moved_back_to_what_the_bot_wrote_is_the_bots_again(github: GitHubSide) -> None:
    pull = github.bot().open(ASKED, later())
    forged(github, pull)
    github.asks("dana", "PATCH", f"git/refs/heads/{pull.branch}", {"sha": pull.head_sha, "force": True})
    assert github.bot().retell(pull.number, "New.\n", ("runwright",), later(2))


def test_a_branch_that_was_left_with_such_a_commit_is_not_built_upon(github: GitHubSide) -> None:
    pull = github.bot().open(ASKED, later())
    assert github.bot().withdraw(pull.number, "stale", "x", later(1))
    head = forged(github, pull)
    with pytest.raises(EdgeError, match="somebody pushed"):
        github.bot().open(NEWER, later(4))
    assert github.heads()[f"refs/heads/{ASKED.branch}"] == head
