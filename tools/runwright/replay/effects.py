"""Where a road stands after a command: its place in the recording, its world, and whether it left the recording."""

from __future__ import annotations

from dataclasses import replace

from runwright.actions.action import Model
from runwright.actions.binding import ANY, changes_of
from runwright.engine.exchange import Act
from runwright.replay.models import Ended, after_effects, model_for
from runwright.replay.reply import Reply
from runwright.replay.road import Road, diverged, leaving_out, taking
from runwright.replay.tape import Tape
from runwright.replay.world import DERIVED, World


def after_command(road: Road, act: Act, reply: Reply, tape: Tape) -> Road:
    """Move on after a command was answered."""
    if reply.answer != "observed" or reply.recorded is None:
        return _elsewise(road, act, reply, tape)
    if road.in_order and reply.recorded >= road.cursor:
        road = leaving_out(road, tape, reply.recorded)
    if road.in_order and reply.recorded >= road.cursor:
        return _followed(road, act, reply, tape)
    return _observed_elsewhen(road, act, reply, tape)


def _followed(road: Road, act: Act, reply: Reply, tape: Tape) -> Road:
    """The next recorded step, or one of its tries."""
    number = reply.recorded or 0
    if reply.last_try:
        following = number + 1
        world = tape.before[following] if following < len(tape.before) else tape.after[number]
        return replace(road, world=world, cursor=following, trying=None)
    model = model_for(act, tape.host)
    world = after_effects(tape.before[number], model, act.params, Ended(success=False), _origin(road))
    return replace(road, world=world, cursor=number, trying=number)


def _observed_elsewhen(road: Road, act: Act, reply: Reply, tape: Tape) -> Road:
    """A recorded command in the same state, at another moment: it writes what it wrote then."""
    model = model_for(act, tape.host)
    if not (model.opaque or model.changes):
        return road
    road = diverged(road, act.step, tape)
    if not reply.last_try:
        return _written(road, act, reply, tape)
    after = tape.after[reply.recorded or 0]
    world = after if model.opaque else _copied(road, act, model, after)
    return replace(road, world=world)


def _copied(road: Road, act: Act, model: Model, after: World) -> World:
    origin = _origin(road)
    world = road.world.forgetting_kinds(DERIVED, origin)
    for path, _ in changes_of(model, act.params):
        # What a command did to a whole family depends on the family, which is not among its reads.
        world = world.forgetting(path, origin) if ANY in path else world.with_fact(path, after.get(path))
    return world


def _elsewise(road: Road, act: Act, reply: Reply, tape: Tape) -> Road:
    """A command that the recording does not answer."""
    model = model_for(act, tape.host)
    if model.opaque:
        road = replace(road, riddle=road.riddle or f"what step {act.step} would do")
    if model.opaque or model.changes:
        road = _written(diverged(road, act.step, tape), act, reply, tape)
    return replace(taking(road, act.timeout_seconds), all_observed=False)


def _written(road: Road, act: Act, reply: Reply, tape: Tape) -> Road:
    model = model_for(act, tape.host)
    ended = Ended(bool(reply.success), reply.timed_out, tape.broken)
    return replace(road, world=after_effects(road.world, model, act.params, ended, _origin(road)))


def _origin(road: Road) -> str:
    return f"replay-{len(road.commands)}"
