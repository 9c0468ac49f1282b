"""Check `actions`: each step uses an action of the catalogue, on a platform it has, with the parameters it takes.

A rollback is a use of an action like any other. What a command or script does is left to `commands`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runwright.actions.acceptance import problem_with
from runwright.actions.action import Action, Exec, Param
from runwright.actions.catalogue import find
from runwright.checks.nearest import nearest
from runwright.corpus.corpus import Entry
from runwright.errors import ContentError
from runwright.model.finding import Finding
from runwright.model.insertion import Insertion, insertions, parse_template
from runwright.model.runbook import ParamSpec, Runbook
from runwright.model.walk import Verb, verbs

_ON_LINUX, _ON_WINDOWS = {"linux", "systemd", "supervisor", "any"}, {"windows", "any"}
_GIVES: Mapping[str, frozenset[str]] = {
    "string": frozenset({"string", "duration"}),
    "integer": frozenset({"string", "integer", "number"}),
    "number": frozenset({"string", "number"}),
    "boolean": frozenset({"boolean"}),
    "strings": frozenset({"strings"}),
}
"""Which parameters of an action a parameter of a runbook can fill, by their types."""


def check(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find unknown actions and wrong parameters."""
    for verb in verbs(entry.value):
        try:
            action = find(verb.action)
        except ContentError as error:
            yield entry.finding("actions", error.message, (*verb.pointer, "action"))
            continue
        yield from _platform(entry, verb, action)
        yield from _params(entry, verb, action)
        if not verb.undo:
            yield from _matters(entry, verb, action)


def _platform(entry: Entry[Runbook], verb: Verb, action: Action) -> Iterator[Finding]:
    platform = entry.value.platform
    if platform == "any":
        return
    fitting = _ON_WINDOWS if platform == "windows" else _ON_LINUX
    if not fitting & action.variants.keys():
        message = (
            f"action {action.name} does not exist on {platform}; it is written for {', '.join(sorted(action.variants))}"
        )
        yield entry.finding("actions", message, (*verb.pointer, "action"))


def _params(entry: Entry[Runbook], verb: Verb, action: Action) -> Iterator[Finding]:
    for name in verb.params.keys() - action.params.keys():
        near = nearest(name, action.params)
        advice = f"did you mean {near}?" if near else f"it has {', '.join(action.params) or 'none'}"
        yield entry.finding(
            "actions", f"{action.name} has no parameter {name!r}", (*verb.pointer, "with", name), suggestion=advice
        )
    for name, spec in action.params.items():
        if name not in verb.params:
            if spec.required:
                message = f"{_who(verb)} lacks the parameter {name!r} of {action.name}: {spec.description}"
                yield entry.finding("actions", message, verb.pointer)
            continue
        problem = _problem(spec, verb.params[name], entry.value.params)
        if problem:
            message = f"parameter {name!r} of {action.name} {problem}"
            yield entry.finding("actions", message, (*verb.pointer, "with", name))


def _who(verb: Verb) -> str:
    return f"the rollback of step {verb.step.id!r}" if verb.undo else f"step {verb.step.id!r}"


def _problem(spec: Param, value: Any, declared: Mapping[str, ParamSpec]) -> str | None:
    if spec.type == "text" and isinstance(value, str) and "${{" in value:
        return "holds an insertion; give values through `env`, so that they never become code"
    if isinstance(value, str) and insertions(value):
        # The agent looks at what it becomes, before anything runs; what can never fit is said here.
        return _misfit(spec, _given(value, declared))
    if isinstance(value, (list, tuple)) and any(_given(item, declared) == "strings" for item in value):
        return "puts a list into a list; repeat the step with `foreach`, or give the list alone"
    return problem_with(spec, value)


def _misfit(spec: Param, given: str | None) -> str | None:
    if given is None or spec.type in _GIVES[given]:
        return None
    return f"takes {spec.type}, and what is inserted is declared as {given}"


def _given(value: Any, declared: Mapping[str, ParamSpec]) -> str | None:
    """The declared type of what a value becomes, or None where that is not known before the run."""
    parts = parse_template(value) if isinstance(value, str) and "${{" in value else ()
    if len(parts) != 1 or not isinstance(parts[0], Insertion):
        return "string" if parts else None
    root, name = (*parts[0].path, "")[:2]
    if root != "params" or name not in declared or parts[0].filters:
        return None
    return declared[name].type


def _matters(entry: Entry[Runbook], verb: Verb, action: Action) -> Iterator[Finding]:
    """What a step says around its action, and the action cannot have."""
    step = verb.step
    if step.declared and not any(variant.model.opaque for variant in action.variants.values()):
        word = "reads" if step.reads else "needs" if step.needs is not None else "changes"
        message = f"`{word}` is for scripts and commands; what {action.name} needs and changes is known"
        yield entry.finding("actions", message, (*verb.pointer, word), suggestion="leave it out")
    if any(isinstance(variant.operation, Exec) for variant in action.variants.values()):
        return
    for word in ("success_codes", "changed_codes", "run_as"):
        if word in step.model_fields_set:
            message = f"`{word}` is for actions that start a program; {action.name} starts none"
            yield entry.finding("actions", message, (*verb.pointer, word), suggestion="leave it out")
