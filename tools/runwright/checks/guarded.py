"""Check `guarded`: a destructive step, or rollback, stands behind a condition, a precheck or a check.

A called runbook guards its own steps.
"""

from __future__ import annotations

from collections.abc import Iterator

from runwright.actions.catalogue import ACTIONS
from runwright.corpus.corpus import Entry
from runwright.model.finding import Finding
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import Pointer


def check(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find destructive steps that nothing guards."""
    runbook = entry.value
    if runbook.precheck.healthy is not None or runbook.precheck.unsafe is not None:
        return
    # What a rescue or a `finally` finds done before it is not known: the steps may have failed at the first.
    for word, steps in (("steps", runbook.steps), ("rescue", runbook.rescue), ("finally", runbook.always)):
        for pointer, step, verb in _unguarded((word,), steps or (), guarded=False):
            who = "the rollback of step" if pointer[-1] == "rollback" else "step"
            message = f"{who} {step.id!r} is destructive ({verb}) and nothing is looked at before it"
            advice = "add `when`, a precheck, or a check before it"
            yield entry.finding("guarded", message, pointer, severity="warning", suggestion=advice)


def _unguarded(at: Pointer, steps: tuple[Step, ...], *, guarded: bool) -> Iterator[tuple[Pointer, Step, str]]:
    for index, step in enumerate(steps):
        if guarded:
            return
        pointer = (*at, index)
        if step.when is None:
            yield from _unguarded_in(pointer, step)
        guarded = _guards(step)


def _unguarded_in(pointer: Pointer, step: Step) -> Iterator[tuple[Pointer, Step, str]]:
    if _destructive(step.action):
        yield pointer, step, str(step.action)
    if step.rollback is not None and _destructive(step.rollback.action):
        yield (*pointer, "rollback"), step, step.rollback.action
    for word, inside in (("block", step.block), ("rescue", step.rescue), ("finally", step.always)):
        yield from _unguarded((*pointer, word), inside or (), guarded=False)
    for index, branch in enumerate(step.parallel or ()):
        if branch.when is None:
            yield from _unguarded_in((*pointer, "parallel", index), branch)


def _guards(step: Step) -> bool:
    """Whether what follows runs only when something was looked at: it always runs, can fail, and ends the list then."""
    if step.when is not None or step.on_failure == "continue":
        return False
    if step.block is not None:
        return step.rescue is None and any(_guards(inner) for inner in step.block)
    if step.parallel is not None:
        return any(_guards(branch) for branch in step.parallel)
    return step.kind in ("assert", "wait_until", "approve") or _can_refuse(step)


def _can_refuse(step: Step) -> bool:
    action = ACTIONS.get(step.verb)
    return action is not None and action.check and any(v.model.needs for v in action.variants.values())


def _destructive(name: str | None) -> bool:
    action = ACTIONS.get(name or "")
    return action is not None and action.destructive
