"""Arithmetic of bash: whether every value that it computes with is known to be a number.

Bash reads the value of a name inside arithmetic as an expression of its own, and runs the substitutions that stand in
an index there. So a value that may hold any text needs a person; one that only numbers were given does not.
Source: the bash manual, "Shell Arithmetic" and "Conditional Constructs".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from runwright.checks.guard.bash_tree import Node, source
from runwright.checks.guard.words import listed

DOUBT = "it computes with a value that is not known to be a number"
_NUMBER = re.compile(r"[+-]?\d{1,18}")
_OWN = listed("SECONDS RANDOM UID EUID PPID LINENO BASHPID EPOCHSECONDS")
"""Variables that the shell itself keeps as numbers."""
_LENGTH = re.compile(r"\$\{#\w+(\[[@*]\])?\}|\$[#?$]")
_TARGET = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)")
_NAME = re.compile(r"\$?\{?(?<![\w#])([A-Za-z_]\w*)\}?")
_PLAIN = re.compile(r"[\w\s+\-*/%<>=!&|^~?:(),]*")
_SLICE = re.compile(r"\$\{#?!?(?:\w+|[@*])(?:\[[^\]]*\])?:(?![-=?+])(.*)\}", re.S)
_FILLED = re.compile(r"\$\{(\w+)(?:\[[^\]]*\])?:?=")
_COUNTERS = re.compile(
    r"wc -[lcmw]( ?< ?[\w./-]+)?|nproc|date (-u )?'?\"?\+%[sYjHMSmdu]\"?'?|"
    r"tr -(cd|dc) '?\"?(0-9|\[:digit:\])\"?'?|seq( \d{1,6}){1,3}|"
    r"stat -c ?'?\"?%[sYXZ]\"?'? [\w./-]+|id -[ug]|grep -c '?[\w .-]+'?"
)
"""Last calls of a substitution that print nothing but a number."""
_SETTERS = listed("read mapfile readarray getopts printf eval let source . select wait unset coproc")
_COMPARING = listed("-eq -ne -lt -le -gt -ge")


@dataclass(frozen=True, slots=True)
class _Given:
    """A place where a name gets a value."""

    node: Node
    numeric: bool


@dataclass(slots=True)
class _Book:
    """Where every name of a script gets its values, and the way from the root to each node."""

    given: dict[str, list[_Given]] = field(default_factory=dict)
    above: dict[int, Node] = field(default_factory=dict)

    def note(self, name: str, node: Node, numeric: bool) -> None:
        """Keep one more place for a name."""
        self.given.setdefault(name, []).append(_Given(node, numeric))


def number_doubts(root: Node) -> Iterator[str]:
    """Why the arithmetic of a script needs a person."""
    nodes = list(_all(root))
    book = _Book()
    for node in nodes:
        for child in node.children:
            book.above[_key(child)] = node
    for node in nodes:
        _keep(node, book)
    if any(not _is_safe(node, book) for node in nodes):
        yield DOUBT


def _all(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


def _key(node: Node) -> int:
    return hash((node.start_byte, node.end_byte, node.type, node.is_named))


def _keep(node: Node, book: _Book) -> None:
    """Note the names that a node sets."""
    if node.type == "variable_assignment":
        _keep_assignment(node, book)
    elif node.type == "for_statement":
        _keep_loop(node, book)
    elif _is_arithmetic(node):
        for found in _TARGET.finditer(source(node)):
            book.note(found[1], node, True)
    elif node.type == "command":
        _keep_command(node, book)
    elif filled := _FILLED.match(source(node)) if node.type == "expansion" else None:
        book.note(filled[1], node, False)


def _keep_loop(node: Node, book: _Book) -> None:
    variable, values = node.child_by_field_name("variable"), node.children_by_field_name("value")
    if variable is not None:
        book.note(source(variable), node, bool(values) and all(_counts(value) for value in values))


def _keep_assignment(node: Node, book: _Book) -> None:
    target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if target is None:
        return
    name, indexed, _ = source(target).partition("[")
    book.note(name, node, not indexed and (value is None or _counts(value)))


def _keep_command(node: Node, book: _Book) -> None:
    label, *args = [child for child in node.children if child.is_named] or [node]
    if source(label) in _SETTERS and (source(label) != "printf" or "-v" in source(node)):
        for name in {found[1] for arg in args for found in _NAME.finditer(source(arg))}:
            book.note(name, node, False)


def _counts(value: Node) -> bool:
    """Whether a value that is given can only be a number."""
    text = source(value).strip("\"'")
    if _NUMBER.fullmatch(text) or not text or _LENGTH.fullmatch(text) or re.fullmatch(r"\{\d+\.\.\d+\}", text):
        return True
    if value.type == "string" and len([child for child in value.children if child.is_named]) == 1:
        whole = next(child for child in value.children if child.is_named)
        return source(whole) == source(value)[1:-1] and _counts(whole)
    if value.type == "arithmetic_expansion":
        return True
    return value.type == "command_substitution" and _prints_number(text)


def _prints_number(text: str) -> bool:
    inside = text.removeprefix("$(").removesuffix(")").strip()
    inside = re.sub(r"\s*2>\s*/dev/null", "", inside).strip()
    if re.search(r"[;&\n`]|\|\||\$\(", inside):
        return False
    return _COUNTERS.fullmatch(inside.rpartition("|")[2].strip()) is not None


def _is_arithmetic(node: Node) -> bool:
    first = node.children[0].type if node.children else ""
    return node.type in {"arithmetic_expansion", "c_style_for_statement"} or first in {"((", "$[", "$(("}


def _is_safe(node: Node, book: _Book) -> bool:
    """Whether a node computes with nothing, or with numbers alone."""
    if node.type == "c_style_for_statement":
        head = source(node).partition("((")[2].partition("))")[0]
        return all(_is_number(part, node, book) for part in head.split(";"))
    if _is_arithmetic(node):
        return _is_number(_inside(node), node, book)
    if node.type == "subscript":
        index = source(node).partition("[")[2].removesuffix("]")
        return index in {"@", "*"} or _is_number(index, node, book)
    if node.type == "expansion":
        sliced = _SLICE.fullmatch(source(node))
        return sliced is None or all(_is_number(part, node, book) for part in sliced[1].split(":"))
    if node.type in {"binary_expression", "unary_expression"}:
        return _is_safe_test(node, book)
    return node.type != "command" or _is_safe_builtin(node)


def _inside(node: Node) -> str:
    text = source(node)
    for start, end in (("$((", "))"), ("((", "))"), ("$[", "]")):
        if text.startswith(start):
            return text.removeprefix(start).removesuffix(end)
    return text


def _is_safe_test(node: Node, book: _Book) -> bool:
    """`[[ a -gt b ]]` computes with both sides; `-v` evaluates an index in either kind of test."""
    signs = {source(child) for child in node.children if child.type == "test_operator"}
    if "-v" in signs:
        return all(source(child).isidentifier() for child in node.children if child.type != "test_operator")
    if not signs & _COMPARING or not _in_double_brackets(node, book):
        return True
    sides = [child for child in node.children if child.is_named and child.type != "test_operator"]
    return all(_is_number(source(side).strip('"'), node, book) for side in sides)


def _in_double_brackets(node: Node, book: _Book) -> bool:
    above: Node | None = node
    while above is not None and above.type != "test_command":
        above = book.above.get(_key(above))
    return above is None or above.children[0].type == "[["


def _is_safe_builtin(node: Node) -> bool:
    """A builtin that takes names evaluates the index of one; `-v` of a test too."""
    label, *args = [child for child in node.children if child.is_named] or [node]
    texts = [source(arg).strip("\"'") for arg in args]
    if source(label) in {"test", "["}:
        after = [texts[place + 1 : place + 2] for place, text in enumerate(texts) if text == "-v"]
        return all(not each or each[0].isidentifier() for each in after)
    if source(label) == "printf":
        named = next((texts[place + 1 : place + 2] for place, text in enumerate(texts) if text == "-v"), ["x"])
        return all(each.isidentifier() for each in named)
    return source(label) not in {"unset", "read"} or not any("[" in text for text in texts)


def _is_number(text: str, node: Node, book: _Book) -> bool:
    """Whether an expression holds numbers, signs and names of numbers alone."""
    text = _LENGTH.sub("0", text)
    text = re.sub(r"\$\(([^()$`]*)\)", lambda found: "0" if _prints_number(found[0]) else "`", text)
    text = re.sub(r"\$\(\(|\$\[", "(", text)
    targets = {found.start() for found in _TARGET.finditer(text)}
    names = [found for found in _NAME.finditer(text) if found.start(1) not in targets]
    if any(not _is_numeric(found[1], node, book) for found in names):
        return False
    return _PLAIN.fullmatch(_NAME.sub("0", text)) is not None


def _is_numeric(name: str, use: Node, book: _Book) -> bool:
    given = book.given.get(name, [])
    if not given:
        return name in _OWN
    return all(each.numeric for each in given) and any(_comes_first(each.node, use, book) for each in given)


def _comes_first(node: Node, use: Node, book: _Book) -> bool:
    """Whether a value is surely given before it is used: in a block around the use, and earlier."""
    block = node if node.type in {"for_statement", "c_style_for_statement"} else book.above.get(_key(node))
    while block is not None and block.type in {"declaration_command", "variable_assignments", "redirected_statement"}:
        block = book.above.get(_key(block))
    if (
        block is None
        or node.start_byte > use.start_byte
        or (block.type == "list" and block.start_byte < node.start_byte)
    ):
        return False
    around: Node | None = use
    while around is not None and _key(around) != _key(block):
        if around.type in {"elif_clause", "else_clause"}:
            above = book.above.get(_key(around))
            if above is not None and _key(above) == _key(block):
                return False
        around = book.above.get(_key(around))
    return around is not None or node is use
