"""Check `references`: what a runbook or rule names is there: parameters, earlier steps, the incident, other runbooks.

How one runbook calls another is left to `calls`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from runwright.checks.nearest import nearest
from runwright.checks.tree import Summary, Tree
from runwright.checks.uses import Reach, Use, in_condition, in_values, uses
from runwright.corpus.corpus import Entry
from runwright.engine.params import problem_with
from runwright.model.finding import Finding
from runwright.model.incident import Incident
from runwright.model.insertion import Insertion, insertions
from runwright.model.rule import Rule
from runwright.model.runbook import ParamSpec, Runbook
from runwright.model.step import Step
from runwright.model.walk import all_steps

STEP_VALUES = ("output", "exit_code", "outcome", "changed", "error", "outputs")
EACH_VALUES = ("item", "index")
MANY = 500
"""Runbooks among which a near one is still looked for by comparing with each."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
_OF_INCIDENT = tuple(Incident.model_fields)
_ACCEPTS = {"type", "pattern", "enum", "minimum", "maximum"}
Problem = tuple[str, str | None]
"""What is wrong, and what to do about it."""


def check_runbook(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find values that a runbook names and that are not there."""
    runbook = entry.value
    steps: dict[str, Step] = {}
    for use in uses(runbook):
        steps = steps or {step.id: step for step in all_steps(runbook)}
        problem = _problem(use, runbook, steps)
        if problem is not None:
            yield entry.finding("references", f"{use.said}: {problem[0]}", use.pointer, suggestion=problem[1])


def check_rule(rule: Entry[Rule]) -> Iterator[Finding]:
    """Find insertions of a rule that lead nowhere; its conditions look at the incident, and insert nothing else."""
    value = rule.value
    named = [*in_values(("params",), value.params, Reach()), *in_condition(("conditions",), value.conditions, Reach())]
    for use in named:
        if not use.said.startswith("${{"):
            continue
        if use.path[0] != "incident":
            yield rule.finding("references", f"{use.said}: a rule can insert values of the incident only", use.pointer)
        elif (problem := _incident_problem(use.path[1:])) is not None:
            yield rule.finding("references", f"{use.said}: {problem[0]}", use.pointer, suggestion=problem[1])


def note(entry: Entry[Any]) -> dict[str, Any]:
    """The parameters that a runbook takes, or the runbook that a rule runs and what it gives to it."""
    if isinstance(entry.value, Rule):
        return {"runs": entry.value.runbook_id, "gives": literals(entry.value.params)}
    return {"takes": {name: _taken(spec) for name, spec in entry.value.params.items()}}


def literals(params: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Parameters as they are noted: a list of the value, and an empty one where only the run knows it."""
    return {name: [] if insertions(value) else [value] for name, value in params.items()}


def literal_problems(target: Summary, given: Mapping[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """The parameters whose literal value a runbook does not accept, and why."""
    takes = target.notes["references"]["takes"]
    for name, value in given.items():
        if value and name in takes:
            problem = problem_with(_spec(takes[name]["spec"]), value[0])
            if problem:
                yield name, problem


@lru_cache(maxsize=4096)
def _spec(noted: str) -> ParamSpec:
    return ParamSpec.model_validate_json(noted)


def _taken(spec: ParamSpec) -> dict[str, Any]:
    """What a caller must know of a parameter: whether it must be given, and what it accepts."""
    accepts = spec.model_dump_json(by_alias=True, exclude_defaults=True, include=_ACCEPTS)
    return {"needed": spec.default is None and spec.source is None, "spec": accepts}


def check_tree(tree: Tree) -> Iterator[Finding]:
    """Find rules whose runbook does not exist, or takes other parameters."""
    for rule in tree.of("rule"):
        noted = rule.notes["references"]
        target = tree.find("runbook", noted["runs"])
        if target is None:
            yield absent_runbook(tree, rule.path, noted["runs"], ("action",))
        else:
            yield from _rule_params(tree, rule, target)


def absent_runbook(tree: Tree, path: str, name: str, at: tuple[str | int, ...]) -> Finding:
    """A finding about a runbook that is named and does not exist."""
    near = _nearest(tree, name)
    advice = f"did you mean {near}?" if near else "add the runbook first, or mend its file"
    return tree.finding(path, "references", f"runbook {name} does not exist", at, suggestion=advice)


def _nearest(tree: Tree, name: str) -> str | None:
    runbooks = tree.of("runbook")
    if len(runbooks) <= MANY:
        return nearest(name, [summary.id for summary in runbooks])
    # Comparing with each takes too long among thousands, where every id has near ones anyway: one slip is looked for.
    return next((one for one in _slips(name) if tree.find("runbook", one) is not None), None)


def _slips(name: str) -> Iterator[str]:
    """Names that differ in one character that is swapped, missing, wrong or too much."""
    cuts = [(name[:at], name[at:]) for at in range(len(name) + 1)]
    yield from (head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1)
    yield from (head + tail[1:] for head, tail in cuts if tail)
    for head, tail in cuts:
        yield from (head + one + tail[1:] for one in _LETTERS)
        yield from (head + one + tail for one in _LETTERS)


def absent(kind: str, name: str, known: Collection[str]) -> Problem:
    """Say that a name is not there, and which is near it or which there are."""
    near = nearest(name, known)
    advice = f"did you mean {near}?" if near else f"there are: {', '.join(known) or 'none'}"
    return f"there is no {kind} {name!r}", advice


def _rule_params(tree: Tree, rule: Summary, target: Summary) -> Iterator[Finding]:
    gives, takes = rule.notes["references"]["gives"], target.notes["references"]["takes"]
    for name in gives:
        if name not in takes:
            near = nearest(name, takes)
            advice = f"did you mean {near}?" if near else None
            message = f"{target.id} has no parameter {name!r}"
            yield tree.finding(rule.path, "references", message, ("params", name), suggestion=advice)
    for name, taken in takes.items():
        if taken["needed"] and name not in gives:
            message = f"the rule gives no {name!r}, and {target.id} has no default for it"
            yield tree.finding(rule.path, "references", message, ("action",))
    for name, problem in literal_problems(target, gives):
        message = f"parameter {name!r} of {target.id} {problem}"
        yield tree.finding(rule.path, "references", message, ("params", name))


def _problem(use: Use, runbook: Runbook, steps: dict[str, Step]) -> Problem | None:
    root, *rest = use.path
    words = [word for word in rest if not isinstance(word, Insertion)]
    if len(words) != len(rest):
        return "a value of the run is named outright, without an insertion in its name", None
    if not words:
        return f"name a value below {root}", f"such as {root}.name"
    if root == "params":
        return _param_problem(words, runbook)
    if root == "incident":
        return _incident_problem(words)
    return _each_problem(words, use.reach) if root == "each" else _step_problem(words, use.reach, steps)


def _param_problem(words: list[str], runbook: Runbook) -> Problem | None:
    if words[0] not in runbook.params:
        return absent("parameter", words[0], runbook.params)
    if len(words) > 1:
        return f"the parameter {words[0]!r} has no parts", None
    return None


def _incident_problem(words: Any) -> Problem | None:
    if not words:
        return "name a value below incident", "such as incident.resource"
    if words[0] not in _OF_INCIDENT:
        return absent("field of the incident", words[0], _OF_INCIDENT)
    if len(words) > 1 and words[0] != "facts":
        return f"the incident's {words[0]} has no parts", "what the check saw stands below incident.facts"
    return None


def _each_problem(words: list[str], reach: Reach) -> Problem | None:
    if not reach.each:
        return "there is an item only in a step with `foreach`, and in the steps of its block", None
    if words[0] not in EACH_VALUES or len(words) > 1:
        return absent("value of each", ".".join(words), EACH_VALUES)
    return None


def _step_problem(words: list[str], reach: Reach, steps: dict[str, Step]) -> Problem | None:
    name, *value = words
    if name not in reach.steps:
        return _not_before(name, reach, steps)
    if not value or value[0] not in STEP_VALUES:
        return "a step has " + ", ".join(STEP_VALUES), None
    if value[0] == "outputs":
        return _output_problem(steps[name], value[1:])
    return (f"{value[0]} has no parts", 'a part of JSON is taken with `| json("name")`') if len(value) > 1 else None


def _not_before(name: str, reach: Reach, steps: dict[str, Step]) -> Problem:
    if name in steps:
        return f"there is no earlier step {name!r}", "it comes later, or runs at the same time"
    return absent("earlier step", name, reach.steps)


def _output_problem(step: Step, words: list[str]) -> Problem | None:
    if len(words) != 1:
        return "name one output", f"such as steps.{step.id}.outputs.name"
    if step.call is not None or words[0] in step.extract:
        return None  # what a called runbook gives back, `calls` knows
    if not step.extract:
        return f"step {step.id!r} has no outputs", "take them out of its output with `extract`"
    return absent(f"output of step {step.id}", words[0], step.extract)
