"""Thinks one failure through with durable steps, and sees to what happens when that cannot go on."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from runwright.errors import EdgeError, RunwrightError
from runwright.model.intake import Case, Finished
from runwright.service.attempts import MAX_ATTEMPTS, Interrupted, hold_of
from runwright.service.pipeline import Pipeline
from runwright.service.ports import Cases, Clock, Json, Results, Steps
from runwright.service.progress import Progress

log = logging.getLogger("runwright.worker")
T = TypeVar("T")
TROUBLE_SECONDS = 1.0
"""Seconds to wait when the store itself is not ready."""


class Thinker:
    """What is done for one key; any thread may call it."""

    def __init__(self, owner: str, cases: Cases, results: Results, pipeline: Pipeline, clock: Clock) -> None:
        self.owner, self.cases, self.results, self.pipeline, self.clock = owner, cases, results, pipeline, clock
        self.stopping = threading.Event()

    def think(self, steps: Steps, key: str) -> Json:
        """Think it through, or note when to go on; nothing is done for a key that is of no account any more."""
        case = self.durably(lambda: self.cases.adopt(key, self.owner))
        if case is None:
            return {"ended": "late"}
        try:
            self.pipeline.think(self._watched(steps, case), case)
        except Interrupted as why:
            return self._later(case, why)
        except (RunwrightError, RuntimeError, LookupError, TypeError, ValueError) as error:
            return self._later(case, Interrupted("broke", f"{type(error).__name__}: {error}"))
        log.info("thought site=%s failure=%s", case.site_id, case.fingerprint[:12])
        return {"ended": "thought"}

    def _watched(self, steps: Steps, case: Case) -> Steps:
        """The steps; one that gets on after its process ended under it is not why that ended."""
        if not case.cut_offs:
            return steps
        return Progress(steps, lambda: self.durably(lambda: self.results.forgive(case)))

    def put_aside(self, case: Case, reason: str) -> None:
        """Give the Execution up that leads; what waits with it goes on without it."""
        leader = self.durably(lambda: self.results.leader(case))
        end = Finished("quarantined", reason[:500], fingerprint=case.fingerprint)
        self.durably(lambda: self.results.finish(case, [(leader, end)], self.clock(), last=True))
        log.error("quarantined site=%s execution=%s", leader.site_id, leader.execution_id)

    def _later(self, case: Case, why: Interrupted) -> Json:
        self._note(case, why)
        now = self.clock()
        hold = hold_of(why, self.durably(lambda: self.cases.case(case.key)) or case, now)
        if hold is None:
            self.put_aside(case, f"after {MAX_ATTEMPTS} attempts: {why.reason}")
            return {"ended": "put aside"}
        self.durably(lambda: self.results.put_off(case, hold))
        return {"later": why.kind}

    def _note(self, case: Case, why: Interrupted) -> None:
        # The kind alone: a reason may quote what an agent sent.
        log.warning("put off kind=%s site=%s failure=%s", why.kind, case.site_id, json.dumps(case.fingerprint[:12]))

    def durably(self, store: Callable[[], T]) -> T:
        """Store what came of a step; a store that is not ready must not make the step look cut off."""
        while True:
            try:
                return store()
            except EdgeError as error:
                log.warning("the store is not ready: %s", type(error).__name__)
                if self.stopping.wait(TROUBLE_SECONDS):
                    raise
