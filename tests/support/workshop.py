"""Real programs in a temporary folder under a real supervisord, and the product run against them.

As root, the programs run as `nobody`; otherwise as the user of the tests. Everything listens on loopback alone, and
everything that was started is gone afterwards.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xmlrpc.client import ServerProxy

from runwright.corpus.strict_yaml import load_yaml
from tests.support.clinic import SUPERVISORCTL, SUPERVISORD, free_port, stop
from tests.support.commands import ENVIRONMENT, Answer, runwright
from tests.support.hurried import hurried
from tests.support.kept_runs import told
from tests.support.until import until

RUN_SECONDS = 120
AS_ROOT = os.geteuid() == 0
USER = "nobody" if AS_ROOT else pwd.getpwuid(os.geteuid()).pw_name
"""Who runs the programs."""


@dataclass(frozen=True)
class Ran:
    """One run of a runbook: the exit code, the Execution as it was written, and what was said besides."""

    code: int
    execution: dict[str, Any]
    err: str

    @property
    def fixed(self) -> bool:
        """Tell whether the run succeeded and its verification says so."""
        verified = self.execution.get("verification_passed") is True
        return self.code == 0 and self.execution.get("status") == "success" and verified

    @property
    def already_healthy(self) -> bool:
        """Tell whether there was nothing to do and nothing was done."""
        by = (self.execution.get("outcome") or {}).get("resolved_by")
        return self.fixed and by == "already_healthy" and not self.done

    @property
    def refused(self) -> bool:
        """Tell whether the precheck stopped the run before anything was done."""
        return self.code == 1 and self.execution.get("status") == "escalated" and not self.done

    @property
    def done(self) -> tuple[str, ...]:
        """Name the steps that were carried out."""
        steps = self.execution.get("executed_steps", [])
        return tuple(step["step"] for step in steps if step["outcome"] != "skipped")


@dataclass(frozen=True)
class Program:
    """One program of the supervisor."""

    command: Sequence[str | Path]
    autostart: bool = True
    user: str | None = USER if AS_ROOT else None
    stop_signal: str = "TERM"


@dataclass
class Workshop:
    """A folder of the programs' user, a supervisor for them, and the agent's configuration."""

    folder: Path
    programs: Mapping[str, Program] = field(default_factory=dict)
    agent: dict[str, Any] = field(default_factory=dict)
    """What is added to the agent's configuration; `clients` stands for host.programs."""
    inside: Sequence[str] = ()
    """The words that enter a namespace, in which the product then runs."""
    address: str = field(default_factory=lambda: f"127.0.0.1:{free_port()}")
    """Where the supervisor listens."""

    @property
    def control(self) -> list[str]:
        """Give the words that reach the supervisor."""
        return [SUPERVISORCTL, "-c", str(self.folder / "supervisord.conf")]

    def ask(self, *words: str) -> str:
        """Ask the supervisor something."""
        done = subprocess.run([*self.control, *words], check=False, capture_output=True, text=True, timeout=60)
        return done.stdout

    def state(self, name: str) -> str:
        """Give a program's state in the supervisor's own word; nothing while the supervisor does not listen yet."""
        with suppress(OSError):
            return str(self._told(name)["statename"])
        return ""

    def pid(self, name: str) -> int:
        """Give a running program's process id."""
        return int(self._told(name)["pid"])

    def _told(self, name: str) -> dict[str, Any]:
        """Ask over the network: that is done a hundred times faster than supervisorctl has started."""
        with ServerProxy(f"http://{self.address}/RPC2") as supervisor:
            told: Any = supervisor.supervisor.getProcessInfo(name)
            return dict(told)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a program a signal."""
        os.kill(self.pid(name), number)

    def kill(self, name: str) -> None:
        """End a program the hard way, and wait until the supervisor has seen it."""
        self.signal(name, signal.SIGKILL)
        until(lambda: self.state(name) == "EXITED", what=f"{name} is seen as ended")

    def run(self, runbook: str, /, *approve: str, **params: Any) -> Ran:
        """Run a runbook of the library by the command line, as a person would who says yes to some steps."""
        return self.run_text(runbook, hurried(runbook), *approve, **params)

    def run_text(self, runbook: str, text: str, /, *approve: str, **params: Any) -> Ran:
        """The same for the text of any runbook."""
        config = self.folder / "agent.yaml"
        config.write_text(json.dumps(self._config()))
        load_yaml(config.read_bytes(), str(config))
        words = [word for name, value in params.items() for word in ("--param", f"{name}={_written(value)}")]
        words += [word for step in approve for word in ("--approve", step)]
        path = self.folder / f"{runbook}.yaml"
        path.write_text(text)
        answer = self._answer("run", path, *words, "--config", config, "--format", "json")
        execution = json.loads(answer.out) if answer.out.startswith("{") else {}
        told(execution)
        return Ran(answer.code, execution, answer.err)

    def _answer(self, *words: str | Path) -> Answer:
        """Run the command line: in this process, which is quick, or in one of its own in the namespace."""
        if not self.inside:
            return runwright(*words)
        argv = [*self.inside, sys.executable, "-m", "runwright.cli.main", *map(str, words)]
        done = subprocess.run(argv, env=ENVIRONMENT, capture_output=True, text=True, timeout=RUN_SECONDS, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    def _config(self) -> dict[str, Any]:
        host = {"service_manager": "supervisor", "programs": {"supervisorctl": self.control}}
        added = {key: value for key, value in self.agent.items() if key != "clients"}
        host["programs"] = {**host["programs"], **self.agent.get("clients", {})}  # type: ignore[dict-item]
        checks = [{"id": "root", "type": "disk"}]
        return {"site_id": "workshop", "hostname": "bench", "host": host, "checks": checks, **added}


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value) if not isinstance(value, Path) else str(value)


@contextmanager
def folder_of_user(name: str) -> Iterator[Path]:
    """Make a short folder that belongs to the programs' user; a socket's path must be short."""
    folder = Path(tempfile.mkdtemp(prefix=f"rw-{name}-"))
    try:
        give(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give(path: Path) -> None:
    """Give a file or folder to the programs' user."""
    if AS_ROOT:
        found = pwd.getpwnam(USER)
        os.chown(path, found.pw_uid, found.pw_gid)


