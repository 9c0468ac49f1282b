"""Tells a dry run: each command as it would be, what decides the conditions, the risk, and whether it would go through.

What would happen is worked out by `agent.rehearse`; the same value is told as text and as an Execution in JSON.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click

from runwright.actions.action import Exec
from runwright.actions.binding import bind_operation
from runwright.actions.catalogue import find, variant
from runwright.agent.foresee import Foresight
from runwright.agent.plan import Carried, Entry, Looked, Questioned, Rested, command_line
from runwright.agent.rehearse import Rehearsal, Rehearsed, rehearse
from runwright.cli.printable import printable
from runwright.cli.run_inputs import ByHand
from runwright.engine.result import Circumstances, Result, execution_of, result_of
from runwright.engine.state import Undoing
from runwright.model.condition import Truth
from runwright.model.execution import NOT_RUN, Execution
from runwright.model.fields import RISKS, Risk
from runwright.model.telemetry import canonical, execution_data
from runwright.model.walk import verbs

WORDS = {True: "yes", False: "no", None: "not known"}
_PURPOSES = {
    "healthy": "nothing to do if",
    "unsafe": "unsafe if",
    "when": "only when",
    "wait": "waits until",
    "assert": "goes on only if",
    "verify": "verified if",
}


def told(by_hand: ByHand, form: str) -> int:
    """Write what the run would do; 0 when it is known that it would go through, else 1."""
    rehearsed = rehearse(by_hand.run, Rehearsal(Foresight(by_hand.reader), by_hand.secrets))
    result = result_of(rehearsed.state)
    goes = _goes_through(rehearsed, result)
    if form == "json":
        click.echo(_json(by_hand, rehearsed, goes))
    else:
        click.echo("\n".join(_safe(line) for line in _lines(by_hand, rehearsed, result, goes)))
    return 0 if goes is True else 1


def _goes_through(rehearsed: Rehearsed, result: Result) -> Truth:
    """Yes needs a verification that is predicted, and nothing that is doubtful before it."""
    stopped = rehearsed.state.ending is not None
    if stopped or result.verified is False:
        return False
    return True if result.success and not rehearsed.doubts else None


def _lines(by_hand: ByHand, rehearsed: Rehearsed, result: Result, goes: Truth) -> Iterator[str]:
    runbook = by_hand.run.runbook
    yield f"{runbook.id} version {runbook.version}: dry run on {socket.gethostname()}; nothing is changed"
    yield f"  risk: {_risk(by_hand)}"
    for name, value in by_hand.run.params.items():
        yield f"  {name} = {_shown(value)}"
    for entry in rehearsed.entries:
        yield from (f"  {line}" for line in _entry(entry))
    for undoing in rehearsed.undos:
        yield f"  if it fails later, takes {undoing.step} back: {_undo(undoing, by_hand)}"
    yield f"  would go through: {WORDS[goes]}"
    yield from (f"    {reason}" for reason in _reasons(rehearsed, result, goes))


def _reasons(rehearsed: Rehearsed, result: Result, goes: Truth) -> Iterator[str]:
    if result.error_message and goes is not True:
        yield f"{result.error_step}: {result.error_message}" if result.error_step else result.error_message
    yield from rehearsed.doubts if goes is None else ()


def _entry(entry: Entry) -> Iterator[str]:
    if isinstance(entry, Looked):
        yield from _looked(entry)
    elif isinstance(entry, Carried):
        yield from _carried(entry)
    elif isinstance(entry, Questioned):
        who = ", ".join(entry.who) or "whoever operates the agent"
        otherwise = "denied" if entry.default == "deny" else "approved"
        yield f"{entry.step}: asks {who}: {entry.message} ({entry.timeout_seconds:g} s, then {otherwise})"
    elif isinstance(entry, Rested):
        at = f"{entry.step}: " if entry.step else ""
        yield f"{at}waits {entry.seconds:g} s ({entry.reason})"


def _looked(entry: Looked) -> Iterator[str]:
    at = f"{entry.step}: " if entry.step else ""
    yield f"{at}{_PURPOSES[entry.purpose]} {entry.condition}: {WORDS[entry.value]}"
    for name, value in entry.facts.items():
        yield f"    {name} = {_shown(value)}{' (predicted)' if name in entry.predicted else ''}"
    if entry.doubt:
        yield f"    {entry.doubt}"


def _carried(entry: Carried) -> Iterator[str]:
    destructive = ", destructive" if entry.destructive else ""
    account = f" as {entry.run_as}" if entry.run_as else ""
    yield f"{entry.step}: {entry.action} (risk {entry.risk}{destructive}){account}"
    yield f"    $ {command_line(entry.operation)}"
    text = entry.operation.stdin if isinstance(entry.operation, Exec) else None
    yield from (f"    | {line}" for line in (text or "").splitlines())
    for need, truth in entry.needs:
        yield f"    needs {need}: {WORDS[truth]}"
    if entry.refused:
        yield f"    would fail: {entry.refused}"


def _undo(undoing: Undoing, by_hand: ByHand) -> str:
    chosen = variant(find(undoing.action), by_hand.reader.host)
    return f"{undoing.action}: $ {command_line(bind_operation(chosen.operation, undoing.params))}"


def _risk(by_hand: ByHand) -> Risk:
    """That of the riskiest action that the run or a runbook that it calls could carry out."""
    runbooks = (by_hand.run.runbook, *by_hand.run.called.values())
    found = (find(verb.action).risk for runbook in runbooks for verb in verbs(runbook))
    return max(found, key=RISKS.index, default="low")


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _safe(line: str) -> str:
    """What a host or a file says cannot move the cursor of a terminal."""
    return printable(line, instead="?")


def _json(by_hand: ByHand, rehearsed: Rehearsed, goes: Truth) -> str:
    return canonical(execution_data(_execution(by_hand, rehearsed, goes))).decode().rstrip()


def _execution(by_hand: ByHand, rehearsed: Rehearsed, goes: Truth) -> Execution:
    """The Execution of a run that did not take place: nothing was verified, whatever was predicted."""
    started = by_hand.started(datetime.now(UTC), {})
    about = Circumstances(started.execution_id, by_hand.incident, started.at, "L3")
    told = execution_of(rehearsed.state, about, {}, {})
    result = result_of(rehearsed.state)
    plan = {
        "would_go_through": goes,
        "reasons": list(_reasons(rehearsed, result, goes)),
        "risk": _risk(by_hand),
        "plan": [_data(entry) for entry in rehearsed.entries],
        "would_take_back": [{"step": undo.step, "command": _undo(undo, by_hand)} for undo in rehearsed.undos],
    }
    nothing = {"status": "dry_run", "success": False, "verification_passed": None, "verification_method": NOT_RUN}
    data = {**told.model_dump(mode="json", by_alias=True), **nothing, "confidence": 0.0, "outcome": None}
    return Execution.model_validate_json(json.dumps({**data, "dry_run": plan}))


def _data(entry: Entry) -> dict[str, Any]:
    if isinstance(entry, Carried):
        shown = {"action": entry.action, "risk": entry.risk, "destructive": entry.destructive, "run_as": entry.run_as}
        needs = [{"condition": need, "holds": truth} for need, truth in entry.needs]
        more = {"command": _command(entry), "needs": needs, "would_fail": entry.refused}
        return {"kind": "carried", "step": entry.step, **shown, **more}
    names = {name: getattr(entry, name) for name in entry.__slots__}
    return {"kind": type(entry).__name__.lower(), **names}


def _command(entry: Carried) -> dict[str, Any]:
    operation = entry.operation
    if isinstance(operation, Exec):
        return {"argv": list(operation.argv), "env": dict(operation.env), "stdin": operation.stdin}
    return {"native": operation.name, "args": dict(operation.args)}
