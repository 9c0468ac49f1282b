"""The canonical form of a runbook or rule: one layout for everybody, every comment kept, no value changed.

Keys stand in the order of the model, blocks are indented by two, a short `{…}` or `[…]` stays on its line, at most one
empty line stands between two entries. How a scalar is quoted, and where a long text breaks, stays as written. The form
of the form is the form itself. Files are read and written by others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from runwright.corpus.order import Shape, shape_of
from runwright.corpus.strict_yaml import load_yaml
from runwright.corpus.yaml_comments import Entry, Node, Tree, read_tree
from runwright.corpus.yaml_spans import Comment, Scalar
from runwright.errors import ContentError
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook

WIDTH = 120
"""Characters of a line up to which `{…}` and `[…]` stay on one line; a comment behind it does not count."""
SCHEMA = "# yaml-language-server:"
"""How the comment starts that names the schema; editors look for it on the first line."""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    blank: bool = False
    """An empty line stands above it where it is not the first of its block."""
    comment: bool = False
    keeps: bool = False
    """It ends a text to which empty lines behind it would belong."""


def canonical(content: bytes, path: str = "") -> str:
    """Write a runbook or rule in canonical form; raises `ContentError` for what is no strict YAML or would change.

    Windows line ends and a byte order mark are mended. What does not fit the model is written in order too.
    """
    plain = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    before = load_yaml(plain, path)
    if not isinstance(before.data, dict) or not before.data:
        raise ContentError("expected a mapping of fields, such as `id: …`", path=path, line=1, column=1)
    tree = read_tree(plain.decode())
    comments = _texts(tree)
    text = _written(tree, Shape((Runbook, Rule)))
    _check_same(before.data, comments, text, path)
    return text


def _check_same(data: Any, comments: list[str], text: str, path: str) -> None:
    """Refuse a result that says something else or lost a comment, whatever the reason."""
    after = load_yaml(text.encode(), path)
    if json.dumps(after.data, sort_keys=True) != json.dumps(data, sort_keys=True):
        raise ContentError("cannot be formatted without changing a value; the file is left as it is", path=path)
    if _texts(read_tree(text)) != comments:
        raise ContentError("cannot be formatted without losing a comment; the file is left as it is", path=path)


def _texts(tree: Tree) -> list[str]:
    return sorted(comment.text for comment in tree.comments())


def _written(tree: Tree, shape: Shape) -> str:
    schema = _schema(tree)
    for entry in tree.root.entries:
        entry.above = [comment for comment in entry.above if comment is not schema]
    head = [_Line(comment.text, comment.blank, True) for comment in tree.head if comment is not schema]
    _sort(tree.root, shape)
    body = _block(tree.root, WIDTH)
    if head:
        head[0], body[0] = replace(head[0], blank=False), replace(body[0], blank=True)
    return _joined([*([_Line(schema.text)] if schema else []), *head, *body])


def _schema(tree: Tree) -> Comment | None:
    above = (comment for entry in tree.root.entries for comment in entry.above)
    return next((comment for comment in (*tree.head, *above) if comment.text.startswith(SCHEMA)), None)


def _joined(lines: list[_Line]) -> str:
    written: list[str] = []
    keeps = True
    for line in lines:
        if line.blank and not keeps:
            written.append("")
        written.append(line.text)
        keeps = line.keeps
    return "\n".join(written) + "\n"


def _sort(node: Node, shape: Shape) -> None:
    """Put the keys in the order of the model, at every depth."""
    fields = shape.fields([entry.key.value for entry in node.entries if entry.key])
    last = (len(fields), shape.values)
    for entry in node.entries:
        kind = fields.get(entry.key.value, last)[1] if entry.key else shape.items
        _sort(entry.value, shape_of(kind))
    # A list keeps its order: sorting is stable, and its items have no key.
    node.entries.sort(key=lambda entry: fields.get(entry.key.value, last)[0] if entry.key else 0)


def _block(node: Node, room: int) -> list[_Line]:
    """The lines of a mapping or list in block style; the first has no empty line above it."""
    lines: list[_Line] = []
    for entry in node.entries:
        lines += _item(entry, room) if entry.key is None else _pair(entry, entry.key, room)
    lines += _said(node.foot)
    return [replace(lines[0], blank=False), *lines[1:]]


def _pair(entry: Entry, key: Scalar, room: int) -> list[_Line]:
    name, node = f"{_key(key)}:", entry.value
    above, behind = _parted(entry)
    if node.scalar is not None:
        lines = _scalar(node.scalar, f"{name} ", behind)
    elif (text := _on_one_line(node, room - len(name) - 1)) is not None:
        lines = [_Line(_remarked(f"{name} {text}", behind))]
    else:
        lines = [_Line(_remarked(name, behind)), *_indented(_block(node, room - 2))]
    return [*_said(above), replace(lines[0], blank=entry.blank), *lines[1:]]


def _parted(entry: Entry) -> tuple[list[Comment], Comment | None]:
    """The comments that stand above an entry, and the one behind it: there is room for one."""
    above = sorted([*entry.above, *entry.behind[:-1]], key=lambda comment: comment.place)
    return above, entry.behind[-1] if entry.behind else None


def _item(entry: Entry, room: int) -> list[_Line]:
    node = entry.value
    text = _on_one_line(node, room - 2)
    if node.scalar is None and text is None:
        return _block_item(entry, _block(node, room - 2))
    above, behind = _parted(entry)
    lines = _scalar(node.scalar, "- ", behind) if node.scalar else [_Line(_remarked(f"- {text}", behind))]
    return [*_said(above), replace(lines[0], blank=entry.blank), *lines[1:]]


def _block_item(entry: Entry, block: list[_Line]) -> list[_Line]:
    """A block behind a dash: a comment right behind the dash, or above the first key, stands above the dash."""
    comments = sorted([*entry.above, *entry.behind], key=lambda comment: comment.place)
    count = next(index for index, line in enumerate(block) if not line.comment)
    first = replace(block[count], text=f"- {block[count].text}")
    lines = [*block[:count], first, *_indented(block[count + 1 :])]
    return [*_said(comments), replace(lines[0], blank=entry.blank), *lines[1:]]


def _said(comments: Iterable[Comment]) -> list[_Line]:
    return [_Line(comment.text, comment.blank and comment.own, True) for comment in comments]


def _remarked(text: str, behind: Comment | None) -> str:
    return f"{text} {behind.text}" if behind else text


def _indented(lines: list[_Line]) -> list[_Line]:
    return [replace(line, text=f"  {line.text}") if line.text else line for line in lines]


def _key(key: Scalar) -> str:
    return key.lines[0] if len(key.lines) == 1 and key.style not in ("|", ">") else _quoted(key.value)


def _scalar(scalar: Scalar, name: str, behind: Comment | None) -> list[_Line]:
    """The lines of `name` and a scalar, which keeps its own way of being written."""
    if scalar.style in ("|", ">") and scalar.lines:
        return _text(scalar, name, behind)
    first, *more = _unbroken(scalar) if scalar.style not in ("|", ">") else [_quoted(scalar.value)]
    lines = [f"{name}{first}", *(f"  {line}" if line else "" for line in more)]
    return [*(_Line(line) for line in lines[:-1]), _Line(_remarked(lines[-1], behind))]


def _unbroken(scalar: Scalar) -> list[str]:
    """The lines of a plain or quoted scalar, without the space around them, which means nothing there."""
    if len(scalar.lines) == 1:
        return [scalar.lines[0] or "null"]
    lines = [line.strip(" \t") for line in scalar.lines]
    # An escape at the end of a line says something about the space behind it.
    escaped = scalar.style == '"' and any(line.endswith("\\") for line in lines)
    return [_quoted(scalar.value)] if escaped else lines


def _text(scalar: Scalar, name: str, behind: Comment | None) -> list[_Line]:
    """A block scalar: its header says anew what its value needs."""
    ends = len(scalar.value) - len(scalar.value.rstrip("\n"))
    deeper = "2" if next(line for line in scalar.lines if line).startswith(" ") else ""
    chomp = "-" if ends == 0 else "" if ends == 1 else "+"
    head = _Line(_remarked(f"{name}{scalar.style}{deeper}{chomp}", behind))
    body = [_Line(f"  {line}" if line else "") for line in (*scalar.lines, *[""] * max(ends - 1, 0))]
    return [head, *body[:-1], replace(body[-1], keeps=ends > 1)]


def _on_one_line(node: Node, room: int) -> str | None:
    """A flow mapping or list on one line; nothing where it does not fit or holds a comment."""
    text = _flow(node)
    return text if text is not None and (len(text) <= room or not node.entries) else None


def _flow(node: Node) -> str | None:
    if node.scalar is not None:
        return _in_flow(node.scalar)
    parts = [_flow_entry(entry) for entry in node.entries] if node.flow and not node.foot else [None]
    if None in parts:
        return None
    inside = ", ".join(part for part in parts if part is not None)
    return f"[{inside}]" if node.is_list else f"{{{inside}}}"


def _flow_entry(entry: Entry) -> str | None:
    if entry.above or entry.behind:
        return None  # a comment ends its line
    text = _flow(entry.value)
    return text if entry.key is None or text is None else f"{_key(entry.key)}: {text}"


def _in_flow(scalar: Scalar) -> str | None:
    lines = _unbroken(scalar)
    return " ".join(lines) if all(lines) else None


def _quoted(value: str) -> str:
    """A value in double quotes, with an escape for every character that cannot be seen."""
    return f'"{"".join(_ESCAPES.get(c) or (c if c.isprintable() else _escaped(ord(c))) for c in value)}"'


def _escaped(code: int) -> str:
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
