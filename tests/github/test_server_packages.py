"""The npm packages of these tests: installed beside the work tree's other parts, and asked for in clear words."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.github import node
from tests.support.system_packages import NEEDS, describe
from tests.support.until import until

ROOT = Path(__file__).parents[2]
STARTS = """
import sys
from tests.support.github.emulator import emulators
print(emulators().process.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The installer and its lists in a work tree of their own."""
    place = tmp_path / "tests" / "support" / "github"
    place.mkdir(parents=True)
    for name in ("node.py", *node.LISTS):
        shutil.copy(node.HERE / name, place)
    shutil.copy(ROOT / "tests" / "support" / "system_packages.py", place.parent)
    return place


def installed(copy: Path, path: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": path}
    words = [sys.executable, str(copy / "node.py")]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


def test_the_lock_file_names_hashes_and_no_addresses() -> None:
    packages = json.loads((node.HERE / "package-lock.json").read_text("utf-8"))["packages"]
    assert all("integrity" in about for name, about in packages.items() if name)
    assert not any("resolved" in about for about in packages.values())
    wanted = json.loads((node.HERE / "package.json").read_text("utf-8"))["dependencies"]
    assert all(re.fullmatch(r"[\d.]+", version) for version in wanted.values())
    assert wanted["emulate"] == packages["node_modules/emulate"]["version"]


def test_a_machine_without_npm_is_told_and_goes_on(copy: Path, tmp_path: Path) -> None:
    done = installed(copy, str(tmp_path))
    assert done.returncode == 0
    assert "could not install them" in done.stdout
    assert "npm" in done.stdout


def test_another_lock_file_means_not_installed(copy: Path) -> None:
    place = copy.parents[2] / ".node"
    place.mkdir()
    (place / ".set-up").write_text("0" * 64, "ascii")
    words = [sys.executable, "-c", "import system_packages as s; print(s.has_github_server())"]
    done = subprocess.run(words, cwd=copy.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_need_says_what_to_do() -> None:
    assert "make test" in describe("github-server", NEEDS["github-server"])


@pytest.mark.needs("github-server")
def test_the_installer_and_the_need_mean_the_same() -> None:
    assert node.is_installed()
    assert NEEDS["github-server"].is_there()


@pytest.mark.needs("github-server")
def test_the_server_ends_with_the_process_that_started_it() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tools")])}
    words = [sys.executable, "-c", STARTS]
    with subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as tests:
        assert tests.stdout is not None
        number = int(tests.stdout.readline())
        server = psutil.Process(number)
        tests.send_signal(signal.SIGKILL)
        tests.wait(60)
        until(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE, what="the server ends")


@pytest.mark.needs("github-server")
def test_the_server_listens_on_this_machine_only(github_server: None) -> None:
    from tests.support.github.emulator import emulator, emulators

    with emulator({"github": {}}, "http://127.0.0.1:1") as one:
        listening = psutil.Process(emulators().process.pid).net_connections("tcp")
        assert {(at.laddr.ip, at.laddr.port) for at in listening if at.status == psutil.CONN_LISTEN} == {
            ("127.0.0.1", one.port)
        }
