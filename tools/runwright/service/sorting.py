"""Looks once at what arrived: a success is at its end, a failure gets its name and waits for whoever thinks about it.

What breaks the look three times is put aside, and the others go on.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from runwright.fault import point
from runwright.learn.fingerprint import fingerprint
from runwright.model.intake import Finished, Sorted, Work
from runwright.model.telemetry import parse_execution
from runwright.service.attempts import MAX_ATTEMPTS, attempt, is_done
from runwright.service.intake import end_at_once
from runwright.service.ports import Arrivals, Clock

log = logging.getLogger("runwright.worker")
BATCH = 100


@dataclass(frozen=True, slots=True)
class Sorter:
    """Works through what arrived, a batch at a time."""

    arrivals: Arrivals
    clock: Clock

    def sort_some(self) -> bool:
        """Sort a batch; False when there was none."""
        works = self.arrivals.unsorted(self.clock(), BATCH)
        if not works:
            return False
        point("claimed")
        looked = attempt(lambda: [look(work) for work in works])
        if is_done(looked):
            self.arrivals.sort(looked["done"], self.clock())
        else:
            for work in works:
                self._sort_alone(work)
        return True

    def _sort_alone(self, work: Work) -> None:
        """Sort one of a batch that broke, so that the others are not held up."""
        looked = attempt(lambda: look(work))
        if is_done(looked):
            self.arrivals.sort([looked["done"]], self.clock())
            return
        reason = looked["later"]["reason"]
        # The kind alone goes into the log: the text may quote what an agent sent.
        log.warning("not sorted site=%s execution=%s attempts=%d", work.site_id, work.execution_id, work.attempts)
        if work.attempts >= MAX_ATTEMPTS:
            self.arrivals.sort([Sorted(work, finished=Finished("quarantined", reason))], self.clock())
            log.error("quarantined site=%s execution=%s", work.site_id, work.execution_id)
        else:
            self.arrivals.hold(work, self.clock() + timedelta(seconds=2 ** (work.attempts - 1)), reason)


def look(work: Work) -> Sorted:
    """What becomes of one: an end at once, or the name of its failure."""
    execution = parse_execution(work.body)
    finished = end_at_once(execution)
    return Sorted(work, finished=finished) if finished else Sorted(work, fingerprint=fingerprint(execution))
