"""Starts the product's command line in processes of their own without waiting for its imports each time.

A server process has imported everything and forks for each start; from the fork on, the child is what a cold start
would be: its own environment, its own standard streams, the same `main`. Tests that start a service fifty times use
this; that a cold start works is shown elsewhere.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

TOOLS = str(Path(__file__).resolve().parents[2] / "tools")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)  # the process that forks is not told where its parent found the product

PRELOADED = [
    "tests.support.quick_start",
    "runwright.cli.main",
    "runwright.cli.serve",
    "runwright.cli.service_process",
    "runwright.cli.service_sides",
    "runwright.cli.service_github",
    "runwright.cli.service_wiring",
    "runwright.cli.access_wiring",
    "runwright.cli.governing",
    "runwright.cli.model_wiring",
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


def begin(words: Sequence[str], environment: Mapping[str, str], out: Path, err: Path) -> BaseProcess:
    """Start the command line with these words; its standard output and error are appended to files."""
    process = CONTEXT.Process(target=_run, args=(list(words), dict(environment), str(out), str(err)), daemon=True)
    process.start()
    return process


def _run(words: list[str], environment: dict[str, str], out: str, err: str) -> None:
    gc.freeze()  # what was imported before the fork is no garbage of this process
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin.close()
    for number, path in ((1, out), (2, err)):
        written = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(written, number)
        os.close(written)
    sys.argv = ["runwright", *words]
    from runwright.cli.main import main

    main()
