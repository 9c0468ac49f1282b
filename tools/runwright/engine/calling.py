"""One runbook calls another: a run in the run, with parameters of its own, a precheck and a verification."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from runwright.engine.acting import record
from runwright.engine.exchange import Act, Answer, Ask, Decide, Pause, Request, Together
from runwright.engine.params import resolve_params
from runwright.engine.result import outputs_of, result_of
from runwright.engine.state import Ending, Run, State, Undoing
from runwright.engine.walking import finished, raised
from runwright.errors import ContentError
from runwright.model.execution import ExecutedStep
from runwright.model.insertion import insert

MAX_DEPTH = 5
"""How many runbooks may call one another in a row."""


def called_run(state: State) -> Run:
    """The run of the runbook that the current step calls; raises `MissingValue` and `ContentError`."""
    run, step = state.run, state.step
    runbook = run.called.get(step.call or "")
    if runbook is None:
        raise ContentError(f"runbook {step.call} is not in this release")
    if runbook.status == "failed":
        raise ContentError(f"runbook {step.call} is marked as failed: {runbook.status_reason}")
    if run.depth + 1 >= MAX_DEPTH:
        raise ContentError(f"more than {MAX_DEPTH} runbooks call one another")
    params = resolve_params(runbook, insert(step.params, state.scope()), run.incident)
    return Run(runbook, params, run.incident, run.called, run.depth + 1, state.time_left, state.room_left)


def within(state: State, asked: Request) -> Request:
    """What the called run asks, named as the caller sees it."""
    name = state.named(state.step.id)
    if isinstance(asked, Together):
        acts = tuple(_renamed(act, name) for act in asked.acts)
        return asked.model_copy(update={"step": f"{name}/{asked.step}", "acts": acts})
    if isinstance(asked, Decide):
        return asked.model_copy(update={"step": f"{name}/{asked.step}" if asked.step else name, "nested": True})
    if isinstance(asked, Act):
        return _renamed(asked, name)
    if isinstance(asked, Ask):
        return asked.model_copy(update={"step": f"{name}/{asked.step}"})
    if isinstance(asked, Pause):
        return asked.model_copy(update={"step": f"{name}/{asked.step}" if asked.step else name})
    return asked


def begun(state: State, child: State) -> State:
    """The caller when the called run has begun; it may have ended without having asked anything."""
    return _with_child(state.but(phase="call"), child)


def moved_on(state: State, child: State, answer: Answer) -> State:
    """The caller after the called run moved; it is done when that one is."""
    return _with_child(state.but(elapsed=state.elapsed + answer.duration), child)


def _with_child(state: State, child: State) -> State:
    before = state.child.trace if state.child is not None else ()
    new = _below(state, child.trace[len(before) :])
    moved = state.but(child=child, trace=(*state.trace, *new))
    return _ended(moved) if child.phase == "done" else moved


def _ended(state: State) -> State:
    """Keep what the called run came to."""
    child = state.child
    if child is None:
        raise RuntimeError("no runbook is being called")
    result = result_of(child)
    error = "" if result.success else f"{child.run.runbook.id}: {result.error_message}"
    shown: dict[str, Any] = {"params": dict(child.run.params), "duration_seconds": round(child.elapsed, 3)}
    # What decided the call, and the precheck behind it, is kept with the first called step, where there is one.
    shown["facts"] = {**child.facts, **child.verify_facts}
    shown["unread"] = child.verify_unread
    done = record(state, state.step, "success" if result.success else "failed", error=error, **shown)
    back = state.but(child=None, undos=(*state.undos, *_prefixed(state, child.undos)))
    if result.status == "escalated" and state.step.on_failure == "stop":
        kept = back.but(trace=(*back.trace, done))
        return raised(kept, Ending("escalated", error, done.step))
    # What nobody could verify is no success, and no reason to take it back.
    unsure = result.verified is None if child.ending is None else not child.ending.undo
    return finished(back, done, outputs_of(child), Ending("failure", error, done.step, undo=not unsure))


def _below(state: State, trace: Iterable[ExecutedStep]) -> tuple[ExecutedStep, ...]:
    name = state.named(state.step.id)
    return tuple(done.model_copy(update={"step": f"{name}/{done.step}"}) for done in trace)


def _prefixed(state: State, undos: Iterable[Undoing]) -> tuple[Undoing, ...]:
    name = state.named(state.step.id)
    return tuple(replace(undoing, step=f"{name}/{undoing.step}") for undoing in undos)


def _renamed(asked: Act, name: str) -> Act:
    return asked.model_copy(update={"step": f"{name}/{asked.step}"})
