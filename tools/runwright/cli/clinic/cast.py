"""The processes that play in the demo: started here, watched here, ended here whatever happens."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any, TypeVar

import psutil

from runwright.errors import EdgeError

PATIENCE = 90.0
"""Seconds that anything in the demo may take before it is called a failure, on a slow and busy machine too."""
SECONDS_TO_END = 30
"""How long the demo may take to end when it is asked to."""
Found = TypeVar("Found")
ASKED_TO_STOP = threading.Event()
"""Set by SIGTERM: an exception that a signal raises is lost where it meets a destructor, so it is looked at too."""


def go_on() -> None:
    """Raise `KeyboardInterrupt` when the demo was asked to stop."""
    if ASKED_TO_STOP.is_set():
        raise KeyboardInterrupt


def wait_for(look: Callable[[], Found | None], what: str, seconds: float = PATIENCE) -> Found:
    """Look again and again until something is there; raises `EdgeError` when it does not come."""
    deadline = time.monotonic() + seconds
    while True:
        go_on()
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise EdgeError(f"waited {seconds:g} s for this, and it did not happen: {what}")
        time.sleep(0.05)


@dataclass
class Player:
    """One running process whose lines of JSON are kept as events."""

    name: str
    process: subprocess.Popen[str]
    log: Path
    events: Queue[dict[str, Any]] = field(default_factory=Queue)

    def event(self, name: str, where: Mapping[str, Any] | None = None, seconds: float = PATIENCE) -> dict[str, Any]:
        """Wait for an event; raises `EdgeError` when it does not come or the process ends."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            go_on()
            with suppress(Empty):
                found = self.events.get(timeout=0.1)
                if found.get("event") == name and all(found.get(k) == v for k, v in (where or {}).items()):
                    return found
                continue
            if self.process.poll() is not None and self.events.empty():
                break
        raise EdgeError(f"{self.name} did not tell {name!r} within {seconds:g} s; its log is {self.log}")


class Cast:
    """Every process of one demo."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.players: list[Player] = []
        self._guardian = self._start_guardian()

    def start(self, name: str, argv: list[str], env: Mapping[str, str] | None = None) -> Player:
        """Start a process; its standard output gives events, its standard error goes to a log."""
        log = self.logs / f"{name}.log"
        with log.open("ab") as error:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=error,
                text=True,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
        player = Player(name, process, log)
        self.players.append(player)
        self.guard(process.pid)
        threading.Thread(target=_read, args=(player,), daemon=True).start()
        return player

    def guard(self, pid: int) -> None:
        """Have a process ended when the demo is gone."""
        stdin = self._guardian.stdin
        assert stdin is not None
        with suppress(psutil.Error, BrokenPipeError):
            stdin.write(f"{pid} {psutil.Process(pid).create_time()}\n")
            stdin.flush()

    def end(self) -> None:
        """End everything: ask, wait, then insist."""
        for player in reversed(self.players):
            _end(player.process)
        if self._guardian.stdin:
            self._guardian.stdin.close()
        self._guardian.wait(PATIENCE)

    def _start_guardian(self) -> subprocess.Popen[str]:
        argv = [sys.executable, "-m", "runwright.cli.clinic.guardian"]
        return subprocess.Popen(argv, stdin=subprocess.PIPE, text=True, start_new_session=True)


@contextmanager
def cast(logs: Path) -> Iterator[Cast]:
    """A cast whose processes are gone afterwards, also after Ctrl-C or SIGTERM."""
    logs.mkdir(parents=True, exist_ok=True)
    troupe = Cast(logs)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield troupe
    finally:
        signal.signal(signal.SIGTERM, before)
        troupe.end()


def verb(*args: str | Path) -> list[str]:
    """The argument vector of one of Runwright's own verbs."""
    return [sys.executable, "-m", "runwright.cli.main", *map(str, args)]


def run(
    argv: list[str], accept: tuple[int, ...] = (0,), env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; raises `EdgeError` with what it said when it fails."""
    done = subprocess.run(
        argv, capture_output=True, text=True, timeout=PATIENCE * 2, check=False, stdin=subprocess.DEVNULL, env=env
    )
    if done.returncode not in accept:
        shown = " ".join(argv[3:] if argv[1:2] == ["-m"] else argv)
        raise EdgeError(f"`{shown}` ended with exit code {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done


def _interrupt(number: int, frame: object) -> None:
    del number, frame
    ASKED_TO_STOP.set()
    # Whatever holds the end up is shown and left behind; the guardian then ends what was started.
    faulthandler.dump_traceback_later(SECONDS_TO_END, exit=True)
    raise KeyboardInterrupt


def _read(player: Player) -> None:
    stream: IO[str] | None = player.process.stdout
    assert stream is not None
    with player.log.with_suffix(".events.jsonl").open("a", encoding="utf-8") as kept:
        for line in stream:
            kept.write(line)
            kept.flush()
            with suppress(ValueError):
                player.events.put(json.loads(line))


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)
    if process.stdout:
        process.stdout.close()
