"""One command on a road: how it is answered, where the road is behind it, and what the engine is told.

What answers it is left to `answering`, what it leaves behind to `effects`.
"""

from __future__ import annotations

from typing import NamedTuple

from runwright.actions.bound import Bound
from runwright.engine.exchange import Act, Acted
from runwright.model.execution import ExecutedStep
from runwright.model.frozen import blank_of, own
from runwright.model.walk import used_steps
from runwright.replay.answering import Evidence, answer_command
from runwright.replay.effects import after_command
from runwright.replay.looking import plain_id
from runwright.replay.models import bound_for, key_for
from runwright.replay.noting import noted_command, verdict_of
from runwright.replay.reply import Reply
from runwright.replay.road import Road, at_recorded_moment, step_of
from runwright.replay.tape import Tape
from runwright.replay.waits import without_waits

_blank_answer = blank_of(Acted)


class Met(NamedTuple):
    """A command on a road: the road before it, its model, and its answer."""

    road: Road
    bound: Bound
    reply: Reply


def carried_out(road: Road, act: Act, evidence: Evidence) -> list[tuple[Road, Acted]]:
    """What a command may come to: the road behind it, of which the engine was not told yet, and the answer."""
    return both_ways(answered(road, act, evidence), act, evidence)


def answered(road: Road, act: Act, evidence: Evidence) -> Met:
    """A command with its answer, and the road at it, behind recorded steps that did not run."""
    tape = evidence.tape
    bound = bound_for(act, tape.host)
    if _comes_next(road, key := key_for(act, bound), tape):
        road = _past_skipped(without_waits(road, tape), key, tape)
    return Met(road, bound, answer_command(act, bound, road, evidence))


def both_ways(met: Met, act: Act, evidence: Evidence) -> list[tuple[Road, Acted]]:
    """The same where it was answered already: one way, or two where nobody knows how it ends."""
    if met.reply.success is not None:
        return [_acted(met, act, evidence)]
    road, reply = met.road, met.reply
    hanging = met._replace(road=road.but(hangs_on=(*road.hangs_on, *reply.hangs_on)))
    return [_acted(hanging._replace(reply=reply._replace(success=way)), act, evidence) for way in (True, False)]


def behind(met: Met, act: Act, evidence: Evidence) -> Road:
    """The road behind a command, with how it was answered."""
    road, bound, reply = met
    answers = (*road.answers, verdict_of(act, reply, evidence.tape.execution.execution_id))
    told = noted_command(road, act, key_for(act, bound))
    return after_command(road, act, bound, reply, evidence.tape).but(answers=answers, **told)


def words_of(reply: Reply) -> str:
    """What a failure says where the run does not go by its words."""
    return f"{reply.reason} failed" if _is_observed(reply) else reply.reason


def _comes_next(road: Road, key: str, tape: Tape) -> bool:
    """Whether it is the command that the recording ran next; steps that did not run count for nothing."""
    numbers = tape.index.get(key) if road.in_order else None
    return bool(numbers) and tape.next_run(road.cursor) in (numbers or ())


def _past_skipped(road: Road, key: str, tape: Tape) -> Road:
    """The road at the command that comes next, behind recorded steps that did not run."""
    numbers = tape.index[key]
    while road.in_order and not road.trying and road.cursor not in numbers:
        road = without_waits(road.but(cursor=road.cursor + 1), tape)
    return at_recorded_moment(road, tape)


def _acted(met: Met, act: Act, evidence: Evidence) -> tuple[Road, Acted]:
    road, reply, tape = met.road, met.reply, evidence.tape
    used = plain_id(act.step) in used_steps(road.state.innermost.run.runbook)
    moved = behind(met, act, evidence)
    if _words_are_missed(met, act, tape, used):
        said = f"the output of step {act.step}"
        moved = moved.but(undecided=f"{said} is used later, and nobody knows it", hangs_on=(*road.hangs_on, said))
    return moved, _answer(reply, tape.steps[reply.recorded or 0] if _is_observed(reply) else None, used)


def _words_are_missed(met: Met, act: Act, tape: Tape, used: bool) -> bool:
    """Whether the run goes by what a command says, and the recording does not have its words."""
    reply, step = met.reply, step_of(met.road.state.innermost, act)
    if step is None or (not reply.success and step.retry is not None and act.attempt < step.retry.attempts):
        return False
    taken = step.extract and reply.success and any(extract.default is None for extract in step.extract.values())
    if not taken and not used:
        return False
    if reply.answer != "observed" or reply.recorded is None or not reply.last_try:
        return True
    word = "output" if reply.success else "error"
    # An agent that did not tell the words has not said that there were none.
    return reply.recorded in tape.blurred or word not in tape.steps[reply.recorded].model_fields_set


def _answer(reply: Reply, recorded: ExecutedStep | None, told: bool) -> Acted:
    """What the engine is told; the recorded words of a failure only where the run goes by them."""
    words = recorded.error if recorded is not None and told and recorded.error else words_of(reply)
    fields = _blank_answer()
    fields |= {
        "success": bool(reply.success),
        # Without a recorded one, an exit code stands in that nothing looks at: see `used_steps`.
        "exit_code": recorded.exit_code if recorded else int(not reply.success),
        "output": recorded.output if recorded else "",
        "error": "" if reply.success else words,
        "timed_out": reply.timed_out,
        "duration": reply.duration,
    }
    return own(Acted, fields)


def _is_observed(reply: Reply) -> bool:
    return reply.answer == "observed" and reply.recorded is not None
