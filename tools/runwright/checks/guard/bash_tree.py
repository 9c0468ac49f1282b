"""The one door to tree-sitter: a shell script in, its syntax tree out.

Meaning is left to `bash`. The library is imported at the first command, for it costs some 15 ms.
Grammar: https://github.com/tree-sitter/tree-sitter-bash.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

from runwright.checks.guard.words import listed

BLOCKS = listed(
    "program list compound_statement subshell do_group if_statement elif_clause else_clause while_statement "
    "case_statement case_item negated_command"
)
BRANCHES = listed(
    "if_statement while_statement for_statement c_style_for_statement case_statement function_definition subshell "
    "pipeline"
)
PASSIVE = listed("comment heredoc_start heredoc_end heredoc_body variable_name file_descriptor")
VALUES = listed(
    "word string raw_string ansi_c_string concatenation simple_expansion expansion number extglob_pattern regex "
    "arithmetic_expansion brace_expression translated_string test_operator"
)
REDIRECTS = listed("file_redirect heredoc_redirect herestring_redirect")
"""Names in the grammar: what holds statements, what not every run does once, what says nothing,
what is a value, what redirects."""
MAX_OPEN, MAX_PIPES = 400, 300
"""Brackets and pipes in one script. The parser's time grows with their square: it met none of these in 10,000 scripts,
and takes less than 60 ms for the worst text below both."""


class Node(Protocol):
    """A node of the tree, as far as it is used here."""

    @property
    def type(self) -> str:
        """The name in the grammar."""
        ...

    @property
    def is_named(self) -> bool:
        """Whether it is more than a sign."""
        ...

    @property
    def has_error(self) -> bool:
        """Whether something below could not be read."""
        ...

    @property
    def children(self) -> Sequence[Node]:
        """All nodes below, in order."""
        ...

    @property
    def text(self) -> bytes | None:
        """The source."""
        ...

    @property
    def start_byte(self) -> int:
        """Where it starts in the source."""
        ...

    @property
    def end_byte(self) -> int:
        """Where it ends in the source."""
        ...

    def child_by_field_name(self, name: str, /) -> Node | None:
        """The node of this role."""
        ...

    def children_by_field_name(self, name: str, /) -> Sequence[Node]:
        """The nodes of this role."""
        ...


def parse(text: str) -> Node | None:
    """The tree of a script; none when it nests or pipes more than the parser takes in short time."""
    if sum(text.count(char) for char in "({[`<$'\"") > MAX_OPEN * 4 or text.count("|") > MAX_PIPES:
        return None
    if sum(text.count(char) for char in "({[`") > MAX_OPEN or "\x00" in text:
        return None
    root: Node = _parser().parse(text.encode("utf-8", "replace")).root_node
    return root


@lru_cache(maxsize=1)
def _parser() -> Any:
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def source(node: Node) -> str:
    """The text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def has_gaps(root: Node, text: bytes) -> bool:
    """Whether the tree leaves out more than white space: then the shell may see what we do not."""
    end = 0
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.children and node.type not in {"string", "heredoc_body"}:
            waiting.extend(reversed(node.children))
            continue
        if text[end : node.start_byte].replace(b"\\\n", b"").strip():
            return True
        end = max(end, node.end_byte)
    return bool(text[end:].replace(b"\\\n", b"").strip())
