"""Check `actions`: each step uses an action of the catalogue, on a platform it has, with the parameters it takes."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from runwright.actions.acceptance import problem_with
from runwright.actions.action import Action, Param
from runwright.actions.catalogue import find
from runwright.corpus.corpus import Corpus, Entry
from runwright.errors import ContentError
from runwright.model.finding import Finding
from runwright.model.insertion import insertions
from runwright.model.runbook import Runbook, Step

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
    return problem_with(spec, value)
