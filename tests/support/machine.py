"""A Debian machine with a real systemd, booted in a container, for the tests that make real faults.

`systemd-nspawn` boots the files that `machine_files` makes, below a layer in memory: nothing a test does is left in
them, and each boot takes less than a second. The machine ends with the process that started it, however that ends.
What is broken and repaired in it is left to the tests.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.hurried import hurried
from tests.support.kept_runs import told
from tests.support.machine_files import ROOT, alone, cache, compiled, files, libraries
from tests.support.until import until

IN_A_MACHINE = [
    *(pytest.mark.needs(name) for name in ("root", "mount-rights", "mmdebstrap", "systemd-nspawn")),
    pytest.mark.timeout(1800),  # the first test on a host makes the machine's files; each command has its own limit
]
"""The marks of a module whose tests boot a machine."""
BOOT_SECONDS, RUN_SECONDS = 60, 120
INSIDE = "/opt/runwright"
"""Where the product stands in the machine, read-only."""
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "SYSTEMD_PAGER": "",
    "SYSTEMD_COLORS": "0",
    "PYTHONPATH": f"{INSIDE}/tools:{INSIDE}/site",
    "PYTHONPYCACHEPREFIX": "/var/cache/python",
}


@dataclass(frozen=True)
class Done:
    """How a command in the machine ended and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Machine:
    """A booted machine; its commands run as root in it."""

    leader: int
    """The process id of its systemd, as the host sees it."""

    @property
    def is_down(self) -> bool:
        """Whether its systemd has ended, as at a restart."""
        return not Path(f"/proc/{self.leader}").exists()

    @property
    def enter(self) -> list[str]:
        """The words that stand before a command to run it in the machine."""
        return ["nsenter", f"--target={self.leader}", "--all", "--root", "--wd", "--"]

    def run(self, *words: str, timeout: float = RUN_SECONDS, text: str = "") -> Done:
        """Run a command in the machine and wait for its end."""
        done = subprocess.run(
            [*self.enter, *words],
            env=ENVIRONMENT,
            input=text,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def do(self, *words: str, timeout: float = RUN_SECONDS, text: str = "") -> str:
        """Run a command that must go well; give what it said, without the end of the last line."""
        done = self.run(*words, timeout=timeout, text=text)
        assert done.code == 0, f"{words} ended with {done.code}: {done.err or done.out}"
        return done.out.rstrip("\n")

    def holds(self, *words: str) -> bool:
        """Tell whether a command ends with 0."""
        return self.run(*words).code == 0

    def write(self, path: str, text: str, mode: str = "0644") -> None:
        """Write a file in the machine, and the folders that lead to it."""
        self.do("mkdir", "--parents", str(Path(path).parent))
        self.do("tee", path, text=text)
        self.do("chmod", mode, path)

    def unit(self, name: str, text: str) -> None:
        """Give the machine a unit, and let systemd read it."""
        self.write(f"/etc/systemd/system/{name}", text)
        self.do("systemctl", "daemon-reload")

    def shows(self, unit: str, key: str) -> str:
        """One property of a unit, as systemd itself tells it."""
        return self.do("systemctl", "show", f"--property={key}", "--value", "--", unit)

    def active(self, unit: str) -> bool:
        """Tell whether a unit is active, as systemd itself tells it."""
        return self.shows(unit, "ActiveState") == "active"

    def runbook(self, name: str, /, **params: object) -> dict[str, Any]:
        """Run a runbook of the library in the machine, as a person would by hand; give its Execution."""
        self.write(f"/opt/hurried/{name}.yaml", hurried(name))
        return self.runbook_file(f"/opt/hurried/{name}.yaml", **params)

    def runbook_file(self, path: str, /, **params: object) -> dict[str, Any]:
        """The same for any file in the machine."""
        given = [word for key, value in params.items() for word in ("--param", f"{key}={value}")]
        done = self.run("python3", "-m", "runwright.cli.main", "run", path, *given, "--format", "json")
        assert done.out, f"{path} ended with {done.code} and told nothing: {done.err}"
        execution: dict[str, Any] = json.loads(done.out)
        told(execution)
        return execution

    def facts(self, *paths: str) -> dict[str, Any]:
        """Read facts in the machine the way the agent does."""
        return dict(json.loads(self.do("python3", "-c", _READ_FACTS, *paths)))


_READ_FACTS = """
import json, sys
from runwright.adapters.shell_local import LocalHost
from runwright.agent.facts import FactReader
from runwright.model.path import concrete_path
port = LocalHost(lambda seconds: False)
facts = FactReader(port, port.detect()).read([concrete_path(path) for path in sys.argv[1:]])
print(json.dumps(facts))
"""


@contextlib.contextmanager
def booted(folder: Path, *shared: Path) -> Iterator[Machine]:
    """Boot a machine for the length of a block; its console is written to a file in the folder.

    What is shared stands at the same place in the machine, and outlives it.
    """
    binds = {ROOT / "tools": "tools", ROOT / "runbooks": "runbooks", libraries(): "site"}
    words = [
        # With the test's process this one ends, and with it all that lives in its process namespace: the machine.
        *("setpriv", "--pdeathsig", "KILL", "unshare", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"),
        *("sh", "-c", '"$@" & wait $!', "sh", "systemd-nspawn", "--quiet", "--register=no", "--keep-unit"),
        *("--private-network", "--resolv-conf=off", "--timezone=off", "--volatile=overlay", "--console=pipe"),
        *("--machine=runwright-tests", f"--directory={files()}", "--boot"),
        f"--bind={compiled()}:{ENVIRONMENT['PYTHONPYCACHEPREFIX']}",
        *(f"--bind-ro={source}:{INSIDE}/{name}" for source, name in binds.items()),
        *(f"--bind={path}" for path in shared),
    ]
    # One at a time: on a host without a systemd of its own two machines would share a control group.
    with alone(cache() / "machine.lock"), (folder / "console.log").open("wb") as console:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT)
        try:
            yield _ready(process, folder / "console.log")
        finally:
            process.kill()
            process.wait(RUN_SECONDS)


def _ready(process: subprocess.Popen[bytes], console: Path) -> Machine:
    def system() -> Machine | None:
        assert process.poll() is None, f"the machine ended while it booted: {console.read_text()[-2000:]}"
        machine = _leader(process.pid)
        return machine if machine is not None and _is_up(machine) else None

    machine = until(system, timeout=BOOT_SECONDS, what="the machine has booted", every=0.05)
    assert machine is not None
    return machine


def _is_up(machine: Machine) -> bool:
    return machine.run("systemctl", "is-system-running").out.strip() in ("running", "degraded")


def _leader(pid: int) -> Machine | None:
    with contextlib.suppress(OSError):  # it may have ended meanwhile
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                return Machine(int(child))
            if found := _leader(int(child)):
                return found
    return None
