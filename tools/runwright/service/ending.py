"""How a failure ends: for the Execution that led, and for all that waited with it, a batch at a time.

What waits shares the end where nothing speaks against it; what does not leads the next time of thinking.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from runwright.fault import point
from runwright.learn.triage import triage
from runwright.model.execution import Execution
from runwright.model.intake import Case, Finished, Work
from runwright.model.telemetry import parse_execution
from runwright.model.triage import Triage
from runwright.service.attempts import attempt, is_done
from runwright.service.governing import known_facts
from runwright.service.ports import Clock, Governing, Json, Results
from runwright.service.thoughts import finished_of

log = logging.getLogger("runwright.worker")
BATCH = 200
"""Executions that come to their end in one transaction."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Ends failures in the store, and tells who must know."""

    results: Results
    governing: Governing
    clock: Clock

    def settle(self, case: Case, end: Json, after: int) -> Json:
        """End the next batch of what waits after a number; gives the number to go on after, None at the end."""
        works = self.results.waiting(case, after, BATCH)
        last = len(works) < BATCH
        led = finished_of(end, case.fingerprint)
        ended = [(work, said) for work in works if (said := self._end_of(work, case, led, end)) is not None]
        if end["asked"]:
            self.results.note_asked(case, end["base"])
        point("end_begun")
        now = self.clock()
        self._tell(ended, now)
        if self.results.finish(case, ended, now, last=last):
            _log(ended)
        point("ended")
        return {"after": None if last else works[-1].number}

    def _end_of(self, work: Work, case: Case, led: Finished, end: Json) -> Finished | None:
        """The end of one; None where it must be thought about by itself."""
        if work.number == case.leader:
            return _seen_before(work, led, end["evidence"])
        looked = attempt(lambda: _looked_at(work, case))
        if not is_done(looked):
            return Finished("quarantined", looked["later"]["reason"])
        execution, found = looked["done"]
        if led.pull_number is not None:
            said = replace(led, stage="evidence_added", reason=f"pull request {led.pull_number}", triage=found)
            return _seen_before(work, said, end["evidence"])
        return replace(led, triage=found) if _shares(led, case, execution, found) else None

    def _tell(self, ended: Sequence[tuple[Work, Finished]], now: datetime) -> None:
        """Before the end is stored: after it nobody comes back to what was not told, and told twice is told once."""
        for work, finished in ended:
            if finished.stage != "quarantined":
                self.governing.settled(work.site_id, parse_execution(work.body), finished, now)


def _log(ended: Sequence[tuple[Work, Finished]]) -> None:
    for work, finished in ended:
        log.info(
            "done site=%s execution=%s stage=%s pull=%s missing=%s",
            work.site_id,
            work.execution_id,
            finished.stage,
            finished.pull_number,
            # names of facts, never their values; one line whatever they hold
            json.dumps(finished.missing_facts[:5])[:300],
        )


def _looked_at(work: Work, case: Case) -> tuple[Execution, Triage]:
    execution = parse_execution(work.body)
    return execution, triage(execution).model_copy(update={"analyzed_at": case.thought_at})


def _shares(led: Finished, case: Case, execution: Execution, found: Triage) -> bool:
    """Whether an end without a pull request holds for another run, too.

    Only at the leader's own site: nobody may end, or ask for facts of, what another site sent. And not for one that
    knows a fact which the leader lacked.
    """
    alike = execution.site_id == case.site_id and found.improvable == (led.triage is not None and led.triage.improvable)
    return alike and led.stage != "fixed_already" and not set(led.missing_facts) & known_facts(execution)


def _seen_before(work: Work, said: Finished, evidence: Sequence[str]) -> Finished:
    """Where it is the evidence that the request was opened with, a crash came between opening and noting it."""
    if said.pull_number is None:
        return said
    return replace(said, stage="proposed" if work.execution_id in evidence else "evidence_added")
