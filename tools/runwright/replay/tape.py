"""A tape: one recording made ready for replay, with the world before and after each recorded step.

A capture resolves the symbol that it meets in every world of the recording, so a probe taken at a failing step
also informs about earlier moments, back to the last possible writer. A capture that contradicts a known value
shows that the fact changed from outside: it is believed from then on, and the fact counts as a measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from runwright.actions.bound import Bound
from runwright.actions.catalogue import Host, host_of
from runwright.engine.acting import MAX_OUTPUT
from runwright.engine.exchange import Answered, Ask
from runwright.engine.waiting import asked_for
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.facts import hourly_of
from runwright.model.fields import Facts
from runwright.model.frozen import ByCopy, Kept
from runwright.model.path import Path
from runwright.replay.models import (
    after_plain_success,
    after_step,
    bound_for,
    failed_once,
    harmless,
    idle,
    is_command,
    key_for,
)
from runwright.replay.together import RanTogether, members_of, ran_together
from runwright.replay.world import VOLATILE, Symbol, World, bounds_of, facts_by_path, first_world

LONG_SECONDS = 10.0
"""What was seen of a measure is not taken for what it was so long before."""


@dataclass(frozen=True)
class Tape(ByCopy):
    """One recording with its worlds."""

    execution: Execution
    host: Host
    steps: tuple[ExecutedStep, ...]
    """The recorded steps that carried something out."""
    before: tuple[World, ...]
    after: tuple[World, ...]
    start: World
    last: World
    """After the last recorded step, with what waits and assertions behind the last command saw."""
    end: World
    """What was captured when the run was over."""
    verified: World
    """What the verification looked at."""
    verified_at: int
    """How many of the steps had run by then; what is behind them only took back what the verification denied."""
    exogenous: frozenset[Path]
    """Facts that changed without a recorded writer."""
    hours: float
    """How long the recorded run lasted."""
    bounds: tuple[Bound, ...]
    """The models of the steps, with the parameters in their places."""
    later: Mapping[Path, tuple[Any, ...]]
    """What was captured of facts that a step's success had written otherwise, with no writer in between."""
    opaque: tuple[int, ...]
    """The numbers of the opaque commands that had succeeded: nobody recorded what they did."""
    failed: tuple[int, ...]
    """The numbers of the commands that ran and failed, be it at one try."""

    @Kept
    def index(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of the steps that ran each command."""
        found: dict[str, tuple[int, ...]] = {}
        for number, step in enumerate(self.steps):
            if step.outcome == "success" or not idle(step):
                key = key_for(step, self.bounds[number])
                found[key] = (*found.get(key, ()), number)
        return found

    @Kept
    def captured_at_the_end(self) -> frozenset[Path]:
        """The facts that were really looked at when the run was verified."""
        undisturbed = self.verified_at == len(self.steps)
        looked = {**(self.execution.state_after if undisturbed else {}), **self.execution.verification_facts}
        return frozenset(facts_by_path(looked))

    def approval(self, asked: Ask) -> Answered | None:
        """What a person answered to this question in this recording; None where nobody was asked it."""
        asking = (step for step in self.execution.executed_steps if step.action == "approve")
        same = (step for step in asking if step.step == asked.step and step.params == asked_for(asked))
        step = next((step for step in same if step.outcome != "skipped"), None)
        lasted = step.duration_seconds if step is not None else 0.0
        if step is None or (step.timed_out and lasted < asked.timeout_seconds) or lasted > asked.timeout_seconds:
            return None
        answer = None if step.timed_out else step.outcome == "success"
        return Answered(value=answer, by="the recording", duration=lasted)

    @Kept
    def blurred(self) -> frozenset[int]:
        """The numbers of the steps whose words are not all there: something was erased from them, or cut off."""
        erased = {tuple(mark.pointer.split("/")[1:4]) for mark in self.execution.erased}
        places = [at for at, step in enumerate(self.execution.executed_steps) if is_command(step)]
        return frozenset(
            number
            for number, (at, step) in enumerate(zip(places, self.steps, strict=True))
            if len(step.output) >= MAX_OUTPUT
            or any(("executed_steps", str(at), word) in erased for word in ("output", "error"))
        )

    @Kept
    def looks(self) -> Mapping[tuple[int, str], ExecutedStep]:
        """What waits, assertions and blocks saw, by how many commands came before and by the step's name."""
        found: dict[tuple[int, str], ExecutedStep] = {}
        if len(self.steps) == len(self.execution.executed_steps):
            return found
        before = 0
        for step in self.execution.executed_steps:
            before += is_command(step)
            if not is_command(step):
                found.setdefault((before, step.step), step)
        return found

    @Kept
    def moments(self) -> Mapping[str, int]:
        """Before which command the condition of each was looked at, by name: its own, or the first of its group."""
        found = {step.step: number for number, step in enumerate(self.steps)}
        for group in (step for step in self.execution.executed_steps if step.action == "parallel"):
            members = [name for name in members_of(group) if name in found]
            found |= {name: min(found[other] for other in members) for name in members}
        return found

    def named(self, name: str) -> ExecutedStep:
        """The command of a name; raises `StopIteration` where there is none."""
        return next(step for step in self.steps if step.step == name)

    @Kept
    def groups(self) -> Mapping[int, RanTogether]:
        """The commands that ran at the same time, by the number of each."""
        return ran_together(self.execution.executed_steps, self.steps)

    def next_run(self, cursor: int) -> int | None:
        """The next recorded step, from the cursor on, that did run."""
        return next((n for n in range(cursor, len(self.steps)) if not idle(self.steps[n])), None)

    def before_all(self, number: int) -> World:
        """The world before a command, or before the first of those that ran at the same time."""
        group = self.groups.get(number)
        return self.before[group.members[0] if group is not None else number]

    def before_step(self, step: ExecutedStep) -> World:
        """The world before one of the recorded steps."""
        return self.before[next(number for number, item in enumerate(self.steps) if item is step)]

    def left_out(self, cursor: int, until: int) -> tuple[ExecutedStep, ...]:
        """The recorded steps from the cursor up to another that did more than look."""
        return tuple(step for step in self.steps[cursor:until] if not harmless(step))


def make_tape(execution: Execution) -> Tape:
    """Build the worlds of one recording."""
    host = host_of(execution.state_before, execution.platform)
    maker = _Maker(host, hours_of(execution))
    start = first_world(execution.state_before)
    steps: list[ExecutedStep] = []
    before: list[World] = []
    after: list[World] = []
    world, verified = start, None
    conditions = conditions_by_place(execution.executed_steps)
    denied_at = len(execution.executed_steps) - taken_back_at_last(execution)
    for place, step in enumerate(execution.executed_steps):
        if place == denied_at:
            world = verified = maker.capture(world, facts_by_path(execution.verification_facts))
        looked_at = conditions[place]
        seen_before = {**looked_at, **step.state_before} if looked_at else step.state_before
        if seen_before:
            world = maker.capture(world, facts_by_path(seen_before))
        if not is_command(step):
            world = maker.capture(_later(world, step, place), facts_by_path(step.state_after))
            continue
        before.append(world)
        world = maker.effects(_later(world, step, place), len(steps), step)
        steps.append(step)
        if step.state_after:
            world = maker.capture(world, facts_by_path(step.state_after))
        after.append(world)
    # A verification lets things settle first.
    last, world = world, world.renewing(VOLATILE, "the end")
    seen = facts_by_path(execution.verification_facts)
    looked = maker.capture(world, seen) if verified is None else world
    end = maker.capture(looked, facts_by_path(execution.state_after))
    start, last, end, verified = maker.resolved((start, last, end, verified or end.with_facts(seen)))
    return Tape.of(
        execution=execution,
        host=host,
        steps=tuple(steps),
        before=maker.resolved(before),
        after=maker.resolved(after),
        start=start,
        last=last,
        end=end,
        verified=verified,
        verified_at=len(steps) - (len(execution.executed_steps) - denied_at),
        exogenous=frozenset(maker.exogenous),
        hours=maker.hours,
        bounds=tuple(maker.bounds),
        later=maker.later,
        opaque=tuple(maker.opaque),
        failed=tuple(maker.failed),
    )


def _later(world: World, step: ExecutedStep, place: int) -> World:
    """The world after a step, as far as time alone may have changed it: what is seen now says nothing of before."""
    lasted = step.duration_seconds >= LONG_SECONDS
    return world.renewing(VOLATILE, f"after {place}") if lasted else world


def conditions_by_place(steps: tuple[ExecutedStep, ...]) -> list[Facts]:
    """The facts of conditions, by the step before which they were looked at: those of a group all before its first."""
    found = [step.facts for step in steps]
    groups = [step for step in steps if step.action == "parallel"]
    places = {step.step: place for place, step in enumerate(steps)} if groups else {}
    for group in groups:
        members = sorted(places[name] for name in members_of(group) if name in places)
        looked: Facts = {}
        for place in members:
            looked, found[place] = {**looked, **found[place]}, {}
        if members:
            found[members[0]] = looked
    return found


def taken_back_at_last(execution: Execution) -> int:
    """How many of the last steps only took back what the verification denied.

    After a step that failed, the engine takes back first and verifies then.
    """
    if execution.verification_passed is not False or execution.error_step is not None:
        return 0
    backwards = reversed(execution.executed_steps)
    return sum(1 for _ in takewhile(lambda step: is_command(step) and step.step.endswith(".rollback"), backwards))


def hours_of(execution: Execution) -> float:
    """How long the recorded run lasted, in hours; at least as long as its steps."""
    steps = sum([step.duration_seconds for step in execution.executed_steps])
    return max(execution.duration_seconds or 0.0, steps) / 3600


class _Maker:
    """Walks one recording and remembers which symbols became known."""

    def __init__(self, host: Host, hours: float) -> None:
        self.host, self.hours = host, hours
        self.values: dict[Symbol, Any] = {}
        self.exogenous: set[Path] = set()
        self.later: dict[Path, tuple[Any, ...]] = {}
        self.claimed: set[Path] = set()
        self.bounds: list[Bound] = []
        self.opaque: list[int] = []
        self.failed: list[int] = []

    def resolved(self, worlds: Sequence[World]) -> tuple[World, ...]:
        """The worlds after all symbols that became known."""
        values = self.values
        return tuple([one.resolved(values) for one in worlds]) if values else tuple(worlds)

    def capture(self, world: World, facts: Mapping[Path, Any]) -> World:
        if not facts:
            return world
        for path, value in facts.items():
            there = world.get(path)
            if isinstance(there, Symbol):
                self.values.setdefault(there, value)
            elif there != value and not self.ticked(path, there, value):
                self.exogenous.add(path)
                if path in self.claimed:
                    self.later[path] = (*self.later.get(path, ()), value)
        return world.with_facts(facts)

    def ticked(self, path: Path, before: Any, now: Any) -> bool:
        """Whether a clock merely went on, as far as it can have during the run."""
        hourly, (old, _), (new, _) = hourly_of(path), bounds_of(before), bounds_of(now)
        return hourly is not None and abs(new - old) <= hourly * self.hours + 1

    def effects(self, world: World, number: int, step: ExecutedStep) -> World:
        bound = bound_for(step, self.host)
        self.bounds.append(bound)
        well = step.outcome == "success"
        if (step.attempts or not well) and failed_once(step) and not idle(step):
            self.failed.append(number)
        if well and bound.model.opaque:
            self.opaque.append(number)
        elif well:
            self.claimed |= bound.certain
            if bound.plain:
                return after_plain_success(world, bound, str(number))
        return after_step(world, step, self.host, bound, str(number))
