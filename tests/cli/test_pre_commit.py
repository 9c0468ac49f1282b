"""The hooks that the repository offers, tried as pre-commit's users try them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
GIT = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
NEEDED = ("tools", "runbooks", "rules", "pyproject.toml", "README.md", "LICENSE", "NOTICE", ".pre-commit-hooks.yaml")
RUNBOOK = "runbooks/linux/RB-LIN-SERVICE-001.yaml"


def git(folder: Path, *words: str) -> str:
    """Run git in a folder; give what it said."""
    who = ("-c", "user.name=author", "-c", "user.email=author@example.org", "-c", "init.defaultBranch=main")
    environment = {**os.environ, **GIT}
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, env=environment)
    return done.stdout.decode().strip()


def committed(folder: Path) -> Path:
    """The folder as a repository of one commit."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as a repository that offers hooks."""
    folder = tmp_path_factory.mktemp("product")
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return committed(folder)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environment that it makes for the hooks, and the configurations are."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Somebody's repository of runbooks."""
    (tmp_path / "runbooks" / "linux").mkdir(parents=True)
    shutil.copy(ROOT / RUNBOOK, tmp_path / RUNBOOK)
    return committed(tmp_path)


def tried(product: Path, home: Path, library: Path, hook: str) -> subprocess.CompletedProcess[str]:
    """Run one hook on every file of a repository; the first run makes the environment of both."""
    settings = home / f"{hook}.yaml"
    at = git(product, "rev-parse", "HEAD")
    settings.write_text(f"repos: [{{repo: '{product}', rev: {at}, hooks: [{{id: {hook}}}]}}]\n", "utf-8")
    command = [sys.executable, "-m", "pre_commit", "run", "--config", str(settings), "--all-files", "--color=never"]
    variables = {**os.environ, **GIT, "PRE_COMMIT_HOME": str(home / "kept")}
    return subprocess.run(command, cwd=library, env=variables, check=False, capture_output=True, text=True, timeout=600)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("hook", ["runwright-validate", "runwright-fmt"])
def test_a_good_repository_passes(product: Path, home: Path, library: Path, hook: str) -> None:
    told = tried(product, home, library, hook)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "Passed" in told.stdout


@pytest.mark.timeout(900)
def test_a_mistake_stops_the_commit_with_its_place(product: Path, home: Path, library: Path) -> None:
    text = (library / RUNBOOK).read_text("utf-8")
    (library / RUNBOOK).write_text(text.replace("service.start", "service.begin"), "utf-8")
    told = tried(product, home, library, "runwright-validate")
    assert told.returncode == 1
    assert f"{RUNBOOK}:" in told.stdout
    assert "did you mean" in told.stdout


@pytest.mark.timeout(900)
def test_an_untidy_file_is_formatted_and_stops_the_commit_once(product: Path, home: Path, library: Path) -> None:
    text = (library / RUNBOOK).read_text("utf-8")
    (library / RUNBOOK).write_text(text.replace("timeout: 60s", "timeout:   60s"), "utf-8")
    assert tried(product, home, library, "runwright-fmt").returncode == 1
    assert (library / RUNBOOK).read_text("utf-8") == text
    assert tried(product, home, library, "runwright-fmt").returncode == 0
