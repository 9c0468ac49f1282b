"""Runbooks for processes: a leak that is ended by a restart, and runaway processes, bounded by name, user and age."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from tests.support.until import until
from tests.support.workshop import AS_ROOT, USER, Program, Workshop, folder_of_user, workshop

SYSTEM_PYTHON = shutil.which("python3", path="/usr/bin:/usr/local/bin") or os.path.realpath(sys.executable)
"""The system's own interpreter: another may stand where the user of a test cannot go."""
LEAKS = """#!{python}
import signal, time
kept = []
signal.signal(signal.SIGUSR1, lambda *_: kept.append(bytearray(150 * 2**20)))
while True:
    time.sleep(60)
"""
REPORT = """#!{python}
import signal, sys, time
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(300)
"""


def script(folder: Path, name: str, text: str) -> Path:
    """Write a program; the kernel gives its process the script's own name."""
    path = folder / name
    path.write_text(text.format(python=SYSTEM_PYTHON))
    path.chmod(0o755)
    return path


def test_a_service_that_leaks_is_restarted(tmp_path: Path) -> None:
    with folder_of_user("leak") as folder:
        program = Program([script(folder, "rw-leaky", LEAKS)], user=None)
        with workshop(folder, {"leaky": program}) as place:
            before = place.pid("leaky")
            until(lambda: psutil.Process(before).name() == "rw-leaky", what="the script has started")
            place.signal("leaky", signal.SIGUSR1)
            until(lambda: psutil.Process(before).memory_info().rss > 150 * 2**20, what="it takes 150 MiB")
            wanted = {"service": "leaky", "program": "rw-leaky", "max_mib": 120}
            ran = place.run("RB-LIN-MEMORY-001", **wanted)
            assert ran.fixed, ran
            assert not psutil.pid_exists(before)
            assert psutil.Process(place.pid("leaky")).memory_info().rss < 100 * 2**20
            assert place.run("RB-LIN-MEMORY-001", **wanted).already_healthy


def test_a_service_that_needs_so_much_from_its_start_is_not_called_repaired() -> None:
    with folder_of_user("leak") as folder:
        program = Program([script(folder, "rw-large", REPORT)], user=None)
        with workshop(folder, {"large": program}) as place:
            until(lambda: psutil.Process(place.pid("large")).name() == "rw-large", what="the script has started")
            ran = place.run("RB-LIN-MEMORY-001", service="large", program="rw-large", max_mib=1)
            assert (ran.code, ran.execution["verification_passed"]) == (1, False), ran
            assert place.state("large") == "RUNNING"


def test_a_service_that_does_not_run_is_not_restarted_for_its_memory(tmp_path: Path) -> None:
    with folder_of_user("leak") as folder:
        path = script(folder, "rw-leaky-2", REPORT)
        with workshop(folder, {"leaky": Program([path], autostart=False)}) as place, running(path):
            wanted = {"service": "leaky", "program": "rw-leaky-2", "max_mib": 1}
            assert place.run("RB-LIN-MEMORY-001", **wanted).refused
            assert place.state("leaky") == "STOPPED"


@contextmanager
def running(path: Path, *words: str, user: str | None = None) -> Iterator[subprocess.Popen[str]]:
    """Start a script, and wait until it is there."""
    who = {} if user is None else {"user": user}
    with subprocess.Popen([path, *words], stdout=subprocess.PIPE, text=True, **who) as process:  # type: ignore[call-overload]  # a user or none
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def own_name() -> str:
    return psutil.Process().username()


def test_runaway_processes_are_ended_even_the_stubborn_one() -> None:
    with folder_of_user("run") as folder, ExitStack() as started:
        path = script(folder, "rw-report", REPORT)
        ended = [started.enter_context(running(path, word)) for word in ("polite", "stubborn")]
        until(lambda: _age(ended[1]) > 2, what="both have run for two seconds")
        young = started.enter_context(running(script(folder, "rw-report-2", REPORT)))
        wanted = {"program": "rw-report", "user": own_name(), "older_than_seconds": 1}
        ran = Workshop(folder).run("RB-LIN-PROCESS-001", "confirm", **wanted)
        assert ran.fixed, ran
        assert [process.wait(10) for process in ended] == [-signal.SIGTERM, -signal.SIGKILL]
        assert young.poll() is None
        assert Workshop(folder).run("RB-LIN-PROCESS-001", **wanted).already_healthy


@pytest.mark.needs("non-root-user")
def test_the_processes_of_another_user_are_left_alone() -> None:
    assert AS_ROOT
    with folder_of_user("run") as folder, ExitStack() as started:
        folder.chmod(0o755)
        path = script(folder, "rw-report-3", REPORT)
        theirs = started.enter_context(running(path, user=USER))
        mine = started.enter_context(running(path))
        until(lambda: _age(mine) > 2, what="both have run for two seconds")
        wanted = {"program": "rw-report-3", "user": own_name(), "older_than_seconds": 1}
        ran = Workshop(folder).run("RB-LIN-PROCESS-001", "confirm", **wanted)
        assert ran.fixed, ran
        assert theirs.poll() is None
        assert mine.wait(10) == -signal.SIGTERM


def test_a_process_that_is_not_old_enough_is_left_alone() -> None:
    with folder_of_user("run") as folder, running(script(folder, "rw-report-4", REPORT)) as young:
        wanted = {"program": "rw-report-4", "user": own_name(), "older_than_seconds": 3600}
        assert Workshop(folder).run("RB-LIN-PROCESS-001", **wanted).already_healthy
        assert young.poll() is None


def test_nothing_is_ended_before_a_person_says_yes() -> None:
    with folder_of_user("run") as folder, running(script(folder, "rw-report-6", REPORT)) as old:
        until(lambda: _age(old) > 2, what="it has run for two seconds")
        wanted = {"program": "rw-report-6", "user": own_name(), "older_than_seconds": 1}
        ran = Workshop(folder).run("RB-LIN-PROCESS-001", **wanted)
        assert (ran.code, ran.execution["error_step"]) == (1, "confirm")
        assert old.poll() is None


def test_more_processes_than_expected_are_left_to_a_person() -> None:
    with folder_of_user("run") as folder, ExitStack() as started:
        path = script(folder, "rw-report-5", REPORT)
        both = [started.enter_context(running(path)) for _ in range(2)]
        until(lambda: _age(both[1]) > 2, what="both have run for two seconds")
        wanted = {"program": "rw-report-5", "user": own_name(), "older_than_seconds": 1, "at_most": 1}
        assert Workshop(folder).run("RB-LIN-PROCESS-001", **wanted).refused
        assert all(process.poll() is None for process in both)


def _age(process: subprocess.Popen[str]) -> float:
    return time.time() - psutil.Process(process.pid).create_time()
