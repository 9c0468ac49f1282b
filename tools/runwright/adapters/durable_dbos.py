"""Durable work on DBOS: what a step brought is kept, and a process that ends leaves its work to the next one.

The guard rails: one version of the application for all replicas, results as JSON and never as pickled objects, a
limit on what runs at once, no telemetry of the library, no service of its maker. A finished step is never done again;
an interrupted one is. Whose work may be taken over is told by `store.liveness`; what is done is handed in.

DBOS Transact, https://docs.dbos.dev/python: one instance a process.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from runwright.errors import ContentError, EdgeError
from runwright.fault import point

if TYPE_CHECKING:
    from dbos import DBOS, DBOSConfig, WorkflowStatus

log = logging.getLogger("runwright.durable")
NAME = "runwright"
VERSION = "1"
"""Of the steps and what they bring: one that changes begins all unfinished work anew."""
QUEUE = "left"
"""Where work waits that is gone on with: begun elsewhere, or put off."""
WORKFLOW = "improve"
AT_ONCE = 4
ACTIVE = ("PENDING", "ENQUEUED", "DELAYED")
ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
PRUNED_AT_ONCE = 500
Json = Any


class Steps(Protocol):
    """What the work is handed to do its steps with."""

    def run(self, name: str, work: Callable[[], Json]) -> Json:
        """Do a step once."""


class SignOfLife(Protocol):
    """How the replicas know of each other."""

    name: str

    def hold(self) -> None:
        """Show to be alive."""

    def is_gone(self, name: str) -> bool:
        """Whether another one has ended."""

    def end(self) -> None:
        """Show no life any more."""


class Attempts(Protocol):
    """How a step is tried: an error becomes a value, and a value that is none becomes an error again."""

    def attempt(self, work: Callable[[], Json]) -> Json:
        """Try it."""

    def result_of(self, said: Json) -> Json:
        """What it brought."""

    def is_done(self, said: Json) -> bool:
        """Whether it came to its end."""


class _Leaving(BaseException):
    """Ends a piece of work between two steps, without an outcome, so that it is gone on with later."""


class DbosDurable:
    """The one instance of DBOS in this process, behind the port."""

    def __init__(self, url: str, life: SignOfLife, attempts: Attempts) -> None:
        _refuse_cloud(os.environ)
        self.url, self.life, self.attempts = url, life, attempts
        self.owner = life.name
        self.work: Callable[[Steps, str], Json] = _nothing
        self.ended: Callable[[], None] = _nobody
        self.leaving = False
        self._dbos: type[DBOS]
        self._workflow: Callable[[str], Json] = _nowhere
        self._active: Counter[str] = Counter()
        self._changing = threading.Condition()
        self._launched = False

    @property
    def library(self) -> type[DBOS]:
        """DBOS itself, once it is loaded."""
        return self._dbos

    def open(self) -> None:
        """Begin to work, or see that it still does; raises EdgeError when it cannot."""
        self.life.hold()
        if self._launched:
            return
        if self.url.startswith("sqlite:"):
            prepare_file(Path(self.url.removeprefix("sqlite:///")))
        self.leaving = False
        self._launch()
        self._launched = True

    def start(self, key: str) -> None:
        """Begin the work of a key, or go on with it where it was left."""
        status = self._dbos.get_workflow_status(key)
        if status is None:
            with self._named(key):
                self._dbos.start_workflow(self._workflow, key)
        elif status.status not in ACTIVE:
            first = self._first_open(status)
            self._dbos.rewind_workflow(key, start_step=first, queue_name=QUEUE, application_version=VERSION)
        elif status.app_version != VERSION:
            self._dbos.cancel_workflow(key)
            self._dbos.rewind_workflow(key, start_step=1, queue_name=QUEUE, application_version=VERSION)
        elif status.status == "PENDING" and not self._is_at(status):
            self._dbos.resume_workflows([key], queue_name=QUEUE)

    def unfinished(self) -> tuple[tuple[str, str], ...]:
        """The keys that somebody is at, and who; of what waits in a queue nobody is named."""
        found = self._dbos.list_workflows(status=list(ACTIVE), load_input=False, load_output=False)
        return tuple((one.workflow_id, self._who(one)) for one in found if not self._was_dropped(one))

    def cancel(self, key: str) -> None:
        """Give the work of a key up; nothing happens where there is none."""
        status = self._dbos.get_workflow_status(key)
        if status is not None and status.status in ACTIVE:
            self._dbos.cancel_workflow(key)

    def is_gone(self, owner: str) -> bool:
        """Whether a process has ended."""
        return self.life.is_gone(owner)

    def prune(self, before: datetime) -> int:
        """Forget what ended before a moment."""
        old = self._dbos.list_workflows(
            status=list(ENDED),
            completed_before=before.isoformat(),
            limit=PRUNED_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if old:
            self._dbos.delete_workflows([one.workflow_id for one in old])
        return len(old)

    def close(self, timeout: float) -> bool:
        """End after the steps under way; False when they did not within `timeout` seconds."""
        self.leaving = True
        if not self._launched:
            return True
        with self._changing:
            in_order = self._changing.wait_for(lambda: not self._active, timeout)
        self._dbos.destroy(destroy_registry=True)
        self.life.end()
        self._launched = False
        return in_order

    def _launch(self) -> None:
        from dbos import DBOS  # takes a second to load: requests are answered meanwhile

        self._dbos, launched = DBOS, False
        _tell_of_the_library()
        try:
            self._begin()
            launched = True
        finally:
            if not launched:  # half a launch would bar every later one
                DBOS.destroy(destroy_registry=True)

    def _begin(self) -> None:
        from dbos import DBOS

        DBOS(config=_config(self.url, self.owner))

        def improve(key: str) -> Json:
            return self._run(key)

        self._workflow = DBOS.workflow(name=WORKFLOW)(improve)
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, on_conflict="always_update")

    def _named(self, key: str) -> AbstractContextManager[object]:
        from dbos import SetWorkflowID

        return SetWorkflowID(key)

    def _run(self, key: str) -> Json:
        with self._changing:
            self._active[key] += 1
        try:
            return self.work(_DbosSteps(self), key)
        finally:
            with self._changing:
                self._active[key] -= 1
                self._active += Counter()  # forgets what is at nought
                self._changing.notify_all()
            self.ended()

    def _first_open(self, status: WorkflowStatus) -> int:
        """The first step that has to be done; the first of all where the end of it was lost."""
        steps = self._dbos.list_workflow_steps(status.workflow_id)
        opened = [step["function_id"] for step in steps if not self.attempts.is_done(step["output"])]
        if opened:
            return int(min(opened))
        was_over = isinstance(status.output, dict) and "ended" in status.output
        return 1 if was_over else len(steps) + 1

    def _is_at(self, status: WorkflowStatus) -> bool:
        return status.executor_id == self.owner and status.workflow_id in self._active

    def _was_dropped(self, status: WorkflowStatus) -> bool:
        """Whether this process had begun it and could not even note how it ended."""
        return status.status == "PENDING" and status.executor_id == self.owner and not self._is_at(status)

    def _who(self, status: WorkflowStatus) -> str:
        return (status.executor_id or "") if status.status == "PENDING" else ""


class _DbosSteps:
    """Steps of the workflow that runs in this thread."""

    def __init__(self, durable: DbosDurable) -> None:
        self.durable = durable

    def run(self, name: str, work: Callable[[], Json]) -> Json:
        """Do a step, or give the result that it had; how an attempt that failed is told is the handed-in attempts'."""
        if self.durable.leaving:
            raise _Leaving

        def tried() -> Json:
            point("step_begun", name)
            brought = work()
            point("step_done", name)
            return brought

        said = self.durable.library.run_step({"name": name}, self.durable.attempts.attempt, tried)
        point("step_stored", name)
        return self.durable.attempts.result_of(said)


