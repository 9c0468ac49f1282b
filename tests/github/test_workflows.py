"""The workflows: what linters say of them, what they may do, and what their scripts do on a real repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from runwright.cli.saved_reports import FindingsReport, read_report

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
GIT = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}


def program(name: str) -> str:
    """A program that is installed beside this Python."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    assert found, f"{name} is not installed"
    return found


def read(path: Path) -> dict[Any, Any]:
    """A workflow as data; YAML 1.1 takes its key `on` for a yes."""
    data: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    return data


def scripts(path: Path) -> list[dict[str, Any]]:
    """Every step of a workflow that runs something."""
    return [step for job in read(path)["jobs"].values() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("name", ["validate", "replay"])
def test_there_is_a_workflow_for_what_every_change_must_pass(name: str) -> None:
    assert read(FOLDER / f"{name}.yml")[True].keys() == {"pull_request", "merge_group"}


@pytest.mark.parametrize("name", ["validate", "replay"])
def test_a_change_of_very_many_files_does_not_slip_past_a_filter_of_paths(name: str) -> None:
    filters = {key for event in read(FOLDER / f"{name}.yml")[True].values() for key in event or ()}
    assert filters <= {"types"}


@pytest.mark.parametrize("name", ["validate", "replay"])
def test_what_judges_a_change_is_one_verb_of_the_base(name: str) -> None:
    fetch, _, judge = (step["run"] for step in scripts(FOLDER / f"{name}.yml"))
    assert 'checkout --quiet "$BASE"' in fetch
    assert re.findall(r"^\s*\.venv/bin/runwright (\w+)", judge, re.MULTILINE) == [name]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_the_only_action_is_githubs_own_that_keeps_a_report(path: Path) -> None:
    used = [step["uses"] for job in read(path)["jobs"].values() for step in job["steps"] if "uses" in step]
    keeps = ["actions/upload-artifact"] if path.stem in {"validate", "replay"} else []
    assert [name.partition("@")[0] for name in used] == keeps


@pytest.mark.parametrize("name", ["validate", "replay"])
def test_what_is_kept_is_what_the_report_asks_for(name: str) -> None:
    keep = next(
        step for job in read(FOLDER / f"{name}.yml")["jobs"].values() for step in job["steps"] if "uses" in step
    )
    assert (keep["if"], keep["with"]["name"]) == ("${{ !cancelled() }}", name)
    assert f'--save "$RUNNER_TEMP/{name}/{name}.json"' in scripts(FOLDER / f"{name}.yml")[-1]["run"]
    assert keep["with"]["path"] == f"${{{{ runner.temp }}}}/{name}"
    report = read(FOLDER / "report.yml")[True]["workflow_run"]
    assert name in report["workflows"]
    assert read(FOLDER / f"{name}.yml")["name"] == name


def test_zizmor_finds_nothing() -> None:
    told = subprocess.run([program("zizmor"), "--offline", str(FOLDER)], check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_workflows_fit_their_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    told = subprocess.run([*command, *map(str, WORKFLOWS)], check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout


READ = {"contents": "read"}
RIGHTS: dict[str, dict[str, str]] = {
    "validate": READ,
    "replay": READ,
    "tests": READ,
    "report": {**READ, "actions": "read", "checks": "write", "pull-requests": "write", "security-events": "write"},
    "stale": {**READ, "issues": "write", "pull-requests": "write"},
    "release": {
        "contents": "write",
        "pull-requests": "read",
        "issues": "read",
        "checks": "read",
        "statuses": "read",
    },
}
"""All that each workflow may do; whoever gives one more must say so here."""
STARTED_BY_A_CHANGE = {"pull_request", "merge_group"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_do_what_is_listed_and_nothing_else(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    assert [job["permissions"] for job in workflow["jobs"].values()] == [RIGHTS[path.stem]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_each_right_has_its_reason_beside_it(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").split("\n") if re.search(r"^ +[a-z-]+: (read|write)\b", line)]
    assert [line for line in lines if " # to " not in line and " # where " not in line] == []
    assert len(lines) == len(RIGHTS[path.stem])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_a_change_starts_may_read_and_holds_no_secret(path: Path) -> None:
    text, events = path.read_text("utf-8"), set(read(path)[True])
    assert "pull_request_target" not in text
    if events & STARTED_BY_A_CHANGE:
        assert RIGHTS[path.stem] == READ
        assert "secrets." not in text
    if "secrets." in text:
        assert path.stem == "release"
        assert all(job["environment"] == "release" for job in read(path)["jobs"].values())


def test_only_the_report_follows_a_run_that_a_change_started_and_it_checks_out_the_base() -> None:
    assert [path.stem for path in WORKFLOWS if "workflow_run" in read(path)[True]] == ["report"]
    (job,) = read(FOLDER / "report.yml")["jobs"].values()
    assert job["env"]["BASE"] == "${{ github.sha }}"
    assert re.findall("checkout .*", job["steps"][0]["run"]) == ['checkout --quiet "$BASE"']
    assert [step["run"] for step in job["steps"] if "HEAD" in step["run"]] == [
        job["steps"][0]["run"],
        job["steps"][2]["run"],
    ]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_value_of_an_event_is_a_part_of_a_script(path: Path) -> None:
    assert [step["run"] for step in scripts(path) if "${{" in step["run"]] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_calls_one_verb(path: Path) -> None:
    words = [step["run"] for step in scripts(path)]
    called = re.findall(r"\.venv/bin/runwright ((?:github |release )?\w+)", "\n".join(words))
    assert len(called) == (0 if path.stem == "tests" else 1)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_an_action_is_pinned_by_a_hash_or_not_used(path: Path) -> None:
    used = re.findall(r"^\s*(?:- )?uses:\s*(\S+)", path.read_text("utf-8"), re.MULTILINE)
    assert [name for name in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name)] == []


def git(folder: Path, *words: str) -> str:
    """Run git in a folder."""
    who = ("-c", "user.name=author", "-c", "user.email=author@example.org", "-c", "init.defaultBranch=main")
    command = ["git", *who, *words]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, env={**os.environ, **GIT})
    return done.stdout.strip()


RUNBOOK = "runbooks/linux/RB-LIN-DISK-001.yaml"
RECORDINGS = "tests/recordings/RB-LIN-DISK-001"
Edit = Callable[[Path], object]


def written(text: str) -> Edit:
    """A change that writes the runbook anew."""
    return lambda work: (work / RUNBOOK).write_text(text, "utf-8")


def removed(work: Path) -> None:
    """A change that takes a recording away and does not say why."""
    sorted((work / RECORDINGS).glob("*.json"))[0].unlink()


def with_its_own_judge(text: str) -> Edit:
    """A good change of the runbook that also says who may approve it."""

    def change(work: Path) -> None:
        written(text)(work)
        (work / ".github").mkdir(exist_ok=True)
        (work / ".github" / "CODEOWNERS").write_text("* @mallory\n", "utf-8")

    return change


TOUCHED = "runwright-canary"
CANARY = f"""\
finally:
  - id: canary
    name: Leave a trace
    action: script.bash
    with: {{script: 'touch "$TMPDIR/{TOUCHED}"'}}
"""


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A repository as a server has it: a base, good and bad changes, and a base that went on since."""
    work = tmp_path / "work"
    for name in (RUNBOOK, RECORDINGS):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / RUNBOOK, work / RUNBOOK)
    shutil.copytree(ROOT / RECORDINGS, work / RECORDINGS)
    git(work, "init", "--quiet")
    text = (work / RUNBOOK).read_text("utf-8")
    version = re.search(r"^version: (\d+)$", text, re.MULTILINE)
    assert version
    raised = text.replace(version[0], f"version: {int(version[1]) + 1}")
    changes: dict[str, Edit] = {
        "main": written(text),
        "good": written(raised.replace("Delete the old files", "Delete old files")),
        "same-version": written(text.replace("timeout: 5m", "timeout: 6m")),
        "regressed": written(raised.replace('days: "${{ params.days }}"', "days: 1")),
        "shrunken": removed,
        "own-judge": with_its_own_judge(raised.replace("Delete the old files", "Delete old files")),
        "canary": written(raised + CANARY),
    }
    for name, change in changes.items():
        git(work, "checkout", "--quiet", "-B", name, *([] if name == "main" else ["main"]))
        change(work)
        git(work, "add", "--all")
        git(work, "commit", "--quiet", "--allow-empty", "--message", name)
    git(work, "checkout", "--quiet", "main")
    (work / "README.md").write_text("The base went on.\n", "utf-8")
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", "later")
    bare = tmp_path / "server" / "owner" / "name.git"
    bare.parent.mkdir(parents=True)
    git(tmp_path, "clone", "--quiet", "--bare", str(work), str(bare))
    git(bare, "config", "uploadpack.allowAnySHA1InWant", "true")
    return bare


def carried_out(workflow: str, remote: Path, folder: Path, head: str) -> tuple[int, str, str]:
    """Run the scripts of a workflow as GitHub does, with this Python's runwright instead of a new one."""
    folder.mkdir()
    fetch, _, judge = (step["run"] for step in scripts(FOLDER / f"{workflow}.yml"))
    summary = folder.parent / "summary.md"
    variables = {
        **os.environ,
        **GIT,
        "SERVER": remote.parent.parent.as_uri(),
        "REPOSITORY": "owner/name",
        "TOKEN": "none",
        "BASE": git(remote, "rev-parse", "main"),
        "HEAD": git(remote, "rev-parse", head),
        "LABEL": "none",
        "RUNNER_TEMP": str(folder.parent),
        "TMPDIR": str(folder.parent),
        "GITHUB_STEP_SUMMARY": str(summary),
        "PYTHONPATH": str(ROOT / "tools"),
    }
    subprocess.run(["bash", "-c", fetch], cwd=folder, env=variables, check=True)
    assert git(folder, "rev-parse", "HEAD") == variables["BASE"]
    shim = folder / ".venv" / "bin" / "runwright"
    shim.parent.mkdir(parents=True)
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m runwright.cli.main "$@"\n', "utf-8")
    shim.chmod(0o755)
    told = subprocess.run(["bash", "-c", judge], cwd=folder, env=variables, check=False, capture_output=True, text=True)
    return told.returncode, told.stdout + told.stderr, summary.read_text("utf-8")


@pytest.mark.parametrize("workflow", ["validate", "replay"])
def test_a_good_change_passes(remote: Path, tmp_path: Path, workflow: str) -> None:
    code, said, _ = carried_out(workflow, remote, tmp_path / "job", "good")
    assert code == 0, said


def test_the_validation_stops_a_change_that_does_not_raise_the_version(remote: Path, tmp_path: Path) -> None:
    code, said, summary = carried_out("validate", remote, tmp_path / "job", "same-version")
    assert code == 1, said
    assert "version" in summary
    assert RUNBOOK in summary
    kept = read_report((tmp_path / "validate" / "validate.json").read_bytes(), "validate.json")
    assert isinstance(kept, FindingsReport)
    assert not kept.passed


def test_the_replay_stops_a_change_that_regresses_and_keeps_the_report(remote: Path, tmp_path: Path) -> None:
    code, said, summary = carried_out("replay", remote, tmp_path / "job", "regressed")
    assert code == 1, said
    assert "is destructive and did not run before" in summary
    kept = json.loads((tmp_path / "replay" / "replay.json").read_text("utf-8"))
    assert read_report((tmp_path / "replay" / "replay.json").read_bytes(), "replay.json")
    assert kept["passed"] is False
    assert {path.suffix for path in (tmp_path / "replay").iterdir()} == {".json", ".xml", ".sarif", ".md"}


def test_the_replay_stops_a_change_that_takes_a_recording_away_without_a_reason(remote: Path, tmp_path: Path) -> None:
    code, said, summary = carried_out("replay", remote, tmp_path / "job", "shrunken")
    assert code == 1, said
    assert "is gone" in summary


def test_the_validation_stops_a_change_that_brings_its_own_judges(remote: Path, tmp_path: Path) -> None:
    code, _, summary = carried_out("validate", remote, tmp_path / "job", "own-judge")
    assert code == 1
    assert ".github/CODEOWNERS: changes who or what decides" in summary


@pytest.mark.parametrize("workflow", ["validate", "replay"])
def test_no_step_of_a_change_is_run_by_what_judges_it(remote: Path, tmp_path: Path, workflow: str) -> None:
    _, said, _ = carried_out(workflow, remote, tmp_path / "job", "canary")
    assert {"validate": "second person", "replay": "1 → 2"}[workflow] in said  # it was really read
    assert list(tmp_path.rglob(TOUCHED)) == []
