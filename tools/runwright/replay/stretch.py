"""A stretch: commands of a plain runbook, one behind the other, without asking the engine for each.

Between two commands that succeed, and that nothing takes back, the engine of such a runbook only goes on to the next
one. So a stretch has them answered as `driving` does and tells the engine of all of them at once. A command that went
well at its only try, and meets the very facts that it read then, is answered in fewer steps still. What does not
succeed is left to the engine. `test_unchanged.py` holds that it comes to the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from runwright.engine.state import State
from runwright.engine.stepper import resumed
from runwright.engine.walking import in_vain, passing
from runwright.model.verdict import StepVerdict
from runwright.replay.answering import Evidence
from runwright.replay.carrying import answered, behind, both_ways, words_of
from runwright.replay.effects import copied_plainly
from runwright.replay.looking import on
from runwright.replay.plan import Line, Plan
from runwright.replay.road import WRITTEN, Command, Road, at_recorded_moment
from runwright.replay.tape import Tape
from runwright.replay.unchanged import as_it_was
from runwright.replay.world import World


@dataclass(frozen=True, slots=True)
class Stretch:
    """Takes roads along the plan of their run, on one recording, as far as commands succeed."""

    plan: Plan
    evidence: Evidence

    def along(self, road: Road, most: int) -> tuple[list[Road], int]:
        """Where a road may be after the commands that come next, so many at most, and how many these were.

        It is nowhere where the engine has to be asked something else first.
        """
        state, count = road.state, 0
        if state.attempts or state.phase != ("enter" if state.asked is None else "act"):
            return [], 0
        while count < most:
            road, more = self._met_again(road, most - count)
            line, count = self._line(road.state), count + more
            if line is None or count == most:
                break
            ways, count = self._answered(road, line), count + 1
            if len(ways) > 1 or ways[0].state.asked is not None:
                return ways, count
            road = ways[0]
        return ([road.but(state=resumed(road.state))] if count or state.asked is None else []), count

    def _line(self, state: State) -> Line | None:
        """The command that comes next; None where there is none, or something stands before it."""
        at = state.frame.index
        line = self.plan.lines[at] if at < len(self.plan.lines) else None
        return line if line is not None and line.straight and self.plan.limit > state.elapsed else None

    def _answered(self, road: Road, line: Line) -> list[Road]:
        """The roads behind one command; behind a success, the engine was told of nothing yet."""
        act = line.act_within(self.plan.limit - road.state.elapsed)
        met = answered(at_recorded_moment(road, self.evidence.tape), act, self.evidence)
        if met.reply.success is None or (line.tried_again and not met.reply.success):
            at_it = met._replace(road=met.road.but(state=road.state.but(phase="act")))
            return [on(way, answer) for way, answer in both_ways(at_it, act, self.evidence)]
        moved, elapsed = behind(met, act, self.evidence), road.state.elapsed + met.reply.duration
        if met.reply.success:
            return [moved.but(state=passing(road.state, 1, elapsed))]
        return [moved.but(state=resumed(in_vain(road.state, words_of(met.reply), elapsed)))]

    def _met_again(self, road: Road, most: int) -> tuple[Road, int]:
        """The road behind the commands that meet again what they had met, and how many these are."""
        tape, at = self.evidence.tape, road.state.frame.index
        if road.trying or tape.later:
            return road, 0
        passed = _Passed(road, tape, road.world, road.cursor, road.state.elapsed)
        for line in self.plan.lines[at : at + most]:
            if not (line.straight and passed.meets(line, self.plan.limit - passed.elapsed)):
                break
        return passed.road(), len(passed.said)


@dataclass(slots=True)
class _Passed:
    """The commands that met again what they had met."""

    begun: Road
    tape: Tape
    world: World
    cursor: int
    elapsed: float
    said: list[StepVerdict] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)

    def meets(self, line: Line, left: float) -> bool:
        """Pass one more command, if it was recorded, went well, and reads what it read; says whether it did."""
        number = self._place(line)
        if number is None:
            return False
        again = as_it_was(line, vars(self.tape.steps[number]), left, self.tape.execution.execution_id)
        if again is None:
            return False
        self._move(number)
        self.elapsed += again.seconds
        self.said.append(again.said)
        self.commands.append(Command(line.key, line.verb, False, frozenset()))
        return True

    def _place(self, line: Line) -> int | None:
        """Which recorded step it is: the next one, or, away from the recording, the only one, in the same state."""
        numbers = self.tape.index.get(line.key, ())
        if self.begun.in_order:
            return self.cursor if self.cursor in numbers and not self.tape.looks else None
        return numbers[0] if len(numbers) == 1 and self._reads_the_same(numbers[0]) else None

    def _reads_the_same(self, number: int) -> bool:
        bound, world, before = self.tape.bounds[number], self.world, self.tape.before[number]
        simple = bound.plain is not None and not (bound.model.opaque or bound.model.rare)
        if not simple or self.tape.steps[number].declared is not None:
            return False
        known = self.begun.but(world=world).lookup if self.begun.assumed else world.known
        return all(world.agrees(before, path) for path in bound.reads(known))

    def _move(self, number: int) -> None:
        """Into the world behind a recorded step, or with what it wrote into the road's own."""
        before, after = self.tape.before, self.tape.after
        if self.begun.in_order:
            self.cursor = number + 1
            self.world = before[self.cursor] if self.cursor < len(before) else after[number]
        else:
            origin = f"{WRITTEN}{len(self.begun.commands) + len(self.commands)}"
            self.world = copied_plainly(self.world, self.tape.bounds[number], after[number], origin)

    def road(self) -> Road:
        """The road behind all of them."""
        road, count = self.begun, len(self.said)
        if not count:
            return road
        return road.but(
            state=passing(road.state, count, self.elapsed),
            world=self.world,
            cursor=self.cursor,
            answers=(*road.answers, *self.said),
            commands=(*road.commands, *self.commands),
        )
