"""Check `actions`: each step uses an action of the catalogue, on a platform it has, with the parameters it takes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from runwright.actions.action import Action, Param
from runwright.actions.catalogue import find
from runwright.corpus.corpus import Corpus, Entry
from runwright.errors import ContentError
from runwright.model.duration import parse_duration
from runwright.model.finding import Finding
from runwright.model.insertion import insertions
from runwright.model.pattern import full_match
from runwright.model.runbook import Runbook, Step

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "text": (str,),
    "duration": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "strings": (list,),
    "environment": (dict,),
}
_EXPECTED = {"strings": "a list of texts", "environment": "a mapping of names to values", "text": "a text"}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_ON_LINUX, _ON_WINDOWS = {"linux", "systemd", "supervisor", "any"}, {"windows", "any"}


def check(corpus: Corpus) -> Iterator[Finding]:
    """Find unknown actions and wrong parameters."""
    for entry in corpus.runbooks:
        for index, step in enumerate(entry.value.steps):
            try:
                action = find(step.action)
            except ContentError as error:
                yield entry.finding("actions", error.message, ("steps", index, "action"))
                continue
            yield from _platform(entry, index, action)
            yield from _params(entry, index, step, action)


def _platform(entry: Entry[Runbook], index: int, action: Action) -> Iterator[Finding]:
    platform = entry.value.platform
    if platform == "any":
        return
    fitting = _ON_WINDOWS if platform == "windows" else _ON_LINUX
    if not fitting & action.variants.keys():
        message = (
            f"action {action.name} does not exist on {platform}; it is written for {', '.join(sorted(action.variants))}"
        )
        yield entry.finding("actions", message, ("steps", index, "action"))


def _params(entry: Entry[Runbook], index: int, step: Step, action: Action) -> Iterator[Finding]:
    for name in step.params.keys() - action.params.keys():
        near = difflib.get_close_matches(name, action.params, n=1)
        advice = f"did you mean {near[0]}?" if near else f"it has {', '.join(action.params) or 'none'}"
        yield entry.finding(
            "actions", f"{action.name} has no parameter {name!r}", ("steps", index, "with", name), suggestion=advice
        )
    for name, spec in action.params.items():
        if name not in step.params:
            if spec.required:
                message = f"step {step.id!r} lacks the parameter {name!r} of {action.name}: {spec.description}"
                yield entry.finding("actions", message, ("steps", index))
            continue
        problem = _problem(spec, step.params[name])
        if problem:
            yield entry.finding(
                "actions", f"parameter {name!r} of {action.name} {problem}", ("steps", index, "with", name)
            )


def _problem(spec: Param, value: Any) -> str | None:
    if spec.type == "text" and isinstance(value, str) and "${{" in value:
        return "holds an insertion; give values through `env`, so that they never become code"
    if isinstance(value, str) and insertions(value):
        return None  # the agent looks at what it becomes, before anything runs
    if not isinstance(value, _TYPES[spec.type]) or (isinstance(value, bool) and spec.type != "boolean"):
        return f"is {value!r:.80}; expected {_EXPECTED.get(spec.type, spec.type)}"
    if isinstance(value, (list, dict)):
        return _problem_with_items(value)
    return _problem_with_text(spec, value) if isinstance(value, str) else None


def _problem_with_items(value: list[Any] | dict[str, Any]) -> str | None:
    if isinstance(value, list) and not value:
        return "is empty; expected at least one text"
    wrong = next((name for name in value if isinstance(value, dict) and not _VARIABLE.fullmatch(name)), None)
    if wrong is not None:
        return f"names {wrong!r:.80}; expected letters, digits and _, such as LOG_FOLDER"
    items = value.values() if isinstance(value, dict) else value
    nested = [item for item in items if item is None or isinstance(item, (list, dict))]
    return f"holds {nested[0]!r:.80}; expected texts and numbers" if nested else None


def _problem_with_text(spec: Param, value: str) -> str | None:
    if spec.type == "duration":
        try:
            parse_duration(value)
        except ValueError as error:
            return f": {error}"
    if spec.enum and value not in spec.enum:
        return f"is {value!r:.80}; expected one of {', '.join(spec.enum)}"
    if spec.pattern and not full_match(spec.pattern, value):
        return f"is {value!r:.80}; expected text that matches {spec.pattern}"
    return None
