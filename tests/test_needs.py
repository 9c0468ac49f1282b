"""Tests that need something of the machine: only they are left out, by name, and never in CI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.system_packages import NEEDS

HERE = Path(__file__).resolve().parent

PROGRAMS = [name for name, need in NEEDS.items() if need.package]
PACKAGES = sorted({need.package for need in NEEDS.values() if need.package})

TESTS = """
import pytest

@pytest.mark.needs("ssh-keygen")
def test_with_ssh_keygen(): pass

def test_without_needs(): pass
"""

CONFIGURATION = "[pytest]\naddopts = --strict-markers\nmarkers =\n  needs(name): see the table\npythonpath = .\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with the real conftest and the real table."""
    support = tmp_path / "tests" / "support"
    support.mkdir(parents=True)
    needed = ("support/__init__.py", "support/repeat.py", "support/system_packages.py")
    for name in ("__init__.py", "conftest.py", *needed):
        shutil.copy(HERE / name, tmp_path / "tests" / name)
    (tmp_path / "pytest.ini").write_text(CONFIGURATION)
    (tmp_path / "tests" / "test_some.py").write_text(TESTS)
    return tmp_path


def run(folder: Path, *words: str, ci: str = "", path: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder; an empty folder as PATH is a machine without programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment = {**kept, "CI": ci, "PATH": str(folder / "empty") if path is None else path}
    words = (sys.executable, *words)
    return subprocess.run(words, cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=60)


def test_only_the_tests_with_an_absent_need_are_left_out_and_named(project: Path) -> None:
    done = run(project, "-m", "pytest", "tests")
    assert done.returncode == 0
    assert "1 passed, 1 deselected" in done.stdout
    assert "left out: 1 test(s), no ssh-keygen (Debian package openssh-client)" in done.stdout


def test_in_ci_an_absent_need_is_an_error(project: Path) -> None:
    done = run(project, "-m", "pytest", "tests", ci="true")
    assert done.returncode != 0
    assert "no test may be left out" in done.stderr
    assert "openssh-client" in done.stderr


def test_a_need_that_the_table_does_not_have_is_refused(project: Path) -> None:
    (project / "tests" / "test_some.py").write_text(TESTS.replace("ssh-keygen", "ssh-keygem"))
    done = run(project, "-m", "pytest", "tests")
    assert done.returncode != 0
    assert "ssh-keygem" in done.stderr


def test_a_met_need_leaves_nothing_out(project: Path) -> None:
    tools = project / "tools"
    tools.mkdir()
    (tools / "ssh-keygen").write_text("#!/bin/sh\n")
    (tools / "ssh-keygen").chmod(0o755)
    done = run(project, "-m", "pytest", "tests", ci="true", path=str(tools))
    assert done.returncode == 0
    assert "2 passed" in done.stdout
    assert "left out" not in done.stdout


def test_a_missing_package_is_named_and_stops_ci_alone(project: Path) -> None:
    at_home = run(project, "tests/support/system_packages.py")
    in_ci = run(project, "tests/support/system_packages.py", ci="true")
    assert (at_home.returncode, in_ci.returncode) == (0, 1)
    assert "missing ssh-keygen (Debian package openssh-client)" in at_home.stdout


def test_a_missing_package_is_installed_by_apt_get_where_that_is_allowed(project: Path) -> None:
    tools = project / "tools"
    tools.mkdir()
    shutil.copy("/usr/bin/env", tools / "env")
    # Stands for Debian's apt-get: the first try fails as on a machine whose package list was never fetched.
    (tools / "apt-get").write_text(APT_GET.format(folder=tools, programs=" ".join(PROGRAMS)))
    (tools / "sudo").write_text('#!/bin/sh\nshift\nexec "$@"\n')
    for name in ("apt-get", "sudo"):
        (tools / name).chmod(0o755)
    (tools / "true").symlink_to("/bin/true")
    done = run(project, "tests/support/system_packages.py", ci="true", path=str(tools))
    assert done.returncode == 0, done.stdout
    install = f"-qq install -y --no-install-recommends {' '.join(PACKAGES)}"
    assert (tools / "log").read_text().splitlines() == [install, "-qq update", install]


APT_GET = """#!/bin/sh
echo "$*" >> {folder}/log
case "$*" in
  *update*) : > {folder}/list ;;
  *install*) [ -f {folder}/list ] || exit 100
    for name in {programs}; do echo '#!/bin/sh' > {folder}/$name; /bin/chmod 755 {folder}/$name; done ;;
esac
"""
