"""A road: one way that a replay follows, as an immutable value, with what it assumed on the way.

An assumption binds to the symbol of an unknown fact, so it stays consistent and lapses when the fact is written again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from runwright.engine.exchange import Act, Decide
from runwright.engine.state import Branch, Run, State
from runwright.model.condition import UNKNOWN, Condition, Test, Truth, concrete, evaluate, tests
from runwright.model.execution import ExecutedStep
from runwright.model.frozen import ByCopy
from runwright.model.insertion import ROOTS
from runwright.model.path import Path, str_path
from runwright.model.step import Step
from runwright.model.verdict import StepVerdict
from runwright.replay.assuming import Assumed, within_bounds
from runwright.replay.tape import Tape
from runwright.replay.world import VOLATILE, Symbol, Told, World, facts_by_path

WRITTEN = "replay-"
"""How the origin of a symbol begins that a step of a road has written."""


class Command(NamedTuple):
    """One command that a road ran, and what had been looked at before it."""

    key: str
    action: str
    destructive: bool
    guards: frozenset[str]


@dataclass(frozen=True, slots=True)
class Guard:
    """What had to say yes, or be so, before the run could come here."""

    text: str
    within: frozenset[str]
    """The places in which a no would not have ended the run: it stands guard only inside them."""


@dataclass(frozen=True, slots=True)
class Group:
    """Actions that are carried out at the same time."""

    keys: tuple[str, ...]
    limit: int
    """So many at once."""
    guards: frozenset[Guard]
    """What stood guard before any of them."""


@dataclass(frozen=True)
class Road(ByCopy):
    """Where one way of a replay stands."""

    state: State
    world: World
    cursor: int = 0
    """The recorded step that comes next."""
    in_order: bool = True
    """Everything so far followed the recording."""
    trying: frozenset[int] = frozenset()
    """The recorded steps whose tries the current ones follow."""
    ended: frozenset[int] = frozenset()
    """Of the recorded steps that ran at the same time, those that were answered."""
    all_observed: bool = True
    assumed: Mapping[Symbol, Assumed] = field(default_factory=dict)
    answers: tuple[StepVerdict, ...] = ()
    commands: tuple[Command, ...] = ()
    group: Group | None = None
    """The commands that are carried out at the same time just now."""
    waited: frozenset[str] = frozenset()
    """The recorded waits and questions that it came to in their place, by name."""
    guards: frozenset[Guard] = frozenset()
    """The prechecks and checks that were looked at so far."""
    concluded: tuple[str, ...] = ()
    """What was decided by what is known, and not by what the recorded run saw, in words."""
    hangs_on: tuple[str, ...] = ()
    """The unknown facts and commands on which this road was chosen."""
    diverged_at: str | None = None
    slack: float = 0.0
    """Seconds that its steps may have taken besides those that they are known to take."""
    away: float = 0.0
    """Seconds that the recorded run lasted, for a road that left it: its facts were looked at at some moment of it."""
    calls: tuple[float, ...] = ()
    """The slack at which each of the calls began that are under way, the outermost first."""
    cut_short: str = ""
    """A call that may have come to the time limit of its own runbook before it was through."""
    disputed: bool = False
    """The verification is another one than before, and the one before does not say yes."""
    riddle: str = ""
    """An opaque step that may matter and of which nobody can say what it did, or would do."""
    undecided: str = ""
    """Why this road cannot be followed to its end."""

    @property
    def may_be_late(self) -> bool:
        """Whether the run may have come to its time limit before it was through."""
        return _over(self.state, self.slack)

    def written_otherwise(self, other: World) -> Iterator[Path]:
        """The facts that this road has written and that are not as in another world, and the families."""
        for path, value in self.world.facts.items():
            by_a_step = not isinstance(value, Symbol) or value.origin.startswith(WRITTEN)
            if by_a_step and value != other.get(path) and path[0] != "platform":
                yield path
        yield from (pattern for pattern, origin in self.world.families if origin.startswith(WRITTEN))

    def decide(self, condition: Condition) -> Truth:
        """Decide a condition in this road's world, with its assumptions and the bounds of what is not known."""
        truth = evaluate(condition, self.world.known)
        return truth if truth is not None else self._evaluate(condition)

    def lookup(self, path: Path) -> Any:
        """The value of a fact, or `UNKNOWN`; an assumption that leaves one value makes it known."""
        value = self.world.get(path)
        if not isinstance(value, Symbol):
            return value
        assumed = self.assumed.get(value)
        return assumed.value[0] if assumed and assumed.value else UNKNOWN

    def first_unknown(self, condition: Condition) -> tuple[Test, Symbol] | None:
        """The first test that cannot be decided, and the symbol it hangs on."""
        if isinstance(condition, Test):
            value = self.world.get(path := concrete(condition))
            # A value that the run does not have is none that anybody could know.
            open_fact = isinstance(value, Symbol) and path[0] not in ROOTS
            return (condition, value) if open_fact and self._test(condition) is None else None
        return next((found for item in condition.items if (found := self.first_unknown(item)) is not None), None)

    def assuming(self, test: Test, symbol: Symbol, holds: bool) -> Road:
        """The same road, with one more assumption."""
        there = self.assumed.get(symbol, Assumed())
        assumed = {**self.assumed, symbol: there.assuming(test, holds)}
        return self.but(assumed=assumed, hangs_on=(*self.hangs_on, symbol.fact))

    def _evaluate(self, condition: Condition) -> Truth:
        if isinstance(condition, Test):
            return self._test(condition)
        values = [self._evaluate(item) for item in condition.items]
        if condition.word == "not":
            return None if values[0] is None else not values[0]
        decisive = condition.word == "any"
        if decisive in values:
            return decisive
        return None if None in values else not decisive

    def _test(self, test: Test) -> Truth:
        value = self.world.get(concrete(test))
        if not isinstance(value, Symbol):
            return evaluate(test, self.world.known)
        assumed = self.assumed.get(value)
        truth = assumed.decide(test) if assumed else None
        hours = (self.away + self.slack + self.state.elapsed) / 3600
        return truth if truth is not None else within_bounds(test, value, hours)


