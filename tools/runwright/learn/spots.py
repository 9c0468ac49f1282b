"""Where a recorded step stands in its runbook, and by which names the runbook knows the values of this run.

An older agent names a step by its number, counted from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runwright.corpus.strict_yaml import Pointer
from runwright.learn.study import GONE, Study
from runwright.model.execution import ExecutedStep
from runwright.model.insertion import MissingValue, as_text, insert
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import SECTIONS, Placed, nested

STEPS: Pointer = ("steps",)
SHORTEST_NAME = 2
"""Characters of a value that is taken for the run's own parameter; shorter ones are equal by chance."""
REPEATED = "the failed step is one of several items, and a remedy for one of them cannot be written yet"


@dataclass(frozen=True)
class Spot:
    """A place in a runbook's text before which steps can go."""

    at: Pointer
    """The list of steps."""
    index: int
    """Before which of them; as many as there are is behind the last."""
    own: Pointer = ()
    """Where the step itself stands, which may lie deeper."""
    step: Step | None = None
    """The step itself."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The values of this run, as text, and what the runbook calls them."""
    foreach: Any = None
    """Over what the step goes, as it is written."""
    item: Any = None


def behind(study: Study) -> Spot:
    """The place behind the last step."""
    return Spot(STEPS, len(study.runbook.steps), names=own_names(study))


def spot_of(study: Study, recorded: ExecutedStep) -> Spot | str:
    """Where a recorded step stands, or why no place for a remedy is known."""
    placed = _placed(study, recorded)
    if isinstance(placed, str):
        return placed
    pointer = placed.pointer
    if placed.repeated:
        return REPEATED
    depth = max(number for number, part in enumerate(pointer) if part in SECTIONS)
    spot = Spot(pointer[: depth + 1], int(pointer[depth + 1]), pointer, placed.step, own_names(study))
    return spot if placed.step.foreach is None else _of_item(study, spot, recorded)


def own_names(study: Study) -> dict[str, str]:
    """The run's own parameters by their values; only what the runbook declares."""
    found: dict[str, str] = {}
    for name, value in sorted(study.params.items()):
        plain = isinstance(value, (str, int)) and not isinstance(value, bool)
        if name in study.runbook.params and plain and len(as_text(value)) >= SHORTEST_NAME:
            found[as_text(value)] = f"params.{name}"
    return found


def _placed(study: Study, recorded: ExecutedStep) -> Placed | str:
    name = recorded.step.removeprefix(study.caller)
    if name.isdecimal() and 0 < int(name[:9]) <= len(study.runbook.steps):
        return _numbered(study.runbook, int(name[:9]) - 1, recorded)
    found = next((item for item in nested(study.runbook) if item.step.id == name.partition("[")[0]), None)
    return found or GONE


def _numbered(runbook: Runbook, number: int, recorded: ExecutedStep) -> Placed | str:
    step = runbook.steps[number]
    return Placed(("steps", number), step) if step.action == recorded.action else GONE


def _of_item(study: Study, spot: Spot, recorded: ExecutedStep) -> Spot | str:
    """The spot of one item, where the runbook itself says what the items are."""
    number = recorded.step.rpartition("[")[2].removesuffix("]")
    if spot.step is None or not number.isdecimal():
        return REPEATED
    try:
        items = insert(spot.step.foreach, study.scope())
    except MissingValue:
        return REPEATED
    if not isinstance(items, (list, tuple)) or int(number[:6]) >= len(items):
        return REPEATED
    item = items[int(number[:6])]
    written = spot.step.foreach if isinstance(spot.step.foreach, str) else list(spot.step.foreach or ())
    names = {**spot.names, as_text(item): "each.item"}
    return Spot(spot.at, spot.index, spot.own, spot.step, names, written, item)
