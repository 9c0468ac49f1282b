"""Drives the engine one turn: answers its request from the recording, both ways where the answer is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runwright.actions.bound import Bound
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
from runwright.engine.stepper import advance, request
from runwright.engine.waiting import asked_for
from runwright.model.condition import Condition, Truth, concrete, tests
from runwright.model.execution import ExecutedStep
from runwright.model.frozen import blank_of, own
from runwright.model.path import str_path
from runwright.model.runbook import Runbook
from runwright.model.walk import used_steps
from runwright.replay.answering import Evidence, answer_command, in_same_group
from runwright.replay.effects import after_command
from runwright.replay.meeting import group_of, joined, meeting
from runwright.replay.models import bound_for, command_key, idle, key_for
from runwright.replay.noting import answered_by_a_person, guarding, not_run, noted_command, standing, verdict_of
from runwright.replay.reply import Reply
from runwright.replay.road import (
    Road,
    as_seen,
    at_recorded_end,
    at_recorded_moment,
    diverged,
    look_of,
    step_of,
    taking,
)
from runwright.replay.unchanged import verify_text
from runwright.replay.verifying import (
    Looked,
    as_before,
    look,
    recorded_condition,
    recorded_precheck,
    same_checks,
    without_guessing,
)
from runwright.replay.waits import (
    before_lasting,
    by_itself,
    calling,
    come_true,
    look_at,
    noted,
    unchanged_wait,
    waited,
    without_waits,
)
from runwright.replay.world import facts_by_path

MAX_WAYS = 32
"""Ways through actions that run at the same time."""
_blank_answer = blank_of(Acted)


@dataclass(frozen=True, slots=True)
class Drive:
    """What a replay of one recording goes by."""

    evidence: Evidence
    recorded: Runbook
    """The version that is taken for the one that ran."""
    called: Mapping[str, Runbook] = field(default_factory=dict)
    """The runbooks that it called."""

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
            return self._when(self._seen(at_recorded_moment(road, tape), asked)[0], asked)
        if asked.nested or asked.purpose in ("wait", "assert"):
            return self._look(at_recorded_moment(road, tape), asked)
        return (
            self._verify(at_recorded_end(without_waits(at_recorded_moment(road, tape), tape), tape), asked)
            if asked.purpose == "verify"
            else self._precheck(road, asked)
        )

    def _precheck(self, road: Road, asked: Decide) -> list[Road]:
        truth = road.decide(asked.condition)
        if truth is None:
            truth = recorded_precheck(asked.purpose, road, self.recorded, self.evidence.tape)
        return _ways(guarding(road, asked), asked.condition, truth)

    def _when(self, road: Road, asked: Decide) -> list[Road]:
        truth = road.decide(asked.condition)
        if truth is None and asked.step is not None:
            truth = recorded_condition(road, asked.step, self.recorded, self.evidence.tape)
        if truth is True:
            return _ways(road, asked.condition, truth)
        if truth is None and road.first_unknown(asked.condition) is not None:
            return _ways(road, asked.condition, None)
        return _ways(not_run(self._past_idle(road, asked.condition), asked, truth), asked.condition, truth)

    def _past_idle(self, road: Road, condition: Condition) -> Road:
        """A step that does not run goes with the recorded one that did not run for the same facts."""
        steps = self.evidence.tape.steps
        if not road.in_order or road.cursor >= len(steps) or not idle(steps[road.cursor]):
            return road
        looked_at = {str_path(concrete(test)) for test in tests(condition)}
        seen = {str_path(path) for path in facts_by_path(steps[road.cursor].facts)}
        if not looked_at <= seen:
            return road
        return without_waits(road, self.evidence.tape).but(cursor=road.cursor + 1)

    def _verify(self, road: Road, asked: Decide) -> list[Road]:
        if road.riddle:
            return [_decided(without_guessing(road.but(all_observed=False)), None)]
        tape = self.evidence.tape
        if same_checks(road, self.recorded, tape):
            looked = look(road, asked.condition, self.recorded, tape)
        else:
            looked = Looked(road.decide(asked.condition), False)
            road = road if as_before(road, self.recorded, tape) else road.but(disputed=True)
        graded = road.but(all_observed=road.all_observed and looked.observed)
        if looked.truth is None and road.first_unknown(asked.condition) is None:
            graded = graded.but(hangs_on=(*graded.hangs_on, "what the verification sees at another moment"))
        if looked.truth is None and road.state.ending is not None:
            # A run that was stopped is no success, whatever its verification says.
            return [_decided(graded, None)]
        return _ways(graded, asked.condition, looked.truth)

    def _act(self, road: Road, act: Act) -> list[Road]:
        ways = self._carried_out(at_recorded_moment(road, self.evidence.tape), act)
        return [_on(way, answer) for way, answer in ways]

    def _together(self, road: Road, asked: Together) -> list[Road]:
        """Several actions at once, as if one after the other: none of them touches what another needs."""
        tape = self.evidence.tape
        group = group_of(asked, road)
        clash = meeting(asked.acts, group.keys, road, tape)
        if clash:
            return [_noting(road, asked.acts, f"{clash} of {asked.step} get into each other's way")]
        alike = in_same_group(road.but(group=group), tape, tape.next_run(road.cursor))
        ways: list[tuple[Road, tuple[Acted, ...]]] = [(road.but(group=group), ())]
        for act in asked.acts:
            ways = [
                (moved, (*answers, answer))
                for way, answers in ways
                for moved, answer in self._carried_out(at_recorded_moment(way, tape), act)
            ]
            if len(ways) > MAX_WAYS:
                return [_noting(road, asked.acts, f"more than {MAX_WAYS} ways through {asked.step} remained open")]
        # What runs at the same time is over sooner than one after the other, and the other way round.
        ends = ((way if alike else diverged(way, asked.step, tape), answers) for way, answers in ways)
        return [_on(way.but(group=None), joined(answers, asked.limit)) for way, answers in ends]

    def _carried_out(self, road: Road, act: Act) -> list[tuple[Road, Acted]]:
        bound = bound_for(act, self.evidence.tape.host)
        if self._comes_next(road, key := key_for(act, bound)):
            road = self._past_skipped(without_waits(road, self.evidence.tape), key)
        reply = answer_command(act, bound, road, self.evidence)
        if reply.success is not None:
            return [self._acted(road, act, bound, reply)]
        hanging = road.but(hangs_on=(*road.hangs_on, *reply.hangs_on))
        return [self._acted(hanging, act, bound, reply._replace(success=way)) for way in (True, False)]

    def _comes_next(self, road: Road, key: str) -> bool:
        """Whether it is the command that the recording ran next; steps that did not run count for nothing."""
        numbers = self.evidence.tape.index.get(key) if road.in_order else None
        return bool(numbers) and self.evidence.tape.next_run(road.cursor) in (numbers or ())

    def _past_skipped(self, road: Road, key: str) -> Road:
        """The road at the command that comes next, behind recorded steps that did not run."""
        numbers = self.evidence.tape.index[key]
        while road.in_order and not road.trying and road.cursor not in numbers:
            road = without_waits(road.but(cursor=road.cursor + 1), self.evidence.tape)
        return at_recorded_moment(road, self.evidence.tape)

    def _acted(self, road: Road, act: Act, bound: Bound, reply: Reply) -> tuple[Road, Acted]:
        used = _plain_id(act.step) in used_steps(road.state.innermost.run.runbook)
        moved = after_command(road, act, bound, reply, self.evidence.tape)
        verdict = verdict_of(act, reply, self.evidence.tape.execution.execution_id)
        told = {"answers": (*road.answers, verdict), **noted_command(road, act, key_for(act, bound))}
        if self._words_are_missed(road, act, reply, used):
            said = f"the output of step {act.step}"
            unknown = f"{said} is used later, and nobody knows it"
            told |= {"undecided": unknown, "hangs_on": (*road.hangs_on, said)}
        return moved.but(**told), self._answer(reply, used)

    def _words_are_missed(self, road: Road, act: Act, reply: Reply, used: bool) -> bool:
        """Whether the run goes by what a command says, and the recording does not have its words."""
        step = step_of(road.state.innermost, act)
        if step is None or (not reply.success and step.retry is not None and act.attempt < step.retry.attempts):
            return False
        taken = step.extract and reply.success and any(extract.default is None for extract in step.extract.values())
        if not taken and not used:
            return False
        if reply.answer != "observed" or reply.recorded is None or not reply.last_try:
            return True
        tape, word = self.evidence.tape, "output" if reply.success else "error"
        # An agent that did not tell the words has not said that there were none.
        return reply.recorded in tape.blurred or word not in tape.steps[reply.recorded].model_fields_set

    def _answer(self, reply: Reply, told: bool) -> Acted:
        observed = reply.answer == "observed" and reply.recorded is not None
        recorded = self.evidence.tape.steps[reply.recorded or 0] if observed else None
        fields = _blank_answer()
        fields |= {
            "success": bool(reply.success),
            # Without a recorded one, an exit code stands in that nothing looks at: see `used_steps`.
            "exit_code": recorded.exit_code if recorded else int(not reply.success),
            "output": recorded.output if recorded else "",
            "error": "" if reply.success else _error(reply, recorded, told),
            "timed_out": reply.timed_out,
            "duration": reply.duration,
        }
        return own(Acted, fields)

    def _ask(self, road: Road, asked: Ask) -> list[Road]:
        """A person's answer is taken from the recording; where there is none, both are possible."""
        road = standing(road, answered_by_a_person(asked.default))
        recorded, asking = self.evidence.tape.approval(asked), self._asked(road, asked)
        if recorded is not None:
            # An answer for which somebody waited a while, asked at another moment, lets other things happen meanwhile.
            road = noted(road, asking) if asking is not None else road.but(all_observed=False)
            return [_on(road, recorded)]
        hanging = road.but(all_observed=False, hangs_on=(*road.hangs_on, f"the answer to step {asked.step}"))
        hanging = taking(hanging, asked.timeout_seconds)
        return [_on(hanging, Answered(value=value)) for value in (True, False)]

    def _asked(self, road: Road, asked: Ask) -> ExecutedStep | None:
        """The recorded question, where it was asked at this very place."""
        looks = (look for (at, _), look in self.evidence.tape.looks.items() if at == road.cursor)
        open_ones = (look for look in looks if look.action == "approve" and look.step not in road.waited)
        same = (look for look in open_ones if look.params == asked_for(asked))
        return next(same, None) if road.in_order and not road.trying else None

    def _look(self, road: Road, asked: Decide) -> list[Road]:
        """A wait, an assertion, or a condition of a called runbook: what the facts say."""
        blind = unchanged_wait(road, self.evidence.tape, asked, self._ran()) if asked.purpose == "wait" else None
        if blind is not None and (came := without_waits(road, self.evidence.tape, blind)) is road:
            ended = Decided(value=blind.outcome == "success", duration=blind.duration_seconds)
            return [_on(noted(guarding(came, asked), blind), ended)]
        road, look = self._seen(road, asked)
        truth = road.decide(asked.condition)
        road = guarding(self._called(road, asked), asked)
        if asked.purpose != "wait":
            took = look.duration_seconds if look is not None and look.action == "assert" else 0.0
            return _ways(noted(road, look), asked.condition, truth, took)
        return self._wait(noted(road, look), asked, truth, look)

    def _called(self, road: Road, asked: Decide) -> Road:
        """The road with the verification of a called runbook: one that changed, or settles otherwise, is not shown."""
        if asked.purpose != "verify":
            return road
        runbook = road.state.innermost.run.runbook
        before = self.called.get(runbook.id)
        same = before is not None and verify_text(before.verify) == verify_text(runbook.verify)
        return road.but(waited=road.waited | {calling(road.state)}, all_observed=road.all_observed and same)

    def _seen(self, road: Road, asked: Decide) -> tuple[Road, ExecutedStep | None]:
        """The road with what the recorded run saw at this place, if it came there in the same way."""
        tape = self.evidence.tape
        look = look_of(road, tape, asked) or (look_at(road, tape, asked) if asked.purpose == "wait" else None)
        if look is None:
            return before_lasting(road, tape), None
        came = without_waits(road, tape, look)
        return (as_seen(came, look), look) if came is road else (came, None)

    def _wait(self, road: Road, asked: Decide, truth: Truth, look: ExecutedStep | None) -> list[Road]:
        """A wait ends as it did in the recording, where it is the same wait in the same place."""
        if truth is None and road.first_unknown(asked.condition):
            return _ways(road, asked.condition, truth)
        ends = waited(road.state.innermost, look, truth, asked, self._ran())
        ends = by_itself(ends, asked.condition, self.evidence.tape.exogenous)
        graded = road.but(all_observed=road.all_observed and ends.as_recorded)
        if ends.sooner:
            graded = diverged(graded, asked.step or "", self.evidence.tape)
        if ends.value is None and truth is not None:
            hanging = graded.but(hangs_on=(*graded.hangs_on, f"how long step {asked.step} waits"))
            came = come_true(diverged(hanging, asked.step or "", self.evidence.tape), asked)
            answers = (Decided(value=True, duration=ends.seconds), Decided(value=False, duration=ends.seconds))
            return [_on(came, answers[0]), _on(hanging, answers[1])]
        return [_on(graded, Decided(value=ends.value, duration=ends.seconds))]

    def _ran(self) -> Runbook | None:
        """The version that ran, where that is known."""
        return self.recorded if self.evidence.tape.execution.runbook_version == self.recorded.version else None


