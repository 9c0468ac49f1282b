"""Edits a runbook's text so that a change is exactly its own lines and everything else keeps its bytes.

Only files in block style are edited, which is how they are kept. What is written is in canonical form. The caller
reads the result again: an edit that does not give what was meant is a bug here, never a wrong file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from runwright.corpus.canonical import canonical
from runwright.corpus.scalars import is_text
from runwright.corpus.strict_yaml import Document, Pointer, load_yaml
from runwright.errors import ContentError

STEPS: Pointer = ("steps",)
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")


def insert_step(text: str, index: int, step: Mapping[str, Any], comment: str = "", *, at: Pointer = STEPS) -> str:
    """Put a step before the one at `index` (counted from 0), or behind the last one; raises `ContentError`.

    `at` says which list of steps is meant.
    """
    document = load_yaml(text.encode())
    count = count_steps(document, at)
    lines = lines_of(text)
    line, indent = place_of(document, lines, (*at, min(index, count - 1)))
    where = above_comments(lines, line, indent) if index < count else end_of_block(lines, line + 1, indent)
    return "".join([*lines[:where], *step_lines(step, comment, indent), *lines[where:]])


def set_version(text: str, version: int) -> str:
    """Write another version number; raises `ContentError` when there is none to replace."""
    document = load_yaml(text.encode())
    if ("version",) not in document.keys:
        raise ContentError("there is no `version` to raise; add one", line=1, column=1)
    line, column = document.values["version",]
    lines = lines_of(text)
    before, old = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
    lines[line - 1] = before + re.sub(r"^[-+0-9A-Za-z]+", str(version), old)
    return "".join(lines)


def set_block(text: str, key: str, value: Mapping[str, Any]) -> str:
    """Write a whole top-level mapping, in its place or at the end; raises `ContentError`."""
    document = load_yaml(text.encode())
    keys = [place for pointer, place in document.keys.items() if len(pointer) == 1]
    if any(column != 1 for _, column in keys):
        raise ContentError("the file is not written in block style, one `key: …` a line", line=1, column=1)
    lines, written = lines_of(text), lines_of(canonical(dump({key: value}, flow=False).encode()))
    if (key,) not in document.keys:
        return "".join([*lines, *written])
    start = document.keys[key,][0] - 1
    following = min((line - 1 for line, _ in keys if line - 1 > start), default=len(lines))
    return "".join([*lines[:start], *written, *lines[_above_space(lines, start, following) :]])


def set_in_block(text: str, block: str, key: str, value: Any, comment: str = "") -> str:
    """Write one key of a top-level mapping, which is made where there is none; raises `ContentError`.

    The other keys keep their bytes where the mapping is written in blocks. The comment stands above the key.
    """
    document = load_yaml(text.encode())
    data = document.data.get(block) if isinstance(document.data, dict) else None
    own = [place for pointer, place in document.keys.items() if _is_in(pointer, block)]
    in_blocks = len({line for line, _ in own}) == len(own) and own and own[0][0] > document.keys[block,][0]
    if isinstance(data, dict) and in_blocks:
        return _remarked(_with_key(text, document, (block, key), value), (block, key), comment)
    return _remarked(_in_order(set_block(text, block, {**(data or {}), key: value})), (block, key), comment)


def _with_key(text: str, document: Document, at: tuple[str, str], value: Any) -> str:
    """A key of a mapping that is written in blocks: in its place, or behind the first."""
    lines, first = lines_of(text), min(place for pointer, place in document.keys.items() if _is_in(pointer, at[0]))
    there = document.keys.get(at)
    start = there[0] - 1 if there else first[0]
    end = end_of_block(lines, start + 1, first[1] - 1) if there else start
    written = lines_of(canonical(dump({at[0]: {at[1]: value}}, flow=_nested(value)).encode()))[1:]
    return "".join([*lines[:start], *(" " * (first[1] - 1) + line[2:] for line in written), *lines[end:]])


def _is_in(pointer: Pointer, block: str) -> bool:
    return len(pointer) == 2 and pointer[0] == block


def _remarked(text: str, at: Pointer, comment: str) -> str:
    """The text with a comment above a key, or above the line that it stands on."""
    line, column = load_yaml(text.encode()).keys[at]
    lines = lines_of(text)
    indent = min(column - 1, _indent(lines[line - 1]))
    said = [f"{' ' * indent}# {part}\n" for part in comment.splitlines()]
    return "".join([*lines[: line - 1], *said, *lines[line - 1 :]])


def _in_order(text: str) -> str:
    """The text with its top-level keys in order, where nothing else is out of order."""
    ordered = canonical(text.encode())
    return ordered if sorted(ordered.splitlines()) == sorted(text.splitlines()) else text


def dump(value: Any, *, flow: bool = True) -> str:
    """Write plain data as YAML in blocks; with `flow`, innermost lists and mappings stand on one line."""
    style = None if flow else False
    return str(
        yaml.dump(value, Dumper=_Dumper, sort_keys=False, default_flow_style=style, width=4096, allow_unicode=True)
    )


class _Dumper(yaml.SafeDumper):
    """Writes what the strict reader accepts: lists indented below their key, no aliases, texts that stay texts."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        del indentless
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True

    def text(self, data: str) -> yaml.ScalarNode:
        # PyYAML quotes what YAML 1.1 would read as a number; the reader follows YAML 1.2.
        style = '"' if _LINE_ENDS.search(data) else None if is_text(data) else "'"
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _Dumper.text)


