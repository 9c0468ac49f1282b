"""Where a road stands after a command: its place in the recording, its world, and whether it left the recording."""

from __future__ import annotations

from typing import Any

from runwright.actions.action import FORGET
from runwright.actions.binding import ANY, Effect
from runwright.actions.bound import Bound
from runwright.engine.exchange import Act
from runwright.replay.models import Ended, Later, after_effects, written
from runwright.replay.reply import Reply
from runwright.replay.road import WRITTEN, Road, diverged, leaving_out, taking
from runwright.replay.tape import RanTogether, Tape
from runwright.replay.world import DERIVED, World


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
    road = diverged(road, act.step, tape)
    if not reply.last_try:
        return _written(road, bound, reply, tape)
    after = tape.after[reply.recorded or 0]
    world = after if model.opaque else _copied(road, bound, after, tape)
    return road.but(world=world)


def _copied(road: Road, bound: Bound, after: World, tape: Tape) -> World:
    """What the command wrote then; a whole family is forgotten, because the family is not among its reads."""
    if bound.plain is not None and not tape.later:
        then = {path: after.get(path) for path, _ in bound.plain}
        return road.world.forgetting_kinds(DERIVED, _origin(road), then=then)

    def value(effect: Effect) -> Any:
        return after.get(effect.path) if effect.certain else FORGET

    effects = bound.effects(road.world.known, road.world.listed)
    return written(road.world, effects, value, Later(_origin(road), tape.later))


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
    return taking(road, 0.0 if known else act.timeout_seconds).but(all_observed=False)


def _leaving(road: Road, act: Act, bound: Bound, reply: Reply, tape: Tape) -> Road:
    """The first command that the recording lacks: it still meets what was measured there; behind it, that is old."""
    after = _written(road, bound, reply, tape).world
    single = (effect.path for effect in bound.effects(road.world.known, road.world.listed))
    told = {path: after.get(path) for path in single if ANY not in path}
    away = diverged(road.but(world=after), act.step, tape)
    return away.but(world=away.world.with_facts(told))


def _written(road: Road, bound: Bound, reply: Reply, tape: Tape) -> Road:
    ended = Ended(bool(reply.success), reply.timed_out, tape.later)
    return road.but(world=after_effects(road.world, bound, ended, _origin(road)))


def _origin(road: Road) -> str:
    return f"{WRITTEN}{len(road.commands)}"
