"""`runwright doctor` on this machine, at a forge in a folder, and at a GitHub that was set up or was not."""

from __future__ import annotations

import json
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.git_repository import GitRepository, NewCommit, RefChange
from runwright.adapters.store.database import Database
from runwright.adapters.store.migrate import upgrade
from runwright.release.objects import Identity
from tests.support.commands import Answer, runwright
from tests.support.forge import OWNERS, signers_text
from tests.support.github import faults
from tests.support.github.site import GitHubSite
from tests.support.hosting import channels, signers

FIELDS = {"key", "state", "what", "do"}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of this machine's settings counts."""
    for name in list(os.environ):
        if name.startswith("RUNWRIGHT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def doctor(*words: str | Path, cwd: Path) -> dict[str, dict[str, str]]:
    """What it says by the key; the worst where a key comes twice."""
    told = runwright("doctor", "--format", "json", *words, cwd=cwd)
    assert told.code in {0, 1}, told.err
    said = json.loads(told.out)
    order = {"good": 0, "unknown": 1, "wrong": 2}
    assert (said["wrong"] > 0) == (told.code == 1)
    assert all(set(one) == FIELDS for one in said["checks"])
    return {one["key"]: one for one in sorted(said["checks"], key=lambda one: order[one["state"]])}


def states(found: dict[str, dict[str, str]]) -> dict[str, str]:
    return {key: one["state"] for key, one in found.items()}


# This machine.


def test_without_anything_this_machine_is_looked_at_and_nothing_is_made(tmp_path: Path) -> None:
    found = doctor(cwd=tmp_path)
    assert {key: found[key]["state"] for key in ("python", "git")} == {"python": "good", "git": "good"}
    assert set(found) == {"python", "git", "clock"}
    assert list(tmp_path.iterdir()) == []


def test_a_missing_git_is_wrong_and_the_doctor_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert states(doctor(cwd=tmp_path))["git"] == "wrong"


def test_what_cannot_be_told_is_no_trouble_unless_strictness_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o700)
    sqlite3.connect(tmp_path / "state" / "runwright.sqlite3").close()
    words = ("--state", tmp_path / "state")
    assert states(doctor(*words, cwd=tmp_path))["database"] == "unknown"
    assert runwright("doctor", *words, cwd=tmp_path).code == 0
    assert runwright("doctor", *words, "--strict", cwd=tmp_path).code == 1


def test_a_state_folder_that_others_may_look_into_is_wrong(tmp_path: Path) -> None:
    state = tmp_path / "runwright-state"
    state.mkdir(mode=0o755)
    state.chmod(0o755)
    assert states(doctor(cwd=tmp_path))["folder"] == "wrong"
    state.chmod(0o700)
    assert states(doctor(cwd=tmp_path))["folder"] == "good"


@pytest.mark.parametrize(("mode", "state"), [(0o600, "good"), (0o644, "wrong"), (None, "wrong")])
def test_a_key_file_is_its_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int | None, state: str
) -> None:
    key = tmp_path / "app.pem"
    if mode is not None:
        key.write_text("secret")
        key.chmod(mode)
    monkeypatch.setenv("RUNWRIGHT_BOT_KEY", str(key))
    assert states(doctor(cwd=tmp_path))["secret"] == state


def test_a_database_is_looked_at_and_left_as_it_is(tmp_path: Path) -> None:
    state = tmp_path / "runwright-state"
    state.mkdir(mode=0o700)
    file = state / "runwright.sqlite3"
    database = Database(f"sqlite:///{file}")
    upgrade(database, "0001")
    database.close()
    before = {path.name: path.read_bytes() for path in state.iterdir()}
    found = doctor(cwd=tmp_path)["database"]
    assert (found["state"], "revision 0001" in found["what"]) == ("unknown", True)
    assert {path.name: path.read_bytes() for path in state.iterdir()} == before
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    database.close()
    assert states(doctor(cwd=tmp_path))["database"] == "good"
    file.write_bytes(b"this is no database at all, only some text that is long enough")
    assert states(doctor(cwd=tmp_path))["database"] == "wrong"


# A forge in a folder.


