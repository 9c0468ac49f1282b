"""Makes a better version of a runbook's text from the edits that a model asked for: its own lines, and no others.

Every name in an edit must be vouched for; ids, names and comments of steps are our own words, of the model's only its
reason, as a plain sentence. Whether the version is any good is left to the judges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runwright.corpus.corpus import read_entry
from runwright.corpus.editing import insert_step, set_block, set_in_block, set_version
from runwright.corpus.step_editing import remove_step, replace_step, set_in_step
from runwright.errors import ContentError
from runwright.learn.conditions import condition_of
from runwright.learn.drafts import Failure, origin
from runwright.learn.hedging import sentence
from runwright.learn.remedies import id_of
from runwright.learn.said import (
    ActSaid,
    AdjustSaid,
    DraftSaid,
    EditSaid,
    InsertSaid,
    RemoveSaid,
    ReplaceSaid,
    RetrySaid,
    SettleSaid,
    WaitSaid,
)
from runwright.learn.vouching import Vouched
from runwright.model.runbook import Runbook
from runwright.model.walk import Placed, nested


@dataclass(frozen=True, slots=True)
class Change:
    """One edit that was carried out: the text after it, and what it was in our own words."""

    text: str
    words: str


def amended(failure: Failure, draft: DraftSaid, names: Vouched, model: str) -> tuple[str, str]:
    """The text of a better version and what it does; raises ContentError where it may not or cannot be made."""
    text, told, why = failure.text, list[str](), sentence(draft.reason)
    for edit in draft.edits:
        comment = f"changed after {failure.execution.execution_id}" + (f"; the model's reason: {why}" if why else "")
        change = _edited(text, edit, names, comment)
        text, why = change.text, ""
        told.append(change.words)
    if _read(text, failure.parent.path) == failure.parent.value:
        raise ContentError("it changes nothing")
    text = set_version(text, failure.parent.value.version + 1)
    text = set_block(text, "metadata", dict(origin(failure, model)))
    _read(text, failure.parent.path)
    return text, ", ".join(told)


def _edited(text: str, edit: EditSaid, names: Vouched, comment: str) -> Change:
    steps = list(nested(_read(text)))
    if isinstance(edit, InsertSaid):
        return _inserted(text, edit, names, comment)
    if isinstance(edit, SettleSaid):
        changed = set_in_block(text, "verify", "settle", f"{edit.seconds}s", comment)
        return Change(changed, f"settle for {edit.seconds} s")
    place = _place(steps, edit.step)
    at, index = place.pointer[:-1], int(place.pointer[-1])
    if isinstance(edit, RemoveSaid):
        return Change(remove_step(text, index, comment, at=at), f"remove {edit.step}")
    if isinstance(edit, ReplaceSaid):
        step = {**_step(edit.by, names, steps), "id": edit.step}
        return Change(replace_step(text, index, step, comment, at=at), f"replace {edit.step} by {_told(step)}")
    keys = _adjusted(edit, names)
    return Change(set_in_step(text, index, keys, comment, at=at), f"set {' and '.join(keys)} of {edit.step}")


def _read(text: str, path: str = "runbooks/draft.yaml") -> Runbook:
    entry, findings = read_entry(path, text.encode(), Runbook)
    if entry is None:
        raise ContentError(f"the runbook would not be valid: {findings[0].message}")
    return entry.value


def _place(steps: list[Placed], step_id: str) -> Placed:
    found = next((placed for placed in steps if placed.step.id == step_id), None)
    if found is None:
        raise ContentError(f"there is no such step; there are {', '.join(placed.step.id for placed in steps)}")
    return found


def _inserted(text: str, edit: InsertSaid, names: Vouched, comment: str) -> Change:
    runbook = _read(text)
    steps = list(nested(runbook))
    step = _step(edit.step, names, steps)
    if edit.before is None:
        return Change(insert_step(text, len(runbook.steps), step, comment), f"add {_told(step)} at the end")
    pointer = _place(steps, edit.before).pointer
    changed = insert_step(text, int(pointer[-1]), step, comment, at=pointer[:-1])
    return Change(changed, f"add {_told(step)} before {edit.before}")


def _adjusted(edit: AdjustSaid, names: Vouched) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    if edit.when is not None:
        keys["when"] = condition_of(edit.when, names)
    if edit.timeout_seconds is not None:
        keys["timeout"] = f"{edit.timeout_seconds}s"
    if edit.retry is not None:
        keys["retry"] = _retry(edit.retry)
    if not keys:
        raise ContentError("an edit adjusts nothing")
    return keys


def _step(said: ActSaid | WaitSaid, names: Vouched, steps: list[Placed]) -> dict[str, Any]:
    body = _act(said, names) if isinstance(said, ActSaid) else {"wait_until": condition_of(said.until, names)}
    verb = said.action.partition(".")[2].replace("_", "-") if isinstance(said, ActSaid) else "wait"
    called = [_bare(value) for value in body.get("with", {}).values() if isinstance(value, str)]
    taken = {placed.step.id for placed in steps}
    step = {
        "id": id_of(verb, called, taken),
        "name": " ".join([verb.replace("-", " ").capitalize(), *called, *(() if called else ("as needed",))])[:200],
        **body,
    }
    if said.when is not None:
        step["when"] = condition_of(said.when, names)
    if said.timeout_seconds is not None:
        step["timeout"] = f"{said.timeout_seconds}s"
    if isinstance(said, ActSaid) and said.retry is not None:
        step["retry"] = _retry(said.retry)
    return step


def _act(said: ActSaid, names: Vouched) -> dict[str, Any]:
    action = names.actions.get(said.action)
    if action is None:
        raise ContentError("an action is not one of the catalogue that was shown; commands are for people to write")
    params: dict[str, Any] = {}
    for param in said.params:
        if param.name in params:
            raise ContentError(f"a parameter of {action.name} is given twice")
        params[param.name] = names.value(action, param.name, param.value)
    lacking = next((name for name, spec in action.params.items() if spec.required and name not in params), None)
    if lacking is not None:
        raise ContentError(f"{action.name} needs `{lacking}`, and it is not given")
    return {"action": action.name, **({"with": params} if params else {})}


def _retry(said: RetrySaid) -> dict[str, Any]:
    return {"attempts": said.attempts, "delay": f"{said.delay_seconds}s"}


def _told(step: Mapping[str, Any]) -> str:
    params = " ".join(str(value) for value in step.get("with", {}).values())
    return f"{step.get('action', 'a wait')} {params}".strip()


def _bare(value: str) -> str:
    """A name as it is said: of an insertion, the parameter's."""
    found = re.fullmatch(r"\$\{\{ *params\.([a-z0-9_-]+) *\}\}", value)
    return found[1] if found else value
