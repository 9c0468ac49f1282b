"""Drives the engine one turn: answers its request from the recording, both ways where the answer is not known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from runwright.actions.catalogue import ACTIONS
from runwright.engine.exchange import (
    Act,
    Acted,
    Answer,
    Answered,
    Ask,
    Decide,
    Decided,
    Pause,
    Paused,
    Together,
)
from runwright.engine.state import State
from runwright.engine.stepper import advance, request
from runwright.engine.waiting import WAIT, rest
from runwright.model.condition import Condition, Truth, bind, concrete, describe, tests
from runwright.model.execution import ExecutedStep
from runwright.model.path import str_path
from runwright.model.runbook import Runbook
from runwright.model.verdict import StepVerdict
from runwright.model.walk import used_steps
from runwright.replay.answering import Evidence, answer_command
from runwright.replay.effects import after_command
from runwright.replay.meeting import joined, meeting
from runwright.replay.models import command_key, idle
from runwright.replay.reply import Reply
from runwright.replay.road import (
    Command,
    Road,
    as_seen,
    at_recorded_end,
    at_recorded_moment,
    branch_of,
    look_of,
    step_of,
    taking,
)
from runwright.replay.tape import Tape
from runwright.replay.verifying import look, recorded_precheck, without_guessing
from runwright.replay.world import facts_by_path

MAX_WAYS = 32
"""Ways through actions that run at the same time."""


@dataclass(frozen=True, slots=True)
class Drive:
    """What a replay of one recording goes by."""

    evidence: Evidence
    recorded: Runbook
    """The version that is taken for the one that ran."""

    def turn(self, road: Road) -> list[Road]:
        """Answer one request: one road, or two where the answer is not known."""
        asked = request(road.state)
        if isinstance(asked, Act):
            return self._act(road, asked)
        if isinstance(asked, Decide):
            return self._decide(road, asked)
        if isinstance(asked, Together):
            return self._together(road, asked)
        if isinstance(asked, Ask):
            return self._ask(road, asked)
        if isinstance(asked, Pause):
            return [_on(road, Paused(duration=asked.seconds))]
        raise RuntimeError("a finished run asks nothing")

    def _decide(self, road: Road, asked: Decide) -> list[Road]:
        tape = self.evidence.tape
        if asked.purpose == "when":
            road = at_recorded_moment(road, tape)
            return self._when(as_seen(road, look_of(road, tape, asked)), asked)
        if asked.nested or asked.purpose in ("wait", "assert"):
            return self._look(at_recorded_moment(road, tape), asked)
        return (
            self._verify(at_recorded_end(at_recorded_moment(road, tape), tape), asked)
            if asked.purpose == "verify"
            else self._precheck(road, asked)
        )

    def _precheck(self, road: Road, asked: Decide) -> list[Road]:
        truth = road.decide(asked.condition)
        if truth is None:
            truth = recorded_precheck(asked.purpose, road.state.run.runbook, self.recorded, self.evidence.tape)
        guarded = replace(road, guards=road.guards | _guards(asked.condition))
        return _ways(guarded, asked.condition, truth)

    def _when(self, road: Road, asked: Decide) -> list[Road]:
        truth = road.decide(asked.condition)
        if truth is True:
            return _ways(road, asked.condition, truth)
        if truth is None and road.first_unknown(asked.condition) is not None:
            return _ways(road, asked.condition, None)
        return _ways(_not_run(self._past_idle(road, asked.condition), asked, truth), asked.condition, truth)

    def _past_idle(self, road: Road, condition: Condition) -> Road:
        """A step that does not run goes with the recorded one that did not run for the same facts."""
        steps = self.evidence.tape.steps
        if not road.in_order or road.cursor >= len(steps) or not idle(steps[road.cursor]):
            return road
        looked_at = {str_path(concrete(test)) for test in tests(condition)}
        seen = {str_path(path) for path in facts_by_path(steps[road.cursor].facts)}
        return replace(road, cursor=road.cursor + 1) if looked_at == seen else road

    def _verify(self, road: Road, asked: Decide) -> list[Road]:
        if road.riddle:
            return [_decided(without_guessing(replace(road, all_observed=False)), None)]
        looked = look(road, asked.condition, self.recorded, self.evidence.tape)
        graded = replace(road, all_observed=road.all_observed and looked.observed)
        if looked.truth is None and road.state.ending is not None:
            # A run that was stopped is no success, whatever its verification says.
            return [_decided(graded, None)]
        return _ways(graded, asked.condition, looked.truth)

    def _act(self, road: Road, act: Act) -> list[Road]:
        ways = self._carried_out(at_recorded_moment(road, self.evidence.tape), act)
        return [_on(way, answer) for way, answer in ways]

    def _together(self, road: Road, asked: Together) -> list[Road]:
        """Several actions at once, as if one after the other: none of them touches what another needs."""
        met = meeting(asked.acts, road, self.evidence.tape)
        if met:
            return [_noting(road, asked.acts, f"{met} of {asked.step} get into each other's way")]
        ways: list[tuple[Road, tuple[Acted, ...]]] = [(road, ())]
        for act in asked.acts:
            ways = [
                (moved, (*answers, answer))
                for way, answers in ways
                for moved, answer in self._carried_out(at_recorded_moment(way, self.evidence.tape), act)
            ]
            if len(ways) > MAX_WAYS:
                return [_noting(road, asked.acts, f"more than {MAX_WAYS} ways through {asked.step} remained open")]
        return [_on(way, joined(answers, asked.limit)) for way, answers in ways]

    def _carried_out(self, road: Road, act: Act) -> list[tuple[Road, Acted]]:
        reply = answer_command(act, road, self.evidence)
        if reply.success is not None:
            return [self._acted(road, act, reply)]
        hanging = replace(road, hangs_on=(*road.hangs_on, *reply.hangs_on))
        return [self._acted(hanging, act, replace(reply, success=way)) for way in (True, False)]

    def _acted(self, road: Road, act: Act, reply: Reply) -> tuple[Road, Acted]:
        moved = after_command(road, act, reply, self.evidence.tape)
        told = {"answers": (*road.answers, _verdict(act, reply, self.evidence.tape)), **_noted_command(road, act)}
        if self._words_are_missed(road, act, reply):
            said = f"the output of step {act.step}"
            unknown = f"{said} is used later, and nobody knows it"
            told |= {"undecided": unknown, "hangs_on": (*road.hangs_on, said)}
        return replace(moved, **told), self._answer(reply, self._is_used(road, act))

    def _is_used(self, road: Road, act: Act) -> bool:
        """Whether anything in the run goes by what a command said."""
        return _plain_id(act.step) in used_steps(road.state.innermost.run.runbook)

    def _words_are_missed(self, road: Road, act: Act, reply: Reply) -> bool:
        """Whether the run goes by what a command says, and the recording does not have its words."""
        step = step_of(road.state.innermost, act)
        if step is None or (not reply.success and step.retry is not None and act.attempt < step.retry.attempts):
            return False
        taken = bool(reply.success) and any(extract.default is None for extract in step.extract.values())
        if not taken and not self._is_used(road, act):
            return False
        heard = reply.answer == "observed" and reply.recorded is not None and reply.last_try
        return not heard or reply.recorded in self.evidence.tape.blurred

    def _answer(self, reply: Reply, told: bool) -> Acted:
        observed = reply.answer == "observed" and reply.recorded is not None
        recorded = self.evidence.tape.steps[reply.recorded or 0] if observed else None
        return Acted(
            success=bool(reply.success),
            # Without a recorded one, an exit code stands in that nothing looks at: see `used_steps`.
            exit_code=recorded.exit_code if recorded else int(not reply.success),
            output=recorded.output if recorded else "",
            error="" if reply.success else _error(reply, recorded, told),
            timed_out=reply.timed_out,
            duration=reply.duration,
        )

    def _ask(self, road: Road, asked: Ask) -> list[Road]:
        """A person's answer is taken from the recording; where there is none, both are possible."""
        road = replace(road, guards=road.guards | {"a person's answer"})
        recorded = self.evidence.tape.approval(asked)
        if recorded is not None:
            return [_on(road, recorded)]
        hanging = replace(road, all_observed=False, hangs_on=(*road.hangs_on, f"the answer to step {asked.step}"))
        hanging = taking(hanging, asked.timeout_seconds)
        return [_on(hanging, Answered(value=value)) for value in (True, False)]

    def _look(self, road: Road, asked: Decide) -> list[Road]:
        """A wait, an assertion, or a condition of a called runbook: what the facts say."""
        look = look_of(road, self.evidence.tape, asked)
        road = as_seen(road, look)
        truth = road.decide(asked.condition)
        road = road if asked.purpose == "verify" else replace(road, guards=road.guards | _guards(asked.condition))
        if asked.purpose != "wait" or (truth is None and road.first_unknown(asked.condition)):
            return _ways(road, asked.condition, truth)
        limit = (road.state.innermost.step.timeout or WAIT).total_seconds()
        took = look.duration_seconds if look is not None else 0.0
        # The last look begins within the limit, and takes a moment itself.
        if truth is True and took <= limit + rest(road.state.innermost):
            return [_on(road, Decided(value=True, duration=took))]
        # Nothing changes while a replay waits, so it waits to its end at once.
        late = replace(road, all_observed=road.all_observed and truth is not True)
        return [_on(late, Decided(value=False if truth else truth, duration=limit))]


