"""A parent for a failed run whose runbook no library has: put together from the steps that ran, and it says so.

Field telemetry names runbooks that nobody wrote down here. What ran is the only source: each step as the action of the
catalogue that it was, or as the command that it was; what could be neither is left out and counted. The run itself is
told in the same words, so that it can be kept as a recording and replayed; what it was called before stays beside it.
Nothing of its prose gets in: neither names, nor outputs, nor errors.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from runwright.actions.catalogue import ACTIONS
from runwright.checks.validation import errors, validate
from runwright.corpus.canonical import canonical
from runwright.corpus.corpus import Corpus, Entry, read_corpus
from runwright.corpus.drafting import SHORT
from runwright.corpus.editing import dump
from runwright.learn.dialects import Verb, only_looks, verb_of
from runwright.learn.fingerprint import failed_step
from runwright.learn.telling_over import verification_of
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.fields import Platform
from runwright.model.finding import Finding
from runwright.model.insertion import Insertion
from runwright.model.runbook import Runbook
from runwright.model.telemetry import execution_data, parse_execution
from runwright.replay.telling import visible

SCHEMA = "# yaml-language-server: $schema=../../schemas/runbook.schema.json\n"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
_TYPE = re.compile(r"[a-z][a-z0-9_-]{0,63}")
MAX_STEPS = 50
MAX_SAID = 300
"""Characters of what a check says of a parent."""
DIGITS = 20
"""Hexadecimal digits of a name: nobody finds other steps with the same ones."""
_MINTED = re.compile(rf"RB-[A-Z]{{3}}-FIELD-[0-9A-F]{{{DIGITS}}}")
ROOM = 1.5
"""How many times the recorded duration a time limit is."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One step that ran, in our words."""

    step: ExecutedStep
    id: str
    verb: Verb


def reconstruct(execution: Execution, corpus: Corpus) -> tuple[Entry[Runbook], str, Execution] | str:
    """The parent, its text and the run in its words; or why there can be none."""
    platform = _platform(execution)
    told = tuple(_told(execution.executed_steps, platform))
    if not told:
        return "none of its steps is an action of the catalogue, or a command that a runbook could hold"
    names = _params(told)
    wanted = runbook_id(execution, told)
    again = _retold(execution, told, names, wanted)
    known = corpus.runbook(wanted)
    if known is not None:  # another failure of the same runbook was thought through before
        return known, corpus.files[known.path].decode(), again
    over = verification_of(execution, [Verb(one.verb.action, _inserted(one, names)) for one in told])
    if not over:
        return "nothing that it ran says how to tell that the incident is over"
    path = f"runbooks/{platform}/{wanted}.yaml"
    data = {"id": wanted, **_head(execution, told), **_body(execution, told, names)}
    data["verify"]["checks"] = [{"when": dict(over), "confidence": 0.9}]
    return _read(corpus, path, _text(data, path), wanted, again)


def runbook_id(execution: Execution, told: Iterable[_Told]) -> str:
    """The id of the parent: a name of ours, the same for every run of the same steps under the same name.

    Telemetry never chooses it, or it would choose a file of the library. Names alone do not tell runbooks apart: agents
    of other makes run other steps under one name.
    """
    return _minted(_name_in_the_field(execution, tuple(told)), execution, told)


def is_put_together(name: str) -> bool:
    """Whether an id is one that is given to a parent which no library had."""
    return _MINTED.fullmatch(name) is not None


def _minted(name: str, execution: Execution, told: Iterable[_Told]) -> str:
    shape = [[one.verb.action, one.verb.params if _is_opaque(one.verb) else []] for one in told]
    said = json.dumps([name, shape], sort_keys=True, default=str)
    return f"RB-{SHORT[_platform(execution)]}-FIELD-{hashlib.sha256(said.encode()).hexdigest()[:DIGITS].upper()}"


def _is_opaque(verb: Verb) -> bool:
    return all(variant.model.opaque for variant in ACTIONS[verb.action].variants.values())


