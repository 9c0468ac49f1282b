"""Changes of a runbook as values, and the text that they make: only the lines change that must.

What to change is left to the author and to a model's answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.corpus.canonical import canonical
from runwright.corpus.editing import insert_step, set_block, set_in_block, set_version
from runwright.corpus.step_editing import replace_step, set_in_step
from runwright.corpus.strict_yaml import Pointer
from runwright.learn.drafts import Failure, origin


@dataclass(frozen=True, slots=True)
class Insert:
    """A new step before the one at a place."""

    at: Pointer
    index: int
    step: Mapping[str, Any]
    comment: str


@dataclass(frozen=True, slots=True)
class Adjust:
    """Other values for some keys of the step at a place; None takes a key away."""

    own: Pointer
    keys: Mapping[str, Any]
    comment: str


@dataclass(frozen=True, slots=True)
class Replace:
    """Another step in the place of one; its comments stay."""

    own: Pointer
    step: Mapping[str, Any]
    comment: str


@dataclass(frozen=True, slots=True)
class Set:
    """One key of a top-level mapping, such as `settle` of `verify`."""

    block: str
    key: str
    value: Any
    comment: str


Edit = Insert | Adjust | Replace | Set


def written(failure: Failure, edits: Iterable[Edit], by: str) -> str:
    """The next version of the failure's runbook: the edits, the version and where it comes from.

    Raises `ContentError` for a text that is not written in blocks.
    """
    text = failure.text
    for edit in _in_order(edits):
        text = _applied(text, edit)
    text = set_version(text, failure.parent.value.version + 1)
    text = set_block(text, "metadata", origin(failure, by))
    return canonical(text.encode()) if canonical(failure.text.encode()) == failure.text else text


def _in_order(edits: Iterable[Edit]) -> list[Edit]:
    """What moves no step first, then from the end upwards, so that places stay true.

    Several new steps before one keep their order.
    """
    found = list(edits)
    moving = [edit for edit in reversed(found) if isinstance(edit, Insert)]
    staying = [edit for edit in found if not isinstance(edit, Insert)]
    return [*staying, *sorted(moving, key=lambda edit: (*edit.at, edit.index), reverse=True)]


def _applied(text: str, edit: Edit) -> str:
    if isinstance(edit, Insert):
        return insert_step(text, edit.index, edit.step, edit.comment, at=edit.at)
    if isinstance(edit, Set):
        return set_in_block(text, edit.block, edit.key, edit.value, edit.comment)
    change, value = (set_in_step, edit.keys) if isinstance(edit, Adjust) else (replace_step, edit.step)
    return change(text, int(edit.own[-1]), value, edit.comment, at=edit.own[:-1])