class _Listener(logging.Handler):
    """Tells what the library says in one line, without what it was at: that may be a payload."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell it."""
        log.log(record.levelno, "%s", record.getMessage().split("\n", 1)[0][:200])


def prepare_file(path: Path) -> None:
    """Let a SQLite file be read while it is written; whether it is whole is looked at by `store.soundness`.

    Raises EdgeError where the file cannot be used.
    """
    try:
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            connection.execute("pragma journal_mode=wal")
    except sqlite3.DatabaseError as error:
        raise EdgeError(
            f"the file of work under way {path} cannot be used: {error}; start the service again, which looks at it"
        ) from error


def _config(url: str, owner: str) -> DBOSConfig:
    from dbos import DBOSPortableJSONSerializer

    return {
        "name": NAME,
        "system_database_url": url,
        "application_version": VERSION,
        "executor_id": owner,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
        "enable_otlp": False,
        "use_listen_notify": False,
        "notification_listener_polling_interval_sec": 0.2,
        "sys_db_pool_size": 8,
        "db_engine_kwargs": {"hide_parameters": True},
        "max_executor_threads": 4 * AT_ONCE,
    }


def _tell_of_the_library() -> None:
    logger = logging.getLogger("dbos")
    logger.handlers = [_Listener()]
    logger.propagate = False


def _refuse_cloud(environ: Mapping[str, str]) -> None:
    """Raise ContentError where the environment would bind the library to a service outside."""
    found = sorted(name for name in environ if name.startswith("DBOS_"))
    if found:
        raise ContentError(f"{found[0]} is set: the service works with its own database alone; unset it")


def _nothing(_steps: Steps, key: str) -> Json:
    raise RuntimeError(f"nobody said what the work on {key} is")


def _nowhere(key: str) -> Json:
    raise RuntimeError(f"the work on {key} was begun before its store was opened")


def _nobody() -> None:
    """Nobody waits for an end."""
