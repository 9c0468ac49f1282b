"""Where a road stands after a command: its place in the recording, its world, and whether it left the recording."""

from __future__ import annotations

from typing import Any

from runwright.actions.action import FORGET
from runwright.actions.binding import ANY, Effect
from runwright.actions.bound import Bound
from runwright.engine.exchange import Act
from runwright.replay.models import Ended, Later, after_effects, told_by, written
from runwright.replay.reply import Reply
from runwright.replay.road import WRITTEN, Road, diverged, leaving_out, passed_over
from runwright.replay.tape import Tape
from runwright.replay.together import RanTogether
from runwright.replay.world import DERIVED, Told, World, moving_of


def after_command(road: Road, act: Act, bound: Bound, reply: Reply, tape: Tape) -> Road:
    """Move on after a command, of which `bound` is the model, was answered."""
    if reply.answer != "observed" or reply.recorded is None:
        return _elsewise(road, act, bound, reply, tape)
    group = tape.groups.get(reply.recorded) if road.group is not None else None
    if road.in_order and group is not None and road.group is not None and road.group.keys == group.keys:
        road = leaving_out(road, tape, group.members[0])
        if road.in_order:
            return _together(road, bound, reply, group, tape)
    if road.in_order and reply.recorded >= road.cursor:
        road = leaving_out(road, tape, reply.recorded)
    if road.in_order and reply.recorded >= road.cursor:
        return _followed(road, bound, reply, tape)
    return _observed_elsewhen(road, act, bound, reply, tape)


def _followed(road: Road, bound: Bound, reply: Reply, tape: Tape) -> Road:
    """The next recorded step, or one of its tries."""
    number = reply.recorded or 0
    if reply.last_try:
        following = number + 1
        world = tape.before[following] if following < len(tape.before) else tape.after[number]
        return road.but(world=world, cursor=following, trying=frozenset())
    world = after_effects(tape.before[number], bound, Ended(success=False), _origin(road))
    return road.but(world=world, cursor=number, trying=frozenset({number}))


def _together(road: Road, bound: Bound, reply: Reply, group: RanTogether, tape: Tape) -> Road:
    """One of the steps that ran at the same time; the road is behind them when each of them has ended."""
    number = reply.recorded or 0
    if not reply.last_try:
        world = after_effects(road.world, bound, Ended(success=False), _origin(road))
        return road.but(world=world, trying=road.trying | {number})
    ended, trying = road.ended | {number}, road.trying - {number}
    if not ended.issuperset(group.members):
        return road.but(ended=ended, trying=trying)
    following = group.until
    world = tape.before[following] if following < len(tape.before) else tape.after[-1]
    return road.but(world=world, cursor=following, trying=frozenset(), ended=frozenset())


def _observed_elsewhen(road: Road, act: Act, bound: Bound, reply: Reply, tape: Tape) -> Road:
    """A recorded command in the same state, at another moment: it writes what it wrote then."""
    model = bound.model
    if not (model.opaque or model.changes):
        return road
    road, number = diverged(road, act.step, tape), reply.recorded or 0
    if model.opaque and number >= road.cursor:
        # It was come to after all; what lies between was not.
        road = road.but(riddle=road.riddle or passed_over(road, tape, number), cursor=number + 1)
    if not reply.last_try:
        # The tries behind it are those of the recorded step, where they come at the same times.
        return _written(road, bound, reply, tape).but(trying=road.trying | {number})
    after = tape.after[number]
    world = after if model.opaque else _copied(road, bound, after, tape)
    return road.but(world=world, trying=road.trying - {number})


def _copied(road: Road, bound: Bound, after: World, tape: Tape) -> World:
    """What the command wrote then; a whole family is forgotten, because the family is not among its reads."""
    if bound.plain is not None and not tape.later:
        return copied_plainly(road.world, bound, after, _origin(road))

    def value(effect: Effect) -> Any:
        return after.get(effect.path) if effect.certain else FORGET

    effects = bound.effects(road.world.known, road.world.listed)
    return written(road.world, effects, value, Later(_origin(road), tape.later))


def copied_plainly(world: World, bound: Bound, after: World, origin: str) -> World:
    """The world after a command that wrote single facts, as it wrote them then."""
    if not bound.plain:
        return world
    then = {path: after.get(path) for path, _ in bound.plain}
    return world.forgetting_kinds(DERIVED, origin, then=Told(then, bound.moving))


def _elsewise(road: Road, act: Act, bound: Bound, reply: Reply, tape: Tape) -> Road:
    """A command that the recording does not answer."""
    if reply.inert:
        return road.but(all_observed=False)
    model = bound.model
    if model.opaque:
        road = road.but(riddle=road.riddle or f"what step {act.step} would do")
    if road.in_order and model.changes and not model.opaque:
        road = _leaving(road, act, bound, reply, tape)
    elif model.opaque or model.changes:
        road = _written(diverged(road, act.step, tape), bound, reply, tape)
    known = reply.timed_out or reply.answer == "seen elsewhere"
    if not road.in_order and road.trying:
        road = road.but(trying=frozenset())
    return road.but(slack=road.slack + (0.0 if known else act.timeout_seconds), all_observed=False)


def _leaving(road: Road, act: Act, bound: Bound, reply: Reply, tape: Tape) -> Road:
    """The first command that the recording lacks: it still meets what was measured there; behind it, that is old."""
    clean = not reply.success and bound.model.fails_clean
    if bound.plain is not None and not tape.later and not clean:
        # The divergence forgets more than the write does, so that both are one.
        return diverged(road, act.step, tape, told_by(bound, _origin(road), bool(reply.success)))
    after = _written(road, bound, reply, tape).world
    single = (effect.path for effect in bound.effects(road.world.known, road.world.listed))
    told = {path: after.get(path) for path in single if ANY not in path}
    return diverged(road.but(world=after), act.step, tape, Told(told, moving_of(told)))


def _written(road: Road, bound: Bound, reply: Reply, tape: Tape) -> Road:
    ended = Ended(bool(reply.success), reply.timed_out, tape.later)
    return road.but(world=after_effects(road.world, bound, ended, _origin(road)))


def _origin(road: Road) -> str:
    return f"{WRITTEN}{len(road.commands)}"
