"""Steps that only look or ask: `wait_until`, `assert`, `approve`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from runwright.engine.acting import record
from runwright.engine.exchange import Answered, Ask, Decided
from runwright.engine.state import State
from runwright.engine.walking import finished, probed
from runwright.model.condition import describe
from runwright.model.duration import format_duration
from runwright.model.insertion import MissingValue, insert
from runwright.model.step import Approval

WAIT, EVERY = timedelta(seconds=60), timedelta(seconds=5)


def looked(state: State, answer: Decided) -> State:
    """`wait_until`: true is enough; else look again, until the time is over."""
    seen = state.but(facts={**state.facts, **answer.facts})
    if answer.value is True:
        return finished(seen, _record(seen, "success"))
    limit = (state.step.timeout or WAIT).total_seconds()
    if state.elapsed - state.since + rest(state) <= limit and state.time_left > rest(state):
        return state.but(phase="rest")
    told = {"error": _still_not(state, answer), "timed_out": True, **probed(answer)}
    return finished(seen, _record(seen, "failed", **told))


def rest(state: State) -> float:
    """Seconds between two looks."""
    return (state.step.every or EVERY).total_seconds()


def asserted(state: State, answer: Decided) -> State:
    """`assert`: only true passes."""
    state = state.but(facts={**state.facts, **answer.facts})
    if answer.value is True:
        return finished(state, _record(state, "success"))
    return finished(state, _record(state, "failed", error=_message(state, answer), **probed(answer)))


def question(state: State) -> Ask:
    """What `approve` asks; raises `MissingValue`."""
    approval = _approval(state)
    return Ask(
        step=state.named(state.step.id),
        message=str(insert(approval.message, state.scope())),
        who=approval.who,
        timeout_seconds=max(0.001, min(approval.timeout.total_seconds(), state.time_left)),
        default=approval.default,
    )


def asked_for(asked: Ask) -> dict[str, Any]:
    """What makes one question the same as another."""
    return {"message": asked.message, "who": list(asked.who)}


def answered(state: State, answer: Answered) -> State:
    """`approve`: a yes, or silence where silence counts as one, goes on."""
    default = _approval(state).default
    yes = answer.value if answer.value is not None else default == "approve"
    words = {True: "approved", False: "denied"}[yes]
    who = f"by {answer.by or 'a person'}" if answer.value is not None else "because nobody answered in time"
    said = f"{words} {who}" + (f": {answer.reason}" if answer.reason else "")
    told: dict[str, Any] = {"result": said, "params": asked_for(question(state)), "timed_out": answer.value is None}
    told |= {} if yes else {"error": said}
    return finished(state, _record(state, "success" if yes else "failed", **told))


def _approval(state: State) -> Approval:
    approval = state.step.approve
    if approval is None:
        raise RuntimeError(f"step {state.step.id} asks nobody")
    return approval


def _still_not(state: State, answer: Decided) -> str:
    condition = state.step.wait_until
    waited = format_duration(timedelta(seconds=round(state.elapsed - state.since, 3)))
    how = "not true" if answer.value is False else "not known"
    return f"waited {waited}, and it is still {how}: {describe(condition) if condition else ''}"


def _message(state: State, answer: Decided) -> str:
    condition = describe(state.step.assertion) if state.step.assertion else ""
    if answer.value is None:
        return f"could not decide {condition}: a fact is not known"
    try:
        said = insert(state.step.message, state.scope()) if state.step.message else None
    except MissingValue:
        said = None
    return str(said) if said else f"it does not hold: {condition}"


def _record(state: State, outcome: Any, **more: Any) -> Any:
    lasted = round(state.elapsed - state.since, 3)
    return record(state, state.step, outcome, facts=state.facts, duration_seconds=lasted, **more)
