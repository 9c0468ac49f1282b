"""Attacks by somebody who may write and owns nothing: on the bot's pull requests, and on what it believes of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runwright.model.proposal import ELSEWHERE, PullRequest
from runwright.service.tidying import orphans
from tests.forge.sides import GitHubSide
from tests.forge.test_github_trouble import ASKED, TEXT, ticking
from tests.support.forge import RUNBOOK, later

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
