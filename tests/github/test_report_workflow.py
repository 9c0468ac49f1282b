"""The scripts of report.yml and stale.yml at the tests' GitHub: fetched over HTTP, with the token that each job has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from runwright.cli.workflows import workflows
from tests.support.commands import ROOT
from tests.support.github.accounts import BOT
from tests.support.github.site import GitHubSite
from tests.support.github.workflow_runs import Run, Storage, storage
from tests.support.github_ci import RUNBOOK, Change, Edit, Edits, proposed, regressed, reworded, workflow_token, wrong

pytestmark = pytest.mark.needs("github-server")
OURS = {name: (ROOT / ".github/workflows" / name).read_text("utf-8") for name in ("report.yml", "stale.yml")}
SOURCES: Mapping[str, Mapping[str, str]] = {"ours": OURS, "of a new repository": workflows()}
SETS_UP = ("Set up", "Install Runwright, from where the base says")
"""Steps in whose place this Python's runwright is put."""


@pytest.fixture
def stored(github_site: GitHubSite) -> Iterator[Storage]:
    with storage(github_site) as store:
        yield store


def carried_out(
    text: str, site: GitHubSite, folder: Path, event: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run the one job of a workflow as GitHub does, its expressions replaced by what they stand for; gives its end."""
    (job,) = yaml.safe_load(text)["jobs"].values()
    rights = {name.replace("-", "_"): level for name, level in job["permissions"].items()}
    values = {
        "github.token": workflow_token(site, **rights),
        "github.api_url": site.api,
        "github.server_url": site.web,
        "github.repository": site.repository,
        "github.sha": site.bare.resolve("refs/heads/main") or "",
        "vars.RUNWRIGHT_GITHUB_BOT": BOT,
        **event,
    }
    work = folder / "work"
    work.mkdir()
    done = subprocess.CompletedProcess[str]([], 0, "", "")
    for step in job["steps"]:
        if step["name"] in SETS_UP:
            put_shims(work, folder)
            continue
        given = {**job.get("env", {}), **step.get("env", {})}
        variables = {name: said(str(value), values) for name, value in given.items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=work,
            env={**clean(), "RUNNER_TEMP": str(folder), **variables},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (step["name"], done.stdout, done.stderr)
    return done


def said(text: str, values: Mapping[str, str]) -> str:
    """A value with its expressions replaced; one that nobody knows is an error of the test."""
    inner = text.removeprefix("${{").removesuffix("}}").strip()
    return values[inner] if text.startswith("${{") else text


def clean() -> dict[str, str]:
    """The environment of a runner: nothing of ours but where Python finds this package, and no gap between writes."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ}
    more = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    return {**kept, **more, "PYTHONPATH": str(ROOT / "tools"), "RUNWRIGHT_GITHUB_GAP": "0"}


def put_shims(work: Path, temporary: Path) -> None:
    """This Python's runwright, where either set-up would have put one."""
    for shim in (work / ".venv" / "bin" / "runwright", temporary / "runwright" / "bin" / "runwright"):
        shim.parent.mkdir(parents=True, exist_ok=True)
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m runwright.cli.main "$@"\n', "utf-8")
        shim.chmod(0o755)


def reported(source: str, change: Change, stored: Storage, folder: Path) -> subprocess.CompletedProcess[str]:
    """Judge a change, keep what was saved as its runs' artifacts, and carry report.yml out."""
    validated, replayed = change.judged(folder)
    stored.runs[11] = Run(11, "validate", change.head, {"validate.json": validated.read_bytes()})
    stored.runs[12] = Run(12, "replay", change.head, {"replay.json": replayed.read_bytes()})
    event = {
        "github.event.workflow_run.head_sha": change.head,
        "github.event.workflow_run.html_url": "https://github.example/acme/runbooks/actions/runs/12",
    }
    return carried_out(SOURCES[source]["report.yml"], change.site, folder, event)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(("edit", "conclusion"), [(reworded, "success"), (regressed, "failure")])
def test_the_report_tells_what_both_runs_saved(
    github_site: GitHubSite, stored: Storage, tmp_path: Path, source: str, edit: Edit, conclusion: str
) -> None:
    change = proposed(github_site, tmp_path, edit)
    reported(source, change, stored, tmp_path)
    (run,), (comment,) = change.runs(), change.comments()
    assert (run["conclusion"], run["app"]["slug"]) == (conclusion, "github-actions")
    assert comment.endswith("https://github.example/acme/runbooks/actions/runs/12")


def test_the_findings_go_to_code_scanning_at_their_places(
    github_site: GitHubSite, stored: Storage, tmp_path: Path
) -> None:
    change = proposed(github_site, tmp_path, wrong)
    done = reported("ours", change, stored, tmp_path)
    assert "code scanning: told" in done.stdout
    (upload,) = github_site.sarifs.values()
    assert (upload["commit_sha"], upload["ref"]) == (change.head, f"refs/pull/{change.number}/head")
    (run,) = upload["report"]["runs"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert RUNBOOK in {place["artifactLocation"]["uri"] for place in places}


def with_code(text: str) -> Edits:
    """A change that brings code of every kind that the job could be led to run."""
    trap = b'import pathlib; pathlib.Path(__import__("os").environ["RUNNER_TEMP"], "trapped").touch()\n'
    shell = b'touch "$RUNNER_TEMP/trapped"\n'
    make = b"setup:\n\ttouch $$RUNNER_TEMP/trapped\n"
    modules = dict.fromkeys(("sitecustomize.py", "runwright/__init__.py", "github.py", "json.py", "click.py"), trap)
    return {**modules, "Makefile": make, ".ci/setup": shell, "runbooks/linux/conftest.py": trap}


def test_nothing_that_a_change_brings_is_run_where_the_token_may_write(
    github_site: GitHubSite, stored: Storage, tmp_path: Path
) -> None:
    change = proposed(github_site, tmp_path, with_code)
    reported("ours", change, stored, tmp_path)
    assert not (tmp_path / "trapped").exists()
    assert [path.name for path in (tmp_path / "work").iterdir() if path.suffix == ".py"] == []
    assert len(change.runs()) == 1


def test_the_token_stands_in_no_file_of_the_job(github_site: GitHubSite, stored: Storage, tmp_path: Path) -> None:
    change = proposed(github_site, tmp_path, reworded)
    reported("ours", change, stored, tmp_path)
    tokens = [token.encode() for token in github_site.accounts.installations]
    held = [
        path for path in tmp_path.rglob("*") if path.is_file() and any(token in path.read_bytes() for token in tokens)
    ]
    assert (bool(tokens), held) == (True, [])


@pytest.mark.parametrize("source", SOURCES)
def test_the_proposals_are_looked_through_every_day(github_site: GitHubSite, tmp_path: Path, source: str) -> None:
    done = carried_out(SOURCES[source]["stale.yml"], github_site, tmp_path, {})
    assert done.stdout == f"no proposal of {BOT} waits for longer than 7 days\n"


@pytest.mark.parametrize("source", SOURCES)
def test_both_follow_what_they_are_for(source: str) -> None:
    texts: dict[str, Any] = {name: yaml.safe_load(text) for name, text in SOURCES[source].items()}
    assert texts["report.yml"][True] == {"workflow_run": {"workflows": ["validate", "replay"], "types": ["completed"]}}
    assert texts["stale.yml"][True].keys() == {"schedule", "workflow_dispatch"}
    assert {name: text["permissions"] for name, text in texts.items()} == {name: {} for name in texts}
