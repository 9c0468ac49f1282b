"""Answers one command from evidence: observed, seen elsewhere, modelled, or unknown (REPLAY 1.2).

A need that is not known is never presumed; a failure that no known need explains refutes a modelled success.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runwright.actions.action import Result, read_exit_code
from runwright.actions.binding import ANY, BoundNeed
from runwright.actions.bound import Bound
from runwright.actions.catalogue import ACTIONS, variant
from runwright.engine.exchange import Act
from runwright.model.condition import concrete, described
from runwright.model.execution import Attempt, ExecutedStep
from runwright.model.path import Path, str_path
from runwright.model.secret import SCHEME
from runwright.replay.doubting import doubted, of_another_moment, unspoken
from runwright.replay.meeting import met
from runwright.replay.models import key_for, unfit
from runwright.replay.reply import Reply
from runwright.replay.road import Road, branch_of
from runwright.replay.shelf import Shelf
from runwright.replay.tape import Tape
from runwright.replay.timing import Try, hit_its_limit, matching, succeeded_by, too_slow, tries_of, was_cut_off
from runwright.replay.world import Symbol, World

ROOM = 1.5
"""How many times the recorded duration a time limit should be (REPLAY 1.4, rule 22)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What commands are answered from: this recording, and the others of the runbook."""

    tape: Tape
    shelf: Shelf


def answer_command(act: Act, bound: Bound, road: Road, evidence: Evidence) -> Reply:
    """Answer one command, of which `bound` is the model, on one road."""
    tape = evidence.tape
    number = _hit(act, bound, road, tape)
    if number is None:
        return _unrecorded(act, bound, road, evidence)
    if number < 0:
        reason = "the recording answered this command in two ways"
        return Reply("unknown", None, reason, hangs_on=(f"the outcome of step {act.step}",))
    reply = _in_time(act, road, tape, number) or _too_late(act, bound, road, evidence, number)
    if reply.answer != "observed" or _in_its_moment(road, tape, number):
        return reply
    return of_another_moment(act, road, tape, reply) or unspoken(act, bound, road, tape, reply) or reply


def _hit(act: Act, bound: Bound, road: Road, tape: Tape) -> int | None:
    """The recorded step that ran this command in the same state; -1 where several disagree."""
    numbers = tape.index.get(key_for(act, bound))
    if not numbers or _only_looks_secret(act, bound):
        return None
    if act.attempt > 1 and (again := next((n for n in numbers if n in road.trying), None)) is not None:
        return again
    if road.in_order and (there := _next_in_order(road, tape, numbers)) is not None:
        # A road that followed the recording so far stands in the very world of the next step.
        return there
    # What only the new version declares of a script is no evidence of what the recorded one read.
    grouped = tape.groups or road.group is not None
    alike = [n for n in numbers if in_same_group(road, tape, n) or not met(tape, n)] if grouped else numbers
    hits = [n for n in alike if _same_reads(bound, tape.steps[n].declared == act.declared, road, tape.before_all(n))]
    following = next((n for n in hits if n >= road.cursor), None) if road.in_order else None
    if following is not None and not tape.left_out(road.cursor, following):
        return following
    if hits and len({tape.steps[n].outcome for n in (*hits, *_as_likely(bound, road, tape, numbers))}) > 1:
        return -1
    return following if following is not None else hits[0] if hits else None


def _in_its_moment(road: Road, tape: Tape, number: int) -> bool:
    """Whether a recorded step is the one that comes next, alone or among those that ran at the same time."""
    group = tape.groups.get(number) if in_same_group(road, tape, number) else None
    first = group.members[0] if group is not None else number
    return road.in_order and first >= road.cursor and not tape.left_out(road.cursor, first)


def _as_likely(bound: Bound, road: Road, tape: Tape, numbers: tuple[int, ...]) -> Iterator[int]:
    """The recorded steps that ran the command in what may have been this state: nothing known tells the two apart.

    An outcome that changed while nobody wrote anything changed with time (REPLAY 1.4, rule 24).
    """
    reads = () if bound.model.opaque else bound.reads(road.lookup)
    return (n for n in numbers if reads and all(_may_agree(road.world, tape.before_all(n), path) for path in reads))


def _may_agree(now: World, then: World, path: Path) -> bool:
    if now.agrees(then, path) or ANY in path:
        return True
    return isinstance(now.get(path), Symbol) or isinstance(then.get(path), Symbol)


def _next_in_order(road: Road, tape: Tape, numbers: tuple[int, ...]) -> int | None:
    """The recorded step that comes next: any of those that ran at the same time, where the same ones do now."""
    if road.group is None or not in_same_group(road, tape):
        plain = not road.trying and road.cursor in numbers and in_same_group(road, tape)
        return road.cursor if plain else None
    members = tape.groups[road.cursor].members
    return next((n for n in numbers if n in members and n not in road.trying and n not in road.ended), None)


def _only_looks_secret(act: Act, bound: Bound) -> bool:
    """Whether a text looks like the name of a secret and is none: the recorded command may have had the secret."""
    return not act.secrets and SCHEME in key_for(act, bound)


def in_same_group(road: Road, tape: Tape, number: int | None = None) -> bool:
    """Whether the same commands ran at the same time as a recorded one: their order is one that only the host knows."""
    group = tape.groups.get(road.cursor if number is None else number)
    now = None if road.group is None else (road.group.keys, road.group.limit)
    return now == (None if group is None else (group.keys, group.limit))


def _same_reads(bound: Bound, same_words: bool, road: Road, before: World) -> bool:
    if bound.model.opaque or not same_words:
        return road.world is before or road.world == before
    reads = bound.reads(road.lookup)
    if bound.model.rare:  # what was known then, and is forgotten now
        reads = reads | bound.reads(before.known)
    return all(road.world.agrees(before, path) for path in reads)


def _in_time(act: Act, road: Road, tape: Tape, number: int) -> Reply | None:
    step = tape.steps[number]
    where, tries, new = f"recorded step {step.step}", tries_of(step), _new_try(act, road)
    there = matching(tries, new)
    if there is None:
        return None
    if too_slow(there, new, cut_off=was_cut_off(step, there)):
        reason = f"{where} took {there.duration:g} s, longer than the limit of {act.timeout_seconds:g} s"
        return Reply("modelled", False, reason, number, act.timeout_seconds, timed_out=True)
    if hit_its_limit(step, there, new):
        reason = f"{where} ran into its time limit; the limit is longer now"
        return Reply("unknown", None, reason, number, hangs_on=(f"how long step {act.step} takes",))
    last = there is tries[-1]
    if not last and _accepted_now(act, there, tape):
        reason = f"an earlier try of {where} ended with exit code {there.exit_code}, which counts as a success now"
        return Reply("unknown", None, reason, number, hangs_on=(f"what the first try of step {act.step} had done",))
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


def _accepted_now(act: Act, there: Attempt, tape: Tape) -> bool:
    """Whether a recorded try that failed would be taken for a success; what it left behind, nobody recorded."""
    action = ACTIONS.get(act.action)
    if there.outcome == "success" or there.timed_out or there.exit_code not in act.success_codes or action is None:
        return False
    # An action that also reads its output may have failed for what it said, whatever the code.
    return not unfit(act.action, tape.host) and variant(action, tape.host).read is read_exit_code


def _too_late(act: Act, bound: Bound, road: Road, evidence: Evidence, number: int) -> Reply:
    """A try at a time of which this recording says nothing."""
    step, action = evidence.tape.steps[number], ACTIONS.get(act.action)
    modelled = None if bound.model.opaque else _modelled(act, bound, road, evidence.tape)
    if modelled is not None and modelled.success is False:
        return modelled
    if action is not None and action.check and succeeded_by(tries_of(step), _new_try(act, road).after):
        return Reply("modelled", True, f"recorded step {step.step} had succeeded by then, and looking changes nothing")
    reason = f"recorded step {step.step} was not tried at that time"
    return Reply("unknown", None, reason, hangs_on=(f"a later try of step {act.step}",))


def _unrecorded(act: Act, bound: Bound, road: Road, evidence: Evidence) -> Reply:
    why_not = unfit(act.action, evidence.tape.host) if _host_is_known(act, evidence.tape) else None
    if why_not is not None:
        return Reply("modelled", False, why_not, inert=True)
    if bound.model.opaque:
        reason = "an opaque command, and the world is not the recorded one"
        return Reply("unknown", None, reason, hangs_on=(f"the effect of step {act.step}",))
    return _elsewhere(act, bound, road, evidence) or _modelled(act, bound, road, evidence.tape)


def _host_is_known(act: Act, tape: Tape) -> bool:
    action = ACTIONS.get(act.action)
    wanted = "platform.service_manager" if action and action.by == "service_manager" else "platform.os"
    return tape.execution.state_before.get(wanted) is not None


def _elsewhere(act: Act, bound: Bound, road: Road, evidence: Evidence) -> Reply | None:
    if act.attempt > 1:
        return None
    return evidence.shelf.answer(act, bound, road, evidence.tape)


def _modelled(act: Act, bound: Bound, road: Road, tape: Tape) -> Reply:
    needs = bound.needs(road.lookup)
    holds = [(need, need.decided(road.decide)) for need in needs]
    unmet = next((need for need, truth in holds if truth is False), None)
    if unmet is not None:
        return Reply("modelled", False, f"{act.action} needs that {described(unmet.test)}, and it is not so")
    forgotten = _forgotten(bound, road, tape) if bound.model.rare else ()
    unknown = tuple(dict.fromkeys((*(_name(need, road) for need, truth in holds if truth is None), *forgotten)))
    if unknown:
        return Reply("unknown", None, f"{act.action} needs {', '.join(unknown)}, which is not known", hangs_on=unknown)
    doubt = doubted(act, bound, road, tape)
    if doubt is not None:
        return doubt
    # One that is not asked for may be unmet.
    held = [need.test for need in needs if need.unless is None or road.decide(need.test)]
    met = "; ".join(map(described, held)) or "it needs nothing"
    return Reply("modelled", True, f"all that {act.action} needs holds: {met}")


def _forgotten(bound: Bound, road: Road, tape: Tape) -> Iterator[str]:
    """The rare needs that this recording saw unmet, and of which nobody knows whether they are met now."""
    decided = {concrete(need.test) for need in bound.needs(road.lookup)}
    for world in (*tape.before, tape.last, tape.end):
        unmet = (need for need in bound.needs(world.known) if need.holds(world.known) is False)
        yield from (_name(need, road) for need in unmet if concrete(need.test) not in decided)


def _name(need: BoundNeed, road: Road) -> str:
    """The fact that leaves a need open; one that is not met may still not be asked for."""
    path = need.source if need.open_list and need.source else need.test.path
    if need.unless is not None and not need.open_list and road.decide(need.test) is False:
        path = need.unless.path
    return str_path(tuple(str(segment) for segment in path))
