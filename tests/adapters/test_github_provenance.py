"""What is gathered from GitHub about a merge: who pushed, what accounts may do, heads that no branch has any more."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from runwright.adapters.change_risk import risk_of
from runwright.adapters.forge_github.provenance import (
    Provenance,
    base_changed_at,
    permission_of,
    read_judged,
    standings_of,
)
from runwright.adapters.git_remote import fetch
from runwright.adapters.git_repository import GitRepository
from runwright.adapters.release_remote import MIRRORED
from runwright.errors import TrustError
from runwright.release.codeowners import parse_codeowners
from runwright.release.hosted_line import HostedApproval, hosted_approvals
from tests.support.github import faults
from tests.support.github.site import GitHubSite
from tests.support.hosted_shop import SECOND, Shop, book, opened

pytestmark = pytest.mark.needs("github-server")


@pytest.fixture
def shop(github_site: GitHubSite, tmp_path: Path) -> Iterator[Shop]:
    with opened(github_site, tmp_path) as made:
        yield made


def judged(shop: Shop, since: str) -> tuple[HostedApproval, ...]:
    """Mirror, gather and judge, as a release does."""
    mirror = GitRepository.init_bare(shop.folder / "mirror.git")
    voice = shop.voice("erin")
    fetch(mirror, shop.place.git_url, MIRRORED, voice.credentials.token, prune=True)
    until = mirror.resolve("refs/heads/main") or ""
    hosting = Provenance(voice, mirror).hosting(since, until)
    return hosted_approvals(mirror, hosting, since, until, partial(risk_of, mirror))


def refused(shop: Shop, since: str) -> str:
    with pytest.raises(TrustError) as caught:
        judged(shop, since)
    return caught.value.code


def delete_branch(shop: Shop, number: int) -> None:
    shop.voice("dana").write("DELETE", f"git/refs/heads/{shop.site.pulls[number].head_ref}")


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_merge_whose_branch_is_gone_is_judged_all_the_same(shop: Shop, method: str) -> None:
    since = shop.main
    number = shop.merged(method=method)
    delete_branch(shop, number)
    (found,) = judged(shop, since)
    assert (found.number, found.approvers, found.head_sha) == (number, ("dana", "erin"), shop.head(number))


def test_several_merges_are_judged_in_order(shop: Shop) -> None:
    since = shop.main
    first = shop.merged()
    second = shop.merged(book(3, "db", name="Start it"), "rebase", "runwright/improve/y")
    assert [found.number for found in judged(shop, since)] == [first, second]


def test_who_pushed_last_is_known_when_the_branch_is_gone(shop: Shop) -> None:
    number = shop.propose(by="frank")
    shop.merge(number)
    delete_branch(shop, number)
    pushed = read_judged(shop.voice("erin"), number).pushed_by
    assert pushed is not None
    assert pushed.login == "frank"


def test_where_github_does_not_say_who_pushed_nobody_is_named(shop: Shop) -> None:
    number = shop.propose()
    shop.site.faults.add(faults.refused(404, "Not Found"), "GET", "/activity$")
    assert read_judged(shop.voice("erin"), number).pushed_by is None


def test_one_more_person_is_asked_where_github_does_not_say_who_pushed(shop: Shop) -> None:
    since = shop.main
    number = shop.propose()
    shop.green(number)
    shop.review(number, "dana")
    shop.merge(number)
    assert [found.approvers for found in judged(shop, since)] == [("dana",)]
    shop.site.faults.add(faults.refused(403, "Forbidden"), "GET", "/activity$")
    assert refused(shop, since) == "approval.too_few"


def test_a_pull_request_that_was_pointed_at_another_base_after_its_approval_is_refused(shop: Shop) -> None:
    since = shop.main
    shop.site.bare.set_ref("refs/heads/harmless", shop.main)
    number = shop.propose()
    shop.green(number)
    shop.review(number, "dana")
    voice = shop.voice("frank")
    for base in ("harmless", "main"):
        voice.write("PATCH", f"pulls/{number}", {"base": base})
    assert base_changed_at(voice, number) is not None
    shop.merge(number)
    assert refused(shop, since) == "approval.stale"


def test_an_approval_that_was_dismissed_does_not_count(shop: Shop) -> None:
    since = shop.main
    number = shop.propose()
    shop.green(number)
    review = shop.review(number, "dana")
    shop.voice("dana").write("PUT", f"pulls/{number}/reviews/{review}/dismissals", {"message": "not yet"})
    shop.merge(number)
    assert refused(shop, since) == "approval.dismissed"


def test_an_approval_by_the_workflows_token_does_not_count(shop: Shop) -> None:
    since = shop.main
    number = shop.propose()
    shop.green(number)
    shop.review(number, "actions")
    shop.merge(number)
    assert refused(shop, since) == "reviewer.bot"


def test_who_may_only_read_does_not_count(shop: Shop) -> None:
    since = shop.main
    number = shop.propose()
    shop.green(number)
    shop.review(number, "gina")
    shop.merge(number)
    assert refused(shop, since) == "reviewer.permission"


@pytest.mark.parametrize(
    ("login", "permission"),
    [("dana", "admin"), ("erin", "write"), ("gina", "read"), ("mallory", "none"), ("no-such-account", "none")],
)
def test_what_an_account_may_do_is_asked(shop: Shop, login: str, permission: str) -> None:
    assert permission_of(shop.voice("erin"), login) == permission


def test_a_team_that_cannot_be_seen_has_no_members(shop: Shop) -> None:
    owners = parse_codeowners("* @dana @acme/hidden\n")
    standing = standings_of(shop.voice("erin"), ["dana", "github-actions[bot]"], owners)
    assert standing.keys() == {"dana"}
    assert standing["dana"].teams == frozenset()


def test_what_touches_nothing_guarded_costs_no_request(shop: Shop) -> None:
    since = shop.main
    shop.site.bare.commit_files("main", {"README.md": b"hello\n"}, "a page")
    before = shop.voice("erin").requests
    assert judged(shop, since) == ()
    assert shop.voice("erin").requests == before


def test_a_merge_costs_few_requests(shop: Shop) -> None:
    since = shop.main
    shop.merged(SECOND)
    before = shop.voice("erin").requests
    judged(shop, since)
    assert shop.voice("erin").requests - before <= 11
