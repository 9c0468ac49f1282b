"""Which runbooks a run may call: those that it names, and those that they name. They are kept with the run."""

from __future__ import annotations

from collections.abc import Callable

from runwright.errors import ContentError
from runwright.model.runbook import Runbook
from runwright.model.walk import all_steps

Find = Callable[[str], Runbook | None]


def called_by(runbook: Runbook, find: Find) -> dict[str, Runbook]:
    """Every runbook that may be called, by id; raises `ContentError` naming one that is not there."""
    found: dict[str, Runbook] = {}
    waiting = [runbook]
    while waiting:
        caller = waiting.pop()
        for step in all_steps(caller):
            if step.call is not None and step.call not in found:
                found[step.call] = _found(find, caller, step.id, step.call)
                waiting.append(found[step.call])
    return found


def _found(find: Find, caller: Runbook, step: str, name: str) -> Runbook:
    runbook = find(name)
    if runbook is None:
        raise ContentError(f"step {step} of {caller.id} calls {name}, and there is no such runbook here")
    return runbook
