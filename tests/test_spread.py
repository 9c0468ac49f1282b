"""How the tests are spread over processes: by files, the long ones first, and never more than the machine can bear."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import spread

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = "[pytest]\npythonpath = {root} {root}/tools\n"
CONFTEST = """
import os, pathlib
from tests.support import spread

spread.SECONDS = {"test_c.py": 60.0}

def pytest_xdist_make_scheduler(config, log):
    return spread.scheduler(config, log)

def pytest_runtest_logreport(report):
    if report.when == "call" and "PYTEST_XDIST_WORKER" not in os.environ:
        with pathlib.Path("order").open("a") as file:
            file.write(f"{report.node.gateway.id} {report.nodeid}\\n")
"""
TESTS = "def test_1(): pass\ndef test_2(): pass\ndef test_3(): pass\n"
BOOTS = "IN_A_" + "MACHINE = True\n" + TESTS


def order(folder: Path, workers: int) -> list[tuple[str, str]]:
    """Run some tests in so many processes; give the process and the file of each, in the order of their ends."""
    for name, text in {"a": TESTS, "b": BOOTS, "c": TESTS, "d": BOOTS, "e": TESTS}.items():
        (folder / f"test_{name}.py").write_text(text)
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text(CONFIGURATION.format(root=ROOT))
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(workers), "--dist", "loadfile"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(words, cwd=folder, env=kept, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "15 passed" in done.stdout
    lines = (folder / "order").read_text().splitlines()
    return [(line.split()[0], line.split()[1].split("::")[0]) for line in lines]


def test_what_boots_a_machine_comes_first_and_then_the_longest(tmp_path: Path) -> None:
    files = list(dict.fromkeys(file for _, file in order(tmp_path, 1)))
    assert files[:3] == ["test_b.py", "test_d.py", "test_c.py"]
    assert sorted(files[3:]) == ["test_a.py", "test_e.py"]


def test_a_file_stays_in_one_process_and_all_machines_in_the_same(tmp_path: Path) -> None:
    where: dict[str, set[str]] = {}
    for process, file in order(tmp_path, 3):
        where.setdefault(file, set()).add(process)
    assert all(len(processes) == 1 for processes in where.values())
    assert where["test_b.py"] == where["test_d.py"]


def test_every_file_that_boots_a_machine_is_known_by_its_marks() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text("utf-8")
        if re.search(
            r"^(from tests\.support\.machine import .*booted|.*\bmachine: (Machine|Place)\b)", text, re.MULTILINE
        ):
            assert spread.boots(text), path


def test_the_files_that_take_long_are_there() -> None:
    gone = [file for file in spread.SECONDS if not (ROOT / file).is_file()]
    assert not gone, "their names are old; see SECONDS in tests/support/spread.py"


@pytest.mark.parametrize(
    ("processors", "gigabytes", "expected"),
    [(1, 64, 2), (2, 64, 3), (4, 64, 6), (64, 64, spread.MOST), (0.5, 64, 1), (64, 3, 2), (2, 0, 1)],
)
def test_waiting_tests_share_a_processor_and_memory_bounds_them(
    processors: float, gigabytes: int, expected: int
) -> None:
    assert spread.fitting(processors, gigabytes * 10**9) == expected


def test_a_containers_share_counts_and_not_what_the_host_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QUOTA", "ROOM"):
        monkeypatch.setattr(spread, name, tmp_path / name)
    everything, most = spread.processors(), spread.memory()
    assert everything >= 1
    assert most > 10**8
    (tmp_path / "QUOTA").write_text("50000 100000\n")
    (tmp_path / "ROOM").write_text(f"{10**8}\n")
    assert (spread.processors(), spread.memory()) == (0.5, 10**8)
    (tmp_path / "QUOTA").write_text("max 100000\n")
    (tmp_path / "ROOM").write_text("max\n")
    assert spread.processors() == everything
    assert spread.memory() > 10**8