def forge(tmp_path: Path, files: dict[str, bytes | None], released: dict[str, bytes | None] | None = None) -> Path:
    """A bare repository with these files on main, and these documents on the branch of the channels."""
    repository = GitRepository.init_bare(tmp_path / "forge.git")
    for branch, content in (("main", files), ("channels", released)):
        if content:
            made = repository.write_commit(NewCommit("start\n", Identity.of("dana"), datetime.now(UTC), content))
            repository.update_refs([RefChange(f"refs/heads/{branch}", made, None)])
    return tmp_path / "forge.git"


GOOD: dict[str, bytes | None] = {
    ".github/allowed_signers": signers_text().encode(),
    ".github/CODEOWNERS": OWNERS.encode(),
}


def test_a_forge_in_a_folder_is_looked_at_without_any_github(tmp_path: Path) -> None:
    there = forge(tmp_path, GOOD, dict(channels(datetime.now(UTC).replace(microsecond=0))))
    found = doctor("--forge", there, cwd=tmp_path)
    assert {key for key, one in found.items() if one["state"] == "wrong"} == set()
    assert states(found)["channel.stable"] == "good"


def test_a_channel_that_is_over_is_told_with_what_to_do(tmp_path: Path) -> None:
    issued = (datetime.now(UTC) - timedelta(days=9)).replace(microsecond=0)
    found = doctor("--forge", forge(tmp_path, GOOD, dict(channels(issued))), cwd=tmp_path)
    assert found["channel.stable"]["state"] == "wrong"
    assert "release reissue" in found["channel.stable"]["do"]


def test_a_forge_without_main_and_a_folder_that_is_none_are_told(tmp_path: Path) -> None:
    empty = GitRepository.init_bare(tmp_path / "empty.git")
    assert states(doctor("--forge", empty.path, cwd=tmp_path))["forge"] == "wrong"
    (tmp_path / "no forge").mkdir()
    assert states(doctor("--forge", tmp_path / "no forge", cwd=tmp_path))["forge"] == "wrong"


# An agent.


def agent(tmp_path: Path, pins: str) -> Path:
    (tmp_path / "pins").write_text(pins)
    config = tmp_path / "agent.yaml"
    config.write_text(
        "site_id: site-1\n"
        "checks: [{id: web, type: port, port: 80}]\n"
        "releases: {remote: ./forge.git, trusted_keys: pins}\n"
    )
    return config


def test_an_agent_must_trust_the_key_that_is_published(tmp_path: Path) -> None:
    there = forge(tmp_path, GOOD)
    good = doctor("--forge", there, "--config", agent(tmp_path, signers()), cwd=tmp_path)
    assert states(good)["agent.keys"] == "good"
    other = signers_text().splitlines(keepends=True)[0]
    assert states(doctor("--forge", there, "--config", agent(tmp_path, other), cwd=tmp_path))["agent.keys"] == "wrong"
    assert states(doctor("--config", agent(tmp_path, signers()), cwd=tmp_path))["agent.keys"] == "unknown"


def test_the_token_files_of_an_agent_are_its_owners_alone(tmp_path: Path) -> None:
    config = agent(tmp_path, signers())
    config.write_text(config.read_text().replace("trusted_keys: pins", "trusted_keys: pins, token_file: token"))
    (tmp_path / "token").write_text("t")
    (tmp_path / "token").chmod(0o640)
    assert states(doctor("--config", config, cwd=tmp_path))["secret"] == "wrong"
    (tmp_path / "token").chmod(0o400)
    assert states(doctor("--config", config, cwd=tmp_path))["secret"] == "good"


# A GitHub.


@pytest.fixture
def site(github_site: GitHubSite, monkeypatch: pytest.MonkeyPatch) -> GitHubSite:
    """A GitHub in the environment, and nobody's token yet."""
    monkeypatch.setenv("RUNWRIGHT_GITHUB_API", github_site.api)
    monkeypatch.setenv("RUNWRIGHT_GITHUB_WEB", github_site.web)
    monkeypatch.setenv("RUNWRIGHT_GITHUB_GAP", "0")
    return github_site


