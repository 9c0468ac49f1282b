"""`runwright github setup` against a GitHub: it shows first, does what it said, and does nothing the second time."""

from __future__ import annotations

import json
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
from runwright.checks.hosting.wanted import LABELS
from runwright.release.sshkeys import private_key_text
from tests.support.commands import Answer, runwright
from tests.support.github import faults
from tests.support.github.site import GitHubSite

pytestmark = pytest.mark.needs("github-server")
OWNER = ("--owner", "@dana")
SOURCE = ("--source", "https://files.example/runwright.whl")
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def site(github_site: GitHubSite, monkeypatch: pytest.MonkeyPatch) -> GitHubSite:
    """A GitHub, and dana's own token in the environment; she administers the repository."""
    for name, value in (
        ("RUNWRIGHT_GITHUB_API", github_site.api),
        ("RUNWRIGHT_GITHUB_WEB", github_site.web),
        ("RUNWRIGHT_GITHUB_TOKEN", github_site.tokens["dana"]),
        ("RUNWRIGHT_GITHUB_GAP", "0"),
    ):
        monkeypatch.setenv(name, value)
    return github_site


def setup(site: GitHubSite, *words: str, labels: bool = False) -> Answer:
    """Run it; most tests leave the labels alone, for they are many."""
    leave = () if labels else ("--leave", "labels")
    return runwright("github", "setup", "--forge", f"github:{site.repository}", *leave, *words)


def items(told: Answer) -> dict[str, dict[str, Any]]:
    assert told.code in {0, 1}, told.err
    return {one["key"]: one for one in json.loads(told.out)["items"]}


def writes(site: GitHubSite) -> list[str]:
    return [f"{one.method} {one.path}" for one in site.requests if one.method in WRITES]


def merge_setup(site: GitHubSite) -> None:
    """What happens once somebody else has approved and merged the pull request with the files."""
    branch = next(name for name in site.bare.refs() if name.startswith("refs/heads/setup/"))
    site.bare.git("update-ref", "refs/heads/main", branch)


def test_without_apply_nothing_is_changed_and_everything_that_lacks_is_told(site: GitHubSite) -> None:
    told = setup(site, labels=True)
    assert told.code == 1
    assert writes(site) == []
    for words in ("missing      labels", "missing      main", "yours to do  owners", "waits        checks-later"):
        assert words in told.out
    assert "--apply" in told.err
    shown = items(setup(site, "--format", "json"))["main"]["steps"]
    assert [(one["verb"], one["path"]) for one in shown] == [("POST", "rulesets")]


def test_apply_sets_up_all_that_can_be_and_the_second_time_changes_nothing(site: GitHubSite) -> None:
    first = items(setup(site, "--apply", *OWNER, *SOURCE, "--format", "json"))
    assert [key for key, one in first.items() if one.get("failed")] == []
    merge_setup(site)
    second = items(setup(site, "--apply", *OWNER, *SOURCE, "--format", "json"))
    assert second["checks"]["done"] is True
    before = len(writes(site))
    third = setup(site, "--apply", *OWNER, *SOURCE)
    assert (third.code, writes(site)[before:]) == (0, []), third.out
    names = {one["name"] for one in site.rules.rulesets.values()}
    assert {
        "runwright: main",
        "runwright: checks",
        "runwright: the bot's branches",
        "runwright: releases stay",
    } <= names


def test_files_come_by_one_pull_request_of_the_person_and_main_is_not_touched(site: GitHubSite) -> None:
    main = site.bare.resolve("refs/heads/main")
    first = items(setup(site, "--apply", *OWNER, *SOURCE, "--format", "json"))["files"]
    again = setup(site, "--apply", *OWNER, *SOURCE, "--format", "json")
    assert (again.code, items(again)["files"]["state"]) == (1, "waits")
    assert first["told"] in items(again)["files"]["why"]
    assert site.bare.resolve("refs/heads/main") == main
    made = [one for one in site.requests if (one.method, one.path.rsplit("/", 1)[-1]) == ("POST", "pulls")]
    assert len(made) == 1
    branch = made[0].json["head"]
    assert not branch.startswith("runwright/")
    changed = site.bare.lines("diff", "--name-only", f"main...{branch}")
    assert ".github/CODEOWNERS" in changed
    assert ".github/workflows/validate.yml" in changed


