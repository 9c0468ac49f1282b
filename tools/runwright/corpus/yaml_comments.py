"""A YAML file as a tree: its mappings and lists with their entries, and each comment at the entry it speaks of.

A comment belongs to what it stands above or behind. One at the end of a block, no less indented than the block, belongs
to that block. Reads on libyaml's events, because they say where everything starts and ends; comments are what is left
between them. That the file is strict YAML, `strict_yaml` has checked before. Writing it anew is left to `canonical`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # libyaml binding, not in the stubs

from runwright.corpus.yaml_spans import Comment, Place, Scalar, Span, comments_of, position, scalar_of


@dataclass(eq=False, slots=True)
class Node:
    """One value: a scalar, or a mapping or list with its entries."""

    start: Place
    owner: Entry | None
    flow: bool = False
    """Written as `{…}` or `[…]`."""
    is_list: bool = False
    scalar: Scalar | None = None
    entries: list[Entry] = field(default_factory=list)
    end: Place = (0, 0)
    foot: list[Comment] = field(default_factory=list)
    """Comments behind the last entry."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written where the value belongs."""
        return self.scalar is not None and self.scalar.style is None and self.scalar.lines == ("",)


@dataclass(eq=False, slots=True)
class Entry:
    """One `key: value` of a mapping, or one item of a list."""

    parent: Node
    start: Place
    value: Node
    key: Scalar | None = None
    above: list[Comment] = field(default_factory=list)
    behind: list[Comment] = field(default_factory=list)
    blank: bool = False
    """Whether an empty line stands right above it."""


@dataclass(frozen=True, slots=True)
class Tree:
    """One file: its root, and the comments before everything that an empty line keeps apart."""

    root: Node
    head: tuple[Comment, ...]

    def comments(self) -> Iterator[Comment]:
        """Every comment, in no order."""
        yield from self.head
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield from node.foot
            for entry in node.entries:
                yield from (*entry.above, *entry.behind)
                waiting.append(entry.value)


def read_tree(text: str) -> Tree:
    """Read a text that the strict reader has accepted."""
    reader = _Reader(text)
    root = reader.node(None, reader.next())
    found = comments_of(reader.lines, reader.spans)
    for entry in reader.entries:
        entry.blank = not entry.parent.flow and found.blank_above(entry.start[0])
    _Placing(root, reader.entries, reader.ends).place(found.comments)
    head = _head(root)
    for entry in reader.entries:
        if entry is entry.parent.entries[0]:
            _open_block(entry)
    return Tree(root, head)


