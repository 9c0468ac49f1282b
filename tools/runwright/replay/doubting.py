"""Why an answer is not believed: what this recording holds against it (REPLAY 1.2, rules 12 and 13; 1.4, rule 24).

A failure that no known need explains refutes a modelled success, an opaque step that the run went past may have been
what helped, and an outcome that changed by itself says nothing of another moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runwright.actions.action import FORGET, Copy, Decrease
from runwright.actions.bound import Bound
from runwright.actions.catalogue import ACTIONS
from runwright.engine.exchange import Act
from runwright.model.execution import ExecutedStep
from runwright.model.path import Path, str_path
from runwright.replay.models import bound_for, command_key, key_for
from runwright.replay.reply import Reply
from runwright.replay.road import Road, passed_over, step_of
from runwright.replay.tape import Tape
from runwright.replay.timing import tries_of


def doubted(act: Act, bound: Bound, road: Road, tape: Tape) -> Reply | None:
    """Why a success that the model predicts is not believed."""
    numbers = tape.index.get(key_for(act, bound), ())
    riddle = road.riddle or _riddle_before(numbers, road, tape)
    if riddle:
        return Reply("unknown", None, f"it may depend on {riddle}, which nobody recorded", hangs_on=(riddle,))
    slow = _took_longer(act, numbers, tape)
    if slow is not None:
        reason = f"{act.action} took {slow:g} s in this recording, and may take {act.timeout_seconds:g} s now"
        return Reply("unknown", None, reason, hangs_on=(f"how long step {act.step} takes",))
    failed = next(iter(_refuting(act, bound, tape)), None) if tape.failed else None
    if failed is None:
        return None
    what = act.action if failed.action == act.action else f"{failed.action}, which does the same,"
    reason = f"{what} failed in this recording for a reason that its needs do not explain"
    return Reply("unknown", None, reason, hangs_on=(f"why {failed.action} failed",))


def unspoken(act: Act, bound: Bound, road: Road, tape: Tape, reply: Reply) -> Reply | None:
    """Why a recorded failure is not believed at another moment: something else that may have caused it is different.

    A failure that no need explains hangs on something of which the model does not speak. A new effect on facts of the
    families that it speaks of is known not to matter, unless it reads them; one on any other fact may be the cure.
    """
    if reply.success is not False:
        return None
    before = tape.before[reply.recorded or 0]
    if any(need.holds(before.known) is False for need in bound.needs(before.known)):
        return None
    if (reply.recorded or 0) < road.cursor:
        # It failed on this very road, and a later try may do better (REPLAY 1.4, rule 23).
        reason = "it failed before for a reason that its needs do not explain, and this is a later try"
        return Reply("unknown", None, reason, reply.recorded, hangs_on=(f"a later try of step {act.step}",))
    spoken = {path[0] for path in bound.reads(road.lookup)}
    changed = next((path for path in road.written_otherwise(before) if path[0] not in spoken), None)
    if changed is None:
        return None
    reason = f"it failed for a reason that its needs do not explain, and {str_path(changed)} was written since"
    return Reply("unknown", None, reason, hangs_on=(f"why {act.action} failed",))


def of_another_moment(act: Act, road: Road, tape: Tape, reply: Reply) -> Reply | None:
    """Why a recorded try is not believed at another moment: the step failed first, and succeeded by itself later.

    The last failure may be over by then, and a success counts only where at least as much time went by.
    """
    step = tape.steps[reply.recorded or 0]
    tries = tries_of(step)
    if len({item.outcome for item in tries}) < 2:
        return None
    if road.state.elapsed >= tries[-1].offset if reply.success else _tries_again(act, road):
        return None
    reason = f"recorded step {step.step} failed first and succeeded later by itself, and this is another moment"
    return Reply("unknown", None, reason, reply.recorded, hangs_on=(f"the outcome of step {act.step}",))


def _tries_again(act: Act, road: Road) -> bool:
    step = step_of(road.state.innermost, act)
    return step is not None and step.retry is not None and act.attempt < step.retry.attempts


def _riddle_before(numbers: tuple[int, ...], road: Road, tape: Tape) -> str:
    """An opaque step that stood before this very command in the recording, and that the road has not come to."""
    until = next((number for number in numbers if number >= road.cursor), 0)
    return passed_over(road, tape, until)


def _took_longer(act: Act, numbers: tuple[int, ...], tape: Tape) -> float | None:
    """How long this command took at a recorded try that was longer than it may take now."""
    tries = (item for n in numbers for item in tries_of(tape.steps[n]))
    return next((item.duration for item in tries if item.duration > act.timeout_seconds), None)


def _refuting(act: Act, bound: Bound, tape: Tape) -> Iterable[ExecutedStep]:
    """The recorded failures that no need explains: of this command, and of another that was to bring about the same."""
    same = tape.index.get(command_key(act), ())
    goals = _goals(bound) if act.action in ACTIONS else {}
    for number, step in ((number, tape.steps[number]) for number in tape.failed):
        if _explained(tape, number):
            continue
        if number in same or (step.action in ACTIONS and _shared(goals, _goals(tape.bounds[number]))):
            yield step


def _goals(bound: Bound) -> Mapping[Path, Any]:
    """What a success brings about, perhaps under conditions: the facts of which a value is told."""
    told = zip(bound.changes, bound.model.changes, strict=True)
    plain = ((path, change.to) for (path, _), change in told if not isinstance(change.to, (Copy, Decrease)))
    return {path: to for path, to in plain if to is not FORGET and isinstance(to, str)}


def _shared(mine: Mapping[Path, Any], theirs: Mapping[Path, Any]) -> bool:
    return any(theirs.get(path) == value for path, value in mine.items())


def _explained(tape: Tape, number: int) -> bool:
    step, known = tape.steps[number], tape.before[number].known
    return any(need.holds(known) is False for need in bound_for(step, tape.host).needs(known))