def test_a_branch_that_somebody_prepared_with_more_in_it_is_not_opened(site: GitHubSite) -> None:
    # The first try ends before the pull request; then somebody who may write adds a workflow of their own.
    site.faults.add(faults.bad_gateway(after=False), "POST", "/pulls$", nth=1, times=1)
    setup(site, "--apply", *OWNER)
    branch = next(name for name in site.bare.refs() if name.startswith("refs/heads/setup/"))
    site.bare.commit_files(branch.removeprefix("refs/heads/"), {".github/workflows/evil.yml": b"on: push\n"}, "evil")
    told = items(setup(site, "--apply", *OWNER, "--format", "json"))["files"]
    assert "evil.yml in it is not what setup writes" in told["failed"]
    assert site.pulls == {}


def test_an_open_pull_request_that_holds_more_is_told_so(site: GitHubSite) -> None:
    setup(site, "--apply", *OWNER)
    branch = next(name for name in site.bare.refs() if name.startswith("refs/heads/setup/"))
    site.bare.commit_files(branch.removeprefix("refs/heads/"), {".github/CODEOWNERS": b"* @mallory\n"}, "mine")
    told = items(setup(site, *OWNER, "--format", "json"))["files"]
    assert "look at .github/CODEOWNERS in it" in told["why"]


def test_a_pull_request_that_was_closed_is_not_opened_again(site: GitHubSite) -> None:
    told = items(setup(site, "--apply", *OWNER, "--format", "json"))["files"]["told"]
    number = told.rsplit("/", 1)[1]
    site.emulator.ask(site.as_admin("PATCH", f"/repos/{site.repository}/pulls/{number}", {"state": "closed"}))
    again = items(setup(site, "--apply", *OWNER, "--format", "json"))["files"]
    assert (again["state"], "was closed" in again["why"]) == ("yours", True)


def test_only_missing_labels_are_made(site: GitHubSite) -> None:
    path = f"/repos/{site.repository}/labels"
    site.emulator.ask(site.as_admin("POST", path, {"name": "runwright", "color": "000000"}))
    setup(site, "--apply", labels=True)
    made = {one.json["name"] for one in site.requests if one.method == "POST" and one.path.endswith("/labels")}
    assert made == {label.name for label in LABELS} - {"runwright"}


def test_a_stricter_rule_stays_and_a_bypass_goes(site: GitHubSite) -> None:
    setup(site, "--apply")
    number, main = next((n, one) for n, one in site.rules.rulesets.items() if one["name"] == "runwright: main")
    review = next(one for one in main["rules"] if one["type"] == "pull_request")
    review["parameters"]["required_approving_review_count"] = 4
    review["parameters"]["require_last_push_approval"] = False
    main["bypass_actors"] = [{"actor_type": "RepositoryRole", "actor_id": 5, "bypass_mode": "always"}]
    shown = items(setup(site, "--format", "json"))["main"]
    assert (shown["state"], "every repository admin" in shown["what"]) == ("different", True)
    setup(site, "--apply")
    after = site.rules.rulesets[number]
    words = next(one for one in after["rules"] if one["type"] == "pull_request")["parameters"]
    assert (words["required_approving_review_count"], words["require_last_push_approval"]) == (4, True)
    assert after["bypass_actors"] == []


def test_the_app_writes_its_own_branches_and_a_person_any(site: GitHubSite) -> None:
    setup(site, "--apply", "--bot-app", str(site.app.id))
    tip, place = site.bare.resolve("refs/heads/main"), Place(site.repository, site.api, site.web)
    app = App(str(site.app.id), site.app.key.read_text("ascii"))
    bot = Connection(place, AppCredentials(place, app), pace=Pace(Gaps(seconds=0)))
    erin = Connection(place, TokenCredentials(site.tokens["erin"]), pace=Pace(Gaps(seconds=0)))

    def make(who: Connection, name: str) -> None:
        who.write("POST", "git/refs", {"ref": f"refs/heads/{name}", "sha": tip})

    make(bot, "runwright/improve/RB-LIN-SERVICE-001/0123456789ab")
    make(erin, "erin/anything")
    with pytest.raises(Refused):
        make(bot, "erin/something")
    with pytest.raises(Refused):
        bot.write("PATCH", "git/refs/heads/erin/anything", {"sha": tip})


def test_releases_go_on_after_the_setup(site: GitHubSite, tmp_path: Path) -> None:
    setup(site, "--apply", "--bot-app", str(site.app.id))
    (tmp_path / "release_key").touch(0o600)
    (tmp_path / "release_key").write_bytes(private_key_text(bytes(range(32)), "runwright-release"))
    words = ("--forge", f"github:{site.repository}", "--key", tmp_path / "release_key")
    for step in (("cut", "--first"), ("reissue",), ("promote", "--from", "stable", "--to", "canary")):
        told = runwright("release", *step, *words)
        assert told.code == 0, (step, told.err)
    assert int(site.bare.git("rev-list", "--count", "refs/heads/channels")) == 3


