"""Answers one command from evidence: observed, seen elsewhere, modelled, or unknown (REPLAY 1.2).

A need that is not known is never presumed; a failure that no known need explains refutes a modelled success.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.action import Model, Result
from runwright.actions.binding import BoundNeed, needs_of, reads_of
from runwright.actions.catalogue import ACTIONS, variant
from runwright.engine.exchange import Act
from runwright.model.condition import describe
from runwright.model.execution import Attempt, ExecutedStep
from runwright.model.path import str_path
from runwright.replay.models import OPAQUE, command_key, completed, model_for, unfit
from runwright.replay.reply import Reply
from runwright.replay.road import Road, branch_of
from runwright.replay.shelf import Shelf
from runwright.replay.tape import Tape
from runwright.replay.timing import Try, hit_its_limit, matching, succeeded_by, too_slow, tries_of
from runwright.replay.world import World


ROOM = 1.5
"""How many times the recorded duration a time limit should be (REPLAY 1.4, rule 22)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What commands are answered from: this recording, and the others of the runbook."""

    tape: Tape
    shelf: Shelf


def answer_command(act: Act, road: Road, evidence: Evidence) -> Reply:
    """Answer one command on one road."""
    tape = evidence.tape
    model = model_for(act, tape.host)
    number = _hit(act, model, road, tape)
    if number is None:
        return _unrecorded(act, model, road, evidence)
    if number < 0:
        reason = "the recording answered this command in two ways"
        return Reply("unknown", None, reason, hangs_on=(f"the outcome of step {act.step}",))
    return _in_time(act, road, tape, number) or _too_late(act, model, road, evidence, number)


def _hit(act: Act, model: Model, road: Road, tape: Tape) -> int | None:
    """The recorded step that ran this command in the same state; -1 where several disagree."""
    if road.trying is not None and act.attempt > 1:
        return road.trying
    numbers = tape.index.get(command_key(act), ())
    if road.in_order and road.trying is None and road.cursor in numbers:
        # A road that followed the recording so far stands in the very world of the next step.
        return road.cursor
    # What only the new version declares of a script is no evidence of what the recorded one read.
    claimed = {n: OPAQUE if tape.steps[n].declared != act.declared else model for n in numbers}
    hits = [n for n in numbers if _same_reads(act, claimed[n], road, tape.before[n])]
    following = next((n for n in hits if road.in_order and n >= road.cursor), None)
    if following is not None and not tape.left_out(road.cursor, following):
        return following
    if len({tape.steps[n].outcome for n in hits}) > 1:
        return -1
    return following if following is not None else next(iter(hits), None)


def _same_reads(act: Act, model: Model, road: Road, before: World) -> bool:
    if model.opaque:
        return road.world is before or road.world == before
    return all(road.world.agrees(before, path) for path in reads_of(model, act.params, road.lookup))


def _in_time(act: Act, road: Road, tape: Tape, number: int) -> Reply | None:
    step = tape.steps[number]
    where, tries, new = f"recorded step {step.step}", tries_of(step), _new_try(act, road)
    there = matching(tries, new)
    if there is None:
        return None
    if too_slow(there, new):
        reason = f"{where} took {there.duration:g} s, longer than the limit of {act.timeout_seconds:g} s"
        return Reply("modelled", False, reason, number, act.timeout_seconds, timed_out=True)
    if hit_its_limit(step, there, new):
        reason = f"{where} ran into its time limit; the limit is longer now"
        return Reply("unknown", None, reason, number, hangs_on=(f"how long step {act.step} takes",))
    last = there is tries[-1]
    success = _read_again(act, step, there, tape) if last else there.outcome == "success"
    return Reply("observed", success, where + _closeness(there, new, success), number, there.duration, last_try=last)


def _closeness(there: Attempt, new: Try, success: bool) -> str:
    """What a reviewer should know of a limit that the recorded command almost ran into."""
    close = success and there.duration * ROOM > new.timeout
    return f", which took {there.duration:g} s of the {new.timeout:g} s that it may" if close else ""


def _new_try(act: Act, road: Road) -> Try:
    state = road.state.innermost
    branch = branch_of(state, act)
    attempts = branch.attempts if branch is not None else state.attempts
    first = attempts[0].offset if attempts else state.elapsed
    return Try(act.attempt, state.elapsed - first, act.timeout_seconds)


def _read_again(act: Act, step: ExecutedStep, there: Attempt, tape: Tape) -> bool:
    """Whether the step succeeded; its exit code is read again, because the accepted codes may have changed."""
    if step.exit_code is None or step.timed_out or unfit(step.action, tape.host) or step.action not in ACTIONS:
        return there.outcome == "success"
    if there.outcome == "success" and step.exit_code in act.success_codes:
        return True
    result = Result(step.exit_code, step.output, step.error)
    return variant(ACTIONS[step.action], tape.host).read(result, act.success_codes).success


def _too_late(act: Act, model: Model, road: Road, evidence: Evidence, number: int) -> Reply:
    """A try at a time of which this recording says nothing."""
    step, action = evidence.tape.steps[number], ACTIONS.get(act.action)
    modelled = None if model.opaque else _modelled(act, model, road, evidence.tape)
    if modelled is not None and modelled.success is False:
        return modelled
    if action is not None and action.check and succeeded_by(tries_of(step), _new_try(act, road).after):
        return Reply("modelled", True, f"recorded step {step.step} had succeeded by then, and looking changes nothing")
    reason = f"recorded step {step.step} was not tried at that time"
    return Reply("unknown", None, reason, hangs_on=(f"a later try of step {act.step}",))


def _unrecorded(act: Act, model: Model, road: Road, evidence: Evidence) -> Reply:
    why_not = unfit(act.action, evidence.tape.host) if _host_is_known(act, evidence.tape) else None
    if why_not is not None:
        return Reply("modelled", False, why_not)
    if model.opaque:
        reason = "an opaque command, and the world is not the recorded one"
        return Reply("unknown", None, reason, hangs_on=(f"the effect of step {act.step}",))
    return _elsewhere(act, model, road, evidence) or _modelled(act, model, road, evidence.tape)


def _host_is_known(act: Act, tape: Tape) -> bool:
    action = ACTIONS.get(act.action)
    wanted = "platform.service_manager" if action and action.by == "service_manager" else "platform.os"
    return tape.execution.state_before.get(wanted) is not None


def _elsewhere(act: Act, model: Model, road: Road, evidence: Evidence) -> Reply | None:
    if act.attempt > 1:
        return None
    reads = reads_of(model, act.params, road.lookup)
    return evidence.shelf.answer(act, reads, road.world, evidence.tape)


def _modelled(act: Act, model: Model, road: Road, tape: Tape) -> Reply:
    needs = needs_of(model, act.params, road.lookup)
    holds = [(need, None if need.open_list else road.decide(need.test)) for need in needs]
    unmet = next((need for need, truth in holds if truth is False), None)
    if unmet is not None:
        return Reply("modelled", False, f"{act.action} needs that {describe(unmet.test)}, and it is not so")
    unknown = tuple(dict.fromkeys(_name(need) for need, truth in holds if truth is None))
    if unknown:
        return Reply("unknown", None, f"{act.action} needs {', '.join(unknown)}, which is not known", hangs_on=unknown)
    doubt = _doubt(act, road, tape)
    if doubt is not None:
        return doubt
    met = "; ".join(describe(need.test) for need in needs) or "it needs nothing"
    return Reply("modelled", True, f"all that {act.action} needs holds: {met}")


def _doubt(act: Act, road: Road, tape: Tape) -> Reply | None:
    """Why a success that the model predicts is not believed."""
    if road.riddle:
        return Reply("unknown", None, f"it may depend on {road.riddle}, which nobody recorded", hangs_on=(road.riddle,))
    if not _refuted(act, tape):
        return None
    reason = f"{act.action} failed in this recording for a reason that its needs do not explain"
    return Reply("unknown", None, reason, hangs_on=(f"why {act.action} failed",))


def _name(need: BoundNeed) -> str:
    path = need.source if need.open_list and need.source else need.test.path
    return str_path(tuple(str(segment) for segment in path))


def _refuted(act: Act, tape: Tape) -> bool:
    numbers = tape.index.get(command_key(act), ())
    return any(_failed_once(tape.steps[n]) and not _explained(tape, n) for n in numbers)


def _failed_once(step: ExecutedStep) -> bool:
    return step.outcome == "failed" or any(item.outcome == "failed" for item in step.attempts)


def _explained(tape: Tape, number: int) -> bool:
    step, known = tape.steps[number], tape.before[number].known
    params: Mapping[str, Any] = completed(step.action, step.params)
    needs = needs_of(model_for(step, tape.host), params, known)
    return any(need.holds(known) is False for need in needs)
