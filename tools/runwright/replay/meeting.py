"""Actions that run at the same time: whether one of them writes what another reads or writes (REPLAY 1.4, rule 26).

Replay answers them one after the other, which is right only where they do not meet, or where the recording ran the
very same ones at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from runwright.engine.exchange import Act, Acted, ActedTogether, Together
from runwright.model.execution import ExecutedStep
from runwright.model.path import Path
from runwright.replay.models import bound_for, command_key, idle
from runwright.replay.road import Group, Road
from runwright.replay.tape import Tape
from runwright.replay.world import World, overlap


@dataclass(frozen=True, slots=True)
class _Touched:
    """What one action reads and writes; an opaque one may touch everything."""

    reads: frozenset[Path]
    writes: frozenset[Path]
    opaque: bool

    def meets(self, other: _Touched) -> bool:
        if self.opaque or other.opaque:
            return bool(self.opaque and other.opaque) or bool(self.writes or other.writes)
        return _any_overlap(self.writes, other.reads | other.writes) or _any_overlap(other.writes, self.reads)


def group_of(asked: Together, road: Road) -> Group:
    """All that this step carries out at the same time, those that are tried again and those that have ended."""
    state = road.state.innermost
    ended = (branch.record for branch in state.branches if branch.record is not None and not idle(branch.record))
    keys = tuple(sorted((*map(command_key, asked.acts), *map(command_key, ended))))
    return Group(keys, min(state.step.limit or len(keys), len(keys)), road.guards)


def meeting(acts: tuple[Act, ...], keys: tuple[str, ...], road: Road, tape: Tape) -> str:
    """The steps that get into each other's way, in words; empty where none do, or where it was recorded so."""
    if any(keys == group.keys for group in tape.groups.values()):
        return ""
    touched = [(act.step, _touched(act, road, tape)) for act in acts]
    clashes = (f"steps {one} and {two}" for (one, a), (two, b) in combinations(touched, 2) if a.meets(b))
    return next(clashes, "")


def met(tape: Tape, number: int) -> bool:
    """Whether a recorded command got into the way of another that ran at the same time."""
    group = tape.groups.get(number)
    if group is None:
        return False
    before = tape.before_all(number)
    touched = {member: _of(tape.steps[member], before, tape) for member in group.members}
    return any(touched[number].meets(other) for member, other in touched.items() if member != number)


def joined(answers: tuple[Acted, ...], limit: int) -> ActedTogether:
    """The answer to all of them, so many at once."""
    ends = [0.0] * limit
    for answer in answers:
        ends[0] += answer.duration
        ends.sort()
    return ActedTogether(answers=answers, duration=ends[-1])


def _touched(act: Act, road: Road, tape: Tape) -> _Touched:
    bound = bound_for(act, tape.host)
    return _Touched(bound.reads(road.lookup), frozenset(path for path, _ in bound.changes), bound.model.opaque)


def _of(step: ExecutedStep, before: World, tape: Tape) -> _Touched:
    bound = bound_for(step, tape.host)
    return _Touched(bound.reads(before.known), frozenset(path for path, _ in bound.changes), bound.model.opaque)


def _any_overlap(some: frozenset[Path], others: frozenset[Path]) -> bool:
    return any(overlap(one, other) for one in some for other in others)
