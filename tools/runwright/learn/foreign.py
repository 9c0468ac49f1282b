"""What of a reconstructed parent nobody but telemetry vouches for: commands, and actions that destroy something.

A run can be forged. What it says that it ran is evidence of a failure and no reason to put it into a library: only a
person does that, who looks at the draft. Actions that destroy nothing stay what the catalogue says that they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from runwright.actions.action import Action
from runwright.actions.catalogue import ACTIONS
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
    for verb in verbs(failure.parent.value):
        action = ACTIONS.get(verb.action)
        if action is None or _opaque(action) or action.destructive or action.risk == "high" or _reaches_far(action):
            yield verb.step.id


def _opaque(action: Action) -> bool:
    """Whether it runs words as they are; that the guard allows them says what they do, not who wrote them."""
    return any(one.model.opaque for one in action.variants.values())


def _reaches_far(action: Action) -> bool:
    """Whether a parameter alone says what it does: an address, a text, who may do what with a file."""
    return action.name.partition(".")[0] in ("http", "notify", "file", "selinux")
