"""A release at GitHub under faults: whatever is lost, refused or killed, there is exactly one tag and one page."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runwright.adapters.git_repository import RefMoved
from runwright.adapters.release_git import Attested, CutRequest
from runwright.adapters.release_published import Keys
from runwright.cli.release_github import github_releases
from runwright.cli.wiring import now
from tests.support.commands import Answer
from tests.support.forge import RELEASE
from tests.support.github import faults
from tests.support.github.site import GitHubSite
from tests.support.hosted_shop import Shop, opened

pytestmark = pytest.mark.needs("github-server")
TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture
def shop(github_site: GitHubSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with opened(github_site, tmp_path) as made:
        for name, value in made.environment().items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.mark.parametrize("fault", [faults.bad_gateway(), faults.bad_gateway(after=True), faults.dropped(after=True)])
def test_a_push_that_was_cut_off_leaves_exactly_one_release(shop: Shop, fault: faults.Fault) -> None:
    shop.first()
    shop.merged()
    shop.site.faults.add(fault, "POST", "git-receive-pack$")
    assert shop.release().code == 0
    assert set(shop.tags()) == {"refs/tags/rules-v1", "refs/tags/rules-v2"}
    assert [page["tag_name"] for page in shop.pages()].count("rules-v2") == 1


@pytest.mark.parametrize("fault", [faults.bad_gateway(), faults.bad_gateway(after=True), faults.dropped(after=True)])
def test_a_page_that_was_cut_off_is_there_once(shop: Shop, fault: faults.Fault) -> None:
    shop.site.faults.add(fault, "POST", "/releases$")
    shop.first()
    assert [page["tag_name"] for page in shop.pages()] == ["rules-v1"]


NOS = {
    "a limit that says how long": faults.secondary_limit(retry_after=60),
    "a limit that does not": faults.secondary_limit(),
    "a token that is not taken": faults.bad_credentials(),
    "a conflict": faults.conflict(),
    "content that is not taken": faults.unprocessable(),
    "no JSON": faults.garbage(),
}


@pytest.mark.parametrize("where", ["/releases$", "git-receive-pack$"])
@pytest.mark.parametrize("fault", NOS.values(), ids=NOS.keys())
def test_after_any_no_of_github_the_next_run_leaves_exactly_one_release(
    shop: Shop, fault: faults.Fault, where: str
) -> None:
    shop.site.faults.add(fault, "POST", where)
    said = shop.release("cut", "--first")
    published = set(shop.tags()) == {"refs/tags/rules-v1"}
    assert published or said.code == 1, said
    again = shop.release("keep") if published else shop.release("cut", "--first")
    assert again.code == 0, again
    assert set(shop.tags()) == {"refs/tags/rules-v1"}
    assert [page["tag_name"] for page in shop.pages()] == ["rules-v1"]


@pytest.mark.parametrize("place", ["release_cut", "release_pushed"])
def test_a_release_that_was_killed_is_finished_by_the_next_one(shop: Shop, place: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "runwright.cli.main", "release", "cut", "--first"]
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(TOOLS), "TMPDIR": str(tmp_path), **shop.environment()}
    command = [*words, "--forge", shop.address, "--key", shop.key()]
    killed = subprocess.run(
        command, env={**variables, "RUNWRIGHT_FAULT": place}, capture_output=True, timeout=60, check=False
    )
    assert killed.returncode == -9, killed.stderr
    assert (shop.tags() == {}, shop.pages()) == (place == "release_cut", [])
    said = shop.release("cut", *(["--first"] if place == "release_cut" else []))
    assert (said.code, "rules-v1 on stable" in said.out) == (0, True), said
    assert set(shop.tags()) == {"refs/tags/rules-v1"}
    assert [page["tag_name"] for page in shop.pages()] == ["rules-v1"]


def test_of_two_who_release_at_once_one_is_told_that_the_other_was_first(shop: Shop) -> None:
    shop.first()
    shop.merged()
    other: list[Answer] = []
    with github_releases(shop.site.repository, None, os.environ) as remote:

        def meanwhile(since: str, until: str) -> tuple[Attested, ...]:
            other.append(shop.release())
            return remote.judge(since, until)

        with pytest.raises(RefMoved, match="another writer was first"):
            replace(remote, judge=meanwhile).cut(Keys(RELEASE), CutRequest(now=now()))
    assert other[0].code == 0
    assert set(shop.tags()) == {"refs/tags/rules-v1", "refs/tags/rules-v2"}
    assert [page["tag_name"] for page in shop.pages()].count("rules-v2") == 1