def lines_of(text: str) -> list[str]:
    """A text's lines with their ends; the last one gets one if it has none."""
    lines = text.split("\n")
    return [f"{line}\n" for line in (lines if lines[-1] else lines[:-1])]


def count_steps(document: Document, at: Pointer = STEPS) -> int:
    """How many steps a list has; raises `ContentError` where there is none."""
    steps: Any = document.data
    for part in at:
        of_list = isinstance(steps, list) and isinstance(part, int) and 0 <= part < len(steps)
        steps = steps[part] if of_list or (isinstance(steps, dict) and part in steps) else None
    if not isinstance(steps, list) or not steps:
        line, column = document.place(at)
        raise ContentError("there is no list of steps here to add one to", line=line, column=column)
    return len(steps)


def place_of(document: Document, lines: list[str], step: Pointer) -> tuple[int, int]:
    """The number of the line on which a step begins, and the column of its dash; raises `ContentError`."""
    line, column = document.values[step]
    dash = lines[line - 1].rfind("-", 0, column - 1)
    if dash < 0 or lines[line - 1][:dash].strip():
        raise ContentError("the steps are not written as a block list, one `- id: …` a step", line=line, column=column)
    return line - 1, dash


def above_comments(lines: list[str], at: int, indent: int) -> int:
    """The first line of the comments that stand right above a line."""
    # Only comments no deeper than the dash: a deeper line may be the end of the script of the step before.
    while at > 0 and lines[at - 1].lstrip(" ").startswith("#") and _indent(lines[at - 1]) <= indent:
        at -= 1
    return at


def end_of_block(lines: list[str], at: int, indent: int) -> int:
    """The first line, from one on, that no longer belongs to what stands deeper than `indent`."""
    while at < len(lines) and (not lines[at].strip() or _indent(lines[at]) > indent):
        at += 1
    return at


def _above_space(lines: list[str], start: int, end: int) -> int:
    """Leave blank lines and comments before the next key to that key."""
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def step_lines(step: Mapping[str, Any], comment: str, indent: int) -> list[str]:
    """The lines of one step in canonical form, its dash at a column."""
    said = [f"  # {line}\n" for line in comment.splitlines()]
    body = [line for key, value in step.items() for line in lines_of(dump({key: value}, flow=_nested(value)))]
    rough = ["steps:\n", *said, f"  - {body[0]}", *(f"    {line}" for line in body[1:])]
    _, *lines = lines_of(canonical("".join(rough).encode()))
    # The canonical form indents by two; a file of another habit keeps its own.
    return [" " * indent + line[2:] if line != "\n" else line for line in lines]


def _nested(value: Any) -> bool:
    return isinstance(value, (dict, list))
