"""One action: its parameters bound, its answer read, its record written, and what takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runwright.engine.deciding import bound, settled
from runwright.engine.exchange import Act, Acted
from runwright.engine.prepared import Prepared, prepared
from runwright.engine.state import State, Undoing
from runwright.errors import ContentError
from runwright.model.condition import Condition, bind
from runwright.model.execution import Attempt, Declared, ExecutedStep, StepOutcome
from runwright.model.fields import Facts
from runwright.model.frozen import blank_of, own
from runwright.model.insertion import Scope, insert, read_json
from runwright.model.path import bind_path, parse_path, str_path
from runwright.model.pattern import compiled
from runwright.model.secret import Pointer
from runwright.model.step import Extract, Step

MAX_OUTPUT = 64 * 1024
"""Characters of output kept of one step; the last ones, where errors stand."""
MAX_WORDS = 500
"""Characters of error kept of one try."""
SHORTEST_SECONDS = 0.001
"""What any try may take, however little time the run has left."""
_blank_record = blank_of(ExecutedStep)


def act_of(state: State, step: Step, attempts: tuple[Attempt, ...]) -> Act:
    """What carrying out a step asks for; raises `MissingValue` and `ContentError`."""
    said = prepared(step)
    # Every field is named and made here, in the order of the noun: one is needed for every try of every step.
    return own(
        Act,
        {
            "step": state.named(step.id),
            "action": said.verb,
            "params": _params(state, said),
            "timeout_seconds": max(SHORTEST_SECONDS, min(said.limit, state.time_left)),
            "attempt": len(attempts) + 1,
            "success_codes": said.codes,
            "secrets": _secrets(state, said),
            "run_as": step.run_as,
            "declared": _declared(step, state.scope()) if said.declares else None,
        },
    )


def undoing_of(state: State, step: Step) -> Undoing | None:
    """What takes a step back, with its parameters as they are now; raises `MissingValue` and `ContentError`."""
    undo = step.rollback
    if undo is None:
        return None
    said = prepared(undo)
    params = said.params(state.scope())
    return Undoing(state.named(step.id), said.verb, params, said.limit, undo.run_as, _secrets(state, said))


def undo_act(undoing: Undoing) -> Act:
    """What taking a step back asks for."""
    return Act(
        step=f"{undoing.step}.rollback",
        action=undoing.action,
        params=dict(undoing.params),
        timeout_seconds=undoing.timeout_seconds,
        attempt=1,
        secrets=undoing.secrets,
        run_as=undoing.run_as,
    )


def attempt_of(state: State, answer: Acted) -> Attempt:
    """One try, as it is kept."""
    outcome: StepOutcome = "success" if answer.success else "failed"
    offset = round(state.elapsed - answer.duration, 3)
    return own(
        Attempt,
        {
            "offset": offset,
            "duration": round(answer.duration, 3),
            "outcome": outcome,
            "exit_code": answer.exit_code,
            "error": "" if answer.success else _last_lines(answer.error),
            "timed_out": answer.timed_out,
        },
    )


def _last_lines(text: str) -> str:
    """The end of a text, from the beginning of a line or at least of a word: half a word may be half a secret."""
    if len(text) <= MAX_WORDS:
        return text
    tail = text[-MAX_WORDS:]
    _, found, lines = tail.partition("\n")
    return lines if found and lines.strip() else tail.partition(" ")[2]


def pause_after(step: Step, attempts: tuple[Attempt, ...]) -> float | None:
    """How long to wait before the next try, in seconds; None when there is none."""
    retry = step.retry
    if retry is None or len(attempts) >= retry.attempts:
        return None
    return float(retry.delay.total_seconds() * retry.backoff ** (len(attempts) - 1))


def executed(
    state: State, step: Step, answer: Acted, attempts: tuple[Attempt, ...], facts: Facts
) -> tuple[ExecutedStep, Mapping[str, Any]]:
    """The record of a step that was carried out, and the values taken out of its output."""
    outputs, missing = extracted(step.extract, answer.output) if answer.success and step.extract else ({}, None)
    said = prepared(step)
    return record(
        state,
        step,
        "success" if answer.success and missing is None else "failed",
        params=_params(state, said),
        run_as=step.run_as,
        started_at=answer.started_at,
        duration_seconds=round(sum([attempt.duration for attempt in attempts]), 3),
        exit_code=answer.exit_code,
        output=answer.output[-MAX_OUTPUT:],
        error=missing or answer.error[-MAX_OUTPUT:],
        timed_out=answer.timed_out,
        state_before=answer.state_before,
        state_after=answer.state_after,
        unread=answer.unread,
        facts=facts,
        attempts=attempts,
        declared=_declared(step, state.scope()) if said.declares else None,
    ), outputs


def undoable(state: State, undoing: Undoing | None, attempts: tuple[Attempt, ...]) -> State:
    """Keep what takes an action back that was carried out, also where its output then failed the step."""
    if undoing is None or not attempts or attempts[-1].outcome != "success":
        return state
    return state.but(undos=(*state.undos, undoing))


def record(state: State, step: Step, outcome: StepOutcome, **more: Any) -> ExecutedStep:
    """The record of a step."""
    fields = _blank_record()
    fields.update(more, step=state.named(step.id), name=step.name, action=step.verb, outcome=outcome)
    return own(ExecutedStep, fields)


def undo_record(undoing: Undoing, answer: Acted) -> ExecutedStep:
    """The record of a step that was taken back."""
    return ExecutedStep.model_construct(
        step=f"{undoing.step}.rollback",
        action=undoing.action,
        outcome="success" if answer.success else "failed",
        params=dict(undoing.params),
        run_as=undoing.run_as,
        started_at=answer.started_at,
        duration_seconds=round(answer.duration, 3),
        exit_code=answer.exit_code,
        output=answer.output[-MAX_OUTPUT:],
        error=answer.error[-MAX_OUTPUT:],
        timed_out=answer.timed_out,
        state_before=answer.state_before,
        state_after=answer.state_after,
        unread=answer.unread,
    )


def kept(state: State, step: Step, done: ExecutedStep, outputs: Mapping[str, Any]) -> State:
    """The state with a record, in which later steps can insert what it gave."""
    return state.but(**keeping(state, step, done, outputs))


def keeping(state: State, step: Step, done: ExecutedStep, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """What a record changes in a state; what a repeated step gave becomes lists."""
    value: dict[str, Any] = {
        "output": done.output.strip(),
        "exit_code": done.exit_code,
        "outcome": done.outcome,
        # What a success wrote to standard error is kept for those who read the record, and is no error.
        "error": done.error if done.outcome == "failed" else "",
        "changed": done.outcome == "success" and done.exit_code in step.changed_codes,
        "outputs": dict(outputs),
    }
    if state.repeated:
        value = _gathered(state, step, value)
    return {"values": {**state.values, step.id: value}, "trace": (*state.trace, done)}


def without_items(state: State, done: ExecutedStep) -> State:
    """The state after a repeated step that had nothing to do: its values are empty lists."""
    value: dict[str, Any] = {key: [] for key in ("output", "exit_code", "outcome", "error", "changed")}
    outputs: dict[str, Any] = {name: [] for name in state.step.extract}
    values = {**state.values, state.step.id: {**value, "outputs": outputs}}
    return state.but(values=values, trace=(*state.trace, done))


def extracted(wanted: Mapping[str, Extract], output: str) -> tuple[dict[str, Any], str | None]:
    """The values taken out of an output, and what could not be found in it."""
    found: dict[str, Any] = {}
    for name, extract in wanted.items():
        try:
            value = _one_value(extract, output)
        except ContentError as error:
            return {}, error.message
        value = extract.default if value is None else value
        if value is None:
            way = extract.regex if extract.regex is not None else extract.json_path
            return {}, f"the output has no {name!r}: nothing in it matches {way}"
        found[name] = value
    return found, None


def _one_value(extract: Extract, output: str) -> Any:
    if extract.regex is not None:
        match = compiled(extract.regex).search(output)
        return None if match is None else match.group(1 if compiled(extract.regex).groups else 0)
    try:
        value = read_json(output)
    except ValueError:
        return None
    for name in str(extract.json_path).split("."):
        value = _member(value, name)
    return value


def _member(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return value[int(name)] if name.isdigit() and len(name) < 9 and int(name) < len(value) else None
    return value.get(name) if isinstance(value, Mapping) else None


def _gathered(state: State, step: Step, value: dict[str, Any]) -> dict[str, Any]:
    first = all(frame.at == 0 for frame in state.stack if frame.items is not None)
    before: Mapping[str, Any] = {} if first else state.values.get(step.id, {})
    gathered = {key: [*before.get(key, ()), item] for key, item in value.items() if key != "outputs"}
    named = {name: [*before.get("outputs", {}).get(name, ()), item] for name, item in value["outputs"].items()}
    return {**gathered, "outputs": named}


def _params(state: State, said: Prepared) -> dict[str, Any]:
    return said.params({} if said.fixed is not None else state.scope())


def _secrets(state: State, said: Prepared) -> tuple[Pointer, ...]:
    """Where secrets stand; raises `ContentError` for one that the runbook does not declare."""
    strange = sorted(said.secret_names - state.run.runbook.secrets.keys()) if said.secret_names else ()
    if strange:
        raise ContentError(f"secret {strange[0]!r} is not declared; name it under `secrets` of {state.run.runbook.id}")
    return said.secrets


def _declared(step: Step, scope: Scope) -> Declared:
    changes = step.changes
    return Declared(
        reads=tuple(_path(path, scope) for path in step.reads),
        needs=_needs(step.needs, scope) if step.needs is not None else None,
        changes=None if changes is None else {_path(p, scope): insert(v, scope) for p, v in changes.items()},
    )


def _needs(condition: Condition, scope: Scope) -> Condition | None:
    """What is needed of the host; what the run's own values refuse stays as it is said, for no fact can meet it."""
    left = bound(condition, scope)
    return None if settled(left) is True else bind(condition, scope) if settled(left) is False else left


def _path(text: str, scope: Scope) -> str:
    return str_path(bind_path(parse_path(text), scope))
