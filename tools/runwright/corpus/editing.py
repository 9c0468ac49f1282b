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
from runwright.corpus.strict_yaml import Document, load_yaml
from runwright.errors import ContentError

_LINE_ENDS = re.compile("[\x85\u2028\u2029]")


def insert_step(text: str, index: int, step: Mapping[str, Any], comment: str = "") -> str:
    """Put a step before the one at `index` (counted from 0), or behind the last one; raises `ContentError`."""
    document = load_yaml(text.encode())
    count = _count_steps(document)
    lines = _lines(text)
    line, indent = _place(document, lines, min(index, count - 1))
    at = _above_comments(lines, line, indent) if index < count else _end_of_block(lines, line + 1, indent)
    return "".join([*lines[:at], *_step_lines(step, comment, indent), *lines[at:]])


def set_version(text: str, version: int) -> str:
    """Write another version number; raises `ContentError` when there is none to replace."""
    document = load_yaml(text.encode())
    if ("version",) not in document.keys:
        raise ContentError("there is no `version` to raise; add one", line=1, column=1)
    line, column = document.values["version",]
    lines = _lines(text)
    before, old = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
    lines[line - 1] = before + re.sub(r"^[-+0-9A-Za-z]+", str(version), old)
    return "".join(lines)


def set_block(text: str, key: str, value: Mapping[str, Any]) -> str:
    """Write a whole top-level mapping, in its place or at the end; raises `ContentError`."""
    document = load_yaml(text.encode())
    keys = [place for pointer, place in document.keys.items() if len(pointer) == 1]
    if any(column != 1 for _, column in keys):
        raise ContentError("the file is not written in block style, one `key: …` a line", line=1, column=1)
    lines, written = _lines(text), _lines(canonical(dump({key: value}, flow=False).encode()))
    if (key,) not in document.keys:
        return "".join([*lines, *written])
    start = document.keys[key,][0] - 1
    following = min((line - 1 for line, _ in keys if line - 1 > start), default=len(lines))
    return "".join([*lines[:start], *written, *lines[_above_space(lines, start, following) :]])


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


def _lines(text: str) -> list[str]:
    """The lines with their ends; the last one gets one if it has none."""
    lines = text.split("\n")
    return [f"{line}\n" for line in (lines if lines[-1] else lines[:-1])]


def _count_steps(document: Document) -> int:
    steps = document.data.get("steps") if isinstance(document.data, dict) else None
    if not isinstance(steps, list) or not steps:
        line, column = document.place(("steps",))
        raise ContentError("there is no list of steps here to add one to", line=line, column=column)
    return len(steps)


def _place(document: Document, lines: list[str], index: int) -> tuple[int, int]:
    line, column = document.values["steps", index]
    dash = lines[line - 1].rfind("-", 0, column - 1)
    if dash < 0 or lines[line - 1][:dash].strip():
        raise ContentError("the steps are not written as a block list, one `- id: …` a step", line=line, column=column)
    return line - 1, dash


def _above_comments(lines: list[str], at: int, indent: int) -> int:
    # Only comments no deeper than the dash: a deeper line may be the end of the script of the step before.
    while at > 0 and lines[at - 1].lstrip(" ").startswith("#") and _indent(lines[at - 1]) <= indent:
        at -= 1
    return at


def _end_of_block(lines: list[str], at: int, indent: int) -> int:
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


def _step_lines(step: Mapping[str, Any], comment: str, indent: int) -> list[str]:
    said = [f"  # {line}\n" for line in comment.splitlines()]
    body = [line for key, value in step.items() for line in _lines(dump({key: value}, flow=_nested(value)))]
    rough = ["steps:\n", *said, f"  - {body[0]}", *(f"    {line}" for line in body[1:])]
    _, *lines = _lines(canonical("".join(rough).encode()))
    # The canonical form indents by two; a file of another habit keeps its own.
    return [" " * indent + line[2:] if line != "\n" else line for line in lines]


def _nested(value: Any) -> bool:
    return isinstance(value, (dict, list))