def test_a_github_without_rulesets_gets_branch_protection(site: GitHubSite) -> None:
    site.switches.rulesets = False
    told = items(setup(site, "--apply", "--format", "json"))
    assert told["main"]["done"] is True
    assert site.rules.protections["main"]["enforce_admins"] is True
    assert told["bot-branches"]["state"] == "impossible"
    assert items(setup(site, "--format", "json"))["main"]["state"] == "there"


def test_who_is_no_admin_is_told_so_once_and_nothing_is_done_by_halves(
    site: GitHubSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNWRIGHT_GITHUB_TOKEN", site.tokens["erin"])
    told = setup(site, "--apply", *OWNER, *SOURCE)
    assert (told.code, told.out) == (1, "")
    assert "erin does not administer acme/runbooks" in told.err
    assert "nothing was changed" in told.err
    assert writes(site) == []
    assert setup(site).code == 1, "what is missing may be looked at"


def test_what_a_token_of_an_admin_lacks_is_said_once(site: GitHubSite) -> None:
    site.faults.add(
        faults.refused(403, "Resource not accessible by personal access token"), "POST", "/rulesets$", nth=1, times=99
    )
    told = setup(site, "--apply")
    assert told.out.count("403") > 1
    assert (told.out + told.err).count("administration: write") == 1


def test_owners_that_are_not_used_because_there_is_a_codeowners_are_named(site: GitHubSite) -> None:
    site.bare.commit_files("main", {".github/CODEOWNERS": b"* @dana\n"}, "owners")
    told = setup(site, "--owner", "@erin", "--owner", "@acme/team")
    assert ".github/CODEOWNERS is there already, so --owner was not used; name @erin @acme/team there" in told.err


def test_several_owners_stand_on_one_line(site: GitHubSite) -> None:
    setup(site, "--apply", "--owner", "@dana", "--owner", "@erin", "--owner", "@frank")
    branch = next(name for name in site.bare.refs() if name.startswith("refs/heads/setup/"))
    assert "\n* @dana @erin @frank\n" in str(site.bare.git("show", f"{branch}:.github/CODEOWNERS"), "utf-8")


@pytest.mark.parametrize(
    "fault",
    [
        faults.bad_gateway(after=True),
        faults.bad_gateway(),
        faults.dropped(after=True),
        faults.secondary_limit(retry_after=60),
    ],
)
def test_a_ruleset_that_was_not_answered_for_is_there_once(site: GitHubSite, fault: Any) -> None:
    site.faults.add(fault, "POST", "/rulesets$", nth=1, times=1)
    first = setup(site, "--apply")
    assert first.code == 1
    assert "FAILED" in first.out
    setup(site, "--apply")
    names = [one["name"] for one in site.rules.rulesets.values()]
    assert sorted(names) == sorted(set(names))
    assert "runwright: main" in names


def test_a_pull_request_whose_answer_was_lost_is_opened_once(site: GitHubSite) -> None:
    site.faults.add(faults.bad_gateway(after=True), "POST", "/pulls$", nth=1, times=1)
    setup(site, "--apply", *OWNER)
    assert items(setup(site, "--apply", *OWNER, "--format", "json"))["files"]["state"] == "waits"
    assert len([one for one in site.requests if one.method == "POST" and one.path.endswith("/pulls")]) == 1


def test_a_local_forge_needs_no_setup(tmp_path: Any) -> None:
    told = runwright("github", "setup", "--forge", tmp_path)
    assert told.code == 1
    assert "nothing to set up in a local forge" in told.err


def test_an_item_can_be_left_alone(site: GitHubSite) -> None:
    told = items(setup(site, "--apply", "--leave", "bot-branches", "--format", "json"))
    assert told["bot-branches"]["state"] == "left"
    assert "runwright: the bot's branches" not in {one["name"] for one in site.rules.rulesets.values()}


def test_a_reviewer_of_releases_is_asked_by_name(site: GitHubSite) -> None:
    setup(site, "--apply", "--release-reviewer", "@dana")
    kept = site.environments["release"]
    assert kept["reviewers"] == [{"type": "User", "id": site.accounts.ids["dana"]}]
    assert kept["policies"] == ["main"]
