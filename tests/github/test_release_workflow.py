"""The workflow that holds the release key: who gets near it, and that its script releases at the test GitHub."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from runwright.cli.workflows import workflows
from tests.support.github.site import GitHubSite
from tests.support.hosted_shop import Shop, opened

ROOT = Path(__file__).parent.parent.parent
PATH = ROOT / ".github" / "workflows" / "release.yml"
WORKFLOW: dict[Any, Any] = yaml.safe_load(PATH.read_text("utf-8"))
(JOB,) = WORKFLOW["jobs"].values()
*BEFORE, LAST = JOB["steps"]


def test_it_runs_after_a_merge_and_every_day_and_for_nobodys_branch() -> None:
    assert WORKFLOW[True].keys() == {"push", "schedule", "workflow_dispatch"}
    assert WORKFLOW[True]["push"]["branches"] == ["main"]
    assert JOB["if"] == "${{ github.ref == 'refs/heads/main' }}"


def test_it_runs_for_every_file_that_a_release_judges() -> None:
    from runwright.release.approval import CONTENT

    paths = set(WORKFLOW[True]["push"]["paths"])
    assert {f"{folder}**" for folder in CONTENT} <= paths
    assert {"tests/recordings/**", "runwright.toml", "guard/**", ".github/**"} <= paths


def test_the_key_comes_from_the_protected_environment_and_into_the_last_step_alone() -> None:
    assert JOB["environment"] == "release"
    assert not any("secrets." in str(step) for step in BEFORE)
    assert set(re.findall(r"secrets\.(\w+)", str(LAST["env"]))) == {
        "RUNWRIGHT_RELEASE_KEY",
        "RUNWRIGHT_RELEASE_APP_KEY",
    }
    assert "${{" not in LAST["run"]


def test_it_may_push_and_look_and_nothing_else() -> None:
    assert WORKFLOW["permissions"] == {}
    assert JOB["permissions"] == {
        "contents": "write",
        "pull-requests": "read",
        "issues": "read",
        "checks": "read",
        "statuses": "read",
    }
    assert [step for step in JOB["steps"] if "uses" in step] == []


def test_releases_wait_for_each_other_and_none_is_thrown_away() -> None:
    assert WORKFLOW["concurrency"] == {"group": "release", "cancel-in-progress": False}


def test_it_is_one_verb() -> None:
    assert re.findall(r"\.venv/bin/runwright (.+?) --", LAST["run"]) == ["release keep"]


def test_the_workflow_of_a_new_repository_differs_only_in_where_runwright_comes_from() -> None:
    made: dict[Any, Any] = yaml.safe_load(workflows()["release.yml"])
    steps = made["jobs"]["release"].pop("steps")
    ours = {**WORKFLOW, "jobs": {"release": {name: value for name, value in JOB.items() if name != "steps"}}}
    assert made == ours
    assert (steps[0], steps[2]["env"]) == (BEFORE[0], LAST["env"])
    program = '"$RUNNER_TEMP/runwright/bin/runwright"'
    told = steps[2]["run"].replace(program, ".venv/bin/runwright").replace("\\\n", "")
    assert told.split() == LAST["run"].split()


@pytest.fixture
def shop(github_site: GitHubSite, tmp_path: Path) -> Iterator[Shop]:
    with opened(github_site, tmp_path) as made:
        program = tmp_path / "work" / ".venv" / "bin" / "runwright"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m runwright.cli.main "$@"\n')
        program.chmod(0o755)
        yield made


def run_script(shop: Shop, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the last step as the runner would, with the variables that it names."""
    key = Path(shop.key()).read_text()
    given = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "tools"),
        "RUNNER_TEMP": str(shop.folder),
        "GITHUB_STEP_SUMMARY": str(shop.folder / "summary.md"),
        **shop.environment(),
        "RUNWRIGHT_RELEASE_KEY": key,
        "APP_ID": "",
        "APP_KEY": "",
        "REPOSITORY": shop.site.repository,
        **more,
    }
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", LAST["run"]]
    return subprocess.run(
        words, cwd=shop.folder / "work", env=given, capture_output=True, text=True, timeout=120, check=False
    )


def operator(shop: Shop) -> None:
    """The first release is an operator's."""
    from tests.support.commands import runwright

    with pytest.MonkeyPatch.context() as patch:
        for name, value in shop.environment().items():
            patch.setenv(name, value)
        assert runwright("release", "cut", "--first", "--forge", shop.address, "--key", shop.key()).code == 0


@pytest.mark.needs("github-server")
def test_its_script_releases_what_was_merged(shop: Shop) -> None:
    operator(shop)
    shop.merged()
    done = run_script(shop)
    assert done.returncode == 0, done.stderr
    assert "rules-v2 on stable" in (shop.folder / "summary.md").read_text()
    assert "refs/tags/rules-v2" in shop.tags()
    assert run_script(shop).returncode == 0
    assert len(shop.tags()) == 2


@pytest.mark.needs("github-server")
def test_its_script_takes_an_app_where_there_is_one_and_leaves_no_key_behind(shop: Shop) -> None:
    operator(shop)
    shop.merged()
    app = shop.site.app
    done = run_script(shop, APP_ID=str(app.id), APP_KEY=app.key.read_text().strip(), RUNWRIGHT_GITHUB_TOKEN="none")
    assert done.returncode == 0, done.stderr
    assert "refs/tags/rules-v2" in shop.tags()
    assert not (shop.folder / "app.pem").exists()


@pytest.mark.needs("github-server")
def test_what_is_refused_fails_the_run(shop: Shop) -> None:
    operator(shop)
    number = shop.propose()
    shop.merge(number)
    done = run_script(shop)
    assert (done.returncode, "[check.missing]" in done.stderr) == (4, True), done.stderr
    assert set(shop.tags()) == {"refs/tags/rules-v1"}
