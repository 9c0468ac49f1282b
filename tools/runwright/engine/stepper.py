"""The stepper: from where a run stands to the next request, and from an answer to where it stands then.

No I/O: a driver carries the requests out. The order is: is all well already, is it unsafe, the steps in order,
a settle time, the verification. What is not known never passes: an unsafe check that cannot be decided stops the
run, a step whose condition cannot be decided fails, a verification that cannot be decided confirms nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from runwright.actions.catalogue import find
from runwright.engine.exchange import Act, Acted, Answer, Decide, Decided, Finish, Pause, Paused, Request
from runwright.engine.state import Ending, Run, State
from runwright.errors import ContentError
from runwright.model.condition import Condition, bind, describe
from runwright.model.duration import format_duration
from runwright.model.execution import Attempt, ExecutedStep, StepOutcome
from runwright.model.insertion import MissingValue, insert
from runwright.model.runbook import Step

MAX_OUTPUT = 64 * 1024
"""Characters of output kept of one step; the last ones, where errors stand."""


def begin(run: Run) -> State:
    """The state before anything was done."""
    return _settled(State(run))


def request(state: State) -> Request:
    """What has to be done next."""
    if state.phase in ("retry", "settle"):
        return _pause(state)
    if state.phase in ("healthy", "unsafe"):
        condition = getattr(state.run.runbook.precheck, state.phase)
        return Decide(purpose=state.phase, condition=bind(condition, state.scope()))
    if state.phase == "when":
        return Decide(purpose="when", condition=bind(_when(state.step), state.scope()), step=state.step.id)
    if state.phase == "act":
        return _act(state)
    if state.phase == "verify":
        check = state.run.runbook.verify.checks[len(state.checks)]
        return Decide(purpose="verify", condition=bind(check.when, state.scope()))
    return Finish()


def _pause(state: State) -> Pause:
    if state.phase == "retry":
        return Pause(seconds=_delay(state), reason="retry", step=state.step.id)
    return Pause(seconds=state.run.runbook.verify.settle.total_seconds(), reason="settle")


def advance(state: State, answer: Answer) -> State:
    """Where the run stands after an answer; raises `RuntimeError` for an answer to another question."""
    moved = replace(state, elapsed=state.elapsed + answer.duration)
    if isinstance(answer, Decided) and state.phase in ("healthy", "unsafe", "when", "verify"):
        return _settled(_decided(moved, answer))
    if isinstance(answer, Acted) and state.phase == "act":
        return _settled(_acted(moved, answer))
    if isinstance(answer, Paused) and state.phase in ("retry", "settle"):
        return _settled(replace(moved, phase="act" if state.phase == "retry" else "verify"))
    raise RuntimeError(f"{type(answer).__name__} does not answer the question of phase {state.phase!r}")


def _decided(state: State, answer: Decided) -> State:
    if state.phase == "healthy":
        return replace(state, healthy=True, phase="settle") if answer.value is True else replace(state, phase="unsafe")
    if state.phase == "unsafe":
        return _entered(state) if answer.value is False else _unsafe(state, answer)
    if state.phase == "when":
        return _condition(state, answer)
    return replace(state, checks=(*state.checks, answer.value), verify_facts={**state.verify_facts, **answer.facts})


def _unsafe(state: State, answer: Decided) -> State:
    why = (
        "the precheck says that it is not safe" if answer.value else "the precheck could not decide whether it is safe"
    )
    condition = state.run.runbook.precheck.unsafe
    detail = f": {describe(condition)}" if condition is not None else ""
    return replace(state, phase="done", ending=Ending("escalated", why + detail, verify=False))


def _condition(state: State, answer: Decided) -> State:
    if answer.value is True:
        return replace(state, phase="act", facts=answer.facts)
    if answer.value is False:
        return _next(state, _record(state, "skipped", facts=answer.facts))
    unknown = f"could not decide {describe(_when(state.step))}: a fact is not known"
    return _failed(state, _record(state, "failed", facts=answer.facts, error=unknown))


def _acted(state: State, answer: Acted) -> State:
    offset = round(state.elapsed - answer.duration, 3)
    outcome: StepOutcome = "success" if answer.success else "failed"
    attempt = Attempt(offset=offset, duration=round(answer.duration, 3), outcome=outcome)
    tried = replace(state, attempts=(*state.attempts, attempt))
    if not answer.success and len(tried.attempts) < _allowed(state.step) and _time_left(tried) > _delay(tried):
        return replace(tried, phase="retry")
    step = _executed(tried, answer)
    return _next(tried, step) if answer.success else _failed(tried, step)


def _executed(state: State, answer: Acted) -> ExecutedStep:
    return _record(
        state,
        "success" if answer.success else "failed",
        params=_params(state),
        started_at=answer.started_at,
        duration_seconds=round(sum(a.duration for a in state.attempts), 3),
        exit_code=answer.exit_code,
        output=answer.output[-MAX_OUTPUT:],
        error=answer.error[-MAX_OUTPUT:],
        timed_out=answer.timed_out,
        state_before=answer.state_before,
        state_after=answer.state_after,
        facts=state.facts,
        attempts=state.attempts,
    )


def _record(state: State, outcome: StepOutcome, **more: Any) -> ExecutedStep:
    step = state.step
    fields: dict[str, Any] = {"step": step.id, "name": step.name, "action": step.action, "outcome": outcome}
    return ExecutedStep.model_construct(**{**fields, **more})


def _next(state: State, done: ExecutedStep) -> State:
    return _entered(replace(state, trace=(*state.trace, done), index=state.index + 1, attempts=(), facts={}))


def _failed(state: State, done: ExecutedStep) -> State:
    policy = state.step.on_failure
    if policy == "continue":
        return _next(state, done)
    if policy == "stop" and _time_left(state) <= 0:
        ending = _out_of_time(state)
    else:
        ending = Ending("escalated" if policy == "escalate" else "failure", done.error or "the step failed", done.step)
    return replace(state, trace=(*state.trace, done), ending=ending, phase="settle")


def _entered(state: State) -> State:
    if state.index >= len(state.run.runbook.steps):
        return replace(state, phase="settle")
    if _time_left(state) <= 0:
        return replace(state, phase="settle", ending=_out_of_time(state))
    return replace(state, phase="when" if state.step.when is not None else "act")


def _out_of_time(state: State) -> Ending:
    limit = format_duration(state.run.runbook.limits.timeout or timedelta(0))
    return Ending("timeout", f"the run took longer than its limit of {limit}", state.step.id)


def _settled(state: State) -> State:
    """Pass over the phases in which there is nothing to ask."""
    while True:
        moved = _passed_over(state)
        if moved is None:
            return state
        state = moved


def _passed_over(state: State) -> State | None:
    precheck, verify = state.run.runbook.precheck, state.run.runbook.verify
    if state.phase == "healthy" and precheck.healthy is None:
        return replace(state, phase="unsafe")
    if state.phase == "unsafe" and precheck.unsafe is None:
        return _entered(state)
    if state.phase == "settle" and not verify.settle:
        return replace(state, phase="verify")
    if state.phase == "verify" and len(state.checks) == len(verify.checks):
        return replace(state, phase="done")
    return _unreadable(state)


def _unreadable(state: State) -> State | None:
    """Where an insertion or action cannot be resolved, a step fails without running and a condition is not known."""
    try:
        request(state)
    except (MissingValue, ContentError) as error:
        if state.phase in ("when", "act"):
            return _failed(state, _record(state, "failed", error=str(error), facts=state.facts))
        return _decided(state, Decided(value=None))
    return None


def _act(state: State) -> Act:
    step, action = state.step, find(state.step.action)
    limit = step.timeout.total_seconds() if step.timeout is not None else action.timeout_seconds
    return Act(
        step=step.id,
        action=step.action,
        params=_params(state),
        timeout_seconds=max(0.001, min(limit, _time_left(state))),
        attempt=len(state.attempts) + 1,
        success_codes=step.success_codes,
    )


def _params(state: State) -> dict[str, object]:
    action = find(state.step.action)
    defaults = {name: spec.default for name, spec in action.params.items() if spec.default is not None}
    given = {k: v if k == "script" else insert(v, state.scope()) for k, v in state.step.params.items()}
    return {**defaults, **given}


def _when(step: Step) -> Condition:
    if step.when is None:
        raise RuntimeError(f"step {step.id} has no condition")
    return step.when


def _allowed(step: Step) -> int:
    return step.retry.attempts if step.retry else 1


def _delay(state: State) -> float:
    retry = state.step.retry
    if retry is None:
        return 0.0
    return float(retry.delay.total_seconds() * retry.backoff ** (len(state.attempts) - 1))


def _time_left(state: State) -> float:
    limit = state.run.runbook.limits.timeout
    return limit.total_seconds() - state.elapsed if limit is not None else float("inf")