def _params(told: Iterable[_Told]) -> Mapping[tuple[str, str], str]:
    """A parameter of the runbook for every text that an action was given, so that none stands in the file itself."""
    found: dict[tuple[str, str], str] = {}
    for one in told:
        for key, value in one.verb.params.items():
            if isinstance(value, str) and not _is_opaque(one.verb):
                others = [name for (other, _), name in found.items() if other == key]
                found.setdefault((key, value), f"{key}_{len(others) + 1}" if others else key)
    return found


def _inserted(one: _Told, names: Mapping[tuple[str, str], str]) -> Mapping[str, Any]:
    """The parameters of a step, with an insertion wherever a parameter of the runbook stands for the value."""
    if _is_opaque(one.verb):
        return one.verb.params
    return {
        key: Insertion(("params", names[key, value])) if isinstance(value, str) else value
        for key, value in one.verb.params.items()
    }


def _read(
    corpus: Corpus, path: str, text: str, wanted: str, again: Execution
) -> tuple[Entry[Runbook], str, Execution] | str:
    base = read_corpus({**corpus.files, path: text.encode()})
    entry = base.runbook(wanted)
    wrong = [error for error in errors(validate(base, corpus)) if error.path == path]
    if entry is None or wrong:
        return f"what was put together is no valid runbook: {_said(wrong[0]) if wrong else 'it cannot be read'}"
    return entry, text, again


def _said(finding: Finding) -> str:
    """What a check says, with its rule: a command of the field may stand in it, so it is one line of a fixed length."""
    return f"{visible(finding.message)[:MAX_SAID]} [{finding.rule}]"


def _platform(execution: Execution) -> Platform:
    return "windows" if execution.platform == "windows" else "linux"


def _told(steps: Iterable[ExecutedStep], platform: str) -> Iterable[_Told]:
    """The steps that a runbook can hold, each under a name of its own."""
    taken: set[str] = set()
    for step in steps:
        verb = None if step.action not in ACTIONS and _can_go(step) else verb_of(step, platform)
        if verb is None or len(taken) >= MAX_STEPS:
            continue
        word = verb.action.partition(".")[2].replace("_", "-")
        name = next(name for name in _numbered(word) if name not in taken)
        taken.add(name)
        yield _Told(step, name, verb)


def _can_go(step: ExecutedStep) -> bool:
    """Whether a step only looked, in a way for which there is no action."""
    return only_looks(step) and verb_of(step, "linux") is None


def _numbered(word: str) -> Iterable[str]:
    yield word
    yield from (f"{word}-{number}" for number in range(2, MAX_STEPS + 2))


def _head(execution: Execution, told: tuple[_Told, ...]) -> Mapping[str, Any]:
    kind, out = execution.incident_type or "", len(_left_out(execution, told))
    said = f" {out} more could not be told in them, or only looked, and are left out." if out else ""
    return {
        "name": "Put together from a run in the field",
        "version": 1,
        "platform": _platform(execution),
        "incident_types": [kind if _TYPE.fullmatch(kind) else "unknown"],
        "description": f"No library had this runbook. It was put together from the steps of a run: {len(told)} of them"
        f" in actions of the catalogue, as they ran.{said} Read it as if it were new.",
    }


