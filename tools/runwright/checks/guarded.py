"""Check `guarded`: a destructive step stands behind a condition, a precheck or a check."""

from __future__ import annotations

from collections.abc import Iterator

from runwright.actions.action import Action
from runwright.actions.catalogue import ACTIONS
from runwright.corpus.corpus import Corpus
from runwright.model.finding import Finding
from runwright.model.runbook import Step


def check(corpus: Corpus) -> Iterator[Finding]:
    """Find destructive steps that nothing guards."""
    for entry in corpus.runbooks:
        precheck = entry.value.precheck
        guarded = precheck.healthy is not None or precheck.unsafe is not None
        for index, step in enumerate(entry.value.steps):
            action = ACTIONS.get(step.action)
            if action is None:
                continue
            guarded = guarded or _guards(action, step)
            if action.destructive and step.when is None and not guarded:
                message = f"step {step.id!r} is destructive ({action.name}) and nothing is looked at before it"
                advice = "add `when`, a precheck, or a check before it"
                yield entry.finding("guarded", message, ("steps", index), severity="warning", suggestion=advice)


def _guards(action: Action, step: Step) -> bool:
    """A check guards what follows it when it always runs, can fail, and ends the run when it does."""
    can_fail = any(variant.model.needs for variant in action.variants.values())
    return action.check and can_fail and step.when is None and step.on_failure != "continue"
