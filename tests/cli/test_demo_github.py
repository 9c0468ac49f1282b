"""The demo at GitHub: the bot's App proposes, a person reviews and releases, an agent with a read token pulls."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.github.accounts import PERMISSIONS
from tests.support.github.open_site import github_site
from tests.support.github.site import GitHubSite
from tests.support.until import DEMO_SECONDS

pytestmark = pytest.mark.needs("github-server")
ROOT = Path(__file__).resolve().parents[2]
DEMO = (sys.executable, "-m", "runwright.cli.main", "demo")
CHECKS = ("replay", "runwright", "validate")
ACTIONS = 816
"""The installation that GitHub's own workflows speak as."""


def environ(site: GitHubSite, **more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("RUNWRIGHT_")}
    return {
        **plain,
        "PYTHONPATH": str(ROOT / "tools"),
        "RUNWRIGHT_GITHUB_API": site.api,
        "RUNWRIGHT_GITHUB_WEB": site.web,
        "RUNWRIGHT_GITHUB_GAP": "0",
        "RUNWRIGHT_GITHUB_APP_ID": str(site.app.id),
        "RUNWRIGHT_GITHUB_APP_KEY": str(site.app.key),
        "RUNWRIGHT_DEMO_REVIEWER_TOKEN": site.tokens["erin"],
        "RUNWRIGHT_DEMO_CHECKS_TOKEN": site.token_for(PERMISSIONS, ACTIONS),
        "RUNWRIGHT_DEMO_AGENT_TOKEN": site.tokens["gina"],
        **more,
    }


@dataclass
class Played:
    """A demo that was played to its end."""

    site: GitHubSite
    folder: Path
    output: str

    @property
    def report(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.folder / "report.json").read_text())
        return told

    @property
    def number(self) -> int:
        return int(self.report["pull_request"])

    def ask(self, path: str) -> Any:
        return self.site.told("GET", f"/repos/{self.site.repository}/{path}", login="dana")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("demo")
    with github_site(tmp_path_factory.mktemp("github")) as site:
        words = [*DEMO, "--forge", f"github:{site.repository}", "--keep", str(folder / "kept")]
        done = subprocess.run(
            words, env=environ(site), capture_output=True, text=True, timeout=DEMO_SECONDS, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        yield Played(site, folder / "kept", done.stdout)


def test_the_incident_does_not_heal_before_and_heals_after(played: Played) -> None:
    assert (played.report["healed_before"], played.report["healed_after"]) == (False, True)
    runs = [stage["ids"] for stage in played.report["stages"] if "execution_id" in stage["ids"]]
    assert [(run["status"], run["runbook_version"]) for run in runs] == [("failure", 1), ("success", 2)]


def test_the_bot_opened_one_pull_request_with_its_recording(played: Played) -> None:
    assert list(played.site.pulls) == [played.number]
    head = played.site.pulls[played.number].head_sha
    changed = played.site.bare.git("diff", "--name-only", f"{head}~1", head).decode().split()
    assert sorted({path.split("/")[0] for path in changed}) == ["runbooks", "tests"]
    asked = played.ask(f"pulls/{played.number}")
    assert (asked["user"]["login"], asked["merged"]) == ("runwright[bot]", True)
    assert {"runwright", "priority:high"} <= {label["name"] for label in asked["labels"]}
    runs = played.ask(f"commits/{head}/check-runs")["check_runs"]
    assert {run["name"]: run["conclusion"] for run in runs} == dict.fromkeys(CHECKS, "success")


def test_the_merge_is_a_persons_and_the_tag_is_signed(played: Played) -> None:
    merged = next(stage["ids"] for stage in played.report["stages"] if "merge" in stage["ids"])
    assert merged["by"] == "erin"
    assert played.site.bare.git("rev-parse", f"{played.report['tag']}^{{commit}}").decode().strip() == merged["merge"]
    signers = played.folder / "allowed_signers"
    tag = played.report["tag"]
    played.site.bare.git("-c", f"gpg.ssh.allowedSignersFile={signers}", "verify-tag", tag)
    assert b"stable.json" in played.site.bare.git("ls-tree", "--name-only", "channels")


def test_no_token_is_in_anything_that_was_written_or_said(played: Played) -> None:
    kept = "".join(path.read_text("utf-8", "replace") for path in played.folder.glob("logs/*"))
    for login, token in played.site.tokens.items():
        assert token not in played.output + kept, login


def test_a_repository_that_holds_a_library_is_left_alone(played: Played, tmp_path: Path) -> None:
    before = played.site.bare.git("for-each-ref")
    words = [*DEMO, "--forge", f"github:{played.site.repository}", "--keep", str(tmp_path / "kept")]
    done = subprocess.run(words, env=environ(played.site), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "throw-away repository" in done.stderr
    assert played.site.bare.git("for-each-ref") == before


@pytest.mark.parametrize(
    ("missing", "why"),
    [("RUNWRIGHT_DEMO_AGENT_TOKEN", "is private"), ("RUNWRIGHT_DEMO_CHECKS_TOKEN", "has no workflows")],
)
def test_whoever_this_repository_needs_is_told_before_it_is_changed(missing: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    with github_site(tmp_path / "site") as site:
        before = site.bare.git("for-each-ref")
        words = [*DEMO, "--forge", f"github:{site.repository}", "--keep", str(tmp_path / "kept")]
        given = environ(site, **{missing: ""})
        done = subprocess.run(words, env=given, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1
        assert f"{missing} is missing: acme/runbooks {why}" in done.stderr
        assert site.bare.git("for-each-ref") == before


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("RUNWRIGHT_DEMO_REVIEWER_TOKEN", "RUNWRIGHT_DEMO_REVIEWER_TOKEN is missing"),
        ("RUNWRIGHT_GITHUB_APP_KEY", "the bot needs"),
    ],
)
def test_whoever_is_missing_is_told_at_once(played: Played, missing: str, said: str, tmp_path: Path) -> None:
    words = [*DEMO, "--forge", "github", "--keep", str(tmp_path / "kept")]
    given = environ(played.site, RUNWRIGHT_DEMO_REPOSITORY=played.site.repository, **{missing: ""})
    done = subprocess.run(words, env=given, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert not (tmp_path / "kept").exists()
