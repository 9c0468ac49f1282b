"""The thread that keeps the pipeline going: it sorts what arrived, hands out what is due, and takes over what was left.

It waits for an event (an arrival, an end, the next due time), never by looking again and again, but for a look at
the other replicas every few seconds. What is done for a failure is `thinking`'s; how that outlives the process is the
durable port's.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from runwright.fault import point
from runwright.model.intake import Case
from runwright.service.ports import Cases, Clock, Durable, WorkerStatus
from runwright.service.sorting import Sorter
from runwright.service.thinking import TROUBLE_SECONDS, Thinker

log = logging.getLogger("runwright.worker")
SLOTS = 4
"""Failures that are thought about at once; mostly they wait for a model, a disk or each other."""
MAX_CUT_OFFS = 10
LOOK_SECONDS = 5.0
"""Seconds between two looks at what other replicas left, and at what was lost here."""
CLOSE_SECONDS = 4.0
"""Seconds that the steps under way have to end."""
PRUNED_AFTER = timedelta(days=1)
LONGEST_WAIT = 300.0


class BacklogWorker:
    """The thread and what wakes it."""

    def __init__(self, sorter: Sorter, cases: Cases, thinker: Thinker, durable: Durable, clock: Clock) -> None:
        self.sorter, self.cases, self.thinker, self.durable, self.clock = sorter, cases, thinker, durable, clock
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._looked: datetime | None = None
        self._missing: set[str] = set()
        self._left_in_order = True

    def start(self) -> None:
        """Begin; what an earlier process left is taken up first."""
        self._stopping.clear()
        self.thinker.stopping.clear()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def stop(self, timeout: float) -> bool:
        """End after the steps under way; False when they did not within `timeout` seconds."""
        self._stopping.set()
        self.thinker.stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)
        return not self.status().alive

    def wake(self) -> None:
        """Look at the backlog now."""
        self._wake.set()

    def status(self) -> WorkerStatus:
        """Say whether the thread lives."""
        alive = self._thread is not None and self._thread.is_alive()
        return WorkerStatus(alive or not self._left_in_order)

    def _run(self) -> None:
        # What a look raises comes back as a value: no mistake in one ends the thread.
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="look") as hand:
            while not self._stopping.is_set():
                self._wake.clear()
                looked = hand.submit(self._look)
                error = looked.exception()
                if error is not None:
                    self._note(error)
                self._wake.wait(TROUBLE_SECONDS if error is not None else looked.result())
            left = hand.submit(self._leave).exception()
            if left is not None:
                self._note(left)

    def _look(self) -> float:
        """Do what is due; seconds until there is more."""
        self.durable.open()
        self._take_over()
        while self.sorter.sort_some() and not self._stopping.is_set():
            self._hand_out()
        return self._seconds_left(self._hand_out())

    def _hand_out(self) -> datetime:
        """Begin what is due, as far as there are places; gives the moment at which there was no more to begin."""
        while not self._stopping.is_set():
            now = self.clock()
            cases = self.cases.claim(self.durable.owner, SLOTS, now)
            if not cases:
                return now
            for case in cases:
                self._begin(case)
        return self.clock()

    def _begin(self, case: Case) -> None:
        point("workflow_begun")
        if case.cut_offs >= MAX_CUT_OFFS:
            self._put_aside(case)
        else:
            self.durable.start(case.key)
        point("workflow_started")

    def _put_aside(self, case: Case) -> None:
        self.durable.cancel(case.key)
        self.thinker.put_aside(case, f"the process ended {case.cut_offs} times while it was under way")

    def _take_over(self) -> None:
        """Let be due again what a process left that has ended, and what this one lost."""
        now = self.clock()
        if self._looked is not None and self._looked <= now < self._looked + timedelta(seconds=LOOK_SECONDS):
            return  # a clock that was put back makes it look at once
        held = self.cases.under_way()
        unfinished = dict(self.durable.unfinished())
        gone = {name for name in {*(owner for owner, _ in held), *unfinished.values()} if self._is_gone(name)}
        missing = {key for owner, key in held if owner == self.durable.owner and key not in unfinished}
        # What is missing now may be between two hands; what was missing the last time, too, is lost.
        left = [key for owner, key in held if owner in gone or key in missing & self._missing]
        self._missing = missing
        if left:
            self._take(left, now)
        for key, owner in unfinished.items():
            if owner in gone and self.cases.case(key) is None:
                self.durable.cancel(key)
        self.durable.prune(now - PRUNED_AFTER)
        self._looked = now

    def _take(self, keys: list[str], now: datetime) -> None:
        point("take_over_begun")
        log.warning("taken over %d that a process left under way", self.cases.release(keys, now, cut_off=True))
        point("taken_over")

    def _is_gone(self, owner: str) -> bool:
        return owner not in {"", self.durable.owner} and self.durable.is_gone(owner)

    def _seconds_left(self, begun: datetime) -> float:
        # What was due by then waits for a place; an end, which makes one, wakes this thread.
        nexts = (self.cases.next_due(begun), self.sorter.arrivals.next_unsorted())
        due = [moment for moment in nexts if moment is not None]
        wait = min((moment - self.clock()).total_seconds() for moment in due) if due else LONGEST_WAIT
        return min(max(wait, 0.0), LOOK_SECONDS)

    def _leave(self) -> None:
        """End in order: what is under way ends its step, and is due again at once."""
        self._left_in_order = self.durable.close(CLOSE_SECONDS)
        own = [key for owner, key in self.cases.under_way() if owner == self.durable.owner]
        self.cases.release(own, self.clock(), cut_off=False)

    def _note(self, error: BaseException) -> None:
        # The kind alone: the text of an error may quote what an agent sent.
        log.warning("the store is not ready: %s", type(error).__name__)