@pytest.fixture
def as_app(site: GitHubSite, monkeypatch: pytest.MonkeyPatch) -> GitHubSite:
    """The bot's App."""
    monkeypatch.setenv("RUNWRIGHT_GITHUB_APP_ID", str(site.app.id))
    monkeypatch.setenv("RUNWRIGHT_GITHUB_APP_KEY", str(site.app.key))
    return site


def at(site: GitHubSite, tmp_path: Path) -> dict[str, dict[str, str]]:
    """What the doctor says; it changes nothing there."""
    before = len(site.requests)
    found = doctor("--forge", f"github:{site.repository}", cwd=tmp_path)
    changes = [one for one in site.requests[before:] if one.method != "GET" and "access_tokens" not in one.path]
    assert changes == []
    return found


needs_github = pytest.mark.needs("github-server")


@needs_github
def test_without_a_token_github_is_wrong_and_what_to_set_is_said(site: GitHubSite, tmp_path: Path) -> None:
    found = doctor("--forge", f"github:{site.repository}", cwd=tmp_path)
    assert found["github"]["state"] == "wrong"
    assert "RUNWRIGHT_GITHUB_APP_ID" in found["github"]["do"]


@needs_github
def test_an_app_alone_sees_what_it_may_and_says_of_the_rest_that_it_cannot_tell(
    as_app: GitHubSite, tmp_path: Path
) -> None:
    found = states(at(as_app, tmp_path))
    assert {key: found[key] for key in ("bot.token", "bot.ci", "bot.admin")} == dict.fromkeys(
        ("bot.token", "bot.ci", "bot.admin"), "good"
    )
    assert found["actions"] == "unknown"
    # It may not read branch protection, so that no ruleset asks for reviews proves nothing.
    assert found["main.approval"] == "unknown"


