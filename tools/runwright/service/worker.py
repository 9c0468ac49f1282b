"""Works through the backlog in a thread of its own: one execution at a time, oldest first, until told to stop.

It waits for an event (an arrival, the next due time, the end), never by looking again and again. An execution
that breaks the work three times is put aside, and the others go on. That the process ended under one is mostly not
its fault, so there it takes more.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from runwright.errors import EdgeError
from runwright.model.intake import Finished, Work
from runwright.service.pipeline import Pipeline
from runwright.service.ports import Backlog, Clock, WorkerStatus

log = logging.getLogger("runwright.worker")
MAX_ATTEMPTS = 3
MAX_CUT_OFFS = 10
LONGEST_DELAY = 300
"""Seconds between two tries at most, while the forge is not ready."""
TROUBLE_SECONDS = 1.0
"""Seconds to wait when the store itself is not ready."""


class BacklogWorker:
    """The thread and what wakes it."""

    def __init__(self, backlog: Backlog, pipeline: Pipeline, clock: Clock) -> None:
        self.backlog, self.pipeline, self.clock = backlog, pipeline, clock
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._trouble, self._taken_up = "", False

    def start(self) -> None:
        """Begin; what an earlier process left is taken up first."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def stop(self, timeout: float) -> bool:
        """End after the step under way; False when it did not within `timeout` seconds."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)
        return not self.status().alive

    def wake(self) -> None:
        """Look at the backlog now."""
        self._wake.set()

    def status(self) -> WorkerStatus:
        """Say whether the thread lives, and its last trouble."""
        return WorkerStatus(self._thread is not None and self._thread.is_alive(), self._trouble)

    def _run(self) -> None:
        # What a step raises comes back as a value: no mistake in one execution ends the thread.
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="step") as steps:
            while not self._stopping.is_set():
                self._wake.clear()
                looked = steps.submit(self._look)
                error = looked.exception()
                if error is not None:
                    self._note("the store is not ready", error)
                self._wake.wait(TROUBLE_SECONDS if error is not None else looked.result())

    def _look(self) -> float | None:
        """Work off what is due; seconds until there is more, None when there is nothing."""
        self._take_up()
        while not self._stopping.is_set():
            work = self.backlog.claim(self.clock())
            if work is None:
                return self._seconds_left()
            self._attempt(work)
        return 0.0

    def _take_up(self) -> None:
        if not self._taken_up and (left := self.backlog.take_up(self.clock())):
            log.warning("taken up %d that an earlier process left under way", left)
        self._taken_up = True

    def _seconds_left(self) -> float | None:
        due = self.backlog.next_due()
        return None if due is None else min(max((due - self.clock()).total_seconds(), 0.0), LONGEST_DELAY)

    def _attempt(self, work: Work) -> None:
        if work.cut_offs >= MAX_CUT_OFFS:
            self._put_aside(work, f"the process ended {work.cut_offs} times while it was under way")
            return
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="think") as thinking:
            processing = thinking.submit(self.pipeline.process, work, self.clock())
            error = processing.exception()
        if error is None:
            self._finish(work, processing.result())
        elif isinstance(error, EdgeError):
            self._wait_for_the_world(work, error)
        else:
            self._failed(work, error)

    def _finish(self, work: Work, finished: Finished) -> None:
        self._durably(lambda: self.backlog.finish(work, finished, self.clock()))
        log.info(
            "done site=%s execution=%s stage=%s pull=%s missing=%s",
            work.site_id,
            work.execution_id,
            finished.stage,
            finished.pull_number,
            json.dumps(finished.missing_facts[:5])[
                :300
            ],  # names of facts, never their values; one line whatever they hold
        )

    def _wait_for_the_world(self, work: Work, error: EdgeError) -> None:
        self._note("put off", error, work)
        delay = timedelta(seconds=min(2 ** min(work.delays, 10), LONGEST_DELAY))
        due, reason = self.clock() + delay, error.message[:500]
        self._durably(lambda: self.backlog.put_off(work, due, reason, attempted=False))

    def _failed(self, work: Work, error: BaseException) -> None:
        self._note("failed", error, work)
        reason = f"{type(error).__name__}: {error}"[:500]
        if work.attempts >= MAX_ATTEMPTS:
            self._put_aside(work, reason)
            return
        due = self.clock() + timedelta(seconds=2 ** (work.attempts - 1))
        self._durably(lambda: self.backlog.put_off(work, due, reason, attempted=True))

    def _put_aside(self, work: Work, reason: str) -> None:
        self._durably(lambda: self.backlog.finish(work, Finished("quarantined", reason), self.clock()))
        log.error("quarantined site=%s execution=%s", work.site_id, work.execution_id)

    def _durably(self, store: Callable[[], None]) -> None:
        """Store what came of a step; a store that is not ready must not make the step look cut off."""
        while True:
            try:
                return store()
            except EdgeError as error:
                self._note("the store is not ready", error)
                if self._stopping.wait(TROUBLE_SECONDS):
                    raise

    def _note(self, what: str, error: BaseException, work: Work | None = None) -> None:
        # The kind alone: the text of an error may quote what an agent sent.
        self._trouble = f"{what}: {type(error).__name__}"
        of = f" site={work.site_id} execution={work.execution_id} attempts={work.attempts}" if work else ""
        log.warning("%s%s", self._trouble, of)
