"""Check `references`: every insertion names a declared parameter, an earlier step, or a field of the incident."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from runwright.corpus.corpus import Corpus, Entry
from runwright.corpus.strict_yaml import Pointer
from runwright.model.condition import Condition, condition_insertions
from runwright.model.fields import SCRIPT
from runwright.model.finding import Finding
from runwright.model.incident import Incident
from runwright.model.insertion import Insertion, insertions
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook

STEP_VALUES = ("output", "exit_code", "outcome")
Use = tuple[Pointer, Insertion, int]
"""Where an insertion stands, the insertion, and how many steps come before it."""


def check(corpus: Corpus) -> Iterator[Finding]:
    """Find insertions that lead nowhere."""
    for entry in corpus.runbooks:
        for pointer, insertion, before in _uses(entry.value):
            problem = _problem(entry.value, insertion, before)
            if problem:
                yield entry.finding("references", f"{insertion}: {problem}", pointer)
    for rule in corpus.rules:
        yield from _rule_insertions(rule)
        yield from _rule_target(corpus, rule.value.runbook_id, rule)


def _rule_insertions(rule: Entry[Rule]) -> Iterator[Finding]:
    uses = [*_in_params(("params",), rule.value.params, 0), *_in_condition(("conditions",), rule.value.conditions, 0)]
    for pointer, insertion, _ in uses:
        if insertion.path[0] != "incident":
            yield rule.finding("references", f"{insertion}: a rule can insert values of the incident only", pointer)


def _rule_target(corpus: Corpus, runbook_id: str, rule: Entry[Rule]) -> Iterator[Finding]:
    target = corpus.runbook(runbook_id)
    if target is None:
        near = get_close_matches(runbook_id, [entry.value.id for entry in corpus.runbooks], n=1)
        advice = f"did you mean {near[0]}?" if near else "add the runbook first"
        yield rule.finding("references", f"runbook {runbook_id} does not exist", ("action",), suggestion=advice)
        return
    for name in rule.value.params.keys() - target.value.params.keys():
        yield rule.finding("references", f"{runbook_id} has no parameter {name!r}", ("params", name))
    for name, spec in target.value.params.items():
        if name not in rule.value.params and spec.default is None and spec.source is None:
            message = f"the rule gives no {name!r}, and {runbook_id} has no default for it"
            yield rule.finding("references", message, ("action",))


def _uses(runbook: Runbook) -> Iterator[Use]:
    for name, spec in runbook.params.items():
        if spec.source is not None:
            yield ("params", name, "from"), Insertion(tuple(spec.source.split("."))), 0
    for name in ("healthy", "unsafe"):
        yield from _in_condition(("precheck", name), getattr(runbook.precheck, name), 0)
    for found in insertions(runbook.limits.lock):
        yield ("limits", "lock"), found, 0
    for index, step in enumerate(runbook.steps):
        yield from _in_condition(("steps", index, "when"), step.when, index)
        yield from _in_params(("steps", index, "with"), step.params, index)
    for index, verify in enumerate(runbook.verify.checks):
        yield from _in_condition(("verify", "checks", index, "when"), verify.when, len(runbook.steps))


def _in_params(pointer: Pointer, params: Mapping[str, Any], before: int) -> Iterator[Use]:
    for key, value in params.items():
        if key != SCRIPT:
            yield from (((*pointer, key), found, before) for found in insertions(value))


def _in_condition(pointer: Pointer, condition: Condition | None, before: int) -> Iterator[Use]:
    if condition is not None:
        yield from ((pointer, found, before) for found in condition_insertions(condition))


def _problem(runbook: Runbook, insertion: Insertion, before: int) -> str | None:
    root, *rest = insertion.path
    if not rest:
        return f"name a value below {root}, such as {root}.name"
    if root == "params":
        return None if rest[0] in runbook.params else _absent("parameter", rest[0], list(runbook.params))
    if root == "incident":
        return (
            None
            if rest[0] in Incident.model_fields
            else _absent("field of the incident", rest[0], list(Incident.model_fields))
        )
    if root == "steps":
        return _step_problem(runbook, rest, before)
    return f"nothing is known below {root} in a runbook; use params, incident or steps"


def _step_problem(runbook: Runbook, rest: list[str], before: int) -> str | None:
    earlier = [step.id for step in runbook.steps[:before]]
    if rest[0] not in earlier:
        return _absent("earlier step", rest[0], earlier)
    if len(rest) < 2 or rest[1] not in STEP_VALUES:  # steps.<id>.<value>
        return f"a step has {', '.join(STEP_VALUES)}"
    return None


def _absent(kind: str, name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    if near:
        return f"there is no {kind} {name!r}; did you mean {near[0]}?"
    return f"there is no {kind} {name!r}; there are: {', '.join(known) or 'none'}"
