"""Notes what a road ran and how it was answered: the verdict of each step, and what stands guard over what destroys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from runwright.actions.catalogue import ACTIONS
from runwright.engine.exchange import Act, Decide
from runwright.engine.state import State
from runwright.model.condition import Condition, Join, Truth, bind, describe
from runwright.model.frozen import own
from runwright.model.verdict import StepVerdict
from runwright.replay.reply import Reply
from runwright.replay.road import Command, Guard, Road, branch_of


def guarding(road: Road, asked: Decide) -> Road:
    """The road with a condition that lets it go on, or stops it, standing guard over what comes.

    What a precheck looks at stops the run where any part of it holds; anything else lets it go on where all parts do.
    """
    stops = asked.purpose in ("healthy", "unsafe")
    return standing(road, parts_of(asked.condition, "any" if stops else "all"))


def standing(road: Road, said: Iterable[str]) -> Road:
    """The road with guards, unless the run goes on when they say no."""
    step = road.state.innermost.step if road.state.innermost.stack else None
    if step is not None and step.on_failure == "continue":
        return road
    marks = frozenset(_lenient(road))
    return road.but(guards=road.guards | {Guard(text, marks) for text in said})


def noted_command(road: Road, act: Act, key: str) -> dict[str, Any]:
    """The command, with what stood guard over it, and what stands guard from now on."""
    action = ACTIONS.get(act.action)
    destroys = action is not None and action.destructive
    # What stands guard matters for what destroys, and for nothing else.
    over = _over(road) | _own_guards(road, act) if destroys else frozenset()
    command = Command(key, act.action, destroys, over)
    looked = standing(road, [_looked(act, key)]) if action is not None and action.check else road
    return {"commands": (*road.commands, command), "guards": looked.guards}


def answered_by_a_person(default: str) -> tuple[str, ...]:
    """The guard that a question is: a weaker one where silence counts as a yes."""
    weak = "a person's answer, or that nobody says no"
    return (weak,) if default == "approve" else (weak, "a person's answer")


def _looked(act: Act, key: str) -> str:
    codes = "" if act.success_codes == (0,) else f", where it may end with {', '.join(map(str, act.success_codes))}"
    return f"{act.action} {key.partition(', ')[2].rstrip(']')}{codes}"


def _over(road: Road) -> frozenset[str]:
    """The guards that had to say yes: of actions at the same time, those that stood before any of them."""
    guards = road.guards if road.group is None else road.group.guards
    marks = frozenset(_lenient(road)) if guards else frozenset()
    return frozenset(guard.text for guard in guards if guard.within <= marks)


def _lenient(road: Road) -> Iterator[str]:
    """The places around the current step in which a failure does not end the run."""
    state: State | None = road.state
    depth = 0
    while state is not None:
        runbook = state.run.runbook
        for frame in state.stack:
            owner = frame.owner
            if owner is None and (runbook.rescue is not None or runbook.always is not None):
                yield f"{depth}:{frame.section}"
            elif owner is not None and (owner.rescue is not None or owner.on_failure == "continue"):
                yield f"{depth}:{owner.id}:{frame.section}"
        if state.child is not None and state.step.on_failure == "continue":
            yield f"{depth}:{state.step.id}"
        state, depth = state.child, depth + 1


def parts_of(condition: Condition, word: str) -> Iterator[str]:
    """What a condition joins by `all` or `any`, in words; itself where it joins nothing by that."""
    items = condition.items if isinstance(condition, Join) and condition.word == word else (condition,)
    return map(describe, items)


def _own_guards(road: Road, act: Act) -> frozenset[str]:
    """The conditions of its step, of the blocks around it and of those that called its runbook."""
    found: set[str] = set()
    state: State | None = road.state
    while state is not None:
        branch = branch_of(state, act)
        steps = [*(frame.step for frame in state.stack), *([branch.step] if branch else ())]
        for condition in (step.when for step in steps if step.when is not None):
            found.update(parts_of(bind(condition, state.scope()), "all"))
        state = state.child
    return frozenset(found)


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
