"""Notes what a road ran and how it was answered: the verdict of each step, and what stands guard over what destroys."""

from __future__ import annotations

from typing import Any

from runwright.actions.catalogue import ACTIONS
from runwright.engine.exchange import Act, Decide
from runwright.engine.state import State
from runwright.model.condition import Condition, Truth, bind, describe, tests
from runwright.model.frozen import own
from runwright.model.verdict import StepVerdict
from runwright.replay.models import command_key
from runwright.replay.reply import Reply
from runwright.replay.road import Command, Road, branch_of


def guards_of(condition: Condition) -> frozenset[str]:
    """What a condition looks at, in words."""
    return frozenset(describe(test) for test in tests(condition))


def noted_command(road: Road, act: Act) -> dict[str, Any]:
    """The command, with what stood guard over it, and what stands guard from now on."""
    action = ACTIONS.get(act.action)
    key = command_key(act)
    destroys = action is not None and action.destructive
    # What stands guard matters for what destroys, and for nothing else.
    command = Command(key, act.action, destroys, road.guards | _own_guards(road, act) if destroys else frozenset())
    guards = road.guards | {key} if action is not None and action.check else road.guards
    return {"commands": (*road.commands, command), "guards": guards}


def _own_guards(road: Road, act: Act) -> frozenset[str]:
    """The conditions of its step, of the blocks around it and of those that called its runbook."""
    found: frozenset[str] = frozenset()
    state: State | None = road.state
    while state is not None:
        branch = branch_of(state, act)
        steps = [*(frame.step for frame in state.stack), *([branch.step] if branch else ())]
        for condition in (step.when for step in steps if step.when is not None):
            found |= guards_of(bind(condition, state.scope()))
        state = state.child
    return found


def not_run(road: Road, asked: Decide, truth: Truth) -> Road:
    """The road after a step whose condition did not let it run."""
    why = f"its condition is {'false' if truth is False else 'not known'}: {describe(asked.condition)}"
    state = road.state.innermost
    step = next((branch.step for branch in state.branches if not branch.decided), state.step)
    outcome: Any = "skipped" if truth is False else "failed"
    verdict = StepVerdict(step=asked.step or step.id, action=step.verb, answer="not run", outcome=outcome, reason=why)
    return road.but(answers=(*road.answers, verdict))


def verdict_of(act: Act, reply: Reply, execution_id: str) -> StepVerdict:
    """How a command was answered on this recording."""
    known = "success" if reply.success else "failed"
    # What answered: this recording, another one, or the model of the action.
    source = {"observed": execution_id, "seen elsewhere": reply.source, "modelled": act.action}.get(reply.answer)
    return own(
        StepVerdict,
        {
            "step": act.step,
            "action": act.action,
            "params": act.params,
            "answer": reply.answer,
            "outcome": "unknown" if reply.answer == "unknown" else known,
            "reason": reply.reason,
            "source": source,
        },
    )
