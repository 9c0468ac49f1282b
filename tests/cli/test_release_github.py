"""`runwright release` for a repository at GitHub: from a merged pull request to a signed tag that an agent takes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from runwright.adapters.git_remote import push
from runwright.adapters.git_repository import GitRepository, NewCommit
from runwright.adapters.release_git import CutRequest
from runwright.adapters.release_published import Keys
from runwright.adapters.release_remote import RemoteReleases
from runwright.adapters.release_store import ReleaseStore, Source
from runwright.cli.release_github import github_releases
from runwright.cli.wiring import now
from runwright.errors import TrustError
from runwright.model.release import Hold
from runwright.release.objects import Identity, parse_tag
from tests.support.agent_site import write_config
from tests.support.commands import runwright
from tests.support.forge import NOW, RELEASE, RUNBOOK, pins
from tests.support.github.site import GitHubSite
from tests.support.hosted_shop import SECOND, Shop, book, opened

pytestmark = pytest.mark.needs("github-server")


@pytest.fixture
def shop(github_site: GitHubSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with opened(github_site, tmp_path) as made:
        for name, value in made.environment().items():
            monkeypatch.setenv(name, value)
        yield made


@contextmanager
def at_github(shop: Shop) -> Iterator[RemoteReleases]:
    with github_releases(shop.site.repository, None, os.environ) as remote:
        yield remote


def message(shop: Shop, tag: str) -> str:
    return parse_tag(shop.git.read_object(shop.tags()[f"refs/tags/{tag}"]).data).message


def refused(shop: Shop, code: str) -> str:
    before = shop.site.bare.refs("refs/tags/") | shop.site.bare.refs("refs/heads/channels")
    said = shop.release()
    assert (said.code, f"[{code}]" in said.err) == (4, True), said
    assert shop.site.bare.refs("refs/tags/") | shop.site.bare.refs("refs/heads/channels") == before
    return said.err


def test_the_first_release_is_an_import(shop: Shop) -> None:
    said = shop.release("cut", "--first")
    assert (said.code, said.out.split(":")[0]) == (0, "rules-v1 on stable")
    assert set(shop.tags()) == {"refs/tags/rules-v1"}
    assert [page["tag_name"] for page in shop.pages()] == ["rules-v1"]


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_merged_pull_request_becomes_a_release_that_tells_who_approved_it(shop: Shop, method: str) -> None:
    shop.first()
    number = shop.merged(method=method)
    assert shop.release().code == 0
    told = message(shop, "rules-v2")
    for part in (f"#{number} approved-by=dana,erin", shop.head(number), shop.main, "checks=replay@15368:"):
        assert part in told
    (page,) = [page for page in shop.pages() if page["tag_name"] == "rules-v2"]
    for part in (f"| #{number} | `dana, erin` |", "RB-LIN-SERVICE-001", "start-db", "verify-tag rules-v2"):
        assert part in page["body"], page["body"]


def test_a_release_from_github_is_taken_by_an_agent(shop: Shop, tmp_path: Path) -> None:
    shop.first()
    source = Source(remote=shop.place.git_url, pins=pins(), token=lambda: shop.token("gina"))
    store = ReleaseStore(tmp_path / "agent", source)
    assert store.pull(now()).active.tag == "rules-v1"
    shop.merged()
    assert shop.release().code == 0
    active = store.pull(now()).active
    assert (active.tag, active.document.merged_by) == ("rules-v2", "dana, erin")
    assert active.files[RUNBOOK] == SECOND[RUNBOOK]


def test_the_agents_command_reads_the_token_from_a_file(shop: Shop, tmp_path: Path) -> None:
    shop.first()
    (tmp_path / "git.token").write_text(shop.token("gina") + "\n")
    releases = {"remote": shop.place.git_url, "trusted_keys": "trusted_keys", "token_file": "git.token"}
    config = write_config(tmp_path, checks=[{"id": "web", "type": "service", "service": "web"}], releases=releases)
    said = runwright("agent", "pull", "--config", config)
    assert (said.code, "rules-v1" in said.out) == (0, True), said


def test_a_token_file_that_is_not_there_is_told_with_its_place(shop: Shop, tmp_path: Path) -> None:
    releases = {"remote": shop.place.git_url, "trusted_keys": "trusted_keys", "token_file": "git.token"}
    config = write_config(tmp_path, checks=[{"id": "web", "type": "service", "service": "web"}], releases=releases)
    said = runwright("agent", "pull", "--config", config)
    assert (said.code, "git.token cannot be read" in said.err, "agent.yaml:" in said.err) == (1, True, True), said


def test_what_nobody_approved_is_not_released(shop: Shop) -> None:
    shop.first()
    number = shop.propose()
    shop.green(number)
    oid = shop.merge(number)
    said = refused(shop, "approval.missing")
    assert f"#{number}" in said
    assert oid[:12] in said


def test_what_was_pushed_past_every_pull_request_is_not_released(shop: Shop) -> None:
    shop.first()
    oid = shop.site.bare.commit_files("main", SECOND, "direct")
    assert oid[:12] in refused(shop, "history.direct_push")


def test_a_risky_change_that_one_person_approved_is_not_released(shop: Shop) -> None:
    """The label says low; what counts is what the change does."""
    shop.first()
    number = shop.propose(book(2, settle="0s"))
    shop.voice("dana").write("POST", f"issues/{number}/labels", {"labels": ["risk:low"]})
    shop.green(number)
    shop.review(number)
    shop.merge(number)
    refused(shop, "approval.too_few")


def test_a_check_that_the_bots_app_set_itself_is_not_enough(shop: Shop) -> None:
    shop.first()
    number = shop.propose()
    shop.green(number, "validate")
    shop.green(number, "replay", who="runwright[bot]")
    for who in ("dana", "erin"):
        shop.review(number, who)
    shop.merge(number)
    refused(shop, "check.other_app")


def test_who_pushed_last_does_not_count_whoever_the_commit_says_wrote_it(shop: Shop) -> None:
    shop.first()
    number = shop.propose()
    shop.site.accounts.emails["someone@acme.example"] = "frank"
    oid = forged(shop, number, book(2, "db", name="Start it"))
    assert shop.head(number) == oid
    shop.green(number)
    shop.review(number, "erin")
    shop.merge(number)
    assert "erin pushed" in refused(shop, "reviewer.pusher")


def forged(shop: Shop, number: int, files: dict[str, bytes]) -> str:
    """Erin pushes a commit that says that frank wrote it."""
    mirror, branch = shop.git, shop.site.pulls[number].head_ref
    commit = NewCommit("x\n", Identity("Frank", "someone@acme.example"), NOW, files, (shop.head(number),))
    oid = mirror.write_commit(commit)
    push(mirror, shop.place.git_url, {f"refs/heads/{branch}": oid}, lambda: shop.token("erin"))
    return oid


def test_what_is_not_valid_is_not_released_whatever_the_checks_said(shop: Shop) -> None:
    shop.first()
    shop.merged({RUNBOOK: SECOND[RUNBOOK].replace(b"service.start", b"service.strat")})
    said = shop.release()
    assert (said.code, "main is not valid" in said.err) == (1, True), said
    assert set(shop.tags()) == {"refs/tags/rules-v1"}


def test_nothing_new_is_told_and_not_released(shop: Shop) -> None:
    shop.first()
    said = shop.release()
    assert (said.code, "nothing was merged since rules-v1" in said.err) == (1, True)


def test_a_token_that_may_not_push_publishes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWRIGHT_GITHUB_TOKEN", shop.token("gina"))
    said = shop.release("cut", "--first")
    assert (said.code, "check the token" in said.err) == (1, True), said
    assert shop.token("gina") not in said.err + said.out
    assert shop.tags() == {}


# The document


def document(shop: Shop, channel: str = "stable") -> dict[str, str]:
    return dict(json.loads(shop.site.bare.git("show", f"channels:{channel}.json")))


def test_keep_releases_what_was_merged_and_then_does_nothing(shop: Shop) -> None:
    shop.first()
    shop.merged()
    assert "rules-v2" in shop.release("keep").out
    before = shop.site.bare.refs()
    said = shop.release("keep")
    assert (said.code, said.out) == (0, "nothing was merged, and the document is fresh\n")
    assert shop.site.bare.refs() == before


def kept(shop: Shop, days: int = 0, holds: tuple[Hold, ...] = ()) -> str:
    """Do what `keep` does, some days from now; gives the tag of what was written, empty where nothing was."""
    request = CutRequest(now=now() + timedelta(days=days), holds=holds)
    with at_github(shop) as remote:
        made = remote.keep(Keys(RELEASE), request, timedelta(hours=12))
    return made.tag if made else ""


def test_keep_issues_the_document_again_when_it_is_old(shop: Shop) -> None:
    shop.first()
    before = document(shop)
    assert (kept(shop), kept(shop, days=1)) == ("", "rules-v1")
    assert document(shop)["issued"] > before["issued"]


def test_what_agents_have_is_kept_fresh_while_what_came_is_refused(shop: Shop) -> None:
    shop.first()
    before = document(shop)
    shop.site.bare.commit_files("main", SECOND, "direct")
    with pytest.raises(TrustError, match=r"history\.direct_push"):
        kept(shop, days=1)
    assert (document(shop)["tag"], document(shop)["issued"] > before["issued"]) == ("rules-v1", True)


def test_a_hold_is_not_let_go_by_a_release_that_nobody_asked_for(shop: Shop) -> None:
    shop.first()
    hold = Hold(runbook_id="RB-LIN-SERVICE-001", version=1, reason="restarts the wrong host")
    with at_github(shop) as remote:
        remote.cut(Keys(RELEASE), CutRequest(now=now(), holds=(hold,)))
    assert kept(shop) == ""
    shop.merged()
    assert kept(shop) == "rules-v3"
    told = json.loads(shop.site.bare.git("show", "channels:stable.json"))
    assert (told["tag"], [one["version"] for one in told["holds"]]) == ("rules-v3", [1])


def test_a_document_can_be_issued_again_and_brought_to_another_channel(shop: Shop) -> None:
    assert shop.release("cut", "--first", "--channel", "canary").code == 0
    assert shop.release("promote", "--from", "canary", "--to", "stable").code == 0
    assert document(shop)["tag"] == "rules-v1"
    before = document(shop)["expires"]
    assert shop.release("reissue", "--days", "9").code == 0
    assert document(shop)["expires"] > before


def test_the_key_may_come_from_the_environment(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWRIGHT_RELEASE_KEY", Path(shop.key()).read_text())
    said = runwright("release", "cut", "--first", "--forge", shop.address)
    assert said.code == 0, said
    monkeypatch.delenv("RUNWRIGHT_RELEASE_KEY")
    assert runwright("release", "cut", "--forge", shop.address).code == 2


def test_a_mirror_can_be_kept(shop: Shop, tmp_path: Path) -> None:
    kept = str(tmp_path / "kept")
    assert shop.release("cut", "--first", "--mirror", kept).code == 0
    shop.merged()
    assert shop.release("cut", "--mirror", kept).code == 0
    mirror = GitRepository(Path(kept) / "mirror.git")
    assert mirror.refs("refs/tags/") == shop.tags()
    assert all(b"ghs_" not in path.read_bytes() for path in mirror.path.rglob("*") if path.is_file())


def test_no_request_of_a_release_violates_githubs_description(shop: Shop) -> None:
    shop.first()
    shop.merged()
    assert shop.release().code == 0
    assert shop.site.violations() == []
