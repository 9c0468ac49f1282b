"""Check `unused`: what a runbook declares is used, and each of its steps can be reached.

Secrets that are not used are left to `secret_use`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runwright.checks.uses import uses
from runwright.corpus.corpus import Entry
from runwright.model.finding import Finding
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import Pointer, nested

_NAMED = re.compile(rb"params\.([a-z0-9_-]+)")


def check(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find parameters that nothing uses, and steps that never run."""
    runbook = entry.value
    yield from _params(entry)
    if b"fail" not in entry.document.content:
        return
    lists = (("steps", runbook.steps), ("rescue", runbook.rescue), ("finally", runbook.always))
    for word, steps in lists:
        yield from _unreachable(entry, (word,), steps or ())
    for placed in nested(runbook):
        step = placed.step
        for word, steps in (("block", step.block), ("rescue", step.rescue), ("finally", step.always)):
            yield from _unreachable(entry, (*placed.pointer, word), steps or ())


def _params(entry: Entry[Runbook]) -> Iterator[Finding]:
    named = {name.decode() for name in _NAMED.findall(entry.document.content)}
    declared = entry.value.params.keys() - named
    if declared:  # what is named in brackets is found by a closer look
        used = {use.path[1] for use in uses(entry.value) if use.path[0] == "params" and len(use.path) > 1}
        for name in sorted(declared - used):
            message = f"parameter {name!r} is declared and never used"
            at, advice = ("params", name), "remove it, or insert it as ${{ params." + name + " }}"
            yield entry.finding("unused", message, at, severity="warning", suggestion=advice)


def _unreachable(entry: Entry[Runbook], at: Pointer, steps: tuple[Step, ...]) -> Iterator[Finding]:
    for index, step in enumerate(steps[:-1]):
        if _ends(step):
            message = f"step {steps[index + 1].id!r} never runs: step {step.id!r} before it always fails"
            advice = f"give {step.id!r} a `when`, or remove what follows"
            yield entry.finding("unused", message, (*at, index + 1), severity="warning", suggestion=advice)
            return


def _ends(step: Step) -> bool:
    """Whether a step always ends the list that it stands in."""
    if step.when is not None or step.on_failure == "continue":
        return False
    if step.block is not None:
        return step.rescue is None and step.foreach is None and any(_ends(inner) for inner in step.block)
    return step.fail is not None
