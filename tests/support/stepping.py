"""Drives the engine by hand: runbooks from plain data, and answers given one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from runwright.engine.exchange import (
    Act,
    Acted,
    Answer,
    Ask,
    Decide,
    Decided,
    Finish,
    Pause,
    Paused,
    Request,
    Together,
)
from runwright.engine.state import Run, State
from runwright.engine.stepper import advance, begin, request
from runwright.model.runbook import Runbook

OK = Acted(success=True, exit_code=0, duration=1.0)
BAD = Acted(success=False, exit_code=1, error="it broke", duration=1.0)
KINDS = {"call", "block", "parallel", "approve", "wait_until", "assert", "fail"}
YES, NO, OPEN = Decided(value=True), Decided(value=False), Decided(value=None)


def runbook(*steps: dict[str, Any], **fields: Any) -> Runbook:
    """A runbook whose verification is one condition, unless `verify` says otherwise."""
    data = {
        "id": "RB-LIN-X-1",
        "name": "X",
        "version": 1,
        "platform": "linux",
        "incident_types": ["t"],
        "steps": [complete(step) for step in steps or ({"id": "a"},)],
        "verify": {"method": "look", "checks": [{"when": {"fine": True}, "confidence": 0.9}]},
        **fields,
    }
    return Runbook.model_validate_json(json.dumps(data))


def complete(step: dict[str, Any]) -> dict[str, Any]:
    """A step that starts a service, unless it says that it is something else."""
    return step if KINDS & step.keys() else {"action": "service.start", "with": {"service": "web"}, **step}


def started(
    *steps: dict[str, Any], params: dict[str, Any] | None = None, called: Iterable[Runbook] = (), **fields: Any
) -> State:
    """A run of such a runbook before anything was done."""
    library = {one.id: one for one in called}
    return begin(Run(runbook(*steps, **fields), params or {}, {"resource": "web"}, library))


def after(state: State, answers: Iterable[Answer]) -> State:
    """Where the run stands after these answers."""
    for answer in answers:
        state = advance(state, answer)
    return state


def asked(state: State) -> str:
    """The next request in a few words."""
    return _words(request(state))


def _words(wanted: Request) -> str:
    if isinstance(wanted, Decide):
        return f"{wanted.purpose} {wanted.step}" if wanted.step else wanted.purpose
    if isinstance(wanted, Act):
        return f"act {wanted.step} #{wanted.attempt}"
    if isinstance(wanted, Pause):
        return f"{wanted.reason} {wanted.seconds:g}s"
    if isinstance(wanted, Together):
        return f"together {', '.join(f'{act.step} #{act.attempt}' for act in wanted.acts)}"
    if isinstance(wanted, Ask):
        return f"ask {wanted.step}"
    assert isinstance(wanted, Finish)
    return "done"


def story(state: State, answers: Iterable[Answer]) -> list[str]:
    """Every request that came up while these answers were given, and the one after the last."""
    told = [asked(state)]
    for answer in answers:
        state = advance(state, answer)
        told.append(asked(state))
    return told


def pause(seconds: float) -> Paused:
    """The answer to a pause."""
    return Paused(duration=seconds)
