"""Drives the engine one turn: answers its request from the recording, both ways where the answer is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from runwright.actions.catalogue import ACTIONS
from runwright.engine.exchange import Act, Acted, Decide, Decided, Pause, Paused
from runwright.engine.stepper import advance, request
from runwright.model.condition import Condition, Truth, bind, concrete, condition_insertions, describe, tests
from runwright.model.insertion import Insertion, insertions
from runwright.model.path import str_path
from runwright.model.runbook import Runbook
from runwright.model.verdict import StepVerdict
from runwright.replay.answering import Evidence, answer_command
from runwright.replay.effects import after_command
from runwright.replay.models import command_key, idle
from runwright.replay.reply import Reply
from runwright.replay.road import Command, Road, at_recorded_end, at_recorded_moment
from runwright.replay.verifying import look, recorded_precheck, without_guessing


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
            return self._act(at_recorded_moment(road, self.evidence.tape), asked)
        if isinstance(asked, Pause):
            return [replace(road, state=advance(road.state, Paused(duration=asked.seconds)))]
        if not isinstance(asked, Decide):
            raise RuntimeError("a finished run asks nothing")
        if asked.purpose == "verify":
            return self._verify(at_recorded_end(road, self.evidence.tape), asked)
        if asked.purpose == "when":
            return self._when(at_recorded_moment(road, self.evidence.tape), asked)
        return self._precheck(road, asked)

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
        return replace(road, cursor=road.cursor + 1) if looked_at == steps[road.cursor].facts.keys() else road

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
        reply = answer_command(act, road, self.evidence)
        if reply.success is not None:
            return [self._acted(road, act, reply)]
        hanging = replace(road, hangs_on=(*road.hangs_on, *reply.hangs_on))
        return [self._acted(hanging, act, replace(reply, success=way)) for way in (True, False)]

    def _acted(self, road: Road, act: Act, reply: Reply) -> Road:
        moved = after_command(road, act, reply, self.evidence.tape)
        told = {"answers": (*road.answers, _verdict(act, reply)), **_noted_command(road, act)}
        if reply.answer != "observed" and act.step in _used_outputs(road):
            said = f"the output of step {act.step}"
            unknown = f"{said} is used later, and nobody knows it"
            return replace(moved, undecided=unknown, hangs_on=(*road.hangs_on, said), **told)
        return replace(moved, state=advance(road.state, self._answer(reply)), **told)

    def _answer(self, reply: Reply) -> Acted:
        observed = reply.answer == "observed" and reply.recorded is not None
        recorded = self.evidence.tape.steps[reply.recorded or 0] if observed else None
        return Acted(
            success=bool(reply.success),
            # Without a recorded one, an exit code stands in that nothing looks at: see `_used_outputs`.
            exit_code=recorded.exit_code if recorded else int(not reply.success),
            output=recorded.output if recorded else "",
            error="" if reply.success else f"{reply.reason}{' failed' if observed else ''}",
            timed_out=reply.timed_out,
            duration=reply.duration,
        )


def _ways(road: Road, condition: Condition, truth: Truth) -> list[Road]:
    """Go on with an answer, or assume both of the first fact that is not known."""
    unknown = road.first_unknown(condition) if truth is None else None
    if unknown is None:
        return [_decided(road, truth)]
    test, symbol = unknown
    return [road.assuming(test, symbol, True), road.assuming(test, symbol, False)]


def _decided(road: Road, truth: Truth) -> Road:
    return replace(road, state=advance(road.state, Decided(value=truth)))


def _guards(condition: Condition) -> frozenset[str]:
    return frozenset(describe(test) for test in tests(condition))


def _noted_command(road: Road, act: Act) -> dict[str, Any]:
    """The command, with what stood guard over it, and what stands guard from now on."""
    action, when = ACTIONS.get(act.action), road.state.step.when
    own = _guards(bind(when, road.state.scope())) if when is not None else frozenset()
    key = command_key(act.action, act.params)
    command = Command(key, act.action, bool(action and action.destructive), road.guards | own)
    guards = road.guards | {key} if action is not None and action.check else road.guards
    return {"commands": (*road.commands, command), "guards": guards}


def _used_outputs(road: Road) -> frozenset[str]:
    """The steps whose output or exit code something later inserts."""
    return frozenset(found.path[1] for found in _later_insertions(road) if found.path[0] == "steps")


def _later_insertions(road: Road) -> Iterator[Insertion]:
    runbook = road.state.run.runbook
    for step in runbook.steps[road.state.index + 1 :]:
        yield from insertions({key: value for key, value in step.params.items() if key != "script"})
        yield from condition_insertions(step.when) if step.when is not None else ()
    for check in runbook.verify.checks:
        yield from condition_insertions(check.when)


def _not_run(road: Road, asked: Decide, truth: Truth) -> Road:
    why = f"its condition is {'false' if truth is False else 'not known'}: {describe(asked.condition)}"
    step = road.state.step
    outcome: Any = "skipped" if truth is False else "failed"
    verdict = StepVerdict(step=step.id, action=step.action, answer="not run", outcome=outcome, reason=why)
    return replace(road, answers=(*road.answers, verdict))


def _verdict(act: Act, reply: Reply) -> StepVerdict:
    known: Any = "success" if reply.success else "failed"
    return StepVerdict(
        step=act.step,
        action=act.action,
        params=act.params,
        answer=reply.answer,
        outcome="unknown" if reply.answer == "unknown" else known,
        reason=reply.reason,
    )
