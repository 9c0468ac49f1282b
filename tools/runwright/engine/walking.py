"""How steps follow one another: into a step, on to the next, out of a block, and what a failure leads to.

What a step does is left to `stepper` and its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from runwright.engine.acting import keeping, kept, record, without_items
from runwright.engine.exchange import ActedTogether, Decided
from runwright.engine.state import Ending, Frame, State
from runwright.model.duration import format_duration
from runwright.model.execution import ExecutedStep, Status
from runwright.model.insertion import MissingValue, insert
from runwright.model.step import MAX_ITEMS, Step


def entered(state: State) -> State:
    """On the way into the current step, or out of a list of steps that has come to its end."""
    frame = state.frame
    if frame.index >= len(frame.steps):
        return _closed(state)
    step = frame.steps[frame.index]
    if state.time_left <= 0:
        return raised(state, _out_of_time(state))
    if state.room_left <= 0:
        return raised(state, _out_of_room(state))
    if step.foreach is not None and frame.items is None:
        return _with_items(state)
    return state.but(phase="when" if step.when is not None else "start")


def finished(
    state: State, done: ExecutedStep, outputs: Mapping[str, Any] | None = None, failure: Ending | None = None
) -> State:
    """Keep what a step came to, and go on as that demands; `failure` says more of one than its record does."""
    told = keeping(state, state.step, done, outputs or {})
    if done.outcome != "failed":
        return _next(state, **told)
    return _failed(state.but(**told), failure or _failure(done.error, done.step))


def passing(state: State, count: int, elapsed: float) -> State:
    """The state behind so many steps of one list that did what they should; nothing is asked yet, see `resumed`.

    No record is kept of these, nor of a step in vain: it is for runs in which nothing goes by what steps said.
    """
    moved = state.frame.but(index=state.frame.index + count)
    stack = (*state.stack[:-1], moved)
    return state.but(phase="enter", stack=stack, elapsed=elapsed, facts={}, undoing=None, asked=None)


def in_vain(state: State, error: str, elapsed: float) -> State:
    """The state behind a step that failed at its only try; nothing is asked yet, see `resumed`."""
    return _failed(state.but(elapsed=elapsed, asked=None), _failure(error, state.named(state.step.id)))


def _failure(error: str, step: str) -> Ending:
    return Ending("failure", error or "the step failed", step)


def failing(state: State, message: str, seen: Mapping[str, Any] | None = None) -> State:
    """The current step fails without having been carried out; `seen` is what the failure probe gave."""
    return finished(state, record(state, state.step, "failed", error=message, facts=state.facts, **(seen or {})))


def probed(answer: Decided | ActedTogether) -> dict[str, Any]:
    """What the failure probe gave, as fields of a record."""
    return {"state_after": answer.state_after, "unread": answer.unread}


def raised(state: State, failure: Ending) -> State:
    """Leave the innermost list of steps with a failure: to its `rescue`, its `finally`, or out of it."""
    frame = state.frame
    rescue, always = _sections(state, frame)
    if frame.section == "steps" and rescue and failure.status == "failure":
        return _at(state, Frame(rescue, "rescue", frame.owner))
    if frame.section != "finally" and always:
        return _at(state, Frame(always, "finally", frame.owner, failure=failure))
    held = frame.failure
    if held is not None and failure.status == "escalated":
        # A person who is called finds things as they are, whatever failed before.
        held = replace(held, status="escalated")
    return _left(state, held or failure)


def _failed(state: State, failure: Ending) -> State:
    policy = state.step.on_failure
    if policy == "continue":
        return _next(state)
    if policy == "escalate":
        return raised(state, replace(failure, status="escalated"))
    if failure.status == "failure" and state.time_left <= 0:
        failure = _out_of_time(state)
    return raised(state, failure)


def _next(state: State, **told: Any) -> State:
    """At the next item or step; `told` is what the one before has changed."""
    frame = state.frame
    more = frame.items is not None and frame.at + 1 < len(frame.items)
    moved = frame.but(at=frame.at + 1) if more else frame.but(index=frame.index + 1, items=None, at=0)
    stack = (*state.stack[:-1], moved)
    return state.but(stack=stack, phase="enter", attempts=(), facts={}, undoing=None, branches=(), child=None, **told)


def _closed(state: State) -> State:
    frame = state.frame
    _, always = _sections(state, frame)
    if frame.section != "finally" and always:
        return _at(state, Frame(always, "finally", frame.owner))
    return _left(state, frame.failure)


def _left(state: State, failure: Ending | None) -> State:
    """Out of the innermost list of steps; what a block came to is recorded at its own place."""
    outer = state.but(stack=state.stack[:-1], attempts=(), facts={}, undoing=None, branches=(), child=None)
    if not outer.stack:
        return _ended(outer, failure)
    block = outer.step
    done = record(outer, block, "failed" if failure else "success", error=failure.message if failure else "")
    outer = kept(outer, block, done, {})
    return _failed(outer, failure) if failure else _next(outer)


def _ended(state: State, failure: Ending | None) -> State:
    if failure is None:
        return state.but(phase="settle")
    undone = failure.undo and failure.status in ("failure", "timeout") and state.undos
    return state.but(ending=failure, phase="undo" if undone else "settle")


def _at(state: State, frame: Frame) -> State:
    return state.but(stack=(*state.stack[:-1], frame), phase="enter", attempts=(), facts={}, undoing=None)


def _sections(state: State, frame: Frame) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    owner = frame.owner or state.run.runbook
    return owner.rescue or (), owner.always or ()


def _out_of_time(state: State) -> Ending:
    limit = format_duration(state.run.runbook.limits.timeout or timedelta(seconds=state.run.allowed))
    status: Status = "timeout"
    return Ending(status, f"the run took longer than its limit of {limit}", state.named(state.step.id))


def _out_of_room(state: State) -> Ending:
    said = f"the run did {len(state.trace)} steps, items and called runbooks counted; that is as many as one run may do"
    return Ending("escalated", said, state.named(state.step.id))


def _with_items(state: State) -> State:
    try:
        items = insert(state.step.foreach, state.scope())
    except MissingValue as error:
        return failing(state, str(error))
    if not isinstance(items, (list, tuple)):
        return failing(state, f"foreach needs a list, and this is {items!r:.80}")
    if len(items) > MAX_ITEMS:
        return failing(state, f"foreach has {len(items)} items; at most {MAX_ITEMS} are accepted")
    if not items:
        return _next(without_items(state, record(state, state.step, "skipped", facts=state.facts)))
    return state.with_frame(items=tuple(items), at=0).but(phase="enter")
