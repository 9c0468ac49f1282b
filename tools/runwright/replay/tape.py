"""A tape: one recording made ready for replay, with the world before and after each recorded step.

A capture resolves the symbol that it meets in every world of the recording, so a probe taken at a failing step
also informs about earlier moments, back to the last possible writer. A capture that contradicts a known value
shows that the fact changed from outside: it is believed from then on, and the fact counts as a measure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runwright.actions.action import FORGET
from runwright.actions.binding import changes_of
from runwright.actions.catalogue import Host, host_of
from runwright.engine.acting import MAX_OUTPUT
from runwright.engine.exchange import Answered, Ask
from runwright.engine.waiting import asked_for
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.facts import hourly_of, kind_of
from runwright.model.path import Path
from runwright.replay.models import after_step, command_key, completed, harmless, idle, is_command, model_for
from runwright.replay.world import Symbol, World, bounds_of, facts_by_path


@dataclass(frozen=True)
class Tape:
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
    exogenous: frozenset[Path]
    """Facts that changed without a recorded writer."""
    hours: float
    """How long the recorded run lasted."""
    broken: frozenset[Path]
    """State facts that a step's success should have written, and that were captured otherwise."""

    @cached_property
    def index(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of the steps that ran each command."""
        found: dict[str, tuple[int, ...]] = {}
        for number, step in enumerate(self.steps):
            if not idle(step):
                key = command_key(step)
                found[key] = (*found.get(key, ()), number)
        return found

    @cached_property
    def captured_at_the_end(self) -> frozenset[Path]:
        """The facts that were really looked at when the run was over."""
        return frozenset(facts_by_path(self.execution.state_after))

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

    @cached_property
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

    @cached_property
    def looks(self) -> Mapping[tuple[int, str], ExecutedStep]:
        """What waits, assertions and blocks saw, by how many commands came before and by the step's name."""
        found: dict[tuple[int, str], ExecutedStep] = {}
        before = 0
        for step in self.execution.executed_steps:
            before += is_command(step)
            if not is_command(step):
                found.setdefault((before, step.step), step)
        return found

    @cached_property
    def moments(self) -> Mapping[str, int]:
        """Before which command the condition of each was looked at, by name: its own, or the first of its group."""
        found = {step.step: number for number, step in enumerate(self.steps)}
        for group in (step for step in self.execution.executed_steps if step.action == "parallel"):
            members = [name for name in _members(group) if name in found]
            found |= {name: min(found[other] for other in members) for name in members}
        return found

    def named(self, name: str) -> ExecutedStep:
        """The command of a name; raises `StopIteration` where there is none."""
        return next(step for step in self.steps if step.step == name)

    @cached_property
    def together(self) -> tuple[frozenset[str], ...]:
        """The commands that ran at the same time, group by group."""
        keys = {step.step: command_key(step) for step in self.steps}
        groups = (step for step in self.execution.executed_steps if step.action == "parallel")
        return tuple(frozenset(keys[name] for name in _members(group) if name in keys) for group in groups)

    def before_step(self, step: ExecutedStep) -> World:
        """The world before one of the recorded steps."""
        return self.before[next(number for number, item in enumerate(self.steps) if item is step)]

    def left_out(self, cursor: int, until: int) -> tuple[ExecutedStep, ...]:
        """The recorded steps from the cursor up to another that did more than look."""
        return tuple(step for step in self.steps[cursor:until] if not harmless(step))


def _members(group: ExecutedStep) -> Iterator[str]:
    """The steps of a group, by the names that they have in the whole run."""
    caller, slash, _ = group.step.rpartition("/")
    names = group.params.get("steps")
    return (f"{caller}{slash}{name}" for name in (names if isinstance(names, list) else ()))


def make_tape(execution: Execution) -> Tape:
    """Build the worlds of one recording."""
    host = host_of(execution.state_before, execution.platform)
    maker = _Maker(host, hours_of(execution))
    start = maker.capture(World(), facts_by_path(execution.state_before))
    before: list[World] = []
    after: list[World] = []
    world = start
    steps = tuple(filter(is_command, execution.executed_steps))
    for step in execution.executed_steps:
        world = maker.capture(world, facts_by_path({**step.facts, **step.state_before}))
        if not is_command(step):
            continue
        number = len(before)
        before.append(world)
        world = maker.capture(maker.effects(world, number, step), facts_by_path(step.state_after))
        after.append(world)
    end = maker.capture(world, facts_by_path(execution.state_after))
    values = maker.values
    return Tape(
        execution,
        host,
        steps,
        tuple(w.resolved(values) for w in before),
        tuple(w.resolved(values) for w in after),
        start.resolved(values),
        world.resolved(values),
        end.resolved(values),
        frozenset(maker.exogenous),
        maker.hours,
        frozenset(maker.broken),
    )


def hours_of(execution: Execution) -> float:
    """How long the recorded run lasted, in hours; at least as long as its steps."""
    steps = sum(step.duration_seconds for step in execution.executed_steps)
    return max(execution.duration_seconds or 0.0, steps) / 3600


class _Maker:
    """Walks one recording and remembers which symbols became known."""

    def __init__(self, host: Host, hours: float) -> None:
        self.host, self.hours = host, hours
        self.values: dict[Symbol, Any] = {}
        self.exogenous: set[Path] = set()
        self.broken: set[Path] = set()
        self.claimed: set[Path] = set()

    def capture(self, world: World, facts: Mapping[Path, Any]) -> World:
        for path, value in facts.items():
            there = world.get(path)
            if isinstance(there, Symbol):
                self.values.setdefault(there, value)
            elif there != value and not self.ticked(path, there, value):
                self.exogenous.add(path)
                if path in self.claimed and kind_of(path) == "state":
                    self.broken.add(path)
        return world.with_facts(facts)

    def ticked(self, path: Path, before: Any, now: Any) -> bool:
        """Whether a clock merely went on, as far as it can have during the run."""
        hourly, (old, _), (new, _) = hourly_of(path), bounds_of(before), bounds_of(now)
        return hourly is not None and abs(new - old) <= hourly * self.hours + 1

    def effects(self, world: World, number: int, step: ExecutedStep) -> World:
        params = completed(step.action, step.params)
        model = model_for(step, self.host)
        if step.outcome == "success" and not model.opaque:
            self.claimed |= {path for path, value in changes_of(model, params) if value is not FORGET}
        return after_step(world, step, self.host, str(number))