def going_on(road: Road, after: State, lasted: float) -> Road:
    """The road in its next state, so many seconds later; a called runbook has a time limit of its own."""
    if road.state.child is None and after.child is None:
        return road.but(state=after)
    called, calls = tuple(_children(road.state)), tuple(_children(after))
    # What a call may have taken counts from where it began; a run may begin with one.
    began = road.calls or (0.0,) * len(called)
    late = (run.run.runbook.id for run, at in zip(called, began, strict=True) if _over(run, road.slack - at, lasted))
    same = sum(1 for one, other in zip(called, calls, strict=False) if one.run is other.run)
    slack = (*began[:same], *((road.slack,) * (len(calls) - same)))
    return road.but(state=after, calls=slack, cut_short=road.cut_short or next(late, ""))


def _children(state: State) -> Iterator[State]:
    """The runs that are being called, the outermost first."""
    while state.child is not None:
        state = state.child
        yield state


def _over(state: State, slack: float, lasted: float = 0.0) -> bool:
    """Whether a run may have come to its time limit, where its steps may have taken so much longer."""
    limit = state.run.runbook.limits.timeout
    return bool(slack) and limit is not None and state.elapsed + lasted + slack > limit.total_seconds()


def setting_out(state: State, world: World) -> Road:
    """A road that did nothing yet."""
    return _FIRST.but(state=state, world=world)


_FIRST = Road(State(Run.__new__(Run)), World())


def branch_of(state: State, act: Act) -> Branch | None:
    """The one of several actions that is asked for, in the run that asks for it."""
    if not state.branches:
        return None
    name = act.step.rpartition("/")[2]
    return next((branch for branch in state.branches if state.named(branch.step.id) == name), None)


def step_of(state: State, act: Act) -> Step | None:
    """The step that asks for an action; None where it takes another back."""
    branch = branch_of(state, act)
    return None if state.phase == "undo" else branch.step if branch is not None else state.step


def at_recorded_moment(road: Road, tape: Tape) -> Road:
    """While it follows the recording, a road's world is the recorded one, with what was captured meanwhile."""
    if not road.in_order or road.trying:
        return road
    world = tape.before[road.cursor] if road.cursor < len(tape.before) else tape.last
    return road if road.world is world else road.but(world=world)


def look_of(road: Road, tape: Tape, asked: Decide) -> ExecutedStep | None:
    """The recorded step that looked at the same facts at this moment; None for a road that left the recording."""
    if not road.in_order or road.trying or asked.step is None:
        return None
    look = tape.looks.get((road.cursor, asked.step))
    if asked.purpose == "when" and tape.moments.get(asked.step) == road.cursor:
        look = tape.named(asked.step)
    names = {str_path(concrete(test)) for test in tests(asked.condition)}
    return look if look is not None and names and names <= look.facts.keys() else None


def as_seen(road: Road, look: ExecutedStep | None) -> Road:
    """The road with what a look saw: it may have changed again before the next command."""
    return road if look is None else road.but(world=road.world.with_facts(facts_by_path(look.facts)))


def at_recorded_end(road: Road, tape: Tape) -> Road:
    """A road that left recorded steps out has left the recording; any other ends where the recording ended."""
    road = leaving_out(road, tape, tape.verified_at)
    there = road.in_order and not road.trying and road.cursor <= tape.verified_at
    return road.but(world=tape.verified) if there else road


def leaving_out(road: Road, tape: Tape, until: int) -> Road:
    """The road after it passed over recorded steps; looking less changes nothing, doing less does."""
    left = tape.left_out(road.cursor, until) if road.in_order else ()
    if not left:
        return road
    return diverged(road, left[0].step, tape).but(riddle=road.riddle or passed_over(road, tape, until))


def passed_over(road: Road, tape: Tape, until: int, spared: Collection[str] = ()) -> str:
    """The first opaque step that had succeeded in the recording and that a road has not come to, in words; or none.

    A road that left the recording stands before the first step that it did not follow. Some may be spared by name.
    """
    left = (tape.steps[number].step for number in tape.opaque if road.cursor <= number < until)
    return next((f"what step {name} had done" for name in left if name not in spared), "")


def diverged(road: Road, step: str, tape: Tape, then: Told | None = None) -> Road:
    """The road after it left the recording: what does not stand still cannot be taken from it any more.

    `then` is what the command leaves behind that led away from it.
    """
    if not road.in_order:
        return road
    world = road.world.forgetting_kinds(VOLATILE, "divergence", tape.exogenous, then)
    away = tape.hours * 3600
    return road.but(world=world, in_order=False, all_observed=False, diverged_at=step, trying=frozenset(), away=away)


def taking(road: Road, seconds: float) -> Road:
    """The road after something that took nobody knows how long, and so many seconds at most."""
    return road.but(slack=road.slack + seconds)
