"""Changes one step of a runbook's text: other values for some of its keys, another step in its place, or none.

Only the lines of that step change. What is written is in canonical form where it is new; new steps are put in by
`editing`, which also says what texts can be edited at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runwright.corpus.editing import (
    STEPS,
    above_comments,
    count_steps,
    end_of_block,
    lines_of,
    place_of,
    step_lines,
)
from runwright.corpus.order import Shape
from runwright.corpus.strict_yaml import Document, Pointer, load_yaml
from runwright.errors import ContentError
from runwright.model.step import Step


def replace_step(text: str, index: int, step: Mapping[str, Any], comment: str = "", *, at: Pointer = STEPS) -> str:
    """Put another step in the place of the one at `index`; the comments above it stay; raises `ContentError`."""
    lines, start, end, indent = _found(text, index, at)
    return "".join([*lines[:start], *step_lines(step, comment, indent), *lines[end:]])


def remove_step(text: str, index: int, comment: str = "", *, at: Pointer = STEPS) -> str:
    """Take a step away with the comments above it; raises `ContentError` where it is the only one."""
    if count_steps(load_yaml(text.encode()), at) == 1:
        raise ContentError("the only step cannot be taken away", line=1, column=1)
    lines, start, end, indent = _found(text, index, at)
    said = [f"{' ' * indent}# {line}\n" for line in comment.splitlines()]
    return "".join([*lines[: above_comments(lines, start, indent)], *said, *lines[end:]])


def set_in_step(text: str, index: int, keys: Mapping[str, Any], comment: str = "", *, at: Pointer = STEPS) -> str:
    """Give some keys of a step other values, and take those away that get None; raises `ContentError`.

    A key that is new stands where the model has it. The first key of a step stays.
    """
    _found(text, index, at)
    for key, value in keys.items():
        text = _set(text, (*at, index), key, value)
    lines, start, _, indent = _found(text, index, at)
    said = [f"{' ' * indent}# {line}\n" for line in comment.splitlines()]
    return "".join([*lines[:start], *said, *lines[start:]])


def _found(text: str, index: int, at: Pointer) -> tuple[list[str], int, int, int]:
    """All lines, the first of the step, the first behind it, and the column of its dash."""
    document, lines = load_yaml(text.encode()), lines_of(text)
    if not 0 <= index < count_steps(document, at):
        raise ContentError(f"there is no step {index} to change", line=1, column=1)
    line, indent = place_of(document, lines, (*at, index))
    return lines, line, _end(lines, line, indent), indent


def _end(lines: list[str], line: int, indent: int) -> int:
    """Behind a step's last line; empty lines and comments before what follows are left to that."""
    end = end_of_block(lines, line + 1, indent)
    while end > line + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _set(text: str, step: Pointer, key: str, value: Any) -> str:
    document, lines = load_yaml(text.encode()), lines_of(text)
    line, indent = place_of(document, lines, step)
    there = _keys(document, step)
    if lines[line].count(":") > 1 and there and max(there.values()) == line and len(there) > 1:
        raise ContentError("the step is not written in block style, one `key: …` a line", line=line + 1, column=1)
    start, end = _span(lines, there, key, (line, _end(lines, line, indent), indent + 2))
    if value is not None and start == line:
        raise ContentError(f"the first key of a step stays as it is; it is `{key}`", line=line + 1, column=1)
    written = [] if value is None else step_lines({"id": "x", key: value}, "", indent)[1:]
    return "".join([*lines[:start], *written, *lines[end:]])


def _keys(document: Document, step: Pointer) -> dict[str, int]:
    """The line of each key of a step, in the order of the file."""
    found = {str(at[-1]): place[0] - 1 for at, place in document.keys.items() if at[:-1] == step}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _span(lines: list[str], there: Mapping[str, int], key: str, step: tuple[int, int, int]) -> tuple[int, int]:
    """The lines that a key takes, or an empty span where it would stand; comments stay with the key below them.

    `step` has its first line, the first behind it, and the column of its keys.
    """
    if key in there:
        following = min((line for line in there.values() if line > there[key]), default=None)
        return there[key], step[1] if following is None else above_comments(lines, following, step[2])
    ranks = Shape((Step,)).fields([*there, key])
    last = (len(ranks), None)
    later = [line for name, line in there.items() if ranks.get(name, last)[0] > ranks.get(key, last)[0]]
    following = min((line for line in later if line > step[0]), default=None)
    at = step[1] if following is None else above_comments(lines, following, step[2])
    return at, at
