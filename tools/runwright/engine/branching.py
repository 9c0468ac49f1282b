"""Several actions at the same time, in rounds: all first tries together, then those that are tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from runwright.engine.acting import (
    act_of,
    attempt_of,
    executed,
    kept,
    pause_after,
    record,
    undoable,
    undoing_of,
)
from runwright.engine.exchange import Acted, ActedTogether, Decided, Together
from runwright.engine.state import Branch, Ending, State
from runwright.engine.walking import finished, probed
from runwright.errors import ContentError
from runwright.model.condition import describe
from runwright.model.insertion import MissingValue
from runwright.model.step import Step


def started(state: State) -> State:
    """Every branch before it was looked at; what decided the group is kept with the first."""
    first, *others = (Branch(step) for step in state.step.parallel or ())
    return gone_on(state.but(branches=(replace(first, facts=state.facts), *others)))


def undecided(state: State) -> Step:
    """The first branch whose condition was not looked at."""
    return next(branch.step for branch in state.branches if not branch.decided)


def decided(state: State, answer: Decided) -> State:
    """What a condition says of the branch that was asked about."""
    branch = next(branch for branch in state.branches if not branch.decided)
    looked = replace(branch, decided=True, facts={**branch.facts, **answer.facts})
    if answer.value is not True and branch.step.when is not None:
        unknown = f"could not decide {describe(branch.step.when)}: a fact is not known"
        told: Any = {"outcome": "skipped"}
        if answer.value is None:
            told = {"outcome": "failed", "error": unknown, **probed(answer)}
        looked = replace(looked, record=record(state, branch.step, facts=looked.facts, **told))
    return gone_on(_with(state, branch, looked))


def gone_on(state: State, seen: Mapping[str, Any] | None = None) -> State:
    """To the next condition, the next round, or the end; `seen` is what the failure probe gave."""
    for branch in state.branches:
        if not branch.decided and branch.step.when is not None:
            return state.but(phase="branch_when")
        if not branch.decided:
            state = _with(state, branch, replace(branch, decided=True))
    waiting = [branch for branch in state.branches if branch.record is None]
    if not waiting:
        return _joined(state, seen or {})
    again = any(branch.attempts for branch in waiting) and state.phase != "branch_retry"
    return _ready(state.but(phase="branch_retry" if again else "together"))


def pause(state: State) -> float:
    """How long the next round waits, in seconds: the longest of the branches' own pauses."""
    return max(pause_after(b.step, b.attempts) or 0.0 for b in state.branches if b.record is None)


def together(state: State) -> Together:
    """The next round."""
    acts = tuple(act_of(state, branch.step, branch.attempts) for branch in state.branches if branch.record is None)
    return Together(step=state.named(state.step.id), acts=acts, limit=state.step.limit or len(acts))


def acted(state: State, answer: ActedTogether) -> State:
    """What a round came to."""
    waiting = [branch for branch in state.branches if branch.record is None]
    if len(waiting) != len(answer.answers):
        raise RuntimeError(f"{len(answer.answers)} answers to {len(waiting)} actions")
    for branch, one in zip(waiting, answer.answers, strict=True):
        state = _with(state, branch, _tried(state, branch, one))
    return gone_on(state, probed(answer))


def _tried(state: State, branch: Branch, answer: Acted) -> Branch:
    attempts = (*branch.attempts, attempt_of(state, answer))
    wait = None if answer.success else pause_after(branch.step, attempts)
    if wait is not None and state.time_left > wait:
        return replace(branch, attempts=attempts)
    done, outputs = executed(state, branch.step, answer, attempts, branch.facts)
    return replace(branch, attempts=attempts, record=done, outputs=outputs)


def _ready(state: State) -> State:
    """A branch whose insertions cannot be resolved fails without running."""
    for branch in state.branches:
        if branch.record is None and not branch.attempts:
            try:
                act_of(state, branch.step, ())
                undoing = undoing_of(state, branch.step)
            except (MissingValue, ContentError) as error:
                failed = record(state, branch.step, "failed", error=str(error), facts=branch.facts)
                return gone_on(_with(state, branch, replace(branch, record=failed)))
            state = _with(state, branch, replace(branch, undoing=undoing))
    return state


def _joined(state: State, seen: Mapping[str, Any]) -> State:
    """All branches have ended: their records, then that of the step that held them."""
    failed: list[Branch] = []
    for branch in state.branches:
        if branch.record is None:
            raise RuntimeError(f"branch {branch.step.id} has not ended")
        state = _kept(state, branch)
        if branch.record.outcome == "failed" and branch.step.on_failure != "continue":
            failed.append(branch)
    said = "; ".join(f"{branch.step.id}: {branch.record.error}" for branch in failed if branch.record)
    names: dict[str, Any] = {"steps": [branch.record.step for branch in state.branches if branch.record]}
    names |= {"limit": state.step.limit} if state.step.limit is not None else {}
    done = record(state, state.step, "failed" if failed else "success", error=said, params=names, **seen)
    asks = any(branch.step.on_failure == "escalate" for branch in failed)
    return finished(state, done, None, Ending("escalated" if asks else "failure", said, done.step))


def _kept(state: State, branch: Branch) -> State:
    done = branch.record
    if done is None:
        return state
    return kept(undoable(state, branch.undoing, branch.attempts), branch.step, done, branch.outputs)


def _with(state: State, old: Branch, new: Branch) -> State:
    return state.but(branches=tuple(new if branch is old else branch for branch in state.branches))
