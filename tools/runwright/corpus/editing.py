"""Edits a runbook's text so that a change is exactly its own lines and everything else keeps its bytes.

Only files in block style are edited, which is how they are kept. The caller reads the result again: an edit
that does not give what was meant is a bug here, never a wrong file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from runwright.corpus.strict_yaml import Document, load_yaml
from runwright.errors import ContentError

_COMMENT = re.compile(r"\s*#")


def insert_step(text: str, index: int, step: Mapping[str, Any], comment: str = "") -> str:
    """Put a step before the one at `index` (counted from 0), or behind the last one."""
    document = load_yaml(text.encode())
    steps = document.data["steps"]
    lines = text.splitlines(keepends=True)
    at, indent = _place(document, lines, min(index, len(steps) - 1))
    if index >= len(steps):
        at = _end_of_block(lines, document.values["steps", len(steps) - 1][0], indent)
    return "".join([*lines[:at], *_step_lines(step, comment, indent), *lines[at:]])


def set_version(text: str, version: int) -> str:
    """Write another version number."""
    document = load_yaml(text.encode())
    line, column = document.values["version",]
    lines = text.splitlines(keepends=True)
    old = lines[line - 1]
    lines[line - 1] = re.sub(r"^\d+", str(version), old[column - 1 :]).join([old[: column - 1], ""])
    return "".join(lines)


def set_block(text: str, key: str, value: Mapping[str, Any]) -> str:
    """Write a whole top-level mapping, in its place or at the end."""
    document = load_yaml(text.encode())
    written = dump({key: value}, flow=False).splitlines(keepends=True)
    lines = text.splitlines(keepends=True)
    if (key,) not in document.keys:
        ending = [] if not lines or lines[-1].endswith("\n") else ["\n"]
        return "".join([*lines, *ending, *written])
    start = document.keys[key,][0] - 1
    later = [
        position[0] - 1 for pointer, position in document.keys.items() if len(pointer) == 1 and position[0] - 1 > start
    ]
    end = min(later, default=len(lines))
    return "".join([*lines[:start], *written, *lines[end:]])


def dump(value: Any, *, flow: bool = True) -> str:
    """Write plain data as YAML in blocks; with `flow`, innermost lists and mappings stand on one line."""
    style = None if flow else False
    return str(
        yaml.dump(value, Dumper=_Dumper, sort_keys=False, default_flow_style=style, width=4096, allow_unicode=True)
    )


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        del indentless
        return super().increase_indent(flow, False)


def _place(document: Document, lines: list[str], index: int) -> tuple[int, int]:
    line, column = document.values["steps", index]
    dash = lines[line - 1].rfind("-", 0, column - 1)
    if dash < 0 or lines[line - 1][:dash].strip():
        raise ContentError("the steps are not written as a block list, one `- id: …` a step", line=line, column=column)
    at = line - 1
    while at > 0 and _COMMENT.match(lines[at - 1]):
        at -= 1
    return at, dash


def _end_of_block(lines: list[str], line: int, indent: int) -> int:
    at = line
    while at < len(lines) and (not lines[at].strip() or len(lines[at]) - len(lines[at].lstrip()) > indent):
        at += 1
    return at


def _step_lines(step: Mapping[str, Any], comment: str, indent: int) -> list[str]:
    margin = " " * indent
    said = [f"{margin}# {line}\n" for line in comment.splitlines()]
    body = dump(dict(step)).splitlines()
    return [*said, f"{margin}- {body[0]}\n", *(f"{margin}  {line}\n" for line in body[1:])]
