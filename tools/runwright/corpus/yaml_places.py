"""Where each key and value of plain YAML stands, and what is wrong with YAML that is not plain.

Works on libyaml's events with a stack of its own, because the parsers above them recurse: 80 kB of `[`
end the process. Slower than `yaml_data`, with the same rules: asked only when a place or a reason is needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # libyaml binding, not in the stubs
from yaml.reader import ReaderError

from runwright.corpus.limits import MAX_DEPTH, MAX_NODES
from runwright.corpus.scalars import is_text, plain_value
from runwright.errors import ContentError

Position = tuple[int, int]
"""Line and column, both counted from 1."""
Pointer = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """The plain data of one file, and where each value and key stands."""

    data: Any
    values: Mapping[Pointer, Position]
    keys: Mapping[Pointer, Position]


def read_places(content: bytes, path: str = "") -> Places:
    """Read one document of UTF-8; raises `ContentError` with path, line and column."""
    builder = _Builder(path)
    parser = CParser(content.decode())
    try:
        _consume(parser, builder)
    except yaml.YAMLError as error:
        raise _syntax(error, content, path) from None
    finally:
        parser.dispose()
    return Places(builder.root, builder.values, builder.keys)


def position_of(content: bytes, offset: int) -> Position:
    """Line and column of a byte."""
    start = content.rfind(b"\n", 0, offset) + 1
    return content.count(b"\n", 0, offset) + 1, len(content[start:offset].decode("utf-8", "replace")) + 1


@dataclass(slots=True)
class _Container:
    node: Any
    pointer: Pointer
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    path: str
    root: Any = None
    nodes: int = 0
    stack: list[_Container] = field(default_factory=list)
    values: dict[Pointer, Position] = field(default_factory=dict)
    keys: dict[Pointer, Position] = field(default_factory=dict)

    def refuse(self, mark: Any, message: str) -> ContentError:
        return ContentError(message, path=self.path, line=mark.line + 1, column=mark.column + 1)

    def scalar(self, event: Any) -> None:
        self._check(event)
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.node, dict) and top.key is None:
            self._key(top, event)
        else:
            self._add(event, self._value(event))

    def _value(self, event: Any) -> Any:
        try:
            return event.value if event.style else plain_value(event.value)
        except ValueError as error:
            raise self.refuse(event.start_mark, str(error)) from None

    def open(self, event: Any, node: Any) -> None:
        self._check(event)
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.node, dict) and top.key is None:
            raise self.refuse(event.start_mark, "a key must be a text, not a mapping or a list")
        if len(self.stack) >= MAX_DEPTH:
            raise self.refuse(event.start_mark, f"nested deeper than {MAX_DEPTH} levels")
        self.stack.append(_Container(node, self._add(event, node)))

    def _check(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.refuse(event.start_mark, f"more than {MAX_NODES} values in one file")
        if event.anchor:
            raise self.refuse(
                event.start_mark, f"anchor &{event.anchor} is not accepted; write the value out where it is needed"
            )
        if event.tag is not None:
            raise self.refuse(event.start_mark, f"tag {event.tag!r:.80} is not accepted; write a plain value")

    def _key(self, top: _Container, event: Any) -> None:
        key = event.value
        if not event.style and not is_text(key):
            raise self.refuse(event.start_mark, f"key {key!r:.80} is not a text; put it in quotes")
        if key in top.node:
            first = self.keys[(*top.pointer, key)][0]
            raise self.refuse(event.start_mark, f"key {key!r:.80} is given twice; the first is on line {first}")
        top.key = key
        self.keys[(*top.pointer, key)] = (event.start_mark.line + 1, event.start_mark.column + 1)

    def _add(self, event: Any, value: Any) -> Pointer:
        pointer: Pointer = ()
        if self.stack:
            top = self.stack[-1]
            if isinstance(top.node, list):
                pointer = (*top.pointer, len(top.node))
                top.node.append(value)
            else:
                pointer = (*top.pointer, str(top.key))
                top.node[top.key] = value
                top.key = None
        else:
            self.root = value
        self.values[pointer] = (event.start_mark.line + 1, event.start_mark.column + 1)
        return pointer


def _consume(parser: Any, builder: _Builder) -> None:
    documents = 0
    while True:
        event = parser.get_event()
        kind = type(event)
        if kind is yaml.ScalarEvent:
            builder.scalar(event)
        elif kind is yaml.MappingStartEvent:
            builder.open(event, {})
        elif kind is yaml.SequenceStartEvent:
            builder.open(event, [])
        elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
            builder.stack.pop()
        elif kind in (yaml.AliasEvent, yaml.DocumentStartEvent):
            documents += 1
            _refuse_unusual(event, documents, builder)
        elif kind is yaml.StreamEndEvent:
            return


def _refuse_unusual(event: Any, documents: int, builder: _Builder) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise builder.refuse(event.start_mark, f"alias *{event.anchor} is not accepted; write the value out")
    if documents > 1:
        raise builder.refuse(event.start_mark, "a second document starts here; one file holds one")
    if event.version or event.tags:
        raise builder.refuse(event.start_mark, "directives such as %YAML and %TAG are not accepted")


def _syntax(error: yaml.YAMLError, content: bytes, path: str) -> ContentError:
    if isinstance(error, ReaderError):
        line, column = position_of(content, error.position)
        return ContentError(f"character U+{error.character:04X}: {error.reason}", path=path, line=line, column=column)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    advice = _advice(content.splitlines()[line - 1 : line])
    return ContentError(f"not valid YAML: {problem}{advice}", path=path, line=line, column=column)


def _advice(lines: list[bytes]) -> str:
    """What to do about the two texts that most often cannot stand without quotes."""
    found = (said for form, said in _UNQUOTED if any(form.search(line) for line in lines))
    return next(found, "")


_IN_QUOTES = "; inside { } and [ ] this stands in quotes: "
_UNQUOTED = (
    (re.compile(rb"[{\[,]\s*([\w.-]+:\s+)?\$\{\{"), f'{_IN_QUOTES}"${{{{ params.name }}}}"'),
    (re.compile(rb"[{,]\s*[\w.]+\[[\"']"), f"{_IN_QUOTES}'disks[\"/\"].used_percent'"),
)