def as_user(*argv: str | Path, check: bool = True, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as the programs' user."""
    words = [str(word) for word in argv]
    kept = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    who: dict[str, Any] = {"user": USER, "group": pwd.getpwnam(USER).pw_gid, "extra_groups": []} if AS_ROOT else {}
    return subprocess.run(
        words, env=kept, cwd="/", check=check, capture_output=True, text=True, timeout=60, **who, **more
    )


def said(*words: object) -> str:
    """Give what a program says; nothing when it does not answer in time."""
    try:
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=3)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.strip()


@contextmanager
def workshop(folder: Path, programs: Mapping[str, Program] | None = None, **agent: Any) -> Iterator[Workshop]:
    """Start a supervisor with these programs; those that start by themselves run when it is given out."""
    place = Workshop(folder, programs or {}, agent)
    (folder / "supervisord.conf").write_text(_supervisor(place))
    process = subprocess.Popen(
        [SUPERVISORD, "-n", "-c", str(folder / "supervisord.conf")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for name, program in place.programs.items():
            _await(place, name, program)
        yield place
    finally:
        for name in place.programs:
            place.ask("signal", "CONT", name)
        stop(process)


def _await(place: Workshop, name: str, program: Program) -> None:
    """Wait until a program runs; one that could not be started ends the wait with what it said."""
    settled = ("RUNNING", "FATAL", "EXITED") if program.autostart else ("STOPPED",)
    until(lambda: place.state(name) in settled, what=f"{name} is {settled[0]}")
    assert place.state(name) == settled[0], "".join(path.read_text() for path in place.folder.glob(f"{name}-std*"))


def _supervisor(place: Workshop) -> str:
    return (
        f"[supervisord]\nlogfile={place.folder}/supervisord.log\npidfile={place.folder}/supervisord.pid\n"
        f"childlogdir={place.folder}\n{'user=root' if AS_ROOT else ''}\n"
        f"[inet_http_server]\nport={place.address}\n[supervisorctl]\nserverurl=http://{place.address}\n"
        "[rpcinterface:supervisor]\n"
        "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n"
        + "".join(_program(name, program) for name, program in place.programs.items())
    )


def _program(name: str, program: Program) -> str:
    user = f"user={program.user}\n" if program.user else ""
    return (
        f"[program:{name}]\ncommand={' '.join(map(str, program.command))}\nautostart={str(program.autostart).lower()}\n"
        f"autorestart=false\nstartsecs=1\nstartretries=0\nstopwaitsecs=1\nstopsignal={program.stop_signal}\n"
        f"stopasgroup=false\nkillasgroup=true\n{user}"
    )
