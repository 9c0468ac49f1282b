"""The demo, as a person runs it: a process of its own, looked at with plain git and plain process ids."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.until import DEMO_SECONDS, until

ROOT = Path(__file__).resolve().parents[2]
DEMO = [sys.executable, "-m", "runwright.cli.main", "demo"]
ENV = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "kept"
    done = subprocess.run(
        [*DEMO, "--keep", str(folder)], env=ENV, capture_output=True, text=True, timeout=DEMO_SECONDS, check=False
    )
    (folder / "output.txt").write_text(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def report(kept: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((kept / "report.json").read_text())
    return told


def git(kept: Path, *args: str) -> str:
    argv = ["git", "-C", str(kept / "forge.git"), *args]
    return subprocess.run(argv, capture_output=True, text=True, timeout=30, check=True).stdout


def test_without_supervisor_it_says_at_once_what_to_install_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['supervisor'] = None\n")
    env = {**ENV, "PYTHONPATH": f"{tmp_path}:{ENV['PYTHONPATH']}"}
    words = [*DEMO, "--keep", str(tmp_path / "kept")]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "runwright[demo]" in done.stderr
    assert not (tmp_path / "kept").exists()


def test_the_incident_does_not_heal_before_and_heals_after(report: dict[str, Any]) -> None:
    assert (report["healed_before"], report["healed_after"]) == (False, True)
    runs = [stage["ids"] for stage in report["stages"] if "execution_id" in stage["ids"]]
    assert [(run["status"], run["verification_passed"], run["runbook_version"]) for run in runs] == [
        ("failure", False, 1),
        ("success", True, 2),
    ]


def test_each_stage_says_when_and_how_long(report: dict[str, Any]) -> None:
    for stage in report["stages"]:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", stage["started_at"])
        assert stage["seconds"] >= 0


def test_the_servers_were_real_processes_and_are_gone(report: dict[str, Any]) -> None:
    pids = [stage["pids"] for stage in report["stages"] if stage["pids"]]
    killed_first, healed = pids[2], pids[-1]
    assert set(killed_first) == set(healed) == {"records-db", "appointments-web"}
    assert not set(killed_first.values()) & set(healed.values())
    assert not [pid for stage in pids for pid in stage.values() if psutil.pid_exists(pid)]


def test_git_alone_tells_the_same_story(kept: Path, report: dict[str, Any]) -> None:
    number, tag = report["pull_request"], report["tag"]
    assert git(kept, "for-each-ref", "--format=%(objecttype)", f"refs/tags/{tag}").strip() == "tag"
    assert git(kept, "rev-parse", f"{tag}^{{commit}}") == git(kept, "rev-parse", "main")
    merge = git(kept, "log", "-1", "--format=%B", "main")
    assert f"Pull-request: #{number}" in merge
    assert "Approved-by: reviewer" in merge
    assert git(kept, "rev-parse", "main^2") == git(kept, "rev-parse", f"refs/pull/{number}/head")
    change = git(kept, "diff", "main^1", "main", "--", "runbooks")
    assert "+  - id: start-records-db" in change
    recordings = git(kept, "ls-tree", "-r", "--name-only", "main", "tests/recordings")
    assert report["executions"][0] in recordings
    events = git(kept, "log", "--format=%an: %s", "--reverse", "refs/runwright/pulls").splitlines()
    assert [line.split(":")[0] for line in events] == ["runwright-bot", "runwright-ci", "runwright-ci", "reviewer"]
    git(kept, "fsck", "--strict")


def test_the_channel_document_names_the_tag(kept: Path, report: dict[str, Any]) -> None:
    document = json.loads(git(kept, "show", "channels:stable.json"))
    assert document["tag"] == report["tag"] == "rules-v2"
    assert document["tag_oid"] == git(kept, "rev-parse", "refs/tags/rules-v2").strip()


@pytest.mark.needs("ssh-keygen")
def test_plain_git_verifies_the_tag_and_the_merge(kept: Path, report: dict[str, Any]) -> None:
    for command, name in (("verify-tag", report["tag"]), ("verify-commit", "main")):
        argv = ["git", "-C", str(kept / "forge.git"), command, name]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr
        assert 'Good "git" signature' in done.stderr
    assert report["signature"]["valid"] is True
    assert report["signature"]["checked_by"] == "runwright and git verify-tag"


def test_it_shows_the_pull_request_and_says_what_was_built_in(kept: Path) -> None:
    output = (kept / "output.txt").read_text()
    for part in (
        "## What changes",
        "## Why",
        "## Replay",
        "## What replay cannot show",
        "What was built in",
        str(kept),
    ):
        assert part in output
    assert "\033" not in output
    assert "\r" not in output


def test_a_second_demo_may_use_the_same_folder_and_a_strange_one_is_refused(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    done = subprocess.run(
        [*DEMO, "--keep", str(tmp_path)], env=ENV, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert (tmp_path / "letter.txt").read_text() == "mine"


@pytest.fixture
def interactive(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    folder = tmp_path / "kept"
    output = tmp_path / "output.txt"
    # A demo that is killed cannot clean up. Its folder for sockets is short, as a socket's path must be.
    with tempfile.TemporaryDirectory() as short, output.open("w") as stream:
        argv = [*DEMO, "--interactive", "--keep", str(folder)]
        env = {**ENV, "PYTHONUNBUFFERED": "1", "TMPDIR": short}
        process = subprocess.Popen(argv, env=env, stdout=stream, stderr=subprocess.STDOUT, text=True)
        until(
            lambda: "You are the reviewer" in output.read_text(),
            timeout=DEMO_SECONDS,
            what="the demo asking for a review",
        )
        yield process, folder
        process.kill()
        process.wait(30)


def review(folder: Path, role: str, *args: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "runwright.cli.main", "review", *args]
    key = ["--key", str(folder / "keys" / role)] if role else []
    where = ["--forge", str(folder / "forge.git"), *key]
    return subprocess.run([*argv, *where], env=ENV, capture_output=True, text=True, timeout=60, check=False)


def running(folder: Path) -> list[psutil.Process]:
    """Every process that was started for this demo: they all have its folder among their arguments."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(folder) in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_a_person_reviews_and_nobody_else_can(interactive: tuple[subprocess.Popen[str], Path]) -> None:
    process, folder = interactive
    shown = review(folder, "", "show", "1", "--format", "json")
    head = json.loads(shown.stdout)["head_sha"]
    for role, code in (("bot", "reviewer.bot"), ("ci", "reviewer.ci"), ("release", "reviewer.")):
        refused = review(folder, role, "approve", "1", "--head", head)
        assert refused.returncode == 4, refused.stderr
        assert code in refused.stderr
    rejected = review(folder, "reviewer", "reject", "1", "--reason", "not this way")
    assert rejected.returncode == 0, rejected.stderr
    assert process.wait(60) == 1
    assert json.loads((folder / "report.json").read_text())["healed_after"] is False
    assert not running(folder)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_no_process_stays_when_the_demo_is_ended(
    interactive: tuple[subprocess.Popen[str], Path], number: signal.Signals
) -> None:
    process, folder = interactive
    assert len(running(folder)) > 3
    process.send_signal(number)
    process.wait(60)
    until(lambda: not running(folder), timeout=30, what="every process of the demo gone")