def _body(execution: Execution, told: tuple[_Told, ...], names: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    limit = max(600, math.ceil(ROOM * (execution.duration_seconds or 0)))
    name = _name_in_the_field(execution, told)
    source = {"reconstructed_from": name} if _PLAIN.fullmatch(name) else {}
    return {
        **({"params": dict(_declared(told, names))} if names else {}),
        "limits": {"timeout": f"{limit}s"},
        "steps": [_step(one, names) for one in told],
        "verify": {"method": "state_check", "settle": "5s"},
        "metadata": {
            "generated_by": "runwright",
            "generated_from_failure": execution.execution_id,
            "generation_model": "built-in",
            "requires_human_review": True,
            **source,
        },
    }


def _declared(told: tuple[_Told, ...], names: Mapping[tuple[str, str], str]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """What each parameter accepts; the first one is what the incident is about, but never what is destroyed."""
    source = {"from": "incident.resource"}
    for (key, value), name in names.items():
        action = next(ACTIONS[one.verb.action] for one in told if one.verb.params.get(key) == value)
        spec = action.params[key]
        pattern = {"pattern": f"^{spec.pattern}$"} if spec.pattern else {}
        about = {} if action.destructive else source
        yield name, {"type": "string", **pattern, **about, "description": spec.description}
        source = {} if about else source


def _step(one: _Told, names: Mapping[tuple[str, str], str]) -> Mapping[str, Any]:
    action = ACTIONS[one.verb.action]
    # The catalogue's words stand here; those of the field stay where they were.
    step: dict[str, Any] = {"id": one.id, "name": action.summary.partition(";")[0].rstrip("."), "action": action.name}
    given = {
        key: f"${{{{ params.{value.path[1]} }}}}" if isinstance(value, Insertion) else value
        for key, value in _inserted(one, names).items()
    }
    step |= {"with": given} if given else {}
    limit = ROOM * one.step.duration_seconds
    return {**step, "timeout": f"{math.ceil(limit)}s"} if limit > action.timeout_seconds else step


def _text(data: Mapping[str, Any], path: str) -> str:
    blocks = (dump({key: value}, flow=False) for key, value in data.items())
    return canonical((SCHEMA + "".join(blocks)).encode(), path)


def _before(execution: Execution, told: tuple[_Told, ...]) -> Mapping[str, Any] | None:
    """What a run that was told in these words already says of how it was before; its id proves it."""
    kept = (execution.model_extra or {}).get("reconstructed")
    if not (isinstance(kept, dict) and isinstance(kept.get("left_out"), list)):
        return None
    name = kept.get("runbook_id")
    return kept if isinstance(name, str) and _minted(name, execution, told) == execution.runbook_id else None


def _name_in_the_field(execution: Execution, told: tuple[_Told, ...]) -> str:
    kept = _before(execution, told)
    return str(kept["runbook_id"]) if kept else execution.runbook_id


def _left_out(execution: Execution, told: tuple[_Told, ...]) -> list[Any]:
    kept, mine = _before(execution, told), {id(one.step) for one in told}
    out = [step for step in execution.executed_steps if id(step) not in mine]
    return list(kept["left_out"]) if kept else [{"action": step.action, "params": step.params} for step in out]


def _seen_behind(one: _Told, told: tuple[_Told, ...], execution: Execution) -> Mapping[str, Any]:
    """What steps that are left out had looked at before the next one: it is kept with the step before them."""
    others = {id(other.step) for other in told if other is not one}
    behind = execution.executed_steps[[id(step) for step in execution.executed_steps].index(id(one.step)) + 1 :]
    found: dict[str, Any] = {}
    for step in takewhile(lambda step: id(step) not in others, behind):
        found |= {**step.facts, **step.state_before, **step.state_after}
    return found


def _retold(
    execution: Execution, told: tuple[_Told, ...], names: Mapping[tuple[str, str], str], wanted: str
) -> Execution:
    """The run in the words of its parent; what it was called, and how its steps were, stays in `reconstructed`."""
    data = execution_data(execution)
    steps = {id(step): raw for step, raw in zip(execution.executed_steps, data["executed_steps"], strict=True)}
    failed = failed_step(execution)
    data["executed_steps"] = [
        {
            **steps[id(one.step)],
            "step": one.id,
            "action": one.verb.action,
            "params": dict(one.verb.params),
            "state_after": {**one.step.state_after, **_seen_behind(one, told, execution)},
        }
        for one in told
    ]
    data["error_step"] = next((one.id for one in told if one.step is failed), None)
    data["runbook_id"], data["runbook_version"] = wanted, 1
    data["params"] = {name: value for (_, value), name in names.items()}
    data["reconstructed"] = _before(execution, told) or {
        "runbook_id": execution.runbook_id,
        "steps": {one.id: {"step": one.step.step, "action": one.step.action} for one in told},
        "left_out": _left_out(execution, told),
    }
    return parse_execution({key: value for key, value in data.items() if value is not None})
