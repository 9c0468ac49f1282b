"""One failure as the author looks at it: the runbook whose text is to change, and the recording with its worlds.

Where a called runbook failed, that one is to change. Telemetry may claim anything: what it claims to have run must be
what the runbook says for this run, or it chooses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from runwright.learn.drafts import Failure
from runwright.learn.fingerprint import failed_step
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.insertion import MissingValue, as_text, insert
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import all_steps, nested
from runwright.replay.models import completed
from runwright.replay.tape import Tape, make_tape

AROUND = ("block", "parallel", "call")
"""Kinds of steps that fail because something in them failed."""
OTHERWISE = "the failed step ran something else than the runbook says for this run"
GONE = "the failed step does not stand in the runbook as it is now"


@dataclass(frozen=True)
class Study:
    """What there is to work with."""

    failure: Failure
    """Its parent is the runbook to change: that of the run, or one that it called."""
    tape: Tape
    step: ExecutedStep | None
    """The step that stopped the run; None when the verification alone said no."""
    params: Mapping[str, Any]
    """The parameters with which the runbook to change ran."""
    caller: str = ""
    """How the recorded names of its steps begin, such as `database/`."""

    @property
    def runbook(self) -> Runbook:
        """The runbook to change."""
        return self.failure.parent.value

    @property
    def execution(self) -> Execution:
        """The failed run."""
        return self.failure.execution

    def scope(self, item: Any = None, index: int = 0) -> dict[str, Any]:
        """What the runbook to change could insert in this run, as far as the recording tells."""
        each = {"each": {"item": item, "index": index}} if item is not None else {}
        return {"params": self.params, "incident": {"incident_type": self.execution.incident_type}, "steps": {}, **each}


def study_of(failure: Failure) -> Study | str:
    """Look at a failure; or why its runbook is not known."""
    tape = make_tape(failure.execution)
    step = _innermost(failure, failed_step(failure.execution))
    if step is None or "/" not in step.step:
        return Study(failure, tape, step, failure.execution.params)
    return _called(failure, tape, step)


def as_written(step: ExecutedStep, written: Step, scope: Mapping[str, Any]) -> bool:
    """Whether a recorded command is what the runbook says with the run's parameters."""
    if step.action != written.action:
        return False
    if step.params.keys() - {*written.params, *completed(step.action, {})}:
        return False
    return _agree(step.params, written.params, scope)


def _innermost(failure: Failure, step: ExecutedStep | None) -> ExecutedStep | None:
    """The step that failed in what failed around it."""
    while step is not None and step.action in AROUND:
        before = failure.execution.executed_steps[: failure.execution.executed_steps.index(step)]
        inside = _names_inside(failure, step)
        failed = [item for item in before if item.outcome == "failed" and _is_inside(item, step, inside)]
        if not failed:
            return step
        step = failed[-1]
    return step


def _is_inside(item: ExecutedStep, around: ExecutedStep, names: frozenset[str]) -> bool:
    if around.action == "call":
        return item.step.startswith(f"{around.step}/")
    return item.step.rpartition("/")[2].partition("[")[0] in names


def _names_inside(failure: Failure, step: ExecutedStep) -> frozenset[str]:
    runbooks = (failure.parent, *failure.corpus.runbooks) if "/" in step.step else (failure.parent,)
    name = step.step.rpartition("/")[2].partition("[")[0]
    blocks = (item for entry in runbooks for item in all_steps(entry.value) if item.id == name)
    return frozenset(inner.id for block in blocks for inner in (*(block.block or ()), *(block.parallel or ())))


def _called(failure: Failure, tape: Tape, step: ExecutedStep) -> Study | str:
    """The study of the called runbook in which a step failed."""
    study = Study(failure, tape, step, failure.execution.params)
    for part in step.step.split("/")[:-1]:
        found = _entered(study, part)
        if isinstance(found, str):
            return found
        study = found
    return study


def _entered(study: Study, part: str) -> Study | str:
    name = part.partition("[")[0]
    calling = next((item.step for item in nested(study.runbook) if item.step.id == name), None)
    recorded = next((item for item in study.execution.executed_steps if item.step == f"{study.caller}{part}"), None)
    if calling is None or calling.call is None or recorded is None:
        return GONE
    entry = study.failure.corpus.runbook(calling.call)
    if entry is None:
        return f"the failed step stands in {calling.call}, which is not in the library"
    if not _agree(recorded.params, calling.params, study.scope()):
        return OTHERWISE
    text = study.failure.corpus.files[entry.path].decode()
    inner = replace(study.failure, parent=entry, text=text, told_fingerprint=study.failure.fingerprint)
    return replace(study, failure=inner, params=recorded.params, caller=f"{study.caller}{part}/")


def _agree(ran: Mapping[str, Any], written: Mapping[str, Any], scope: Mapping[str, Any]) -> bool:
    return all(_agrees(ran[name], value, scope) for name, value in written.items() if name in ran)


def _agrees(ran: object, written: object, scope: Mapping[str, Any]) -> bool:
    try:
        return as_text(ran) == as_text(insert(written, scope))
    except MissingValue:
        return True  # it hangs on an earlier step's output or on the incident, which the recording does not tell
