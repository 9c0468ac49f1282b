"""Starts the product's command line in processes of their own without waiting for its imports each time.

A server process has imported everything and forks for each start; from the fork on, the child is what a cold start
would be: its own environment, its own standard streams, the same `main`. Tests that start a service fifty times, or a
verb two hundred times, use this; that a cold start works is shown elsewhere.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

TOOLS = str(Path(__file__).resolve().parents[2] / "tools")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)  # the process that forks is not told where its parent found the product

PRELOADED = [
    "tests.support.quick_start",
    "runwright.cli.gate",
    "runwright.cli.judging",
    "runwright.cli.main",
    "runwright.cli.release",
    "runwright.cli.replay",
    "runwright.cli.review",
    "runwright.cli.review_sides",
    "runwright.cli.serve",
    "runwright.cli.service_process",
    "runwright.cli.service_sides",
    "runwright.cli.service_github",
    "runwright.cli.service_wiring",
    "runwright.cli.access_wiring",
    "runwright.cli.governing",
    "runwright.cli.model_wiring",
    "runwright.cli.validate",
    "runwright.adapters.durable_dbos",
    "runwright.adapters.forge_github",
    "runwright.adapters.forge_github.deciders",
    "runwright.adapters.git_repository",
    "runwright.adapters.keys",
    "runwright.adapters.llm_openai",
    "runwright.adapters.mirror",
    "runwright.adapters.pulls_local",
    "runwright.adapters.release_view",
    "runwright.adapters.store.access",
    "runwright.adapters.store.agents",
    "runwright.adapters.store.answers",
    "runwright.adapters.store.counts",
    "runwright.adapters.store.deliveries",
    "runwright.adapters.store.failures",
    "runwright.adapters.store.liveness",
    "runwright.adapters.store.lock",
    "runwright.adapters.store.migrate",
    "runwright.adapters.store.opinions",
    "runwright.adapters.store.probes",
    "runwright.adapters.store.soundness",
    "runwright.adapters.store.together",
    "runwright.service.pipeline",
    "runwright.service.reconciling",
    "runwright.service.staff",
    "dbos",
    "dbos._sys_db_sqlite",
    "psycopg",
    "uvicorn.lifespan.on",
    "uvicorn.loops.asyncio",
]
"""What is imported once; a name that does not exist is passed over."""
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(PRELOADED)


def begin(
    words: Sequence[str], environment: Mapping[str, str], out: Path, err: Path, given: Path | None = None
) -> BaseProcess:
    """Start the command line with these words; its standard output and error are appended to files.

    What is given on standard input stands in a file too; without one there is none.
    """
    files = (str(out), str(err), str(given) if given else None)
    process = CONTEXT.Process(target=_run, args=(list(words), dict(environment), *files), daemon=True)
    process.start()
    return process


@dataclass(frozen=True)
class Quick:
    """A process that was started here, with the handles of `subprocess.Popen`."""

    process: BaseProcess
    out: Path
    """What it said on standard output."""

    @property
    def pid(self) -> int:
        """Its number."""
        assert self.process.pid is not None
        return self.process.pid

    def line(self) -> str:
        """Give what it said so far, if its last line is whole."""
        text = self.out.read_text("utf-8") if self.out.exists() else ""
        return text if text.endswith("\n") else ""

    def send_signal(self, number: int) -> None:
        """Send it a signal if it still runs."""
        if self.process.is_alive():
            os.kill(self.pid, number)

    def wait(self, seconds: float) -> int:
        """Wait for its end; gives the exit code, or raises `TimeoutExpired`."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired("runwright", seconds)
        return self.process.exitcode


def ran(
    words: Sequence[str], environment: Mapping[str, str], text: str = "", *, seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run the command line with these words to its end; `text` comes in on standard input."""
    with tempfile.TemporaryDirectory() as folder:
        given, out, err = (Path(folder) / name for name in ("given", "out", "err"))
        given.write_text(text, "utf-8")
        out.touch()
        err.touch()
        process = begin(words, environment, out, err, given)
        process.join(seconds)
        if process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(words), seconds, out.read_text(), err.read_text())
        assert process.exitcode is not None
        return subprocess.CompletedProcess(list(words), process.exitcode, out.read_text(), err.read_text())


def _run(words: list[str], environment: dict[str, str], out: str, err: str, given: str | None) -> None:
    gc.freeze()  # what was imported before the fork is no garbage of this process
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin.close()
    if given is not None:
        os.dup2(os.open(given, os.O_RDONLY), 0)
        sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115  # open as long as the process lives
    for number, path in ((1, out), (2, err)):
        written = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(written, number)
        os.close(written)
    sys.argv = ["runwright", *words]
    from runwright.cli.main import main

    main()