def _ways(road: Road, condition: Condition, truth: Truth) -> list[Road]:
    """Go on with an answer, or assume both of the first fact that is not known."""
    unknown = road.first_unknown(condition) if truth is None else None
    if unknown is None:
        return [_decided(road, truth)]
    test, symbol = unknown
    return [road.assuming(test, symbol, True), road.assuming(test, symbol, False)]


def _decided(road: Road, truth: Truth) -> Road:
    return _on(road, Decided(value=truth))


def _on(road: Road, answer: Answer) -> Road:
    """The road after an answer; one that cannot be followed any more stays where it is."""
    return road if road.undecided else replace(road, state=advance(road.state, answer))


def _noting(road: Road, acts: tuple[Act, ...], why: str) -> Road:
    """The road that cannot be followed through several actions, with what they would have done."""
    for act in acts:
        road = replace(road, **_noted_command(road, act))
    return replace(road, undecided=why)


def _error(reply: Reply, recorded: ExecutedStep | None, told: bool) -> str:
    """What the failure says; the recorded words only where the run goes by them."""
    if recorded is None:
        return reply.reason
    return recorded.error if told and recorded.error else f"{reply.reason} failed"


def _guards(condition: Condition) -> frozenset[str]:
    return frozenset(describe(test) for test in tests(condition))


