"""Check `foreach`: what a step is repeated for is a list."""

from __future__ import annotations

from collections.abc import Iterator

from runwright.corpus.corpus import Entry
from runwright.model.finding import Finding
from runwright.model.insertion import Insertion, parse_template
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import all_steps, nested


def check(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find lists that are none."""
    steps: dict[str, Step] = {}
    for placed in nested(entry.value) if b"foreach" in entry.document.content else ():
        if isinstance(placed.step.foreach, str):
            steps = steps or {step.id: step for step in all_steps(entry.value)}
            problem = _problem(placed.step.foreach, entry.value, steps)
            if problem:
                advice = "write a list, or one insertion of a parameter of type strings or of an earlier foreach"
                yield entry.finding("foreach", problem, (*placed.pointer, "foreach"), suggestion=advice)


def _problem(text: str, runbook: Runbook, steps: dict[str, Step]) -> str | None:
    parts = parse_template(text)
    if len(parts) != 1 or not isinstance(parts[0], Insertion):
        return f"{text!r:.80} is a text, not a list"
    insertion = parts[0]
    if any(one.name == "json" for one in insertion.filters) or len(insertion.path) < 2:
        return None
    root, name = insertion.path[:2]
    if root == "params" and name in runbook.params and runbook.params[name].type != "strings":
        return f"{insertion} is of type {runbook.params[name].type}, not a list of texts"
    if root == "steps" and name in steps and not _gives_a_list(steps[name]):
        return f"{insertion} is one text: step {name!r} is not repeated"
    return None


def _gives_a_list(step: Step) -> bool:
    # What a called runbook or a block of steps gives back is known to the run alone.
    return step.foreach is not None or step.action is None
