"""Why a pull request is opened: three lines, then a fold with what was expected and what was observed.

All of it is foreign text: fenced, in code, and called untrusted.
"""

from __future__ import annotations

from html import escape

from runwright.learn.fingerprint import failed_step
from runwright.learn.quoting import fence, flat
from runwright.learn.story import Story
from runwright.model.execution import NOT_RUN, ExecutedStep, Execution
from runwright.replay.telling import code, visible

_NEVER = object()


def why(story: Story) -> str:
    """What failed and why, in a few lines, and the evidence in a fold."""
    step = failed_step(story.execution)
    failed = f"Step {code(step.step)} failed" if step else "Every step succeeded, and the verification still said no"
    rationale = story.triage.rationale
    because = f"{code(rationale[:1].upper() + rationale[1:])} (confidence {story.triage.confidence:.2f})."
    head = f"## Why\n\n{failed} in run {code(story.execution.execution_id)}. {because}"
    return head + _parentless(story) + "\n\n" + _evidence(story.execution, step)


def _parentless(story: Story) -> str:
    if not story.reconstructed:
        return ""
    return (
        "\n\nThe library has no runbook of that name. Its first version was put together from the steps that ran; "
        "what the field uses may hold more than was seen."
    )


def _evidence(execution: Execution, step: ExecutedStep | None) -> str:
    said = step.error or step.output if step else execution.error_message or ""
    facts = "\n".join(f"{key}: {flat(value)}" for key, value in sorted(execution.state_before.items()))
    parts = (
        # In `code` an id is not taken for a reference to an issue or a commit.
        f"<details><summary>Evidence: <code>{escape(visible(execution.execution_id))}</code></summary>",
        _verified(execution),
        "What the step said (untrusted text):\n\n" + fence(said),
        "Facts before:\n\n" + fence(facts, "start"),
        "Facts that changed:\n\n" + fence(_changed(execution) or "none", "start"),
        _read_afterwards(execution, step),
        "</details>",
    )
    return "\n\n".join(filter(None, parts))


def _verified(execution: Execution) -> str:
    if execution.verification_method == NOT_RUN:
        return "Expected: not said. Observed: nothing was verified."
    return (
        f"Expected: {code(execution.verification_method)} confirms the fix. "
        f"Observed: verification {_truth(execution.verification_passed)}."
    )


def _read_afterwards(execution: Execution, step: ExecutedStep | None) -> str:
    """What an agent read after the failure and did not know before; often it is what decides."""
    read = step.state_after if step else execution.verification_facts
    known = {**execution.state_before, **execution.state_diff.after}
    facts = [f"{key}: {flat(value)}" for key, value in sorted(read.items()) if known.get(key, _NEVER) != value]
    return "Facts read after the failure:\n\n" + fence("\n".join(facts), "start") if facts else ""


def _changed(execution: Execution) -> str:
    before, after = execution.state_diff.before, execution.state_diff.after
    return "\n".join(
        f"{key}: {flat(before.get(key))} → {flat(after.get(key))}" for key in execution.state_diff.changed_keys
    )


def _truth(value: bool | None) -> str:
    return {True: "passed", False: "failed", None: "not known"}[value]
