"""How the tests are spread over processes: how many there are, and which files a process takes first.

Each file stays in one process, for its fixtures' sake. All files that boot a machine go one after the other in one
process, since two machines would wait for each other. What takes longest goes first, so that no process works on alone
at the end. This decides about the order alone: a number that has grown old costs time, and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import psutil
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

MACHINE, BOOTS = "a machine", ("IN_A_MACHINE", '"systemd-nspawn"')
"""The name of the unit of all files that boot a machine, and the marks by which such a file is known."""
USUAL = 0.02
"""Seconds that a test of a file not named below takes."""
SECONDS: Mapping[str, float] = {
    "tests/faults/test_kills.py": 152,
    "tests/cli/test_demo.py": 110,
    "tests/service/test_loop.py": 100,
    "tests/faults/test_github_kills.py": 89,
    "tests/faults/test_database_trouble.py": 87,
    "tests/service/test_on_github.py": 80,
    "tests/cli/test_demo_model.py": 77,
    "tests/replay/test_simulator.py": 68,
    "tests/cli/test_pre_commit.py": 60,
    "tests/adapters/test_forge_github_reviews.py": 58,
    "tests/faults/test_duplicates.py": 58,
    "tests/library/test_linux_postgres.py": 57,
    "tests/service/test_governing.py": 49,
    "tests/library/test_linux_servers.py": 43,
    "tests/agent/test_agent_command.py": 43,
    "tests/service/test_model_in_service.py": 42,
    "tests/service/test_webhook_flood.py": 41,
    "tests/library/test_linux_nginx.py": 38,
    "tests/reality/test_servers.py": 37,
    "tests/corpus/test_fmt_properties.py": 37,
    "tests/cli/test_run.py": 34,
    "tests/forge/test_reviews_contract.py": 34,
    "tests/agent/test_agent_heals.py": 32,
    "tests/faults/test_model_trouble.py": 30,
    "tests/test_promises.py": 30,
    "tests/cli/test_review_github.py": 29,
    "tests/faults/test_forge_trouble.py": 29,
    "tests/service/test_canaries.py": 29,
    "tests/cli/test_github_report.py": 28,
    "tests/adapters/test_provenance.py": 27,
    "tests/adapters/test_release_store.py": 27,
    "tests/faults/test_replicas.py": 27,
    "tests/cli/test_dry_run.py": 26,
    "tests/service/test_feedback.py": 26,
    "tests/cli/test_demo_github.py": 25,
    "tests/cli/test_review.py": 25,
    "tests/cli/test_github_setup.py": 25,
    "tests/adapters/test_github_checks.py": 25,
    "tests/service/test_review_looks.py": 24,
}
"""What the long files took on two processors."""
WAITING = 1.5
"""Processes for each processor: a good part of the tests waits for programs most of the time."""
MEMORY = 1_200_000_000
"""Bytes that one process and what it starts may need."""
MOST = 12
"""More processes than this have nothing to do while the longest unit runs."""
QUOTA = Path("/sys/fs/cgroup/cpu.max")
ROOM = Path("/sys/fs/cgroup/memory.max")


class Spread(LoadFileScheduling):
    """Hands out files, the longest first, and the files that boot a machine as one."""

    @cached_property
    def machines(self) -> frozenset[str]:
        """The files that boot a machine."""
        files = {nodeid.split("::", 1)[0] for nodeid in self.collection or ()}
        return frozenset(file for file in files if boots((self.config.rootpath / file).read_text("utf-8")))

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return MACHINE if file in self.machines else file

    def _assign_work_unit(self, node: WorkerController) -> None:
        longest = max(self.workqueue, key=lambda unit: seconds(unit, self.workqueue[unit]))
        self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """Mark a test as done; a unit that is done is forgotten, or each test would look through all that is done."""
        super().mark_test_complete(node, item_index, duration)
        units = self.assigned_work[node]
        for unit in [unit for unit, tests in units.items() if all(tests.values())]:
            del units[unit]


def boots(text: str) -> bool:
    """Tell whether a file's tests boot a machine."""
    return any(mark in text for mark in BOOTS)


def seconds(unit: str, tests: Mapping[str, bool]) -> float:
    """About how long a unit takes; the unit of the machines is always the longest."""
    return float("inf") if unit == MACHINE else SECONDS.get(unit, USUAL * len(tests))


def workers() -> int:
    """How many processes this machine, or the container's share of it, is good for."""
    return fitting(processors(), memory())


def fitting(processors: float, memory: int) -> int:
    """How many processes so many processors and bytes of memory are good for."""
    return max(1, min(round(processors * WAITING), memory // MEMORY, MOST))


def processors() -> float:
    """The processors that this process may use: those that it may run on, or less where a quota says so."""
    there = float(len(os.sched_getaffinity(0)))
    quota, period = [*_words(QUOTA), "max", "max"][:2]
    return min(there, int(quota) / int(period)) if quota.isdigit() and period.isdigit() else there


def memory() -> int:
    """The bytes of memory that are free, or that the container has."""
    free = int(psutil.virtual_memory().available)
    most = [*_words(ROOM), "max"][0]
    return min(free, int(most)) if most.isdigit() else free


def _words(file: Path) -> list[str]:
    return file.read_text("ascii").split() if file.exists() else []


def scheduler(config: pytest.Config, log: Producer) -> Spread | None:
    """The order of the tests where files are handed out; nothing for any other distribution."""
    return Spread(config, log) if config.getoption("dist") == "loadfile" else None
