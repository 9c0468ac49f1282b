"""The stepper: from where a run stands to the next request, and from an answer to where it stands then.

No I/O: a driver carries the requests out. The order is: is all well already, is it unsafe, the steps in order with
their `rescue` and `finally`, taking back what failed, a settle time, the verification. What is not known never
passes: an unsafe check that cannot be decided stops the run, a step whose condition cannot be decided fails, a
verification that cannot be decided confirms nothing and takes nothing back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runwright.engine import acting, branching, calling, waiting
from runwright.engine.deciding import bound, of_facts_alone, run_facts, settled
from runwright.engine.exchange import (
    Acted,
    ActedTogether,
    Answer,
    Answered,
    Decide,
    Decided,
    Finish,
    Pause,
    Paused,
    Purpose,
    Request,
)
from runwright.engine.state import Ending, Frame, Phase, Run, State, first
from runwright.engine.walking import entered, failing, finished, probed
from runwright.errors import ContentError
from runwright.model.condition import Condition, describe
from runwright.model.frozen import own
from runwright.model.insertion import MissingValue, insert

_FINISH = Finish()
_DECIDES: dict[Phase, Purpose] = {
    "healthy": "healthy",
    "unsafe": "unsafe",
    "when": "when",
    "branch_when": "when",
    "wait": "wait",
    "assert": "assert",
    "verify": "verify",
}


def begin(run: Run) -> State:
    """The state before anything was done."""
    return _settled(first(run))


def entering(run: Run, count: int, elapsed: float) -> State:
    """The state behind so many first steps that did what they should; nothing is asked yet, see `resumed`."""
    return first(run).but(phase="enter", stack=(Frame(run.runbook.steps, index=count),), elapsed=elapsed)


def resumed(state: State) -> State:
    """The same state, and what has to be done next."""
    return _settled(state)


def request(state: State) -> Request:
    """What has to be done next."""
    if state.asked is None:
        raise RuntimeError("a state comes from `begin` or `advance`")
    return state.asked


def advance(state: State, answer: Answer) -> State:
    """Where the run stands after an answer; raises `RuntimeError` for an answer to another question."""
    if state.child is not None:
        return _settled(calling.moved_on(state, advance(state.child, answer), answer))
    moved = state.but(elapsed=state.elapsed + answer.duration) if answer.duration else state
    if isinstance(answer, Decided) and state.phase in _DECIDES:
        return _settled(_decided(moved, answer))
    if isinstance(answer, Acted) and state.phase in ("act", "undo"):
        return _settled(_acted(moved, answer) if state.phase == "act" else _undone(moved, answer))
    if isinstance(answer, ActedTogether) and state.phase == "together":
        return _settled(branching.acted(moved, answer))
    if isinstance(answer, Answered) and state.phase == "ask":
        return _settled(waiting.answered(moved, answer))
    if isinstance(answer, Paused) and state.phase in _AFTER_PAUSE:
        return _settled(_AFTER_PAUSE[state.phase](moved))
    raise RuntimeError(f"{type(answer).__name__} does not answer the question of phase {state.phase!r}")


_AFTER_PAUSE: Mapping[Phase, Callable[[State], State]] = {
    "retry": lambda state: state.but(phase="act"),
    "rest": lambda state: state.but(phase="wait"),
    "branch_retry": branching.gone_on,
    "settle": lambda state: state.but(phase="verify"),
}


def _settled(state: State) -> State:
    """Pass over everything in which there is nothing to ask, and note what is asked then."""
    while True:
        passes = _PASSES.get(state.phase)
        # A phase in which there is nothing to ask leads on at once.
        moved = passes(state) if passes is not None else None
        if moved is None:
            asked, moved = _asking(state)
            if asked is not None:
                return state.but(asked=asked)
        if moved is None:
            raise RuntimeError(f"phase {state.phase!r} neither asks nor moves")
        state = moved


def _past_verify(state: State) -> State | None:
    if len(state.checks) < len(state.run.runbook.verify.checks):
        return None
    return state.but(phase="undo" if False in state.checks and _may_undo(state) else "done")


def _past_undo(state: State) -> State | None:
    return None if state.undos else state.but(phase="done" if state.checks else "settle")


def _asking(state: State) -> tuple[Request | None, State | None]:
    """The request; where an insertion or action cannot be resolved, a step fails and a condition is not known."""
    try:
        asked = _request(state)
    except (MissingValue, ContentError) as error:
        if state.phase in ("healthy", "unsafe", "verify"):
            return None, _decided(state, Decided(value=None))
        return None, failing(state, str(error))
    if isinstance(asked, Decide) and (truth := settled(asked.condition)) is not None:
        return None, _decided(state, Decided(value=truth))
    return asked, None


def _request(state: State) -> Request:
    if state.child is not None:
        return calling.within(state, request(state.child))
    asks = _ASKS.get(state.phase)
    return asks(state) if asks is not None else _FINISH


def _question(state: State) -> Decide:
    step = state.named(_looked_at(state)) if state.phase not in ("healthy", "unsafe", "verify") else None
    condition = _condition(state)
    left = of_facts_alone(condition) or bound(condition, state.scope())
    return own(Decide, {"purpose": _DECIDES[state.phase], "condition": left, "step": step, "nested": False})


def _pause(state: State) -> Pause:
    if state.phase == "settle":
        return Pause(seconds=state.run.runbook.verify.settle.total_seconds(), reason="settle")
    name = state.named(state.step.id)
    if state.phase == "rest":
        return Pause(seconds=waiting.rest(state), reason="wait", step=name)
    own = acting.pause_after(state.step, state.attempts) if state.phase == "retry" else branching.pause(state)
    return Pause(seconds=own or 0.0, reason="retry", step=name)


def _condition(state: State) -> Condition:
    """The condition that the current phase looks at."""
    runbook = state.run.runbook
    if state.phase == "verify":
        return runbook.verify.checks[len(state.checks)].when
    if state.phase in ("healthy", "unsafe"):
        found = getattr(runbook.precheck, state.phase)
    elif state.phase == "branch_when":
        found = branching.undecided(state).when
    else:
        found = {"when": state.step.when, "wait": state.step.wait_until}.get(state.phase, state.step.assertion)
    if found is None:
        raise RuntimeError(f"phase {state.phase!r} has no condition")
    return found  # type: ignore[no-any-return]  # pydantic's fields are what they are declared as


def _looked_at(state: State) -> str:
    return branching.undecided(state).id if state.phase == "branch_when" else state.step.id


def _decided(state: State, answer: Decided) -> State:
    if state.phase in ("healthy", "unsafe"):
        return _prechecked(state.but(facts={**state.facts, **answer.facts}), answer)
    if state.phase == "verify":
        return _verified(state, answer)
    own = run_facts(_condition(state), state.scope())
    answer = answer.model_copy(update={"facts": {**own, **answer.facts}}) if own else answer
    if state.phase == "branch_when":
        return branching.decided(state, answer)
    if state.phase == "wait":
        return waiting.looked(state, answer)
    return _when(state, answer) if state.phase == "when" else waiting.asserted(state, answer)


def _prechecked(state: State, answer: Decided) -> State:
    if state.phase == "healthy":
        return state.but(healthy=True, phase="settle") if answer.value is True else state.but(phase="unsafe")
    return _first_step(state) if answer.value is False else _unsafe(state, answer)


def _verified(state: State, answer: Decided) -> State:
    # Where the probe and a check have read the same fact, the check decided by its own.
    facts = {**answer.state_after, **state.verify_facts, **answer.facts}
    unread = (*state.verify_unread, *answer.unread)
    return state.but(checks=(*state.checks, answer.value), verify_facts=facts, verify_unread=unread)


def _when(state: State, answer: Decided) -> State:
    # What was seen on the way in, at a precheck or the condition of a block, is kept with the first step behind it.
    state = state.but(facts={**state.facts, **answer.facts})
    if answer.value is True:
        return state.but(phase="start")
    if answer.value is False:
        return finished(state, acting.record(state, state.step, "skipped", facts=state.facts))
    unknown = f"could not decide {describe(_condition(state))}: a fact is not known"
    return failing(state, unknown, probed(answer))


def _unsafe(state: State, answer: Decided) -> State:
    why = (
        "the precheck says that it is not safe" if answer.value else "the precheck could not decide whether it is safe"
    )
    detail = f": {describe(_condition(state))}"
    return state.but(phase="done", ending=Ending("escalated", why + detail, verify=False))


def _first_step(state: State) -> State:
    return state.but(phase="enter", stack=(Frame(state.run.runbook.steps),))


def _started(state: State) -> State:
    """Begin the current step, whose condition holds."""
    try:
        return _STARTS[state.step.kind](state)
    except ContentError as error:
        return failing(state, error.message)
    except MissingValue as error:
        return failing(state, str(error))


def _called(state: State) -> State:
    return calling.begun(state, _settled(State(calling.called_run(state), facts=state.facts)))


def _blocked(state: State) -> State:
    return state.but(phase="enter", stack=(*state.stack, Frame(state.step.block or (), owner=state.step)))


def _acted(state: State, answer: Acted) -> State:
    step = state.step
    attempts = (*state.attempts, acting.attempt_of(state, answer))
    wait = None if answer.success else acting.pause_after(step, attempts)
    if wait is not None and state.time_left > wait:
        return state.but(attempts=attempts, phase="retry")
    done, outputs = acting.executed(state, step, answer, attempts, state.facts)
    return finished(acting.undoable(state, state.undoing, attempts), done, outputs)


def _undone(state: State, answer: Acted) -> State:
    undoing = state.undos[-1]
    done = acting.undo_record(undoing, answer)
    undone = (*state.undone, undoing.step) if answer.success else state.undone
    return state.but(undos=state.undos[:-1], undone=undone, trace=(*state.trace, done))


def _may_undo(state: State) -> bool:
    """A person who was called finds things as the run left them."""
    return bool(state.undos) and (state.ending is None or (state.ending.undo and state.ending.status != "escalated"))


def _waits(phase: Phase) -> Callable[[State], State]:
    return lambda state: state.but(phase=phase, since=state.elapsed)


_STARTS: Mapping[str, Callable[[State], State]] = {
    "action": lambda state: state.but(phase="act", undoing=acting.undoing_of(state, state.step)),
    "call": _called,
    "block": _blocked,
    "parallel": branching.started,
    "approve": _waits("ask"),
    "wait_until": _waits("wait"),
    "assert": _waits("assert"),
    "fail": lambda state: failing(state, str(insert(state.step.fail, state.scope()))),
}
_ASKS: Mapping[Phase, Callable[[State], Request]] = {
    "act": lambda state: acting.act_of(state, state.step, state.attempts),
    "undo": lambda state: acting.undo_act(state.undos[-1]),
    "together": branching.together,
    "ask": waiting.question,
    **dict.fromkeys(_DECIDES, _question),
    **dict.fromkeys(_AFTER_PAUSE, _pause),
}
_PASSES: Mapping[Phase, Callable[[State], State | None]] = {
    # Where a phase leads in which there is nothing to ask; None from one that asks after all.
    "healthy": lambda state: None if state.run.runbook.precheck.healthy is not None else state.but(phase="unsafe"),
    "unsafe": lambda state: None if state.run.runbook.precheck.unsafe is not None else _first_step(state),
    "enter": entered,
    "start": _started,
    "undo": _past_undo,
    "settle": lambda state: None if state.run.runbook.verify.settle else state.but(phase="verify"),
    "verify": _past_verify,
}
