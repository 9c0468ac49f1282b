"""What a change of a runbook means, a line each, and the risk class that follows from it.

Each stands on one line of plain characters. What a title says of it holds only ids and words of the language. Rules are
in `difference.rules`; a whole tree is put together in `risk`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runwright.checks.difference.line import Meaning, reasons_of, risk_of
from runwright.checks.difference.places import pair
from runwright.checks.difference.step_risk import Around, riskiest, runbook_risk
from runwright.checks.difference.steps import said_of, step_changes
from runwright.checks.difference.surroundings import origin_changes, surrounding_changes
from runwright.model.runbook import Runbook
from runwright.model.walk import all_steps, verbs

__all__ = ["Around", "Meaning", "meanings", "origin_changes", "reasons_of", "risk_of", "runbook_risk", "title_of"]

ALONE = Around()
"""Nothing is known but the runbook itself."""
OPAQUE = ("command.", "script.")
"""How the actions start whose commands the guard reads."""


def meanings(base: Runbook | None, head: Runbook, around: Around = ALONE) -> tuple[Meaning, ...]:
    """Everything that changed in meaning; `around` says what else there is."""
    if base is None:
        return (_new(head, around), *_new_forms(None, head, around))
    return (
        *step_changes(pair(base, head), around),
        *surrounding_changes(base, head),
        *_new_forms(base, head, around),
    )


def title_of(base: Runbook | None, head: Runbook) -> str:
    """The change in a few words, for a title: ids and words of the language, never a value."""
    changes = meanings(base, head)
    # What was added says most; the rest comes in the order of the file.
    first = next((change for change in changes if change.title.startswith("new step ")), None) or next(
        (change for change in changes if change.title), None
    )
    return first.title.replace("new step ", "add ") if first else "no change in meaning"


def _new(head: Runbook, around: Around) -> Meaning:
    steps = list(all_steps(head))
    risk, why, step = riskiest(steps, around)
    title = f"new runbook with {len(steps)} step{'s' if len(steps) > 1 else ''}"
    return Meaning(title, risk, None, f"new runbook with {said_of(step, why)}", title)


def _new_forms(base: Runbook | None, head: Runbook, around: Around) -> Iterator[Meaning]:
    """The forms of commands that neither the old version nor the library has."""
    if not any(verb.action.startswith(OPAQUE) for verb in verbs(head)):
        return  # the guard and its parser are loaded only for what they read
    from runwright.checks.guard.forms_of import new_forms

    known = around.forms()
    for form in new_forms(() if base is None else (base,), head, around.own, around.policy):
        if form.form not in known:
            text = f"step {form.step}: new form of command: {form.form} ({form.verdict})"
            yield Meaning(text, form.risk, form.step, f"new form of command in step {form.step}", "")
