"""This host as the agent's hands: runs programs without a shell, and reads natively what needs no program.

A program runs in a process group of its own with a minimal environment; the whole group ends when its time is
up, and so does what left the group but still descends from it. What an operation means is left to `actions`;
what is read natively stands in the `facts_` and `http_` files.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from runwright.actions.action import Exec, Native, Operation, Result
from runwright.actions.catalogue import Host
from runwright.adapters.facts_local import NATIVES
from runwright.adapters.native import Native as NativeOperation
from runwright.adapters.native import Pause
from runwright.adapters.shell_account import Account, NoSuchAccount, account_of
from runwright.adapters.shell_streams import Streams
from runwright.errors import ContentError

NOT_FOUND, NOT_EXECUTABLE = 127, 126
SYSTEMD_RUNS = Path("/run/systemd/system")
"""sd_booted(3): this folder exists exactly when systemd runs the host."""
_KEPT = ("PATH", "HOME", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP")
_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_DRAIN_SECONDS = 0.5
Natives = Mapping[str, NativeOperation]
_RUNNING: set[subprocess.Popen[bytes]] = set()
OWN = Account()
"""The agent's own account."""
_ENDED = "it was ended with every process of its that was found; one that detached itself from it may live on"


@dataclass(frozen=True)
class LocalHost:
    """Carries operations out on this host."""

    pause: Pause
    """Lets time pass; True as soon as the agent is asked to stop."""
    programs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What stands for a program: its full path and the options that always go with it."""
    service_manager: str = "auto"
    own: Natives = field(default_factory=dict)
    """Native operations that need the site's configuration, by name."""

    def run(self, operation: Operation, timeout_seconds: float) -> Result:
        """Carry one operation out; whatever goes wrong is in the result."""
        if isinstance(operation, Native):
            return run_native(operation, timeout_seconds, self.pause, self.own)
        return run_program(self._full(operation), timeout_seconds)

    def run_as(self, account: str, operation: Operation, timeout_seconds: float) -> Result:
        """Carry one operation out as another account; what needs no program is the agent's own and is refused."""
        if isinstance(operation, Native):
            said = "the agent does this itself, without a program, so it runs as no other account; leave `run_as` out"
            return Result(NOT_EXECUTABLE, error=said, never_started=True)
        try:
            return run_program(self._full(operation), timeout_seconds, account_of(account))
        except NoSuchAccount as unknown:
            return Result(NOT_EXECUTABLE, error=str(unknown), never_started=True)

    def _full(self, operation: Exec) -> Exec:
        """The command with what stands for its program."""
        prefix = tuple(self.programs.get(operation.argv[0], operation.argv[:1])) if operation.argv else ()
        return Exec((*prefix, *operation.argv[1:]), operation.env, operation.stdin)

    def detect(self) -> Host:
        """What this host is; raises `ContentError` when the service manager that was named is not here."""
        system = "windows" if os.name == "nt" else "linux"
        found = tuple(name for name, here in self._managers().items() if here())
        if self.service_manager == "auto":
            return Host(system, found[0] if found else None)
        if self.service_manager not in found:
            raise ContentError(_not_here(self.service_manager, found))
        return Host(system, self.service_manager)

    def _managers(self) -> dict[str, Callable[[], bool]]:
        return {
            "windows": lambda: os.name == "nt",
            "systemd": lambda: sys.platform == "linux" and SYSTEMD_RUNS.is_dir(),
            "supervisor": lambda: shutil.which(self._program("supervisorctl"), path=search_path()) is not None,
        }

    def _program(self, name: str) -> str:
        return self.programs[name][0] if self.programs.get(name) else name


_WANTED = {
    "systemd": f"systemd runs where the folder {SYSTEMD_RUNS} exists",
    "supervisor": "its program supervisorctl must be on PATH or under host.programs",
    "windows": "it exists on Windows alone",
}


def _not_here(wanted: str, found: tuple[str, ...]) -> str:
    there = " and ".join(found) if found else "none"
    return (
        f"the service manager {wanted} is not on this host ({_WANTED[wanted]}); found here: {there}; "
        f"write {found[0] if found else 'auto'} or start {wanted}"
    )


def run_native(operation: Native, timeout_seconds: float, pause: Pause, own: Natives) -> Result:
    """Carry out what needs no program, by its name: the site's own operations, then the registry."""
    native = own.get(operation.name) or NATIVES.get(operation.name)
    if native is None:
        return Result(NOT_FOUND, error=f"this agent does not know {operation.name!r}; update it", never_started=True)
    return native(operation.args, timeout_seconds, pause)


def run_program(operation: Exec, timeout_seconds: float, account: Account = OWN) -> Result:
    """Run a program to its end, or end it with all that is found of what it started when the time is up."""
    try:
        process = _started(operation, account)
    except (OSError, ValueError, IndexError) as error:
        return _never_started(operation, error)
    streams = Streams(process, operation.stdin)
    _RUNNING.add(process)
    try:
        process.wait(timeout_seconds)
    except subprocess.TimeoutExpired:
        end_group(process)
        output, error_text = streams.collected(_DRAIN_SECONDS)
        said = f"the command did not end within {timeout_seconds:g} s; {_ENDED}"
        return Result(None, output, "\n".join(part for part in (error_text.rstrip(), said) if part), timed_out=True)
    finally:
        _RUNNING.discard(process)
    output, error_text = streams.collected(_DRAIN_SECONDS)
    return Result(process.returncode, output, error_text)


def end_running() -> None:
    """End every program that runs now, for a person who interrupts a run by hand.

    It waits for none of them: a signal handler may stand in the middle of such a wait, with its lock held.
    """
    for process in tuple(_RUNNING):
        _kill(process)


def _started(operation: Exec, account: Account) -> subprocess.Popen[bytes]:
    windows = os.name == "nt"
    return subprocess.Popen(
        [_located(operation.argv[0]), *operation.argv[1:]],
        stdin=subprocess.PIPE if operation.stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=os.path.abspath(os.sep),
        env=environment({**account.environment, **operation.env}),
        start_new_session=not windows,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) if windows else 0,
        **account.popen,
    )


def _located(program: str) -> str:
    """The program's full path on the clean PATH; the name itself where there is none, so that starting it tells why."""
    return shutil.which(program, path=search_path()) or program


def search_path() -> str:
    """Where programs are looked for."""
    return os.environ.get("PATH") or _DEFAULT_PATH


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """A clean environment: where programs are, a fixed language, and what the operation adds."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PATH": search_path(), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **more}


def _never_started(operation: Exec, error: Exception) -> Result:
    name = operation.argv[0] if operation.argv else ""
    if isinstance(error, FileNotFoundError) or not name:
        said = f"program {name!r} was not found; install it, or name its full path under host.programs"
        return Result(NOT_FOUND, error=said, never_started=True)
    why = getattr(error, "strerror", None) or str(error)
    return Result(NOT_EXECUTABLE, error=f"program {name!r} could not be started: {why}", never_started=True)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process, all that descends from it, and its group; what gave up its parent and group is not found."""
    _kill(process)
    process.wait()


def _kill(process: subprocess.Popen[bytes]) -> None:
    _end_descendants(process.pid)
    if sys.platform == "win32":
        process.kill()
    else:
        # It may have ended in the same moment.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)


def _end_descendants(pid: int) -> None:
    """End the descendants first: once their parent is gone, nothing tells whose they are."""
    found: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        found = psutil.Process(pid).children(recursive=True)
    for one in found:
        with contextlib.suppress(psutil.Error):  # it has ended, or it belongs to another user
            one.kill()