@needs_github
def test_an_admin_beside_the_app_sees_that_nothing_is_set_up(
    as_app: GitHubSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNWRIGHT_GITHUB_TOKEN", as_app.tokens["dana"])
    found = states(at(as_app, tmp_path))
    wrong = {"main.approval", "main.owners", "check.validate", "rules.tags", "rules.branches", "actions", "labels",
             "environment", "owners", "workflows", "release.key", "webhook"}  # fmt: skip
    assert {key for key in wrong if found[key] != "wrong"} == set()
    assert found["bot.bypass"] == "good"


@needs_github
def test_after_the_setup_the_doctor_finds_nothing_wrong_with_it(
    as_app: GitHubSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNWRIGHT_GITHUB_TOKEN", as_app.tokens["dana"])
    words = ("github", "setup", "--forge", f"github:{as_app.repository}", "--apply")
    owners = [word for name in ("@dana", "@erin", "@frank") for word in ("--owner", name)]
    runwright(*words, *owners)
    branch = next(name for name in as_app.bare.refs() if name.startswith("refs/heads/setup/"))
    as_app.bare.git("update-ref", "refs/heads/main", branch)
    as_app.bare.commit_files("main", {".github/allowed_signers": signers().encode()}, "keys")
    runwright(*words)
    found = at(as_app, tmp_path)
    # The App of the test GitHub may do more than the bot needs, and nobody gave it a webhook.
    others = {"webhook", "bot.permissions.more"}
    assert {key: one["what"] for key, one in found.items() if one["state"] == "wrong" and key not in others} == {}


@needs_github
def test_an_organisations_ruleset_and_the_repositorys_are_read_together(
    as_app: GitHubSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNWRIGHT_GITHUB_TOKEN", as_app.tokens["dana"])
    for number, (source, rule) in enumerate(
        (("acme/runbooks", review(1)), ("acme", review(0, require_code_owner_review=True))), 1
    ):
        as_app.rules.rulesets[number] = ruleset(source, rule)
    found = states(at(as_app, tmp_path))
    assert (found["main.approval"], found["main.owners"], found["main.stale"]) == ("good", "good", "wrong")


@needs_github
def test_a_bot_on_a_bypass_list_is_found_by_itself_and_by_an_admin(
    as_app: GitHubSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bypass = [{"actor_type": "Integration", "actor_id": as_app.app.id, "bypass_mode": "always"}]
    as_app.rules.rulesets[1] = {**ruleset("acme/runbooks", review(1)), "bypass_actors": bypass}
    assert states(at(as_app, tmp_path))["bot.bypass"] == "wrong"
    monkeypatch.setenv("RUNWRIGHT_GITHUB_TOKEN", as_app.tokens["dana"])
    found = at(as_app, tmp_path)
    assert found["bot.bypass"]["state"] == "wrong"
    assert f"the App {as_app.app.id}" in found["main.bypass"]["what"]


@needs_github
def test_a_classic_token_is_known_by_the_scopes_that_github_tells(
    site: GitHubSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.switches.classic = True
    monkeypatch.setenv("RUNWRIGHT_GITHUB_TOKEN", site.tokens["bot"])
    found = at(site, tmp_path)["bot.token"]
    assert (found["state"], "workflow" in found["what"]) == ("wrong", True)


@needs_github
def test_a_token_that_github_refuses_is_told_and_stands_in_no_word_of_it(
    site: GitHubSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNWRIGHT_GITHUB_TOKEN", "ghp_thisTokenIsUnknown")
    told: Answer = runwright("doctor", "--forge", f"github:{site.repository}", cwd=tmp_path)
    assert told.code == 1
    assert "401" in told.out
    assert "thisTokenIsUnknown" not in told.out + told.err


@needs_github
def test_an_app_whose_token_is_refused_is_still_told_which_permission_it_lacks(
    as_app: GitHubSite, tmp_path: Path
) -> None:
    lacks = "The permissions requested are not granted to this installation."
    as_app.faults.add(faults.unprocessable(lacks), "POST", "/access_tokens$", nth=1, times=9)
    found = doctor("--forge", f"github:{as_app.repository}", cwd=tmp_path)
    assert "not granted" in found["github"]["what"]
    assert "bot.permissions" in found


@needs_github
def test_a_webhook_that_did_not_arrive_is_told(
    as_app: GitHubSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_app.hooks_to("http://127.0.0.1:9/webhooks/github")
    as_app.hooks.happened("ping", {"zen": "x"})
    as_app.hooks.settle()
    found = at(as_app, tmp_path)
    assert found["webhook.delivered"]["state"] == "wrong"
    assert "without an answer" in found["webhook.delivered"]["what"]


@needs_github
def test_a_token_that_may_only_read_is_told(site: GitHubSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWRIGHT_GITHUB_TOKEN", site.tokens["gina"])
    assert "gina may only read" in at(site, tmp_path)["bot.write"]["what"]
    monkeypatch.setenv("RUNWRIGHT_GITHUB_TOKEN", site.tokens["bot"])
    assert at(site, tmp_path)["bot.write"]["state"] == "good"


@needs_github
def test_the_secret_of_the_webhook_is_looked_for(
    as_app: GitHubSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at(as_app, tmp_path)["webhook.taken"]["state"] == "unknown"
    monkeypatch.setenv("RUNWRIGHT_GITHUB_WEBHOOK_SECRET", "s3cret" * 6)
    found = at(as_app, tmp_path)["webhook.taken"]
    assert found["state"] == "good"
    assert "s3cret" not in str(found)


@needs_github
def test_what_helps_against_many_things_that_cannot_be_told_is_said_once_and_can_be_typed(
    as_app: GitHubSite, tmp_path: Path
) -> None:
    told = runwright("doctor", "--forge", f"github:{as_app.repository}", cwd=tmp_path).out
    assert told.count("run doctor with an admin's token") == 1
    assert "runwright github setup --forge github:acme/runbooks" in told
    assert "runwright github setup`" not in told


def review(count: int, **more: bool) -> dict[str, Any]:
    """A rule about reviews."""
    flags = dict.fromkeys(
        ("require_code_owner_review", "dismiss_stale_reviews_on_push", "require_last_push_approval",
         "required_review_thread_resolution"), False)  # fmt: skip
    return {"type": "pull_request", "parameters": {"required_approving_review_count": count, **flags, **more}}


def ruleset(source: str, *rules: dict[str, Any]) -> dict[str, Any]:
    """A ruleset of main."""
    return {
        "name": f"of {source}",
        "target": "branch",
        "source": source,
        "source_type": "Repository" if "/" in source else "Organization",
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": list(rules),
    }
