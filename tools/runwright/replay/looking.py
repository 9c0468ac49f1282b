"""Answers what a run asks of facts and of people: conditions, waits, the verification, approvals.

Where the answer is not known, both ways are followed. An answer is shown only where the recorded run saw what decides
it. Commands are left to `driving`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runwright.engine.exchange import (
    Answer,
    Answered,
    Ask,
    Decide,
    Decided,
)
from runwright.engine.stepper import advance
from runwright.engine.waiting import asked_for
from runwright.model.condition import Condition, Truth, concrete, describe, described, tests
from runwright.model.execution import ExecutedStep
from runwright.model.frozen import blank_of, own
from runwright.model.path import str_path
from runwright.model.runbook import Runbook
from runwright.model.walk import nested
from runwright.replay.answering import Evidence
from runwright.replay.glimpse import saw_first, sees
from runwright.replay.models import idle
from runwright.replay.noting import answered_by_a_person, guarding, not_run, standing
from runwright.replay.road import (
    Road,
    as_seen,
    at_recorded_end,
    at_recorded_moment,
    diverged,
    going_on,
    look_of,
    passed_over,
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
    unchanged_look,
    waited,
    without_waits,
)
from runwright.replay.world import facts_by_path

_blank_decision = blank_of(Decided)


@dataclass(frozen=True, slots=True)
class Looks:
    """What the looks of a replay go by."""

    evidence: Evidence
    recorded: Runbook
    """The version that is taken for the one that ran."""
    called: Mapping[str, Runbook] = field(default_factory=dict)
    """The runbooks that it called."""

    def decide(self, road: Road, asked: Decide) -> list[Road]:
        """Answer a condition: one road, or two where the answer is not known."""
        tape = self.evidence.tape
        if asked.purpose == "when":
            return self._when(*self._seen(at_recorded_moment(road, tape), asked), asked)
        if asked.nested or asked.purpose in ("wait", "assert"):
            return self._look(at_recorded_moment(road, tape), asked)
        return (
            self._verify(at_recorded_end(without_waits(at_recorded_moment(road, tape), tape), tape), asked)
            if asked.purpose == "verify"
            else self._precheck(road, asked)
        )

    def _precheck(self, road: Road, asked: Decide) -> list[Road]:
        truth = road.decide(asked.condition)
        then = recorded_precheck(asked.purpose, road, self.recorded, self.evidence.tape)
        if truth is None:
            truth = then
        elif then is not truth and not saw_first(road, self.evidence.tape, asked.condition, truth):
            road = self._graded(road, asked, truth, None)
        return _ways(guarding(road, asked), asked.condition, truth)

    def _when(self, road: Road, look: ExecutedStep | None, asked: Decide) -> list[Road]:
        truth = road.decide(asked.condition)
        if (look is None or truth is None) and asked.step is not None:
            # What the step did then tells more than what a model makes of facts that nobody looked at.
            then = recorded_condition(road, asked.step, self.recorded, self.evidence.tape)
            truth = truth if then is None else then
        road = self._graded(road, asked, truth, look)
        if truth is True:
            return _ways(road, asked.condition, truth)
        if truth is None and road.first_unknown(asked.condition) is not None:
            return _ways(road, asked.condition, None)
        return _ways(not_run(self._past_idle(road, asked), asked, truth), asked.condition, truth)

    def _past_idle(self, road: Road, asked: Decide) -> Road:
        """A step that does not run goes with the recorded one that did not run for the same facts, or is that one."""
        steps = self.evidence.tape.steps
        if not road.in_order or road.cursor >= len(steps) or not idle(steps[road.cursor]):
            return road
        looked_at = {str_path(concrete(test)) for test in tests(asked.condition)}
        seen = {str_path(path) for path in facts_by_path(steps[road.cursor].facts)}
        if not looked_at <= seen and steps[road.cursor].step != asked.step:
            return road
        return without_waits(road, self.evidence.tape).but(cursor=road.cursor + 1)

    def _verify(self, road: Road, asked: Decide) -> list[Road]:
        tape = self.evidence.tape
        if tape.opaque and not road.in_order and not road.riddle:
            road = road.but(riddle=passed_over(road, tape, tape.verified_at, self._mending()))
        if road.riddle:
            return [_decided(without_guessing(road.but(all_observed=False)), None)]
        if same_checks(road, self.recorded, tape):
            looked = look(road, asked.condition, self.recorded, tape)
        else:
            looked = Looked(road.decide(asked.condition), False)
            road = road if as_before(road, self.recorded, tape) else road.but(disputed=True)
        graded = road if looked.observed or not road.all_observed else road.but(all_observed=False)
        if looked.truth and not looked.observed:
            said = f"the verification is concluded from what is known at the end: {described(asked.condition)}"
            graded = graded.but(concluded=(*graded.concluded, said))
        if looked.truth is None and road.first_unknown(asked.condition) is None:
            graded = graded.but(hangs_on=(*graded.hangs_on, "what the verification sees at another moment"))
        if looked.truth is None and road.state.ending is not None:
            # A run that was stopped is no success, whatever its verification says.
            return [_decided(graded, None)]
        return _ways(graded, asked.condition, looked.truth)

    def ask(self, road: Road, asked: Ask) -> list[Road]:
        """A person's answer is taken from the recording; where there is none, both are possible."""
        road = standing(road, answered_by_a_person(asked.default))
        recorded, asking = self.evidence.tape.approval(asked), self._asked(road, asked)
        if recorded is not None:
            # An answer for which somebody waited a while, asked at another moment, lets other things happen meanwhile.
            road = noted(road, asking) if asking is not None else road.but(all_observed=False)
            return [on(road, recorded)]
        hanging = road.but(all_observed=False, hangs_on=(*road.hangs_on, f"the answer to step {asked.step}"))
        hanging = taking(hanging, asked.timeout_seconds)
        return [on(hanging, Answered(value=value)) for value in (True, False)]

    def _asked(self, road: Road, asked: Ask) -> ExecutedStep | None:
        """The recorded question, where it was asked at this very place."""
        looks = (look for (at, _), look in self.evidence.tape.looks.items() if at == road.cursor)
        open_ones = (look for look in looks if look.action == "approve" and look.step not in road.waited)
        same = (look for look in open_ones if look.params == asked_for(asked))
        return next(same, None) if road.in_order and not road.trying else None

    def _look(self, road: Road, asked: Decide) -> list[Road]:
        """A wait, an assertion, or a condition of a called runbook: what the facts say."""
        blind = unchanged_look(road, self.evidence.tape, asked, self._ran()) if asked.purpose != "verify" else None
        if blind is not None and (came := without_waits(road, self.evidence.tape, blind)) is road:
            ended = Decided(value=blind.outcome == "success", duration=blind.duration_seconds)
            return [on(noted(guarding(came, asked), blind), ended)]
        road, look = self._seen(road, asked)
        truth = road.decide(asked.condition)
        then = self._called_well(road, asked)
        truth = truth if then is None else then
        road = guarding(self._called(self._graded(road, asked, truth, look), asked), asked)
        if asked.purpose != "wait":
            took = look.duration_seconds if look is not None and look.action == "assert" else 0.0
            return _ways(noted(road, look), asked.condition, truth, took)
        return self._wait(noted(road, look), asked, truth, look)

    def _graded(self, road: Road, asked: Decide, truth: Truth, look: ExecutedStep | None) -> Road:
        """The road behind a condition, which is shown only where the recorded run saw what decides it."""
        tape = self.evidence.tape
        if truth is None or not road.all_observed or sees(road, tape, asked.condition, truth, look):
            return road
        named = recorded_condition(road, asked.step, self.recorded, tape) if asked.step is not None else None
        if named is truth or self._called_well(road, asked) is truth:
            return road
        where = f"step {asked.step}" if asked.step is not None else f"the precheck `{asked.purpose}`"
        said = f"what {where} looks at was not looked at there, and is concluded: {describe(asked.condition)}"
        return road.but(all_observed=False, concluded=(*road.concluded, said))

    def _called(self, road: Road, asked: Decide) -> Road:
        """The road with the verification of a called runbook: one that changed, or settles otherwise, is not shown."""
        if asked.purpose != "verify":
            return road
        same = self._same_call(road)
        return road.but(waited=road.waited | {calling(road.state)}, all_observed=road.all_observed and same)

    def _called_well(self, road: Road, asked: Decide) -> Truth:
        """What the verification of a called runbook must have said where the same call was recorded at this place."""
        if asked.purpose != "verify" or not asked.nested or not road.in_order or road.trying:
            return None
        look, called = self.evidence.tape.looks.get((road.cursor, calling(road.state))), road.state.innermost
        if look is None or look.action != "call" or called.ending is not None or not self._same_call(road):
            return None
        # Of several checks nobody knows which one said no.
        only = len(called.run.runbook.verify.checks) == 1
        return True if look.outcome == "success" else False if look.outcome == "failed" and only else None

    def _same_call(self, road: Road) -> bool:
        """Whether the runbook that is being called is confirmed as it was in the version before."""
        runbook = road.state.innermost.run.runbook
        before = self.called.get(runbook.id)
        return before is not None and verify_text(before.verify) == verify_text(runbook.verify)

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
            return [on(came, answers[0]), on(hanging, answers[1])]
        return [on(graded, Decided(value=ends.value, duration=ends.seconds))]

    def _mending(self) -> frozenset[str]:
        """The recorded steps that ran only because another had failed, by name; a run that does not fail lacks none."""
        ran, steps = self._ran(), self.evidence.tape.steps
        own = _in_rescue(ran) if ran is not None else frozenset()
        called = frozenset().union(*map(_in_rescue, self.called.values()))
        names = (step.step for step in steps)
        return frozenset(
            name for name in names if name.endswith(".rollback") or plain_id(name) in (called if "/" in name else own)
        )

    def _ran(self) -> Runbook | None:
        """The version that ran, where that is known."""
        return self.recorded if self.evidence.tape.execution.runbook_version == self.recorded.version else None


def _ways(road: Road, condition: Condition, truth: Truth, took: float = 0.0) -> list[Road]:
    """Go on with an answer, or assume both of the first fact that is not known."""
    unknown = road.first_unknown(condition) if truth is None else None
    if unknown is None:
        return [_decided(road, truth, took)]
    test, symbol = unknown
    road = road.but(all_observed=False)
    return [road.assuming(test, symbol, True), road.assuming(test, symbol, False)]


def _decided(road: Road, truth: Truth, took: float = 0.0) -> Road:
    return on(road, own(Decided, {**_blank_decision(), "value": truth, "duration": took}))


def on(road: Road, answer: Answer) -> Road:
    """The road after an answer; one that cannot be followed any more stays where it is."""
    return road if road.undecided else going_on(road, advance(road.state, answer), answer.duration)


def _in_rescue(runbook: Runbook) -> frozenset[str]:
    return frozenset(placed.step.id for placed in nested(runbook) if "rescue" in placed.pointer)


def plain_id(name: str) -> str:
    """The id of a step in its own runbook, without what called it and which item it is for."""
    return name.rpartition("/")[2].partition("[")[0].removesuffix(".rollback")