@pytest.mark.needs("non-root-user")
def test_the_demo_runs_for_a_user_who_is_not_root(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    home = Path("/tmp") / f"runwright-{tmp_path.name}-{os.getpid()}"
    shutil.copytree(ROOT / "tools", home / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("runbooks", "rules"):
        shutil.copytree(ROOT / folder, home / folder)
    unneeded = shutil.ignore_patterns("mypy*", "ruff*", "pip*", "hypothesis*", "__pycache__", "*.dist-info")
    shutil.copytree(sysconfig.get_paths()["platlib"], home / "packages", ignore=unneeded)
    subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip", str(home / "venv")], check=True, timeout=60)
    site = next((home / "venv" / "lib").glob("python3*")) / "site-packages"
    (site / "here.pth").write_text(f"{home / 'tools'}\n{home / 'packages'}\n")
    for path in (home, *home.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    env = {"PATH": "/usr/bin:/bin", "HOME": str(home), "TMPDIR": str(home)}
    argv = [str(home / "venv/bin/python"), "-m", "runwright.cli.main", "demo", "--format", "json"]
    argv += ["--keep", str(home / "kept")]
    try:
        done = subprocess.run(
            argv,
            env=env,
            capture_output=True,
            text=True,
            timeout=DEMO_SECONDS,
            check=False,
            user="nobody",
            group=nobody.pw_gid,
            cwd=home,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["healed_after"] is True
    finally:
        shutil.rmtree(home)
