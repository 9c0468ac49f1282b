"""What of a reconstructed parent nobody but telemetry vouches for: commands, and actions that destroy something.

A run can be forged. What it says that it ran is evidence of a failure and no reason to put it into a library: only a
person does that, who looks at the draft. Actions that destroy nothing stay what the catalogue says that they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from runwright.actions.action import Action
from runwright.actions.catalogue import ACTIONS
from runwright.checks.commands import listed_forms
from runwright.checks.guard.forms_of import judged
from runwright.learn.drafts import Failure
from runwright.model.walk import verbs


def only_for_a_person(failure: Failure) -> str:
    """Why a draft must not be opened by a service, in our own words; empty where it may be."""
    steps = tuple(dict.fromkeys(_steps(failure))) if failure.reconstructed else ()
    if not steps:
        return ""
    named = ", ".join(steps[:5])
    return f"what ran holds commands that only a person puts into a runbook: step {named}"


def _steps(failure: Failure) -> Iterator[str]:
    """The ids of the steps, which are ours."""
    runbook, own = failure.parent.value, listed_forms(failure.corpus.files)
    read = {each.step: each.judgement.verdict for each in judged(runbook, own)}
    for verb in verbs(runbook):
        action = ACTIONS.get(verb.action)
        opaque = action is not None and all(one.model.opaque for one in action.variants.values())
        if opaque and read.get(verb.step.id) == "allow":
            continue
        if action is None or opaque or action.destructive or action.risk == "high" or _reaches_far(action):
            yield verb.step.id


def _reaches_far(action: Action) -> bool:
    """Whether a parameter alone says what it does: an address, a text, who may do what with a file."""
    return action.name.partition(".")[0] in ("http", "notify", "file", "selinux")
