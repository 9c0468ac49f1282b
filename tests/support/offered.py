"""Real runs that failed because of a planted mistake, and what is offered as their repair.

The runbook as it should be repairs them: a real host has shown it. With another mistake it may or may not, and of some
a real host has said it from the same fault. So replay's word on a repair is checked against reality.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data, parse_execution
from runwright.model.verdict import Verdict, Would
from runwright.replay.judging import Pair, judge
from tests.support.library import ROOT
from tests.support.mutations import Mutation
from tests.support.planted import Answer, books, fitting, kept
from tests.support.recordings import said

RUNS = ROOT / "tests" / "oracle" / "runs"
"""The runs that failed because of a mistake."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One real failure, one version of its runbook that is offered as its repair, and what replay says of it."""

    failed: str
    offered: str
    verdict: Verdict
    real: Would
    """What that version came to, from the same fault, on a real host."""

    @property
    def said(self) -> str:
        """The verdict with how sure it is, such as `fixed (predicted)`."""
        return said(self.verdict)


def keep_run(answer: Answer, run: Execution) -> None:
    """Keep a run that failed where the runbook as it should be repairs."""
    if (answer.was, answer.real) == ("succeed", "fail"):
        RUNS.mkdir(exist_ok=True)
        _file(answer).write_bytes(canonical(execution_data(run)))


def every_offer() -> Iterator[Offered]:
    """What replay says of each real failure with each version of its runbook that a real host was asked about."""
    known = [pair for pair in fitting(kept()[1]) if pair[1].was == "succeed"]
    for mutation, answer in known:
        if answer.real == "fail" and _file(answer).exists():
            run = parse_execution(json.loads(_file(answer).read_bytes()))
            yield from _offers(mutation, run, known)


def _offers(failed: Mutation, run: Execution, known: list[tuple[Mutation, Answer]]) -> Iterator[Offered]:
    base = failed.runbook
    yield Offered(failed.name, base.id, _judged(base, books()[base.id], run), "succeed")
    for mutation, answer in known:
        if mutation.runbook.id == base.id and mutation.name != failed.name:
            yield Offered(failed.name, mutation.name, _judged(base, mutation.runbook, run), answer.real)


def _judged(base: Runbook, head: Runbook, run: Execution) -> Verdict:
    newer = head.model_copy(update={"version": base.version + 1})
    return judge(Pair(base, newer, books(), books()), run)


def _file(answer: Answer) -> Path:
    return RUNS / f"{answer.digest[:16]}.json"