def _noted_command(road: Road, act: Act) -> dict[str, Any]:
    """The command, with what stood guard over it, and what stands guard from now on."""
    action = ACTIONS.get(act.action)
    key = command_key(act)
    command = Command(key, act.action, bool(action and action.destructive), road.guards | _own_guards(road, act))
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
            found |= _guards(bind(condition, state.scope()))
        state = state.child
    return found


def _plain_id(name: str) -> str:
    """The id of a step in its own runbook, without what called it and which item it is for."""
    return name.rpartition("/")[2].partition("[")[0].removesuffix(".rollback")


def _not_run(road: Road, asked: Decide, truth: Truth) -> Road:
    why = f"its condition is {'false' if truth is False else 'not known'}: {describe(asked.condition)}"
    state = road.state.innermost
    step = next((branch.step for branch in state.branches if not branch.decided), state.step)
    outcome: Any = "skipped" if truth is False else "failed"
    verdict = StepVerdict(step=asked.step or step.id, action=step.verb, answer="not run", outcome=outcome, reason=why)
    return replace(road, answers=(*road.answers, verdict))


def _verdict(act: Act, reply: Reply, tape: Tape) -> StepVerdict:
    known: Any = "success" if reply.success else "failed"
    return StepVerdict(
        step=act.step,
        action=act.action,
        params=act.params,
        answer=reply.answer,
        outcome="unknown" if reply.answer == "unknown" else known,
        reason=reply.reason,
        source=_source(act, reply, tape),
    )


def _source(act: Act, reply: Reply, tape: Tape) -> str | None:
    """What answered: this recording, another one, or the model of the action."""
    named = {"observed": tape.execution.execution_id, "seen elsewhere": reply.source, "modelled": act.action}
    return named.get(reply.answer)
