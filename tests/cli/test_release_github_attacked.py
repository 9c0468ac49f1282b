"""Attacks on what is published: tags and documents that somebody plants or brings back who may push and has no key."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from runwright.adapters.git_remote import push
from runwright.adapters.git_repository import NewCommit
from runwright.adapters.release_git import CutRequest
from runwright.adapters.release_published import Keys
from runwright.cli.release_github import github_releases
from runwright.cli.wiring import now
from runwright.errors import TrustError
from runwright.model.release import Hold
from runwright.release.objects import Identity
from tests.support.forge import NOW, RELEASE
from tests.support.github.site import GitHubSite
from tests.support.hosted_shop import Shop, opened

pytestmark = pytest.mark.needs("github-server")
CHANNELS = "refs/heads/channels"
HOLD = Hold(runbook_id="RB-LIN-SERVICE-001", version=1, reason="restarts the wrong host")


@pytest.fixture
def shop(github_site: GitHubSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with opened(github_site, tmp_path) as made:
        for name, value in made.environment().items():
            monkeypatch.setenv(name, value)
        yield made


def kept(shop: Shop, days: int = 0) -> str:
    """Do what `keep` does, some days from now."""
    with github_releases(shop.site.repository, None, os.environ) as remote:
        made = remote.keep(Keys(RELEASE), CutRequest(now=now() + timedelta(days=days)), timedelta(hours=12))
    return made.tag if made else ""


def held(shop: Shop) -> None:
    """An operator tells agents to leave a runbook alone."""
    with github_releases(shop.site.repository, None, os.environ) as remote:
        remote.cut(Keys(RELEASE), CutRequest(now=now(), holds=(HOLD,)))


def brought_back(shop: Shop, old: str) -> None:
    """Frank puts the documents of an earlier commit on top of the branch: a step forward that no rule refuses."""
    git, tip = shop.git, str(shop.site.bare.resolve(CHANNELS))
    files = dict(git.read_files(old))
    oid = git.write_commit(NewCommit("x\n", Identity("frank", "frank@acme.example"), NOW, files, (tip,)))
    push(git, shop.place.git_url, {CHANNELS: oid}, lambda: shop.token("frank"))


def refused(shop: Shop) -> str:
    before = shop.site.bare.refs()
    with pytest.raises(TrustError) as caught:
        kept(shop)
    assert shop.site.bare.refs() == before
    return caught.value.code


def test_a_document_from_before_a_hold_that_is_brought_back_does_not_lift_the_hold(shop: Shop) -> None:
    shop.first()
    old = str(shop.site.bare.resolve(CHANNELS))
    held(shop)
    brought_back(shop, old)
    shop.merged()
    assert refused(shop) == "release.document_old"


@pytest.mark.parametrize("name", ["rules-v2", "rules-v99"])
def test_a_tag_that_the_key_did_not_sign_stops_the_release_and_is_told(shop: Shop, name: str) -> None:
    shop.first()
    push(shop.git, shop.place.git_url, {f"refs/tags/{name}": shop.main}, lambda: shop.token("frank"))
    shop.merged()
    assert refused(shop) == "release.tag_untrusted"


def test_a_signed_tag_under_a_new_name_is_none(shop: Shop) -> None:
    shop.first()
    push(
        shop.git,
        shop.place.git_url,
        {"refs/tags/rules-v2": shop.tags()["refs/tags/rules-v1"]},
        lambda: shop.token("frank"),
    )
    shop.merged()
    assert refused(shop) == "release.tag_untrusted"


def test_a_document_that_the_key_did_not_sign_stops_the_release(shop: Shop) -> None:
    shop.first()
    shop.site.bare.commit_files("channels", {"stable.json": b"{}", "stable.json.sig": b""}, "x")
    assert refused(shop) == "release.document_untrusted"