class _Reader:
    """Builds the tree from events; its depth is bounded by the strict reader."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.entries: list[Entry] = []
        self.spans: list[Span] = []
        self.ends: list[tuple[Place, Entry | None]] = []
        """Where something ends behind which a comment may stand, and the entry that this is."""
        self._dashes = _dashes(text)
        self._events = _events(text)

    def next(self) -> Any:
        """The next event."""
        return next(self._events)

    def node(self, owner: Entry | None, event: Any) -> Node:
        """The value that starts with this event."""
        start = position(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            scalar = self._scalar(event, owner)
            return Node(start, owner, scalar=scalar, end=scalar.span.end)
        node = Node(start, owner, flow=bool(event.flow_style), is_list=isinstance(event, yaml.SequenceStartEvent))
        if node.flow:
            self.ends.append(((start[0], start[1] + 1), owner))
        self._fill(node)
        if node.flow:
            self.ends.append((node.end, owner))
        return node

    def _fill(self, node: Node) -> None:
        while not isinstance(event := self.next(), yaml.CollectionEndEvent):
            node.entries.append(self._item(node, event) if node.is_list else self._pair(node, event))
        node.end = position(event.end_mark)

    def _pair(self, node: Node, event: Any) -> Entry:
        entry = Entry(node, position(event.start_mark), node)
        entry.key = self._scalar(event, entry)
        self.entries.append(entry)
        entry.value = self.node(entry, self.next())
        return entry

    def _item(self, node: Node, event: Any) -> Entry:
        start = position(event.start_mark) if node.flow else next(self._dashes)
        entry = Entry(node, start, node)
        self.entries.append(entry)
        if not node.flow:
            self.ends.append(((start[0], start[1] + 1), entry))
        entry.value = self.node(entry, event)
        return entry

    def _scalar(self, event: Any, owner: Entry | None) -> Scalar:
        scalar = scalar_of(event, self.lines)
        self.spans.append(scalar.span)
        self.ends.append((scalar.span.header or scalar.span.end, owner))
        return scalar


class _Placing:
    """Gives each comment to the entry or block that it speaks of."""

    def __init__(self, root: Node, entries: list[Entry], ends: list[tuple[Place, Entry | None]]) -> None:
        self.root, self.entries = root, entries
        self.starts = [entry.start for entry in entries]
        self.ends = sorted(ends, key=lambda pair: pair[0])
        self.places = [place for place, _ in self.ends]

    def place(self, comments: list[Comment]) -> None:
        gap, column = -1, 0
        for comment in comments:
            owner = None if comment.own else self._behind(comment)
            if owner is not None:
                owner.behind.append(comment)
                continue
            at = bisect_right(self.starts, comment.place)
            # What follows a comment of an outer block belongs to that block too: their order stays.
            column = min(column, comment.place[1]) if at == gap else comment.place[1]
            gap = at
            self._own(comment, at, column).append(comment)

    def _behind(self, comment: Comment) -> Entry | None:
        at = bisect_right(self.places, comment.place) - 1
        same_line = at >= 0 and self.places[at][0] == comment.place[0]
        return self.ends[at][1] if same_line else None

    def _own(self, comment: Comment, at: int, column: int) -> list[Comment]:
        following = self.entries[at] if at < len(self.entries) else None
        previous = self.entries[at - 1] if at else None
        if previous is None:
            return following.above if following else self.root.foot
        if comment.place < previous.value.end and not previous.value.entries:
            return previous.above  # between a key and its value
        if previous.value.is_empty and column > max(previous.start[1], following.start[1] if following else 0):
            return previous.above  # where the value would stand
        inside = next((node for node in _around(previous) if node.flow and comment.place < node.end), None)
        if inside is not None:
            return following.above if following and following.start < inside.end else inside.foot
        return self._in_blocks(previous, following, column)

    def _in_blocks(self, previous: Entry, following: Entry | None, column: int) -> list[Comment]:
        if following is not None and column <= following.start[1]:
            return following.above
        still_open = set(map(id, _around(following.parent.owner))) if following else set()
        if following:
            still_open.add(id(following.parent))
        ended = [node for node in _around(previous) if id(node) not in still_open and not node.flow]
        fitting = [node for node in ended if node.start[1] <= column]
        if not fitting:
            return following.above if following else self.root.foot
        # A list may stand in the column of its key; then the mapping around both is meant.
        return [node for node in fitting if node.start[1] == fitting[0].start[1]][-1].foot


def _around(entry: Entry | None) -> Iterator[Node]:
    """The mappings and lists that an entry opens or lies in, from the innermost."""
    if entry is not None and entry.value.scalar is None:
        yield entry.value
    while entry is not None:
        yield entry.parent
        entry = entry.parent.owner


def _head(root: Node) -> tuple[Comment, ...]:
    """Take the comments before the last empty line above the first entry from that entry."""
    if not root.entries:
        return ()
    first = root.entries[0]
    blanks = [index for index, comment in enumerate(first.above) if comment.blank]
    count = len(first.above) if first.blank else max(blanks, default=0)
    head, first.above = first.above[:count], first.above[count:]
    first.blank = first.blank and bool(first.above)
    return tuple(head)


def _open_block(first: Entry) -> None:
    """Forget the empty line at the start of a block: it would wander with the entry."""
    if first.above:
        first.above[0] = replace(first.above[0], blank=False)
    else:
        first.blank = False


def _events(text: str) -> Iterator[Any]:
    parser = CParser(text)
    try:
        while (event := parser.get_event()) is not None:
            if isinstance(event, (yaml.NodeEvent, yaml.CollectionEndEvent)):
                yield event
    finally:
        parser.dispose()


def _dashes(text: str) -> Iterator[Place]:
    """Where the dash of each item of a block stands; the items come in the same order."""
    parser = CParser(text)
    try:
        while (token := parser.get_token()) is not None:
            if isinstance(token, yaml.BlockEntryToken):
                yield position(token.start_mark)
    finally:
        parser.dispose()
