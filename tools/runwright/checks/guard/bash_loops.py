"""Loops of bash that nothing ends: their condition never changes and their body never leaves them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runwright.checks.guard.bash_tree import Node, source
from runwright.checks.guard.words import listed

DOUBT = "it has a loop that nothing ends"
_LEAVES = listed("break exit return")
_ALWAYS = re.compile(r":|true|\[\[? (?:1|true|x) \]\]?|\(\( ?1 ?\)\)|test 1|/bin/true")
_NEVER = re.compile(r"false|! ?true|! ?:|\(\( ?0 ?\)\)|/bin/false")
_LOOPS = listed("while_statement c_style_for_statement")


def endless(root: Node) -> Iterator[str]:
    """Why the loops of a script need a person."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in _LOOPS and _is_constant(node) and not _leaves(node):
            yield DOUBT
            return
        waiting.extend(node.children)


def _is_constant(node: Node) -> bool:
    if node.type == "c_style_for_statement":
        parts = source(node).partition("((")[2].partition("))")[0].split(";")
        return len(parts) == 3 and not re.search(r"[<>=]", parts[1])
    condition = node.child_by_field_name("condition")
    text = source(condition).strip() if condition is not None else ""
    ends = _NEVER if node.children[0].type == "until" else _ALWAYS
    return ends.fullmatch(text) is not None


def _leaves(node: Node) -> bool:
    """Whether a word of the body ends the loop."""
    waiting = list(node.children)
    while waiting:
        now = waiting.pop()
        if now.type == "command_name" and source(now) in _LEAVES:
            return True
        waiting.extend(now.children)
    return False
