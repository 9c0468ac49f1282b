"""The machine that the other tests of this folder boot: it leaves nothing behind, however its test ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.machine import IN_A_MACHINE, Machine, booted
from tests.support.machine_files import ROOT, sources
from tests.support.until import until

pytestmark = IN_A_MACHINE

BOOT_AND_WAIT = """
import sys, threading
from pathlib import Path
from tests.support.machine import IN_A_MACHINE, booted
with booted(Path(sys.argv[1])) as machine:
    print(machine.leader, flush=True)
    threading.Event().wait()
"""


def gone(leader: int) -> bool:
    return not Path(f"/proc/{leader}").exists()


def test_a_machine_ends_with_its_block_and_takes_with_it_what_was_written(tmp_path: Path) -> None:
    with booted(tmp_path) as machine:
        first = machine
        machine.write("/etc/marker", "x")
    until(lambda: gone(first.leader), what="the first machine is gone")
    with booted(tmp_path) as machine:
        assert not machine.holds("test", "-e", "/etc/marker")
        assert sees_only_itself(machine)


def sees_only_itself(machine: Machine) -> bool:
    """Neither the host's network nor its processes can be seen in it."""
    links = machine.do("ls", "/sys/class/net").split()
    return links == ["lo"] and not machine.holds("pgrep", "pytest")


def test_a_machine_ends_when_the_process_that_booted_it_is_killed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tools'}"}
    words = [sys.executable, "-c", BOOT_AND_WAIT, str(tmp_path)]
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        leader = int(process.stdout.readline())
        assert not gone(leader)
        process.send_signal(signal.SIGKILL)
        until(lambda: gone(leader), what="the machine is gone")


def test_the_machine_is_made_from_where_this_hosts_own_packages_come() -> None:
    lines = sources()
    assert lines
    assert all(line.startswith("deb ") for line in lines)
