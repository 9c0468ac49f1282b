"""What a change of a runbook means, a line each, and the risk class that follows from it.

Each stands on one line of plain characters. What a title says of it holds only ids and words of the language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runwright.actions.catalogue import ACTIONS
from runwright.model.condition import Condition, describe
from runwright.model.duration import format_duration
from runwright.model.fields import Risk
from runwright.model.runbook import Runbook, Step

MAX_SHOWN = 400
"""Characters of a value that are shown."""
_ORDER: dict[str, int] = {"low": 0, "medium": 1, "high": 2}
_RISKS: tuple[Risk, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One change, in words, and how risky it is by itself."""

    text: str
    risk: Risk = "low"
    step: str | None = None


def meanings(base: Runbook | None, head: Runbook) -> tuple[Meaning, ...]:
    """Everything that changed in meaning."""
    if base is None:
        worst = risk_of(tuple(Meaning("", _step_risk(step)) for step in head.steps))
        return (Meaning(f"new runbook with {len(head.steps)} steps", worst),)
    return (*_steps(base, head), *_around(base, head))


def risk_of(changes: tuple[Meaning, ...]) -> Risk:
    """The risk class of a change: that of its riskiest part."""
    return _RISKS[max((_ORDER[change.risk] for change in changes), default=0)]


def title_of(base: Runbook | None, head: Runbook) -> str:
    """The change in a few words, for a title: ids and words of the language, never a value."""
    changes = meanings(base, head)
    return changes[0].text.partition(": ")[0].replace("new step ", "add ") if changes else "no change in meaning"


def _steps(base: Runbook, head: Runbook) -> Iterator[Meaning]:
    before, after = {s.id: s for s in base.steps}, {s.id: s for s in head.steps}
    for index, step in enumerate(head.steps):
        if step.id not in before:
            following = next((s.id for s in head.steps[index + 1 :] if s.id in before), None)
            place = f"before {following}" if following else "at the end"
            yield Meaning(f"new step {step.id} {place}", _step_risk(step), step.id)
        elif before[step.id] != step:
            yield from _step_changes(before[step.id], step)
    for step in base.steps:
        if step.id not in after:
            checked = ACTIONS.get(step.action)
            yield Meaning(f"step {step.id} removed", "high" if checked and checked.check else "medium", step.id)
    kept = [s.id for s in base.steps if s.id in after]
    if kept != [s.id for s in head.steps if s.id in before]:
        yield Meaning("the order of the steps changed", "medium")


def _step_changes(before: Step, after: Step) -> Iterator[Meaning]:
    for name in ("action", "params", "when", "timeout", "retry", "on_failure", "success_codes"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Meaning(
                f"step {after.id} changes {name}: {_shown(old)} → {_shown(new)}", _field_risk(name, after), after.id
            )


def _field_risk(name: str, step: Step) -> Risk:
    if name in ("timeout", "retry"):
        return "low"
    action = ACTIONS.get(step.action)
    if name == "on_failure" and step.on_failure == "continue" and action is not None and action.check:
        return "high"  # a check that stops nothing is no check
    return max("medium", _step_risk(step), key=_ORDER.__getitem__)


def _around(base: Runbook, head: Runbook) -> Iterator[Meaning]:
    if base.verify != head.verify:
        weaker = len(head.verify.checks) < len(base.verify.checks) or head.verify.settle < base.verify.settle
        settle = (
            f": settle {_shown(base.verify.settle)} → {_shown(head.verify.settle)}"
            if base.verify.settle != head.verify.settle
            else ""
        )
        yield Meaning(
            f"verification changed{settle}", "high" if weaker or base.verify.checks != head.verify.checks else "medium"
        )
    for name, risk in (
        ("platform", "high"),
        ("incident_types", "medium"),
        ("params", "medium"),
        ("precheck", "high"),
        ("limits", "medium"),
    ):
        if getattr(base, name) != getattr(head, name):
            yield Meaning(f"{name} changed", risk)  # type: ignore[arg-type]
    for name in ("name", "description"):
        if getattr(base, name) != getattr(head, name):
            yield Meaning(f"{name} reworded")


def _step_risk(step: Step) -> Risk:
    action = ACTIONS.get(step.action)
    if action is None or action.destructive:
        return "high"
    return action.risk


def _shown(value: Any) -> str:
    return "".join(c if c.isprintable() else " " for c in _said(value))[:MAX_SHOWN]


def _said(value: Any) -> str:
    if hasattr(value, "total_seconds"):
        return format_duration(value)
    if isinstance(value, Condition):
        return describe(value)
    if value is None:
        return "none"
    if hasattr(value, "model_dump"):
        return ", ".join(f"{key} {_said(item)}" for key, item in value if item is not None)
    return ", ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else str(value)