def _ways(road: Road, condition: Condition, truth: Truth, took: float = 0.0) -> list[Road]:
    """Go on with an answer, or assume both of the first fact that is not known."""
    unknown = road.first_unknown(condition) if truth is None else None
    if unknown is None:
        return [_on(road, Decided(value=truth, duration=took))]
    test, symbol = unknown
    return [road.assuming(test, symbol, True), road.assuming(test, symbol, False)]


def _decided(road: Road, truth: Truth) -> Road:
    return _on(road, Decided(value=truth))


def _on(road: Road, answer: Answer) -> Road:
    """The road after an answer; one that cannot be followed any more stays where it is."""
    return road if road.undecided else road.but(state=advance(road.state, answer))


def _noting(road: Road, acts: tuple[Act, ...], why: str) -> Road:
    """The road that cannot be followed through several actions, with what they would have done."""
    for act in acts:
        road = road.but(**noted_command(road, act, command_key(act)))
    return road.but(undecided=why)


def _error(reply: Reply, recorded: ExecutedStep | None, told: bool) -> str:
    """What the failure says; the recorded words only where the run goes by them."""
    if recorded is None:
        return reply.reason
    return recorded.error if told and recorded.error else f"{reply.reason} failed"


def _plain_id(name: str) -> str:
    """The id of a step in its own runbook, without what called it and which item it is for."""
    return name.rpartition("/")[2].partition("[")[0].removesuffix(".rollback")
