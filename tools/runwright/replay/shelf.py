"""The shelf: the other recordings of a runbook, for what was seen elsewhere (REPLAY 1.2, rule 10).

A symbol of one recording says nothing about another, so every read must be known on both sides, and so must be
what the hosts are. Most replays never ask, so the recordings are read at the first question; of each command and
state a few runs are kept, so that a question costs the same however many recordings there are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.binding import ANY
from runwright.actions.bound import Bound
from runwright.engine.exchange import Act
from runwright.model.execution import Declared, ExecutedStep, Execution
from runwright.model.path import Path, str_path
from runwright.replay.models import bound_for, command_key
from runwright.replay.reply import Reply
from runwright.replay.road import Road
from runwright.replay.tape import Tape, make_tape
from runwright.replay.timing import tries_of
from runwright.replay.world import Symbol, World

KEPT = 2
"""Runs kept of each outcome: the quickest, and one more for the case that it is the very run that asks."""
MAX_TOLD = 6
"""Facts that a reason names."""
Platform = tuple[tuple[Path, str], ...]


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """What one recording saw of a command."""

    duration: float
    """Seconds; those of the first try."""
    execution_id: str
    success: bool


class Shelf:
    """Recordings by the commands that they ran and the state that they ran them in; their order does not matter."""

    def __init__(self, recordings: Iterable[Execution | Tape] = ()) -> None:
        self._recordings: Iterable[Execution | Tape] = recordings
        self._found: dict[tuple[str, str], dict[Platform, dict[bool, tuple[Hit, ...]]]] | None = None

    def answer(self, act: Act, bound: Bound, road: Road, mine: Tape) -> Reply | None:
        """What every other recording that ran the command in this state says; None where none did or they disagree."""
        if self._recordings == () and not self._found:
            return None
        known = _known(bound.reads(road.lookup), road.world)
        if not known or not self._read():
            return None
        hits = sorted(self._hits(act, _state(known), road.world, mine))
        if len({hit.success for hit in hits}) != 1:
            return None
        first = hits[0]
        reason = f"{first.execution_id} ran the same command in the same state: {_told(known)}"
        return Reply("seen elsewhere", first.success, reason, duration=first.duration, source=first.execution_id)

    def _hits(self, act: Act, state: str, world: World, mine: Tape) -> Iterator[Hit]:
        platform = _platform(world)
        if platform is None:
            return
        for there, outcomes in self._read().get((_key(act, act.declared, mine), state), {}).items():
            if set(platform) <= set(there):
                yield from (
                    hit
                    for hits in outcomes.values()
                    for hit in hits
                    if hit.execution_id != mine.execution.execution_id and hit.duration <= act.timeout_seconds
                )

    def _read(self) -> Mapping[tuple[str, str], Mapping[Platform, Mapping[bool, tuple[Hit, ...]]]]:
        if self._found is None:
            self._found = {}
            for item in self._recordings:
                self._put(item if isinstance(item, Tape) else make_tape(item))
            self._recordings = ()
        return self._found

    def _put(self, tape: Tape) -> None:
        for number in (number for numbers in tape.index.values() for number in numbers):
            step, before = tape.steps[number], tape.before[number]
            known = _known(bound_for(step, tape.host).reads(before.known), before)
            platform = _platform(before)
            first = tries_of(step)[0]
            # Whether another code than 0 is a success, each runbook says for itself.
            odd = first.outcome == "success" and step.exit_code not in (None, 0)
            if not known or platform is None or step.timed_out or odd or self._found is None:
                continue
            hit = Hit(first.duration, tape.execution.execution_id, first.outcome == "success")
            states = self._found.setdefault((_key(step, step.declared, tape), _state(known)), {})
            outcomes = states.setdefault(platform, {})
            outcomes[hit.success] = _with(outcomes.get(hit.success, ()), hit)


def _with(hits: tuple[Hit, ...], new: Hit) -> tuple[Hit, ...]:
    """The quickest hits of different runs."""
    quickest: dict[str, Hit] = {}
    for hit in sorted((*hits, new)):
        quickest.setdefault(hit.execution_id, hit)
    return tuple(quickest.values())[:KEPT]


def _key(command: Act | ExecutedStep, declared: Declared | None, tape: Tape) -> str:
    said = "" if declared is None else declared.model_dump_json()
    return f"{command_key(command)} {tape.host} {said}"


def _known(reads: Iterable[Path], world: World) -> Mapping[Path, Any]:
    """The facts that decide a command; none where one of them is not known."""
    known = {path: world.get(path) for path in reads if path[0] != "platform"}
    unknown = any(ANY in path or isinstance(value, Symbol) for path, value in known.items())
    return {} if unknown else known


def _told(known: Mapping[Path, Any]) -> str:
    """The facts that decide a command, as many as a reader takes in."""
    said = [f"{str_path(path)} is {_text(value):.80}" for path, value in sorted(known.items())]
    return ", ".join(said[:MAX_TOLD]) + (f" and {len(said) - MAX_TOLD} more" if len(said) > MAX_TOLD else "")


def _state(known: Mapping[Path, Any]) -> str:
    """The same as text, which is the same for the same facts."""
    return _text(sorted((str_path(path), value) for path, value in known.items()))


def _platform(world: World) -> Platform | None:
    """What the host is; None where something of it is not known."""
    found = {path: value for path, value in world.facts.items() if path[0] == "platform"}
    if any(isinstance(value, Symbol) for value in found.values()):
        return None
    return tuple(sorted((path, _text(value)) for path, value in found.items()))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
