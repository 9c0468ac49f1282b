"""Reads bash and sh: from the syntax tree to the calls that the script makes.

Variables that the script sets to fixed values are followed, loops over fixed words are walked once for each word, and
substitutions are read like scripts. What is not understood becomes a doubt, and is walked all the same for the alarms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from runwright.checks.guard.bash_effects import EFFECTS, LATER, runs_later
from runwright.checks.guard.bash_loops import endless
from runwright.checks.guard.bash_numbers import number_doubts
from runwright.checks.guard.bash_tree import BLOCKS, BRANCHES, PASSIVE, REDIRECTS, VALUES, Node, has_gaps, parse, source
from runwright.checks.guard.bash_values import Scope, calculate
from runwright.checks.guard.bash_words import word, words
from runwright.checks.guard.decode import output_of
from runwright.checks.guard.words import MAX_DEPTH, UNKNOWN, Call, Notes, Redirect, Script, Shell, Word
from runwright.checks.guard.worlds import Ledger, Value, in_all_worlds

_CONTINUED = re.compile(r"(?<=\S)\\\n(?=\S)")
_BRACES = re.compile(r"(?:^|[;&|(`\n])[ \t]*\{[^\s{};]*,[^\s{};]*\}")
_OPERATORS = re.compile(r"&&|\|\||[;|&\n]")
MAX_LOOP = 8
MAX_PIECES = 60
_NOTHING = Word("")


def read(text: str, shell: Shell = "bash") -> Script:
    """The calls of a bash or sh script."""
    notes = Notes()
    if _CONTINUED.search(text):
        notes.doubt("a line continuation stands inside a word")
        text = _CONTINUED.sub("", text)
    if _BRACES.search(text):
        notes.alarm("it hides a command in braces")
    root = parse(text)
    if root is None:
        notes.doubt("it nests or pipes too much to be judged")
        return notes.script()
    for doubt in (*endless(root), *number_doubts(root)):
        notes.doubt(doubt)
    if root.has_error or has_gaps(root, text.encode("utf-8", "replace")):
        notes.doubt("the shell's grammar does not explain all of it")
        _in_pieces(text, shell, notes)
    found = in_all_worlds(lambda ledger, pins, inside: Reader(shell, inside, ledger, pins).read(root))
    return replace(
        found,
        calls=(*notes.calls, *found.calls),
        doubts=(*notes.doubts, *found.doubts),
        alarms=(*notes.alarms, *found.alarms),
    )


def _in_pieces(text: str, shell: Shell, notes: Notes) -> None:
    """Read the parts between operators one by one, for the alarms: the tree of the whole may have swallowed some."""
    for piece in _OPERATORS.split(text, MAX_PIECES)[:MAX_PIECES]:
        root = parse(piece)
        if root is not None and piece.strip():
            Reader(shell, notes, Ledger(), {}).walk(root)


class Reader:
    """Walks one tree; each method gives the places of the calls whose output comes out at the end."""

    def __init__(self, shell: Shell, notes: Notes, ledger: Ledger, pins: Mapping[str, Value]) -> None:
        self.shell, self.notes, self.scope = shell, notes, Scope(ledger=ledger)
        self.scope.pin(pins)
        self.inner: list[Call] = []
        self.depth = self.loops = self.turns = 0

    def read(self, root: Node) -> None:
        """Read a whole script."""
        self.walk(root)

    def walk(self, node: Node, upstream: tuple[Call, ...] = ()) -> list[int]:
        """Read one node."""
        if self.depth > MAX_DEPTH:
            self.notes.doubt("it nests too deeply to be judged")
            return []
        self.depth += 1
        self.scope.branches += node.type in BRANCHES
        self.turns += node.type in {"while_statement", "c_style_for_statement"}
        found = self._walk(node, upstream)
        self.turns -= node.type in {"while_statement", "c_style_for_statement"}
        self.scope.branches -= node.type in BRANCHES
        self.depth -= 1
        return found

    def _walk(self, node: Node, upstream: tuple[Call, ...]) -> list[int]:
        handler = _HANDLERS.get(node.type)
        if handler is not None:
            return handler(self, node, upstream)
        if node.type == "file_redirect":  # `$(<file)` reads a file without a program
            place = self.notes.add(Call(self.shell, _NOTHING, upstream=upstream))
            self._redirect(node, [place])
            return [place]
        if node.type in VALUES or node.type in {"test_command", "unary_expression", "binary_expression"}:
            self.touch(node)
            return []
        if node.type not in BLOCKS and node.type not in PASSIVE and node.is_named:
            self.notes.doubt(f"it has a part that is not judged ({node.type.replace('_', ' ').lower()})")
        return self.block(node, upstream)

    def block(self, node: Node, upstream: tuple[Call, ...]) -> list[int]:
        """Read everything inside a node, in order."""
        found: list[int] = []
        for child in node.children:
            if child.is_named and child.type not in PASSIVE:
                found += self.walk(child, upstream)
            elif child.type == "&":
                self.notes.doubt("it starts something in the background")
            elif child.type in {"&&", "||"}:
                self.scope.branches += 1
        self.scope.branches -= sum(child.type in {"&&", "||"} for child in node.children)
        return found

    def touch(self, node: Node) -> None:
        """Read the substitutions inside a value that is no word of a call."""
        waiting = [node]
        while waiting:
            now = waiting.pop()
            if now.type in {"raw_string", "ansi_c_string", "string_content"} and runs_later(source(now)):
                self.notes.doubt(LATER)
            if now.type in {"command_substitution", "process_substitution"}:
                self.substituted(now)
            else:
                if now.type == "arithmetic_expansion":
                    calculate(self.scope, source(now))
                waiting.extend(now.children)

    def substituted(self, node: Node) -> str:
        """Read the commands of a substitution; give what they print, as far as it is known."""
        before, self.inner = self.inner, []
        self.scope.branches += 1
        places = self.block(node, ())
        self.scope.branches -= 1
        calls = self.at(places)
        self.inner = [*before, *calls]
        printed = output_of(calls) if node.type == "command_substitution" else None
        return UNKNOWN if printed is None else printed.rstrip("\n")

    def at(self, places: list[int]) -> tuple[Call, ...]:
        """The calls at these places."""
        return tuple(self.notes.calls[place] for place in places)

    def pipeline(self, node: Node, upstream: tuple[Call, ...]) -> list[int]:
        """Read stages that feed each other."""
        found: list[int] = []
        for child in node.children:
            if child.is_named and child.type != "comment":
                found = self.walk(child, upstream)
                upstream = self.at(found)
        return found

    def command(self, node: Node, upstream: tuple[Call, ...]) -> list[int]:
        """Read one call."""
        outside, self.inner = self.inner, []
        parts: list[Word] = []
        settings: list[tuple[str, Word]] = []
        redirects: list[Node] = []
        named = any(child.type == "command_name" for child in node.children)
        self.scope.branches += named  # `name=value program` sets it for the program alone
        for child in node.children:
            if child.type == "variable_assignment":
                settings.append(self._setting(child))
            elif child.type in REDIRECTS:
                redirects.append(child)
            elif child.is_named:
                parts += words(child, self)
        self.scope.branches -= named
        call = Call(
            self.shell, parts[0] if parts else _NOTHING, tuple(parts[1:]), upstream=upstream, inner=tuple(self.inner)
        )
        place = self.notes.add(replace(call, settings=tuple(settings), looped=self.turns > 0))
        self.inner = outside
        if call.name not in {"awk", "gawk", "mawk", "sed"} and any(runs_later(part.text) for part in parts):
            self.notes.doubt(LATER)
        for redirect in redirects:
            self._redirect(redirect, [place])
        self._follow(self.notes.calls[place])
        return [place]

    def _follow(self, call: Call) -> None:
        """Let builtins change the variables that are followed."""
        effect = EFFECTS.get(call.name)
        if effect is not None:
            effect(self.scope, call)
        if call.name in self.scope.aliases:
            self.notes.doubt("it uses an alias of its own")

    def redirected(self, node: Node, upstream: tuple[Call, ...]) -> list[int]:
        """Read a statement and what it reads from and writes to."""
        body = [child for child in node.children if child.is_named and child.type not in REDIRECTS]
        places = [place for child in body for place in self.walk(child, upstream)]
        if not places:
            places = [self.notes.add(Call(self.shell, _NOTHING, upstream=upstream, looped=self.turns > 0))]
        after: list[int] = []
        for child in node.children:
            if child.type in REDIRECTS:
                after += self._redirect(child, places)
        return after or places

    def _redirect(self, node: Node, places: list[int]) -> list[int]:
        outside, self.inner = self.inner, []
        if node.type == "heredoc_redirect":
            after = self._heredoc(node, places)
        else:
            self._file(node, places)
            after = []
        self._feed(places, inner=tuple(self.inner))
        self.inner = outside
        return after

    def _file(self, node: Node, places: list[int]) -> None:
        sign = "".join(child.type for child in node.children if not child.is_named)
        sign += "".join(source(child) for child in node.children if child.type == "ERROR")
        values = [word(c, self) for c in node.children if c.is_named and c.type not in {"file_descriptor", "ERROR"}]
        if node.type == "herestring_redirect":
            self._feed(places, stdin=values[0].text + "\n" if values and values[0].known else None)
            values = []
        self._feed(places, redirects=tuple(Redirect(sign, value) for value in values[:1]))

    def _heredoc(self, node: Node, places: list[int]) -> list[int]:
        body = next((child for child in node.children if child.type == "heredoc_body"), None)
        if body is not None:
            self.touch(body)
            self._feed(places, stdin=source(body))
        after: list[int] = []
        for child in node.children:
            if child.type in REDIRECTS:
                self._redirect(child, places)
            elif child.is_named and child.type not in PASSIVE:
                after += self.walk(child, self.at(places[-1:]))
        return after

    def _feed(
        self,
        places: list[int],
        redirects: tuple[Redirect, ...] = (),
        inner: tuple[Call, ...] = (),
        stdin: str | None = None,
    ) -> None:
        """Give the last of these calls what was found after it."""
        if not places or places[-1] < 0:
            return
        call = self.notes.calls[places[-1]]
        text = call.stdin if stdin is None else stdin
        self.notes.calls[places[-1]] = replace(
            call, redirects=call.redirects + redirects, inner=call.inner + inner, stdin=text
        )

    def _setting(self, node: Node) -> tuple[str, Word]:
        """Read `name=value` and remember it."""
        target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        name, indexed, _ = source(target).partition("[") if target is not None else ("", "", "")
        append = any(child.type == "+=" for child in node.children)
        if value is not None and value.type == "array":
            items = tuple(w for c in value.children if c.is_named for w in words(c, self))
            self.scope.set(name, tuple(item.text for item in items), append=append)
            return name, Word(" ".join(item.text for item in items))
        found = word(value, self) if value is not None else _NOTHING
        if runs_later(found.text):
            self.notes.doubt(LATER)
        self.scope.set(name, found.text if found.known and not indexed else None, append=append)
        return name, found

    def assignment(self, node: Node, upstream: tuple[Call, ...]) -> list[int]:
        """Read assignments that stand alone, and `export` and its like."""
        outside, self.inner = self.inner, []
        found = [child for child in (node, *node.children) if child.type == "variable_assignment"]
        if any(re.match(r"-\w*[nif]", source(child)) for child in node.children if child.type == "word"):
            self.notes.doubt("it declares a variable that is more than a text")
        settings = tuple(self._setting(child) for child in found)
        call = Call(self.shell, _NOTHING, settings=settings, upstream=upstream, inner=tuple(self.inner))
        self.inner = outside
        return [self.notes.add(call)] if settings else []

    def unset(self, node: Node, upstream: tuple[Call, ...]) -> list[int]:
        """Read `unset`."""
        names = tuple(Word(source(child)) for child in node.children if child.is_named)
        for name in names:
            self.scope.set(name.text.partition("[")[0].strip("'\""), "" if name.text.isidentifier() else None)
        return [self.notes.add(Call(self.shell, Word("unset"), names, upstream=upstream))]

    def loop(self, node: Node, upstream: tuple[Call, ...]) -> list[int]:
        """Read a `for` loop: once for each fixed word, or once with a value that is not known."""
        variable = node.child_by_field_name("variable")
        name = source(variable) if variable is not None else ""
        values = [w for child in node.children_by_field_name("value") for w in words(child, self)]
        body = node.child_by_field_name("body")
        fixed = values and len(values) <= MAX_LOOP and all(value.known for value in values) and not self.loops
        found: list[int] = []
        self.loops += 1
        self.turns += 1
        for value in values if fixed else [Word(UNKNOWN)]:
            self.scope.turn(name, value.text if value.known else None)
            found += self.walk(body, upstream) if body is not None else []
            self.scope.turned(name)
        self.turns -= 1
        self.loops -= 1
        return found

    def counted(self, node: Node, upstream: tuple[Call, ...]) -> list[int]:
        """Read a `for ((;;))` loop."""
        calculate(self.scope, source(node))
        body = node.child_by_field_name("body")
        return self.walk(body, upstream) if body is not None else []

    def function(self, node: Node, upstream: tuple[Call, ...]) -> list[int]:
        """Read a function's body where it is defined; whoever calls it is looked at by a person."""
        label, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        name = source(label) if label is not None else ""
        self.scope.functions.add(name)
        self.notes.doubt("it defines a function")
        start = len(self.notes.calls)
        found = self.walk(body, upstream) if body is not None else []
        if any(call.name == name.casefold() and call.upstream for call in self.notes.calls[start:]):
            self.notes.alarm("a function starts itself again and again (fork bomb)")
        return found


_HANDLERS: dict[str, Callable[[Reader, Node, tuple[Call, ...]], list[int]]] = {
    "pipeline": Reader.pipeline,
    "command": Reader.command,
    "redirected_statement": Reader.redirected,
    "variable_assignment": Reader.assignment,
    "variable_assignments": Reader.assignment,
    "declaration_command": Reader.assignment,
    "unset_command": Reader.unset,
    "for_statement": Reader.loop,
    "c_style_for_statement": Reader.counted,
    "function_definition": Reader.function,
}
